package reassembly

import (
	"slices"

	"smtpscope/capture"
)

// maxGuess is how far a RST may lie from where its sender stood, where the
// receiver's own packets were not captured and its window is not known.
const maxGuess = 1 << 20

// gotRST takes a RST of side.
// atOnce: it did not wait, so that all that came before it is known, and nothing that came after.
func (c *Conn) gotRST(side Side, s *segment, atOnce bool) {
	c.a.prior = Prior{AckAge: -1}
	if atOnce {
		c.a.prior = c.priorOf(side, s)
	}
	s.prior = &c.a.prior
	if !c.acceptable(side, s) {
		c.mark(EventRST, side, s, false, false)
		return
	}
	if s.off > c.half[side].top() {
		c.standsAhead(side, s)
	}
	s.top = max(c.half[side].top(), s.off)
	c.heardReset(side, s)
	if c.clean() && len(c.resets) == 0 && c.ready(side, s) {
		c.reset(side, s)
		return
	}
	held := c.hold(s) // it waits for what was sent before it
	prior := c.a.prior
	held.prior = &prior
	c.resets = append(c.resets, held)
	c.waits()
}

// heardReset takes what an accepted RST acknowledges. It proves less than
// another ACK does: who forges a RST may guess.
func (c *Conn) heardReset(side Side, s *segment) {
	peer := &c.half[side.Other()]
	if !s.flags.Has(capture.ACK) || !peer.based {
		return
	}
	off := peer.offset(s.ack)
	if off < 0 || off > max(peer.next, peer.sent)+maxGuess {
		return
	}
	s.ackOff = off
	peer.acked = max(peer.acked, off)
}

// acceptable reports whether the receiver would take a RST: its sequence
// number lies in the receiver's window (RFC 9293 section 3.10.7.4), which
// begins where the receiver last acknowledged. In answer to a SYN it has to
// acknowledge that (section 3.10.7.3).
func (c *Conn) acceptable(side Side, s *segment) bool {
	h, peer := &c.half[side], &c.half[side.Other()]
	if c.connecting() && side == Server {
		off := peer.offset(s.ack)
		return s.flags.Has(capture.ACK) && off >= 0 && off <= peer.top()
	}
	if !h.anyAck {
		return s.off >= h.next-maxGuess && s.off <= h.top()+maxGuess
	}
	return s.off >= h.acked && s.off <= c.reach(side)
}

// reset delivers an accepted RST.
func (c *Conn) reset(side Side, s *segment) {
	h := &c.half[side]
	c.mark(EventRST, side, s, h.rst, true)
	if h.rst {
		return
	}
	h.rst, h.rstTop, h.rstAt = true, s.top, s.at
	c.close()
	if s.void {
		c.void(s)
	}
}

// nextReset delivers the first of the RSTs that wait.
func (c *Conn) nextReset() {
	s := c.resets[0]
	c.resets = slices.Delete(c.resets, 0, 1) // which lets go of it
	c.reset(c.side(s.fromA), s)
	c.release(s)
}

// void takes the RSTs back: s acknowledges what the alleged sender of one sent
// afterwards, so neither side believed in the end. Two FINs stay an end.
func (c *Conn) void(s *segment) {
	for side := range c.half {
		if h := &c.half[side]; h.rst {
			h.rst = false
			c.event(EventRSTVoid, Side(side), s, 0)
		}
	}
	if !c.half[Client].finDone || !c.half[Server].finDone {
		c.reopen()
	}
}
