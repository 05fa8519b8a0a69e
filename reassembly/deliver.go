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
	if s.flags.Has(capture.FIN) && h.fin >= 0 && h.next >= h.fin && s.end() >= h.fin {
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
	c.ackOff = s.ackOff
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
		stats.oddly().holes.add(h.next, h.next+n)
	case GapCut:
		stats.Cut += n
	default:
		stats.Lost += n
		if stats.oddities != nil {
			stats.oddities.ahead.givenUp(h.next, n)
		}
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
		client, at0 := c.playable(Client)
		server, at1 := c.playable(Server)
		switch {
		case client != nil && (server == nil || client.at.Frame <= server.at.Frame):
			c.play(Client, at0)
		case server != nil:
			c.play(Server, at1)
		default:
			c.drainResets()
			return
		}
	}
}

// maxBehind is how many held segments are looked at behind the head of a queue:
// copies of the same bytes, of which a later one acknowledges more.
const maxBehind = 16

// playable gives a held segment that is ready, and its place in the queue.
func (c *Conn) playable(side Side) (*segment, int) {
	h := &c.half[side]
	for i, s := range h.waiting() {
		if i == maxBehind || s.off > h.next && !h.finDone {
			break
		}
		stale := s.end() <= h.next && !s.flags.Has(capture.FIN)
		if stale || c.ready(side, s) {
			return s, i
		}
	}
	return nil, 0
}

func (c *Conn) play(side Side, i int) {
	s := c.half[side].take(i)
	c.deliver(side, s)
	c.release(s)
}

func (c *Conn) drainResets() {
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
