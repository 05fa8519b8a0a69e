package wirescript

import (
	"cmp"
	"encoding/binary"
	"time"
)

// segment is what a host wants to send; the numbers come from its state.
type segment struct {
	flags   uint8
	payload []byte
	again   *uint32 // sequence number of a repeated segment
	bare    bool    // a RST that answers a segment: no ACK, no options, IP-ID 0
	wakes   bool    // see arrival
}

// send puts a segment on the wire at h.free and moves the state of h.
func (p *play) send(h *host, s segment, f fate) {
	pkt := p.build(h, s, f)
	if s.again == nil && f.seq == 0 && !f.forged {
		n := arrival{seq: h.sndNxt, flags: s.flags &^ flagRST, length: len(s.payload)}.next()
		if s.flags&flagSYN != 0 {
			n++
		}
		if n != h.sndNxt {
			h.sent = append(h.sent, sentSegment{h.sndNxt, s.flags, s.payload})
		}
		h.sndNxt = n
	}
	if s.flags&flagRST != 0 {
		if !f.forged {
			p.rst = true
			h.close()
		}
	}
	if s.flags&flagACK != 0 && !f.forged {
		h.unacked, h.ackDue = 0, 0
	}
	p.pass(h, pkt, s.wakes, f)
	h.free += spacing
}

// build fills the headers from the host's state and the overrides of f.
func (p *play) build(h *host, s segment, f fate) packet {
	pkt := packet{
		src: p.addr[h.side], dst: p.addr[h.side.other()], ttl: p.hops(h.side),
		seq: h.sndNxt, flags: s.flags, window: h.window, payload: s.payload,
		ipOptions: p.ipOptions, badChecksum: f.badChecksum, offload: p.offload && p.near(h.side),
	}
	if s.again != nil {
		pkt.seq = *s.again
	}
	if s.flags&flagACK != 0 {
		pkt.ack = h.rcvNxt
	}
	switch s.flags & (flagSYN | flagACK) {
	case flagSYN:
		pkt.window = synWindow
	case flagSYN | flagACK:
		pkt.window = synackWindow
	}
	switch {
	case s.bare:
		pkt.window = 0
	case f.forged:
		pkt.ipid = 0
	default:
		pkt.options = p.segmentOptions(h, s)
		if s.flags != flagSYN|flagACK { // Linux answers a SYN with IP-ID 0
			pkt.ipid = h.ipid
			h.ipid++
		}
	}
	f.override(&pkt)
	return pkt
}

// override puts the header fields in that the script asked for.
func (f fate) override(pkt *packet) {
	pkt.seq += uint32(f.seq)
	pkt.ack += uint32(f.ack)
	if f.ttl != nil {
		pkt.ttl = uint8(*f.ttl)
	}
	if f.ipid != nil {
		pkt.ipid = uint16(*f.ipid)
	}
	if f.window != nil {
		pkt.window = uint16(*f.window)
	}
}

// segmentOptions gives the TCP options of a segment, padded to 4 bytes.
func (p *play) segmentOptions(h *host, s segment) []byte {
	if s.flags&flagSYN != 0 {
		return p.synOptions(h, s)
	}
	agreed := p.agreed()
	var o []byte
	if agreed.timestamps {
		o = append(o, 1, 1)
		o = h.appendTimestamps(o)
	}
	if agreed.sack && len(h.beyond) > 0 && len(s.payload) == 0 {
		blocks := h.beyond[max(0, len(h.beyond)-3):]
		o = append(o, 1, 1, 5, byte(2+8*len(blocks)))
		for _, b := range blocks {
			o = binary.BigEndian.AppendUint32(o, b.left+p.sackShift[h.side])
			o = binary.BigEndian.AppendUint32(o, b.right+p.sackShift[h.side])
		}
	}
	return o
}

// synOptions are offered by a SYN; a SYN-ACK gives what the SYN offered too.
func (p *play) synOptions(h *host, s segment) []byte {
	offer := p.config.options[h.side]
	if s.flags&flagACK != 0 {
		mss := offer.mss
		offer = p.agreed()
		offer.mss = mss
	}
	var o []byte
	if offer.mss {
		mss := cmp.Or(p.mssOption[h.side], p.mss)
		o = append(o, 2, 4, byte(mss>>8), byte(mss))
	}
	if offer.sack {
		o = append(o, 4, 2)
	}
	if offer.timestamps {
		o = h.appendTimestamps(o)
	}
	if offer.scale {
		o = append(o, 1, 3, 3, windowShift)
	}
	if offer.fastOpen && s.flags&flagACK == 0 {
		o = append(o, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8) // with a cookie (RFC 7413 section 4.1.1)
	}
	for len(o)%4 != 0 {
		o = append(o, 0)
	}
	return o
}

func (h *host) appendTimestamps(o []byte) []byte {
	o = append(o, 8, 10)
	o = binary.BigEndian.AppendUint32(o, h.clock(h.free))
	return binary.BigEndian.AppendUint32(o, h.tsRecent)
}

// segmentSize is how much payload fits in a segment.
func (p *play) segmentSize(f fate) int {
	switch {
	case f.whole:
		return 65000 // what one IP packet can hold
	case f.pieces > 0:
		return f.pieces
	case p.agreed().timestamps:
		return p.mss - 12
	}
	return p.mss
}

// pass takes a packet past the capture point to the other host.
func (p *play) pass(h *host, pkt packet, wakes bool, f fate) {
	at := h.free + p.delay(h.side) + f.late
	ip := pkt.ip()
	if f.zeroLength {
		zeroTotalLength(ip)
	}
	p.last[h.side] = captureMark{ip, at}
	p.lastSide, p.lastAt = h.side, max(p.lastAt, at)
	if !f.lose && !f.miss {
		p.record(ip, h.side, at, f)
	}
	if f.lose || f.lostAfter {
		return
	}
	in := arrival{at: h.free + p.rtt/2 + f.late, seq: pkt.seq, ack: pkt.ack, flags: pkt.flags,
		length: len(pkt.payload), noack: f.noack, wakes: wakes}
	if len(pkt.options) > 0 && p.agreed().timestamps {
		in.tsval = h.clock(h.free)
	}
	peer := p.hosts[h.side.other()]
	peer.inbox = append(peer.inbox, in)
}

// record captures an IP packet, whole, in fragments, once or twice.
func (p *play) record(ip []byte, from Side, at time.Duration, f fate) {
	if p.blind || p.oneSided && from != p.only {
		return
	}
	pieces := [][]byte{ip}
	if f.fragment > 0 {
		p.serial++
		pieces = fragments(ip, f.fragment, uint32(p.serial))
	}
	for i, piece := range pieces {
		t := at + time.Duration(i)*2*time.Microsecond
		p.file(piece, from, t, f.filedLate)
		if p.mirror || f.twice {
			if p.mirrorTTL {
				piece = oneHopFurther(piece)
			}
			p.file(piece, from, t+p.mirrorWait, f.filedLate)
		}
	}
}

// file appends one frame to the capture.
func (p *play) file(ip []byte, from Side, at time.Duration, filedLate int) {
	p.serial++
	data, linkType := p.link.wrap(ip, from, p.near(from), p.serial)
	*p.out = append(*p.out, captured{
		Frame: Frame{Time: p.start.Add(at), Link: linkType, Data: data, Wire: len(data)},
		at:    at, filedLate: filedLate,
	})
}

// oneHopFurther is the packet as the next router's mirror port shows it.
func oneHopFurther(ip []byte) []byte {
	b := append([]byte(nil), ip...)
	if b[0]>>4 == 6 {
		b[7]--
		return b
	}
	b[8]--
	n := int(b[0]&15) * 4
	b[10], b[11] = 0, 0
	binary.BigEndian.PutUint16(b[10:], fold(sum16(0, b[:n])))
	return b
}
