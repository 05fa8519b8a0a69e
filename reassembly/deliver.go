package reassembly

import "smtpscope/capture"

// ready reports whether a segment may be delivered: nothing of its side is
// missing before it, and all that it acknowledges was delivered. Behind the FIN
// there is no order left to keep.
func (c *Conn) ready(side Side, s *segment) bool {
	h, peer := &c.half[side], &c.half[side.Other()]
	return h.finDone || s.off <= h.next && (s.ackOff <= peer.delivered() || peer.finDone)
}

// deliver hands on what a segment brings. Its bytes begin at or before the
// place where the stream stands.
func (c *Conn) deliver(side Side, s *segment) {
	h := &c.half[side]
	if h.finDone { // it waited, and the FIN came before it
		c.afterFIN(side, s)
		return
	}
	if h.next < s.end() {
		c.deliverPayload(side, s)
	}
	if s.flags.Has(capture.FIN) && h.next >= h.fin {
		h.finDone = true
		c.mark(EventFIN, side, s, false, false)
		if c.half[side.Other()].finDone {
			c.close()
		}
	}
}

func (c *Conn) deliverPayload(side Side, s *segment) {
	h, data := &c.half[side], s.payload
	skip := h.next - s.off
	if fresh := int64(len(data)) - skip; fresh > 0 {
		if skip == 0 && len(data) == s.length {
			h.past.keep(s.off, s.length, s.content)
		}
		c.Half[side].Bytes += fresh
		h.next, h.lone = h.next+fresh, false
		if c.handler != nil {
			c.handler.Bytes(side, data[skip:], s.at)
		}
	}
	if cut := s.end() - h.next; cut > 0 {
		c.Half[side].Bytes += cut
		c.gap(side, cut, GapCut, s.at)
	}
}

func (c *Conn) gap(side Side, n int64, kind GapKind, at Stamp) {
	h, stats := &c.half[side], &c.Half[side]
	stats.Missing += n
	switch kind {
	case GapMissed:
		stats.Missed += n
	case GapCut:
		stats.Cut += n
	default:
		stats.Lost += n
	}
	h.next, h.lone = h.next+n, false
	h.sent = max(h.sent, h.next)
	if c.handler != nil {
		c.handler.Gap(side, n, kind, at)
	}
}

// drain delivers what was held and is ready now, in the order of the capture
// as far as the streams allow, then the RSTs that had to wait for it.
func (c *Conn) drain() {
	for {
		first, second := c.waiting()
		if first == nil || !c.ready(c.side(first.fromA), first) {
			first = second
		}
		if first == nil || !c.ready(c.side(first.fromA), first) {
			break
		}
		side := c.side(first.fromA)
		c.half[side].pop()
		c.deliver(side, first)
		c.release(first)
	}
	for len(c.resets) > 0 && c.clean() && c.ready(c.side(c.resets[0].fromA), c.resets[0]) {
		c.nextReset()
	}
}

// waiting gives the heads of both queues, the one captured first in front.
func (c *Conn) waiting() (first, second *segment) {
	first, second = c.half[0].head(), c.half[1].head()
	if first == nil || second != nil && second.at.Frame < first.at.Frame {
		return second, first
	}
	return first, second
}

// clean reports whether no payload waits.
func (c *Conn) clean() bool { return c.half[0].head() == nil && c.half[1].head() == nil }
