package reassembly

import (
	"math"

	"smtpscope/capture"
)

// maxFlightKept is how many packets under way are remembered of one side, the
// oldest: the initial window of today's hosts (RFC 6928).
const maxFlightKept = 10

// flight remembers the oldest packets with payload that wait for their
// acknowledgement, and the newest in the last place. In a dialogue there are
// one or two: more have memory of their own.
type flight struct {
	n     uint8
	tried uint8  // tries of the first that were as short as the shortest, up to 255
	block uint16 // the longest SACK block that lies behind it, bytes, up to 65535
	least int32  // payload of the shortest try of the first
	last  Stamp  // of its last try
	near  [2]sent
	far   *[maxFlightKept - 2]sent `dormant:"ref"` // nil while there was no need
}

// at gives one of them, 0 to n-1.
func (f *flight) at(i uint8) *sent {
	if int(i) < len(f.near) {
		return &f.near[i]
	}
	return &f.far[int(i)-len(f.near)]
}

// room sees to it that there is a place for n of them.
func (f *flight) room(n uint8) {
	if int(n) > len(f.near) && f.far == nil {
		f.far = new([maxFlightKept - 2]sent)
	}
}

// sent is a packet under way.
type sent struct {
	off   int64
	at    Stamp // first try
	size  int32
	tries uint8 // up to 255
	heard bool  // by SACK
	cut   bool  // a part from its middle was sent on its own
}

func (e *sent) end() int64 { return e.off + int64(e.size) }

// push notes new payload.
func (f *flight) push(off int64, size int, at Stamp) {
	if f.n == maxFlightKept {
		f.n--
	}
	e := &f.near[f.n%2]
	if int(f.n) >= len(f.near) {
		f.room(f.n + 1)
		e = f.at(f.n)
	}
	e.off, e.at, e.size = off, at, int32(size)
	e.tries, e.heard, e.cut = 1, false, false
	if f.n++; f.n == 1 {
		f.lead()
	}
}

// lead begins to watch the packet that has become the first.
func (f *flight) lead() {
	f.last, f.least, f.tried, f.block = f.near[0].at, f.near[0].size, 1, 0
}

// acked lets go what is acknowledged, and gives the largest payload of it that
// came through as it was first sent.
func (f *flight) acked(off int64, largest int) int {
	if f.n == 0 || f.near[0].end() > off {
		return largest
	}
	if e := &f.near[0]; !e.cut && (e.tries == 1 || f.least == e.size) {
		largest = max(largest, int(e.size))
	}
	if f.n == 1 { // as nearly always in a dialogue
		f.n = 0
		return largest
	}
	k := uint8(1)
	for ; k < f.n && f.at(k).end() <= off; k++ {
		if e := f.at(k); !e.cut && e.tries == 1 {
			largest = max(largest, int(e.size))
		}
	}
	if f.n -= k; f.n > 0 {
		for i := range f.n {
			*f.at(i) = *f.at(i + k)
		}
		f.lead()
	}
	return largest
}

// again notes a repetition. edge is what the other side has acknowledged.
func (f *flight) again(s *segment, edge int64) {
	for i := range f.n {
		e := f.at(i)
		e.cut = e.cut || e.off < s.off && s.off < e.end()
		if s.off != e.off && !(i == 0 && e.off < s.off && s.off <= edge) {
			continue
		}
		e.tries = max(e.tries, e.tries+1)
		if i == 0 {
			f.last = s.at
			f.tryAgain(int32(s.length))
		}
		return
	}
	if s.off != edge || f.n > 0 && f.near[0].off <= s.off {
		return
	}
	// The first try was sent when there was no room to remember it.
	f.n = min(f.n+1, maxFlightKept)
	f.room(f.n)
	for i := f.n - 1; i > 0; i-- {
		*f.at(i) = *f.at(i - 1)
	}
	f.near[0] = sent{off: s.off, at: s.at, size: int32(s.length), tries: 2}
	f.lead()
	f.tried = 2
}

// tryAgain counts the shortest tries of the first.
func (f *flight) tryAgain(length int32) {
	switch {
	case length < f.least:
		f.least, f.tried = length, 1
	case length == f.least:
		f.tried = max(f.tried, f.tried+1)
	}
}

// heard marks what a SACK block covers. The block itself is looked at besides: of
// a packet that a network card cuts behind the capture point, a part may arrive.
func (f *flight) heard(left, right int64) {
	if f.n > 0 && left > f.near[0].off {
		f.block = max(f.block, uint16(min(right-left, math.MaxUint16)))
	}
	for i := range f.n {
		if e := f.at(i); left <= e.off && e.end() <= right {
			e.heard = true
		}
	}
}

// firstSent is when the byte before offset end was first captured, of what is
// under way.
func (f *flight) firstSent(end int64) (capture.Time, bool) {
	for i := range f.n {
		if e := f.at(i); e.off < end && end <= e.end() {
			return e.at.Time, true
		}
	}
	return 0, false
}

// Stuck is a packet that was sent at least twice and never acknowledged: the
// first of its side that was not. Tries 0 = there is none.
type Stuck struct {
	Size, Least int // bytes of payload: of the first try, of the shortest
	Tries       int64
	LeastTries  int64 // of those as short as Least
	First, Last Stamp
	Seq         uint32 // where it begins
	Block       int    // longest SACK block behind its beginning: all packets in it were no larger; 0 = none
	LaterHeard  int    // largest payload of a packet behind it that was acknowledged by SACK, bytes
	LaterLost   int    // packets behind it that were not, no larger than that one or less than half of Least
}

// Stuck gives what a side's stream stands at.
func (c *Conn) Stuck(side Side) (u Stuck) {
	f := &c.half[side].flight
	if f.n == 0 || f.near[0].tries < 2 {
		return u
	}
	e := &f.near[0]
	u = Stuck{Size: int(e.size), Least: int(f.least), Tries: int64(e.tries), LeastTries: int64(f.tried),
		First: e.at, Last: f.last, Seq: c.half[side].base + uint32(e.off), Block: int(f.block)}
	for i := uint8(1); i < f.n; i++ {
		if k := f.at(i); k.heard {
			u.LaterHeard = max(u.LaterHeard, int(k.size))
		}
	}
	for i := uint8(1); i < f.n; i++ {
		if k := f.at(i); !k.heard && (int(k.size) <= u.LaterHeard || 2*k.size < f.least) {
			u.LaterLost++
		}
	}
	return u
}
