package reassembly

import (
	"slices"

	"smtpscope/capture"
)

// maxJump is how far a sequence or acknowledgement number may lie from where
// the stream stands. The largest window that TCP can announce is 1 GiB
// (RFC 7323 section 2.3); hosts use some MiB. Beyond this a number belongs to
// another connection, or to nobody.
const maxJump = 64 << 20

// half is one direction: the stream of what one side sends.
type half struct {
	next  int64  // delivered up to here, gaps counted
	sent  int64  // highest end of a payload seen
	acked int64  // acknowledged by the other side up to here
	fin   int64  // offset of the FIN; -1 = none seen
	base  uint32 // sequence number of offset 0

	based   bool // base is known
	hasISN  bool
	anyAck  bool
	finDone bool // delivered
	lone    bool // the byte at next was acknowledged and never seen: taken for a FIN
	rst     bool // an accepted RST of this side was delivered
	zero    bool // the side announced window 0
	timing  bool // a round trip is being measured

	window    uint16       // last announced
	topID     uint16       // IP-ID of the segment that reached sent
	topTime   capture.Time // when that was; where nothing of the side was captured, when most of it was acknowledged
	timingEnd int64
	timingAt  capture.Time

	first int
	queue []*segment `dormant:"-"` // held, by offset, from first on

	flight flight
	past   recent

	isn       uint32
	rstTop    int64 // how far the side had got when its RST was accepted
	rstAt     Stamp
	zeroSince capture.Time
	waited    int64 // what was acknowledged when the connection began to wait
	stood     int64 // where next stood at the last look since
}

// offset puts a 32-bit sequence number into the stream, nearest to where the
// stream stands (RFC 9293 section 3.4: arithmetic modulo 2^32).
func (h *half) offset(seq uint32) int64 {
	return h.next + int64(int32(seq-h.base-uint32(h.next)))
}

// top is how far the side has got, its FIN counted as sequence numbers do.
func (h *half) top() int64 { return max(h.next, h.sent, h.fin+1) }

// delivered counts the FIN as one, as sequence numbers do.
func (h *half) delivered() int64 {
	if h.finDone || h.lone {
		return h.next + 1
	}
	return h.next
}

// heard is how many payload bytes the other side acknowledged.
func (h *half) heard() int64 {
	if h.fin >= 0 {
		return min(h.acked, h.fin)
	}
	return h.acked
}

// missed reports whether the other side acknowledged bytes that are not here.
func (h *half) missed() bool {
	n := h.heard() - h.next
	return h.based && n > 0 && !(n == 1 && h.lone && h.head() == nil)
}

// waiting are the held segments.
func (h *half) waiting() []*segment { return h.queue[h.first:] }

func (h *half) head() *segment {
	if h.first == len(h.queue) {
		return nil
	}
	return h.queue[h.first]
}

// insert queues s by its offset; what came first stands first.
func (h *half) insert(s *segment) {
	if h.first > 0 && h.first >= len(h.queue)/2 {
		n := copy(h.queue, h.waiting())
		clear(h.queue[n:])
		h.queue, h.first = h.queue[:n], 0
	}
	i := len(h.queue)
	if i > h.first && h.queue[i-1].off > s.off {
		i = h.first + h.search(s.off+1)
	}
	h.queue = slices.Insert(h.queue, i, s)
	s.reach = s.end()
	if i > h.first {
		s.reach = max(s.reach, h.queue[i-1].reach)
	}
	for _, q := range h.queue[i+1:] {
		if q.reach >= s.reach {
			break
		}
		q.reach = s.reach
	}
}

// reaching are the held segments from the first on that may end behind off.
// Those before it need not be looked at: an attacker has thousands wait.
func (h *half) reaching(off int64) []*segment {
	held := h.waiting()
	i, _ := slices.BinarySearchFunc(held, off, func(s *segment, off int64) int {
		if s.reach <= off {
			return -1
		}
		return 1
	})
	return held[i:]
}

// search gives the place of the first held segment at off or behind it.
func (h *half) search(off int64) int {
	i, _ := slices.BinarySearchFunc(h.waiting(), off, func(s *segment, off int64) int {
		if s.off < off {
			return -1
		}
		return 1
	})
	return i
}

// take removes the held segment at place i.
func (h *half) take(i int) *segment {
	i += h.first
	s := h.queue[i]
	copy(h.queue[h.first+1:i+1], h.queue[h.first:i])
	h.queue[h.first] = nil
	if h.first++; h.first == len(h.queue) {
		h.queue, h.first = h.queue[:0], 0
	}
	return s
}

// covered reports whether held segments that acknowledge no more than ack hold
// all of [from, to).
func (h *half) covered(from, to, ack int64) bool {
	if from >= to {
		return true
	}
	for _, q := range h.reaching(from) {
		if q.off > from {
			return false
		}
		if q.ackOff > ack {
			continue
		}
		if from = max(from, q.end()); from >= to {
			return true
		}
	}
	return false
}
