package reassembly

import (
	"math"
	"time"

	"smtpscope/capture"
)

// maxReorder is how late a segment without a usable IP-ID may fill a hole and
// still count as out of order: networks reorder within a few milliseconds,
// while the quickest retransmission needs a round trip after the third
// duplicate ACK (RFC 5681 section 3.2).
const maxReorder = 3 * time.Millisecond

// gotData takes payload or a FIN.
func (c *Conn) gotData(side Side, s *segment) {
	h := &c.half[side]
	if h.finDone {
		c.afterFIN(side, s)
		return
	}
	// A FIN before bytes that were delivered is of an earlier connection.
	fin := s.flags.Has(capture.FIN) && s.end() >= h.next
	if fin {
		if h.fin < 0 || s.end() < h.fin {
			h.fin = s.end()
		}
		if s.length == 0 && s.off > h.sent {
			h.newTop(s.off, s.ipid, s.at.Time)
		}
	}
	brings, agrees := fin, true
	if s.length > 0 {
		fresh, same := c.judge(side, s)
		brings, agrees = brings || fresh, same
	}
	head := h.head()
	switch {
	case c.ignored:
	case c.ready(side, s) && (head == nil || head.off > h.next || agrees):
		c.deliver(side, s) // a held copy may have to wait for more: for what only it acknowledges
	case brings:
		if h.queue == nil {
			h.queue = c.a.room()
		}
		h.insert(c.hold(s))
	}
}

// afterFIN takes what a side sends behind its own FIN.
func (c *Conn) afterFIN(side Side, s *segment) {
	h := &c.half[side]
	switch {
	case s.end() > h.fin:
		c.event(EventLate, side, s, s.end()-max(s.off, h.fin))
	case s.flags.Has(capture.FIN):
		if s.length > 0 {
			c.contradicted(side, s)
			h.flight.again(s, h.acked)
		}
		c.mark(EventFIN, side, s, true, false)
	default:
		c.contradicted(side, s)
		c.Half[side].Retransmitted++
		c.Half[side].odd(s)
		h.flight.again(s, h.acked)
		c.event(EventRetransmission, side, s, int64(s.length))
	}
}

// contradicted reports whether a segment brings other bytes than those that were
// here before it, and tells so.
func (c *Conn) contradicted(side Side, s *segment) bool {
	if !c.half[side].contradicts(s) {
		return false
	}
	c.Half[side].Overlaps++
	c.event(EventOverlap, side, s, int64(s.length))
	return true
}

// judge tells new payload from repeated and late payload, and counts it. It
// reports whether the segment brings bytes that are not here yet, and whether
// it agrees with those that are.
func (c *Conn) judge(side Side, s *segment) (brings, agrees bool) {
	h, n := &c.half[side], &c.Half[side]
	end := s.end()
	n.LargestSegment = max(n.LargestSegment, s.length)
	if s.off >= h.sent { // all of it new: the common case
		h.newTop(end, s.ipid, s.at.Time)
		if end > h.acked {
			h.flight.push(s.off, s.length, s.at)
			n.MaxFlight = max(n.MaxFlight, end-max(h.acked, 0))
		}
		return true, true
	}
	agrees = !c.contradicted(side, s)
	n.belated(s)
	have := h.covered(max(s.off, h.next), end, math.MaxInt64)
	switch {
	case have && s.length == 1 && s.off == h.sent-1 && h.probes(s):
		c.probe(side, s)
	case !have && end <= h.sent && h.lateOriginal(s):
		n.OutOfOrder++
		n.odd(s)
		c.event(EventOutOfOrder, side, s, int64(s.length))
	default:
		n.Retransmitted++
		n.odd(s)
		h.flight.again(s, h.acked)
		h.timing = false // Karn: an ACK could be for either copy (RFC 6298 section 3)
		c.event(EventRetransmission, side, s, int64(s.length))
	}
	if end > h.sent {
		h.newTop(end, s.ipid, s.at.Time)
		h.timing = false
	}
	// A copy that acknowledges less need not wait for what the held one waits for.
	return !have || !h.covered(max(s.off, h.next), end, s.ackOff), agrees
}

// newTop notes that a side has sent further than ever.
func (h *half) newTop(end int64, ipid uint16, at capture.Time) {
	h.sent = end
	h.topID, h.topTime = ipid, at
	if !h.timing && end > h.acked { // acknowledged already: the file is out of order
		h.timing, h.timingEnd, h.timingAt = true, end, at
	}
}

// lateOriginal reports whether a segment that fills a hole was sent before
// what lies behind the hole: its IP-ID is the older one, or, without IDs, it
// came too soon to be a retransmission.
func (h *half) lateOriginal(s *segment) bool {
	if s.hasIPID && s.ipid != 0 && h.topID != 0 {
		return int16(s.ipid-h.topID) < 0
	}
	return s.at.Time.Sub(h.topTime).Abs() <= maxReorder
}

// contradicts reports whether a segment repeats bytes with other content, as
// far as those are still known.
func (h *half) contradicts(s *segment) bool {
	if s.off < h.next && len(s.payload) == s.length && h.past.differs(s.off, s.length, s.content) {
		return true
	}
	for _, q := range h.reaching(s.off) {
		from := max(q.off, s.off)
		to := min(q.off+int64(len(q.payload)), s.off+int64(len(s.payload)))
		if from < to && string(q.payload[from-q.off:to-q.off]) != string(s.payload[from-s.off:to-s.off]) {
			return true
		}
		if q.off >= s.end() {
			break
		}
	}
	return false
}
