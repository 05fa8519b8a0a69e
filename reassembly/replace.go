package reassembly

import (
	"time"

	"smtpscope/capture"
)

// maxLifetime is how long a SYN may be under way. Its sender repeats it until it is
// answered; once it has acknowledged the answer it has none to repeat (RFC 9293
// section 3.10.7.3: ESTABLISHED). One that comes later than a segment lives was sent
// anew, though its ISN is the same: that is what tcpreplay --loop does on a mirror
// port. RFC 9293 section 3.4.2 takes 2 minutes for a segment's lifetime and leaves it
// to experience; hosts have settled on 30 s (Linux waits twice that, 60 s, in
// TIME-WAIT), so 60 s are beyond doubt.
const maxLifetime = time.Minute

// reusedBy reports whether a segment begins another connection on the same
// addresses and ports: a SYN with an ISN that is not this connection's, or one that
// cannot be a copy of this connection's.
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
		return !answer && c.Established && c.SYN && side == Client && seg.Time.Sub(c.HandshakeTime) > maxLifetime
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
