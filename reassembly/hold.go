package reassembly

import "math"

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
	c.heldBytes += int32(len(buf) + heldOverhead)
	c.a.held += len(buf) + heldOverhead
	return h
}

// heldCount is how many segments are held.
func (c *Conn) heldCount() int {
	return len(c.early) + len(c.resets) + len(c.half[0].waiting()) + len(c.half[1].waiting())
}

func (c *Conn) release(s *segment) {
	n := len(s.payload) + heldOverhead
	c.a.held -= n
	if c.heldBytes -= int32(n); c.heldBytes == 0 {
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
	c.a.giveRoom(c.early)
	c.early, c.resets = nil, nil
	for i := range c.half {
		for h := &c.half[i]; h.head() != nil; {
			c.release(h.take(0))
		}
	}
	c.unhold()
}

// advance goes on after a segment of a side: it delivers what became ready, and
// minds the bound of what waits. Only segments of the side whose bytes are missing
// count: they show that its packets come again, and those bytes not with them. The
// other side's say nothing of it, where the two directions were captured by clocks
// that differ, or come from two files: then a side's bytes stand behind many packets
// that acknowledge them.
func (c *Conn) advance(side Side) {
	if c.ignored {
		return
	}
	if !c.clean() || len(c.resets) > 0 {
		c.drain()
	}
	if len(c.resets) == 0 {
		if !c.missing() {
			if c.settled {
				c.unhold()
			}
			return
		}
		if c.half[0].next >= c.half[0].waited && c.half[1].next >= c.half[1].waited {
			c.unhold() // what was waited for came; what is missing now waits anew
		}
	}
	if !c.holding || len(c.resets) > 0 || !c.settled || c.half[side].missed() {
		c.waits()
	}
	if moved0, moved1 := c.half[0].fills(), c.half[1].fills(); moved0 || moved1 {
		c.holdCount = 0 // it is coming, in small pieces
	}
	if c.holdCount >= c.a.limits.HoldCount || c.silent(Client) || c.silent(Server) {
		c.giveUp()
	}
}

// fills reports whether a part of what is missing of a side came since the last call.
func (h *half) fills() bool {
	moved := h.next != h.stood
	h.stood = h.next
	return moved && h.missed()
}

func (c *Conn) missing() bool { return c.half[0].missed() || c.half[1].missed() }

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
		c.half[0].waited, c.half[1].waited = c.half[0].heard(), c.half[1].heard()
		c.half[0].stood, c.half[1].stood = c.half[0].next, c.half[1].next
		c.a.holding.push(c)
		c.a.dueIn(c.a.limits.HoldTime)
	}
}

func (c *Conn) unhold() {
	if c.holding {
		c.holding = false
		c.a.holding.remove(c)
	}
}

// giveUp ends the wait for records that could merely be out of order. What was
// found missing only meanwhile goes on to wait.
func (c *Conn) giveUp() {
	c.unhold()
	if !c.settled || c.silent(Client) || c.silent(Server) {
		c.waitNoMore()
	}
	c.settle()
	if len(c.resets) > 0 {
		c.force(GapLost)
		return
	}
	if c.force(0); !c.ignored && c.missing() {
		c.waits()
	}
}

func (c *Conn) waitNoMore() { c.half[0].waited, c.half[1].waited = math.MaxInt64, math.MaxInt64 }

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
	if kind != 0 {
		c.waitNoMore()
	}
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
		to, why := min(s.off, h.heard(), h.waited), GapMissed
		if to <= h.next {
			if kind == 0 {
				return false // not proven: a retransmission may still fill it
			}
			to, why = s.off, kind
		}
		c.gap(side, to-h.next, why, s.at)
		return true
	}
	if peer.next >= peer.waited {
		return false
	}
	other := peer.head()
	if other == nil && s.ackOff == peer.next+1 && peer.fin < 0 {
		peer.lone = true
		return true
	}
	to := min(s.ackOff, peer.waited)
	if peer.fin >= 0 {
		to = min(to, peer.fin)
	}
	if other != nil {
		to = min(to, other.off)
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
	if !h.missed() || h.head() != nil || c.outOfOrder(side) {
		return false
	}
	n := min(h.heard(), h.waited) - h.next
	if n <= 0 {
		return false
	}
	if n == 1 && h.fin < 0 {
		h.lone = true
		return false
	}
	c.gap(side, n, GapMissed, c.Last)
	return true
}

// outOfOrder reports whether of a side only the other's acknowledgements tell, and
// what that sent stands in another order in the file: what a later packet
// acknowledges may lie behind what is answered by one that is still to come.
func (c *Conn) outOfOrder(side Side) bool {
	peer := &c.half[side.Other()]
	first := peer.head()
	return c.Half[side].Frames == 0 && first != nil && first.off > peer.next
}
