package reassembly

import "smtpscope/capture"

// reusedBy reports whether a segment begins another connection on the same
// addresses and ports: a SYN with an ISN that is not this connection's.
func (c *Conn) reusedBy(seg *capture.Segment, fromA bool) bool {
	if !opens(seg) {
		return false
	}
	if c.handler == nil && !c.ignored {
		return c.settled // nothing was told of it; until then it may be a SYN late in the file
	}
	if !c.settled && !c.OrientedBySYN {
		return false
	}
	side := c.side(fromA)
	h, peer := &c.half[side], &c.half[side.Other()]
	follows := h.based && h.base == seg.Seq+1
	switch answer := seg.Flags.Has(capture.ACK); {
	case h.hasISN && h.isn == seg.Seq:
		return false
	case answer: // what answers our SYN is ours: a SYN cookie may change meanwhile
		ours := peer.based && seg.Ack-peer.base <= uint32(peer.top())
		return !ours && (c.closed && !follows || h.hasISN && peer.based)
	case h.hasISN:
		return true
	case side == Server && c.OrientedBySYN: // both open at once (RFC 9293 section 3.5)
		return c.closed
	}
	return !follows
}

// replace ends a connection whose addresses and ports are taken anew.
func (a *Assembler) replace(c *Conn, seg *capture.Segment) {
	c.ReplacedBy = Stamp{seg.Frame, seg.Time}
	if !c.closed {
		c.flush(GapLost)
	}
	if c.closed { // before, or by what was held back
		a.end(c, EndClosed, a.clock)
		return
	}
	a.end(c, EndReplaced, a.clock)
}
