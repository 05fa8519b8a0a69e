package reassembly

import "smtpscope/capture"

// arrive takes the next segment of the connection, in the order of the capture.
func (c *Conn) arrive(seg *capture.Segment, fromA bool, seen *shelf) {
	side := c.side(fromA)
	c.count(seg, &c.Half[side], fromA)
	if c.ignored {
		c.passBy(seg, side)
		return
	}
	s := &c.a.scratch
	s.take(seg, fromA)
	s.content = contentPrint(seg.Payload)
	print := printOf(&c.key, seg, fromA, s.content)
	if !c.answers(seg) && !c.brings(side, seg) && seen.repeats(print, seg, c.Duplicates > 0) {
		c.Duplicates++
		c.a.stats.Duplicates++
		c.event(EventDuplicate, side, s, 0)
		return
	}
	seen.keep(print, seg)
	if opens(seg) {
		c.asked = !seg.Flags.Has(capture.ACK)
	}
	if !seg.Flags.Has(capture.RST) {
		c.Half[side].hops(seg.TTL)
		c.Half[side].look(seg)
	}
	if opens(seg) {
		c.shake(s, seg)
		if s.length == 0 || c.handler == nil {
			c.advance(side)
			return
		}
		s.seq++ // data on a SYN follows it (RFC 7413)
	}
	if !c.settled && c.wait(s, seg) {
		return
	}
	c.process(s, seg)
	c.advance(side)
}

// count takes a frame into the numbers that count every one; n are its side's.
func (c *Conn) count(seg *capture.Segment, n *HalfStats, fromA bool) {
	if quiet := seg.Time.Sub(c.Last.Time); quiet > c.Quiet.For && c.Frames > 0 {
		q := &c.Quiet
		q.For, q.Before, q.FromA = quiet, c.Last, fromA
		q.After.Frame, q.After.Time = seg.Frame, seg.Time
	}
	c.Frames++
	c.Last = Stamp{seg.Frame, seg.Time}
	n.Frames++
}

// answers reports whether a SYN-ACK is the answer to another SYN than the one
// before it: its IP-ID is 0 with many systems, so the answers to a SYN that is
// repeated while the server repeats its own look like copies.
func (c *Conn) answers(seg *capture.Segment) bool {
	return opens(seg) && seg.Flags.Has(capture.ACK) && c.asked // which lies far off
}

// brings reports whether a segment goes further than any before it: with its
// payload, or with what it acknowledges. It is no copy then, as the first one
// would have gone as far, and need not be held against the last 32, which stood
// high in the profile of every run.
func (c *Conn) brings(side Side, seg *capture.Segment) bool {
	h, peer := &c.half[side], &c.half[side.Other()]
	if !c.settled || c.handler == nil || !h.based || !peer.based || seg.Flags&(capture.SYN|capture.RST) != 0 {
		return false
	}
	if seg.Length > 0 {
		off := h.offset(seg.Seq)
		return off >= h.sent && off-max(h.next, h.sent) <= maxJump && h.fin < 0
	}
	off := peer.offset(seg.Ack)
	return seg.Flags&(capture.ACK|capture.FIN) == capture.ACK && peer.anyAck &&
		off > peer.acked && off <= max(peer.next, peer.sent)+maxJump
}

// opens reports whether a segment is a SYN or a SYN-ACK. A RST on it is judged
// first (RFC 9293 section 3.10.7): such a packet opens nothing.
func opens(seg *capture.Segment) bool {
	return seg.Flags&(capture.SYN|capture.RST) == capture.SYN
}

func (n *HalfStats) hops(ttl uint8) {
	if n.TTLMin == 0 || ttl < n.TTLMin {
		n.TTLMin = ttl
	}
	n.TTLMax = max(n.TTLMax, ttl)
}

// passBy watches an ignored connection for its end only.
func (c *Conn) passBy(seg *capture.Segment, side Side) {
	h := &c.half[side]
	h.based, h.base, h.next, h.sent = true, seg.Seq+uint32(seg.Length), 0, 0
	switch {
	case seg.Flags.Has(capture.RST):
		c.close()
	case opens(seg):
		h.hasISN, h.isn = true, seg.Seq
	case seg.Flags.Has(capture.FIN):
		h.finDone = true
		if c.half[side.Other()].finDone {
			c.close()
		}
	}
}

// process takes a segment of a connection whose streams know where they begin.
// seg is nil for one that had to wait.
func (c *Conn) process(s *segment, seg *capture.Segment) {
	if c.handler == nil && !c.present(s, seg) {
		return
	}
	side := c.side(s.fromA)
	h, peer := &c.half[side], &c.half[side.Other()]
	if !h.based {
		h.based, h.base = true, s.seq
	}
	s.off = h.offset(s.seq)
	if far := s.off - max(h.next, h.sent); far > maxJump || far < -maxJump {
		if !s.flags.Has(capture.RST) || !c.SYN || c.Established || side != Server {
			c.implausible(side, s)
			return
		}
		s.off = h.next // a host that knows of no connection answers a SYN with 0 (RFC 9293 section 3.10.7.1)
	}
	if s.flags.Has(capture.RST) {
		c.gotRST(side, s, seg != nil)
		return
	}
	if h.rst || len(c.resets) > 0 {
		c.outlives(side, s)
	}
	if s.length > 0 && s.off >= 1 && !c.SYN && !c.SYNACK {
		if s.off == 1 || h.acked == 1 {
			s.off -= h.startsBehindProbe()
		}
	}
	if s.flags.Has(capture.ACK) {
		c.heardAck(side, s)
		if seg != nil && seg.Options.SACKCount > 0 {
			c.heardSACK(side, s, &seg.Options)
		}
	}
	c.handshakeDone(side, s)
	switch {
	case c.ignored:
		return
	case s.fills():
		c.gotData(side, s)
	case s.off == h.sent-1 && h.probes(s) && peer.zero:
		c.probeWindow(side, s)
	case s.off == h.sent-1 && h.probes(s):
		c.probe(side, s)
	case s.off > h.top():
		c.standsAhead(side, s)
	}
	c.noteWindow(side, s)
}

// implausible counts a segment whose number belongs to no stream here. A RST
// is told all the same: it may be somebody's attempt.
func (c *Conn) implausible(side Side, s *segment) {
	c.a.stats.Implausible++
	if !s.flags.Has(capture.RST) {
		c.Half[side].odd(s)
	} else {
		c.mark(EventRST, side, s, false, false)
	}
}

// probes reports whether a segment one below what was sent is a keep-alive
// probe (RFC 9293 section 3.8.4): all was acknowledged, and it is not merely late.
func (h *half) probes(s *segment) bool {
	return h.anyAck && h.acked >= h.sent && !h.lateOriginal(s)
}

// startsBehindProbe moves the beginning of a stream that was picked up at a
// keep-alive or window probe: that stands one below what its side goes on with. Where
// the packets that follow it come out of order, the answer to the probe tells.
// It gives by how much.
func (h *half) startsBehindProbe() int64 {
	if h.next > 0 || h.sent > 0 || h.fin >= 0 {
		return 0
	}
	h.base++
	h.acked = max(h.acked-1, 0)
	h.lone = false
	return 1
}

// present introduces a connection that showed bare ACKs only, once there is
// something to tell.
func (c *Conn) present(s *segment, seg *capture.Segment) bool {
	if c.ignored {
		return false
	}
	c.noteBases(s)
	if !s.fills() && !s.flags.Has(capture.RST) {
		c.noteWindow(c.side(s.fromA), s) // a window may be shut where the capture begins
		return false
	}
	if !c.oriented {
		c.guess(seg, s.fromA, true)
	}
	c.introduce()
	return c.handler != nil
}

// noteBases learns from a bare ACK where both streams stand.
func (c *Conn) noteBases(s *segment) {
	side := c.side(s.fromA)
	if h := &c.half[side]; !h.based {
		h.based, h.base = true, s.seq
	}
	h := &c.half[side.Other()]
	switch {
	case !s.flags.Has(capture.ACK):
	case !h.based:
		h.based, h.base = true, s.ack
	case h.offset(s.ack) == 1:
		h.acked = max(h.acked, 1) // it answers a probe: see startsBehindProbe
	}
}
