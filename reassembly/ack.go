package reassembly

import "smtpscope/capture"

// heardAck takes what a segment of side, not a RST, acknowledges of the other.
func (c *Conn) heardAck(side Side, s *segment) {
	from := side.Other()
	peer := &c.half[from]
	if !peer.based {
		peer.based, peer.base = true, s.ack
	}
	off := peer.offset(s.ack)
	if !peer.anyAck && off == 1 && c.startedByProbe(from, s) {
		off -= peer.startsBehindProbe()
	}
	if off > max(peer.next, peer.sent)+maxJump || off < peer.next-maxJump {
		c.a.stats.Implausible++
		c.Half[side].odd(s)
		return
	}
	s.ackOff = off
	if c.Half[from].Frames == 0 {
		if s.length == 0 && s.off > c.half[side].top() {
			return // see outOfOrder: what it answers is still to come, and what comes behind that acknowledges as much
		}
		if off > peer.acked+1 { // one number alone is a FIN
			peer.topTime = s.at.Time
		}
	}
	peer.acknowledge(off, s.at.Time, &c.Half[from])
	if peer.rst && off > peer.rstTop {
		c.void(s)
	}
	for _, r := range c.resets {
		if c.side(r.fromA) == from && off > r.top {
			r.void = true
		}
	}
}

// startedByProbe reports whether the first that was captured of a side was a keep-alive,
// which stands one below what the side goes on with (RFC 9293 section 3.8.4), as the
// first that the other side acknowledges tells. A FIN may answer one that was missed.
func (c *Conn) startedByProbe(side Side, s *segment) bool {
	return !c.SYN && !c.SYNACK && c.Half[side].Frames > 0 && !s.flags.Has(capture.FIN)
}

// acknowledge takes how far the other side has heard. n are the numbers of h.
func (h *half) acknowledge(off int64, at capture.Time, n *HalfStats) {
	h.acked, h.anyAck = max(h.acked, off), true
	if h.flight.n > 0 {
		n.LargestAcked = h.flight.acked(h.acked, n.LargestAcked)
	}
	if h.timing && off >= h.timingEnd {
		h.timing = false
		n.sample(at.Sub(h.timingAt))
	}
}

// noteWindow follows the announced window. A RST's window means nothing.
func (c *Conn) noteWindow(side Side, s *segment) {
	h, n := &c.half[side], &c.Half[side]
	if !s.flags.Has(capture.ACK) {
		return
	}
	h.window = s.window
	switch {
	case s.window == 0 && !h.zero:
		h.zero, h.zeroSince, n.ShutSince = true, s.at.Time, s.at
		n.ZeroWindow++
		c.event(EventZeroWindow, side, s, 0)
	case s.window != 0 && h.zero:
		h.zero, n.ShutSince = false, Stamp{}
		shut := max(s.at.Time.Sub(h.zeroSince), 0)
		n.ZeroWindowTime += shut
		c.event(EventWindowOpen, side, s, int64(shut))
	}
}
