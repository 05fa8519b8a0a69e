package reassembly

import "smtpscope/capture"

// Unseen is what a side has sent beyond all that was seen of it. A packet
// without payload bears the number of the byte that comes next (RFC 9293 section
// 3.4, SND.NXT), so it tells of bytes that were lost before the capture point. Those
// that the other side has acknowledged are no part of it: the capture missed them.
type Unseen struct {
	Bytes       int64
	First, Last Stamp // packets that tell of it
	Packets     int64
	Sure        bool // one of them is no RST: in a RST anybody may guess a number
}

// ahead is the packet whose number stands furthest above what was seen of its side.
type ahead struct {
	to          int64
	lost        int64 // bytes before it that were given up since
	first, last Stamp
	packets     int64
	sure        bool
}

// standsAhead notes a packet without payload whose number lies above what was
// seen of its side. Rare: only what was lost, or comes late, leads to it.
func (c *Conn) standsAhead(side Side, s *segment) {
	h := &c.half[side]
	if s.off > c.reach(side) {
		return // the other side has never allowed so much
	}
	a := &c.Half[side].oddly().ahead
	if a.to <= h.top() && a.lost == 0 { // what an earlier one told of has come since
		*a = ahead{first: s.at}
	}
	a.to, a.last = max(a.to, s.off), s.at
	a.packets++
	a.sure = a.sure || !s.flags.Has(capture.RST)
}

// givenUp notes that the next n bytes of a side are lost.
func (a *ahead) givenUp(next, n int64) { a.lost += max(min(next+n, a.to)-next, 0) }

// reach is how far a side may have got: the end of the receiver's window, which
// begins where the receiver last acknowledged (RFC 9293 section 3.10.7.4).
func (c *Conn) reach(side Side) int64 {
	h := &c.half[side]
	if !h.anyAck {
		return h.top() + maxGuess // the receiver's window is not known
	}
	window := int64(c.half[side.Other()].window)
	if c.Half[Client].HasScale && c.Half[Server].HasScale {
		window <<= c.Half[side.Other()].WindowScale
	}
	return max(h.top(), h.acked+window)
}

// Count is how many bytes these are; u may be nil.
func (u *Unseen) Count() int64 {
	if u == nil {
		return 0
	}
	return u.Bytes
}

// Unseen gives what is known to have been sent and did not come; nil = nothing.
// One number above what was seen may be a FIN that the capture missed.
func (c *Conn) Unseen(side Side) *Unseen {
	o, h := c.Half[side].oddities, &c.half[side]
	if o == nil || o.ahead.packets == 0 {
		return nil
	}
	n := max(o.ahead.to-max(h.top(), h.acked), 0) + o.ahead.lost
	if n == 0 || n == 1 && h.fin < 0 {
		return nil
	}
	return &Unseen{Bytes: n, First: o.ahead.first, Last: o.ahead.last, Packets: o.ahead.packets, Sure: o.ahead.sure}
}
