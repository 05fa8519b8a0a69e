package capture

import "slices"

// sizeUnknown is the size of a datagram whose last fragment was not seen.
const sizeUnknown = -1

// datagram is what was seen so far of one.
type datagram struct {
	key     fragmentKey
	first   Time    // when its first captured fragment came
	pieces  []piece // in order, without overlap
	bytes   int     // held by pieces
	covered int     // bytes on the wire that pieces stand for
	size    int     // bytes in all, from the last fragment; or sizeUnknown
	next    uint8   // protocol, from the fragment with offset 0
	dead    bool    // given up; swallows what else comes
}

// piece is a run of the datagram. Its data ends before end where the snap
// length cut the fragment.
type piece struct {
	start, end int
	data       []byte
}

// pieceFit says how a fragment met those before it.
type pieceFit uint8

const (
	pieceNew      pieceFit = iota // touched no other
	pieceRepeated                 // the range of one that is there
	pieceOverlaps                 // another range, or another end of the datagram
)

// take keeps what of f is new: where fragments overlap, the first wins.
func (t *datagram) take(f *fragment) pieceFit {
	start, end := f.offset, f.offset+f.data.wire
	if t.dead || slices.ContainsFunc(t.pieces, func(p piece) bool { return p.start == start && p.end == end }) {
		return pieceRepeated
	}
	if !t.agrees(end, f.last) {
		return pieceOverlaps
	}
	if f.last {
		t.size = end
	}
	if start == 0 {
		t.next = f.next
	}
	fit := pieceNew
	for i := 0; start < end; i++ {
		switch {
		case i == len(t.pieces) || t.pieces[i].start >= end:
			t.insert(i, f, start, end)
			return fit
		case t.pieces[i].end <= start:
			continue
		case t.pieces[i].start > start:
			t.insert(i, f, start, t.pieces[i].start)
			i++
		}
		fit = pieceOverlaps
		start = t.pieces[i].end
	}
	return fit
}

// agrees reports whether a fragment that ends at end fits what is known of
// the datagram's size.
func (t *datagram) agrees(end int, last bool) bool {
	if t.size != sizeUnknown && (end > t.size || last && end != t.size) {
		return false
	}
	return !last || len(t.pieces) == 0 || t.pieces[len(t.pieces)-1].end <= end
}

// insert makes the part of f from start to end the piece at index i. The
// bytes are copied.
func (t *datagram) insert(i int, f *fragment, start, end int) {
	from := min(start-f.offset, len(f.data.data))
	to := min(end-f.offset, len(f.data.data))
	data := slices.Clone(f.data.data[from:to])
	t.pieces = slices.Insert(t.pieces, i, piece{start, end, data})
	t.bytes += len(data) + pieceOverhead
	t.covered += end - start
}

func (t *datagram) complete() bool { return !t.dead && t.covered == t.size }

// assemble appends the datagram to b, up to the first byte that the snap
// length cut.
func (t *datagram) assemble(b []byte) []byte {
	for _, p := range t.pieces {
		b = append(b, p.data...)
		if len(p.data) < p.end-p.start {
			break
		}
	}
	return b
}

// die lets go of the bytes and says how many they were.
func (t *datagram) die() int {
	n := t.bytes
	t.pieces, t.bytes, t.covered, t.dead = nil, 0, 0, true
	return n
}
