package capture

import "fmt"

// Fixed parts of the bodies of packet blocks (draft-ietf-opsawg-pcapng,
// sections 4.3, 4.4 and appendix A), in bytes.
const (
	enhancedLen = 20 // interface, time (2), captured length, wire length
	simpleLen   = 4  // wire length
)

// enhanced reads an enhanced packet block.
func (n *pcapngReader) enhanced(body []byte, r *record) bool {
	if len(body) < enhancedLen {
		n.leftOut("a packet block is too short")
		return false
	}
	return n.timed(body, n.word(body), r)
}

// obsolete reads a packet block, which has a 16 bit interface number and a
// count of drops where the enhanced one has a 32 bit interface number.
func (n *pcapngReader) obsolete(body []byte, r *record) bool {
	if len(body) < enhancedLen {
		n.leftOut("a packet block is too short")
		return false
	}
	return n.timed(body, uint32(word16(body, n.big)), r)
}

// timed reads what enhanced and obsolete packet blocks have in common.
func (n *pcapngReader) timed(body []byte, iface uint32, r *record) bool {
	if int64(iface) >= int64(len(n.ifaces)) {
		n.leftOut(fmt.Sprintf("a packet is of interface %d, which the file does not describe", iface))
		return false
	}
	captured, wire := n.word(body[12:]), n.word(body[16:])
	if captured > maxCaptured || int(captured) > len(body)-enhancedLen {
		n.leftOut(fmt.Sprintf("a packet claims %d bytes in a block of %d", captured, len(body)+minBlockLen))
		return false
	}
	from := &n.ifaces[iface]
	ticks := uint64(n.word(body[4:]))<<32 | uint64(n.word(body[8:]))
	n.last = from.clock.time(ticks)
	end := enhancedLen + int(captured)
	r.data = body[enhancedLen:end:end]
	r.wire = int(max(wire, captured))
	r.time = n.last
	r.link = from.link
	r.iface = n.first + int(iface)
	r.original = n.original(body[min((end+3)&^3, len(body)):])
	return true
}

// original looks in a packet's options for the comment that keeps the number
// which it had in another capture.
func (n *pcapngReader) original(options []byte) (frame int64) {
	if len(options) <= ngOptionLen { // no more than the end of options
		return 0
	}
	n.options(options, func(code uint16, value []byte) {
		if code == ngOptComment && frame == 0 {
			frame = originalFrame(value)
		}
	})
	return frame
}

// simple reads a simple packet block. It is of the section's first interface,
// its captured length follows from that one's snaplen, and it has no time: it
// is given that of the packet before it, so that order in time is kept.
func (n *pcapngReader) simple(body []byte, r *record) bool {
	if len(body) < simpleLen {
		n.leftOut("a packet block is too short")
		return false
	}
	if len(n.ifaces) == 0 {
		n.leftOut("a packet is of interface 0, which the file does not describe")
		return false
	}
	wire := n.word(body)
	captured := wire
	if snaplen := n.ifaces[0].snaplen; snaplen != 0 && snaplen < captured {
		captured = snaplen
	}
	if captured > maxCaptured || int(captured) > len(body)-simpleLen {
		n.leftOut(fmt.Sprintf("a packet claims %d bytes in a block of %d", captured, len(body)+minBlockLen))
		return false
	}
	end := simpleLen + int(captured)
	r.data = body[simpleLen:end:end]
	r.wire = int(wire)
	r.time = n.last
	r.link = n.ifaces[0].link
	r.iface = n.first
	r.original = 0
	return true
}
