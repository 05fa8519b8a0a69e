package reassembly

import "smtpscope/capture"

// follow takes a segment of the kind that nearly all are: the next one in order
// of a connection of which nothing waits and nothing is missing, and that
// acknowledges no more than is here. It is the way through next, tcp, arrive,
// process and advance for these, without the questions that only other segments
// and other connections raise: a third of the instructions, and code that a
// processor's first cache holds. It reports false, having done nothing, for all
// others; next does the same with these.
func (a *Assembler) follow(seg *capture.Segment, at *address) bool {
	c := at.c
	if c == nil || !c.plain || !c.key.is(&at.key) || seg.Kind != capture.KindTCP ||
		seg.Flags&(capture.SYN|capture.RST|capture.FIN|capture.ACK) != capture.ACK ||
		seg.Window == 0 || seg.Options.SACKCount > 0 || len(seg.Payload) != seg.Length {
		return false
	}
	later := seg.Time > a.clock
	if a.doubted != nil || later && (seg.Time >= a.calm || seg.Time.Sub(a.clock) > maxLeap) {
		return false
	}
	side := c.side(at.fromA)
	h, peer := &c.half[side&1], &c.half[side&1^1]   // places are counted out: a branch would often be guessed wrong
	open := peer.base + uint32(peer.next) - seg.Ack // bytes of the peer that it does not acknowledge
	if seg.Seq != h.base+uint32(h.next) || int64(open) > min(peer.next-peer.acked, maxJump) {
		return false
	}
	acked := peer.next - int64(open)
	content := emptyPrint
	if seg.Length > 0 {
		content = contentPrint(seg.Payload)
	}
	sum := printOf(&at.key, seg, at.fromA, content)
	seen := &a.seen[at.shelf]
	if seg.Length == 0 && acked == peer.acked && seen.repeats(sum, seg, c.Duplicates > 0) {
		return false // only what brings nothing can be a copy: see brings
	}

	if later {
		a.clock = seg.Time
	}
	a.frame = seg.Frame
	c.touched = a.clock
	n, theirs := &c.Half[side&1], &c.Half[side&1^1]
	c.count(seg, n, at.fromA)
	seen.keep(sum, seg)
	n.hops(seg.TTL)
	n.look(seg)
	h.window = seg.Window
	peer.acknowledge(acked, seg.Time, theirs)
	if seg.Length == 0 {
		return true
	}
	stamp, off := Stamp{seg.Frame, seg.Time}, h.next
	n.LargestSegment = max(n.LargestSegment, seg.Length)
	n.Bytes += int64(seg.Length)
	h.next += int64(seg.Length)
	h.newTop(h.next, seg.IPID, seg.Time)
	h.flight.push(off, seg.Length, stamp)
	n.MaxFlight = max(n.MaxFlight, h.next-h.acked)
	h.past.keep(off, seg.Length, content)
	c.ackOff = acked
	c.handler.Bytes(side, seg.Payload, stamp)
	return true
}

// isPlain reports whether a segment that is next in order of either side may
// take the short way (follow): whether all that such a segment would not look at
// is as it is with nearly every connection after its handshake. Who is in the
// agenda of open connections is established, and so settled; where a RST waits,
// or what comes before it, the connection is holding.
func (c *Conn) isPlain() bool {
	return c.agenda == &c.a.open && c.handler != nil && !c.closed && !c.holding && c.half[0].isPlain() && c.half[1].isPlain()
}

func (h *half) isPlain() bool {
	return h.based && h.anyAck && h.fin < 0 && !h.zero && h.sent == h.next && 0 <= h.acked && h.acked <= h.next && h.head() == nil
}
