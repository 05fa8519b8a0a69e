package reassembly

// heldOverhead is what a held segment costs besides its payload.
const heldOverhead = 128

// hold makes a copy of a segment that has to wait.
func (c *Conn) hold(s *segment) *segment {
	h := c.a.take(len(s.payload))
	buf := append(h.payload[:0], s.payload...)
	*h = *s
	h.payload = buf
	if c.heldBytes == 0 {
		c.a.keeping.push(c)
	}
	c.heldBytes += len(buf) + heldOverhead
	c.a.held += len(buf) + heldOverhead
	return h
}

func (c *Conn) release(s *segment) {
	n := len(s.payload) + heldOverhead
	c.a.held -= n
	if c.heldBytes -= n; c.heldBytes == 0 {
		c.a.keeping.remove(c)
	}
	c.a.give(s)
}

// drop frees all that is held.
func (c *Conn) drop() {
	for _, s := range c.early {
		c.release(s)
	}
	for _, s := range c.resets {
		c.release(s)
	}
	c.early, c.resets = c.early[:0], c.resets[:0]
	for i := range c.half {
		for h := &c.half[i]; h.head() != nil; {
			c.release(h.pop())
		}
	}
	c.unhold()
}

// advance goes on after a segment: it delivers what became ready, and minds
// the bound of what waits.
func (c *Conn) advance() {
	if c.ignored {
		return
	}
	if !c.clean() || len(c.resets) > 0 {
		c.drain()
	}
	if len(c.resets) == 0 {
		m0, m1 := c.half[0].missed(), c.half[1].missed()
		if !m0 && !m1 {
			if c.settled {
				c.unhold()
			}
			return
		}
		if (!m0 || c.half[0].moved()) && (!m1 || c.half[1].moved()) {
			c.unhold() // what was waited for came; what is missing now waits anew
		}
	}
	c.waits()
	if c.holdCount >= c.a.limits.HoldCount || c.silent(Client) || c.silent(Server) {
		c.giveUp()
	}
}

// moved reports whether a stream went on since the connection began to wait.
func (h *half) moved() bool { return h.next != h.stuck }

// silent reports whether bytes are missing of a side of which no packet was
// captured at all, and that since long enough to wait no more.
func (c *Conn) silent(side Side) bool {
	return c.half[side].missed() && c.Half[side].Frames == 0 && c.Frames > int64(c.a.limits.HoldCount)
}

// waits counts a segment for the bound of HoldCount, and starts that of HoldTime.
func (c *Conn) waits() {
	c.holdCount++
	if !c.holding {
		c.holding, c.holdSince, c.holdCount = true, c.a.clock, 0
		c.half[0].stuck, c.half[1].stuck = c.half[0].next, c.half[1].next
		c.a.holding.push(c)
	}
}

func (c *Conn) unhold() {
	if c.holding {
		c.holding = false
		c.a.holding.remove(c)
	}
}

// giveUp ends the wait for records that could merely be out of order.
func (c *Conn) giveUp() {
	c.unhold()
	c.settle()
	if len(c.resets) > 0 {
		c.force(GapLost)
		return
	}
	c.force(0)
}

// flush delivers everything that is held, whatever is missing before it.
func (c *Conn) flush(kind GapKind) {
	if c.ignored {
		return
	}
	c.settle()
	c.force(kind)
}

// force declares the gaps that stand in the way of what is held: those that
// the other side's ACKs prove, and with kind also those that nothing proves.
func (c *Conn) force(kind GapKind) {
	for c.drain(); c.forceOne(kind); c.drain() {
	}
	if kind == 0 {
		return
	}
	for len(c.resets) > 0 {
		c.nextReset()
	}
	c.unhold()
}

// forceOne takes the obstacle of the segment that has waited longest out of
// the way. It reports whether there was one that may be taken.
func (c *Conn) forceOne(kind GapKind) bool {
	first, second := c.waiting()
	return first != nil && c.unblock(first, kind) || second != nil && c.unblock(second, kind) ||
		c.proven(Client) || c.proven(Server)
}

// unblock removes what keeps the head of a queue from being delivered.
func (c *Conn) unblock(s *segment, kind GapKind) bool {
	side := c.side(s.fromA)
	h, peer := &c.half[side], &c.half[side.Other()]
	if s.off > h.next {
		to, why := min(s.off, h.heard()), GapMissed
		if to <= h.next {
			if kind == 0 {
				return false // not proven: a retransmission may still fill it
			}
			to, why = s.off, kind
		}
		c.gap(side, to-h.next, why, s.at)
		return true
	}
	to := s.ackOff
	if peer.fin >= 0 {
		to = min(to, peer.fin)
	}
	if other := peer.head(); other != nil {
		to = min(to, other.off)
	} else if to == peer.next+1 && peer.fin < 0 {
		peer.lone = true
		return true
	}
	if to > peer.next {
		c.gap(side.Other(), to-peer.next, GapMissed, s.at)
		return true
	}
	// Each head acknowledges what the other has not sent: no order satisfies
	// both, so the one captured first goes first.
	s.ackOff = -1
	return true
}

// proven declares a gap at the end of what is known of a side. One single
// byte may be a FIN that was not captured: that is no gap.
func (c *Conn) proven(side Side) bool {
	h := &c.half[side]
	if !h.missed() || h.head() != nil {
		return false
	}
	n := h.heard() - h.next
	if n == 1 && h.fin < 0 {
		h.lone = true
		return false
	}
	c.gap(side, n, GapMissed, c.Last)
	return true
}
