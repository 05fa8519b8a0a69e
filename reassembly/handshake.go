package reassembly

import "smtpscope/capture"

// shake takes a SYN or a SYN-ACK (RFC 9293 section 3.5).
func (c *Conn) shake(s *segment, seg *capture.Segment) {
	answer := s.flags.Has(capture.ACK)
	if !c.OrientedBySYN && c.handler == nil { // it came late in the file
		sender := Client
		if answer {
			sender = Server
		}
		c.OrientedBySYN = true
		c.turn(s.fromA, sender)
		c.introduce()
	}
	side := c.side(s.fromA)
	h, peer := &c.half[side], &c.half[side.Other()]
	repeat := h.hasISN
	if repeat && h.isn != s.seq && (h.anyAck || h.top() > 0) ||
		!repeat && h.based && h.base != s.seq+1 && c.settled {
		c.a.stats.Implausible++
		return
	}
	h.hasISN, h.isn, h.based, h.base = true, s.seq, true, s.seq+1
	h.window = s.window
	c.Half[side].offer(&seg.Options)
	c.Half[side].SynWindow = s.window
	c.Half[side].FastOpen = c.Half[side].FastOpen || s.length > 0 || seg.Options.FastOpen
	kind := EventSYN
	if answer {
		kind, c.SYNACK = EventSYNACK, true
		c.synackAt = s.at.Time
		if c.SYN && !repeat {
			c.Half[side].Answered = max(s.at.Time.Sub(c.synAt), 0)
		}
		if !peer.based {
			peer.based, peer.base = true, s.ack
		}
		peer.anyAck = peer.anyAck || s.ack == peer.base
	} else {
		c.SYN = true
		if !c.Established {
			c.synAt = s.at.Time
		}
	}
	c.mark(kind, side, s, repeat, false)
	if h.based && peer.based && !c.settled && (c.SYNACK || len(c.early) == 0) {
		c.settle()
	}
}

// offer notes the options of a SYN.
func (n *HalfStats) offer(o *capture.Options) {
	n.MSS, n.SACKPermitted = o.MSS, o.SACKPermitted
	n.WindowScale, n.HasScale = o.WindowScale, o.HasScale
}

// handshakeDone notes the segment that completes the handshake: the client's
// ACK, or whatever implies it.
func (c *Conn) handshakeDone(side Side, s *segment) {
	if c.Established || s.flags&(capture.SYN|capture.RST) != 0 {
		return
	}
	if side == Client && !s.flags.Has(capture.ACK) || side == Server && !s.fills() {
		return
	}
	c.Established = true
	c.a.touch(c)
	if !c.SYN && !c.SYNACK {
		return // the capture began later
	}
	c.HandshakeTime = s.at.Time
	if c.SYN && side == Client {
		c.HandshakeRTT = max(s.at.Time.Sub(c.synAt), 0)
	}
	if c.SYNACK && side == Client {
		c.Half[Client].Answered = max(s.at.Time.Sub(c.synackAt), 0)
	}
	c.event(EventEstablished, side, s, 0)
}

// wait keeps a segment of a connection whose streams do not know yet where
// they begin: the capture began in its middle, or the SYN-ACK is late in the
// file, or missing. It reports whether the segment was taken.
func (c *Conn) wait(s *segment, seg *capture.Segment) bool {
	if !c.oriented {
		c.guess(seg, s.fromA, false)
	}
	if s.flags.Has(capture.RST) && c.refusal(s) {
		return true
	}
	if c.half[Client].based && c.half[Server].based && c.OrientedBySYN {
		c.settle()
		return false
	}
	if c.early == nil {
		c.early = c.a.room()
	}
	c.early = append(c.early, c.hold(s))
	if c.waits(); c.holdCount >= c.a.limits.HoldCount {
		c.giveUp()
	}
	return true
}

// refusal takes a RST in answer to the SYN: one that does not acknowledge that
// refuses nothing (RFC 9293 section 3.10.7.3).
func (c *Conn) refusal(s *segment) bool {
	if c.handler == nil || len(c.early) > 0 || !c.connecting() || c.side(s.fromA) != Server {
		return false
	}
	if s.flags.Has(capture.ACK) && s.ack == c.half[Client].base {
		c.reset(Server, s)
	} else {
		c.mark(EventRST, Server, s, false, false)
	}
	return true
}

// connecting reports whether the client still waits for an answer to its SYN.
func (c *Conn) connecting() bool { return c.SYN && !c.SYNACK && !c.Established }

// settle fixes where both streams begin and plays what had to wait.
func (c *Conn) settle() {
	if c.settled {
		return
	}
	c.settled = true
	for _, side := range []Side{Client, Server} {
		if h := &c.half[side]; !h.based {
			h.base, h.based = c.firstSeq(side)
		}
	}
	if !c.SYN && !c.SYNACK {
		c.Established = true
		c.a.touch(c)
	}
	early := c.early
	c.early = nil
	for _, s := range early {
		if !c.ignored {
			c.process(s, nil)
			c.drain()
		}
		c.release(s)
	}
	c.a.giveRoom(early)
}

// firstSeq is where a side's stream begins as far as the waiting segments tell:
// the lowest number of its own, or, where it is silent or the handshake was
// seen, what the other side acknowledges.
func (c *Conn) firstSeq(side Side) (first uint32, ok bool) {
	lower := func(n uint32) {
		if !ok || int32(n-first) < 0 {
			first, ok = n, true
		}
	}
	for _, s := range c.early {
		if c.side(s.fromA) == side && !s.flags.Has(capture.RST) {
			lower(s.seq)
		}
	}
	if ok && !c.SYN {
		return first, true
	}
	for _, s := range c.early {
		if c.side(s.fromA) != side && s.flags&(capture.ACK|capture.RST) == capture.ACK {
			lower(s.ack)
		}
	}
	return first, ok
}

// guess asks whose side the sender of a segment is on. The last resort is that
// the client speaks.
func (c *Conn) guess(seg *capture.Segment, fromA, must bool) {
	if seg != nil && c.a.cfg.Orient != nil {
		if sender, ok := c.a.cfg.Orient(seg); ok {
			c.turn(fromA, sender)
			return
		}
	}
	if must {
		c.turn(fromA, Client)
	}
}

// turn sets the sides, and exchanges what was gathered for them if need be.
func (c *Conn) turn(fromA bool, sender Side) {
	before := c.clientA
	c.oriented = true
	c.clientA = fromA == (sender == Client)
	c.Client, c.Server = c.ends[1], c.ends[0]
	if c.clientA {
		c.Client, c.Server = c.ends[0], c.ends[1]
	}
	if c.clientA != before && c.Frames > 0 {
		c.half[0], c.half[1] = c.half[1], c.half[0]
		c.Half[0], c.Half[1] = c.Half[1], c.Half[0]
	}
}
