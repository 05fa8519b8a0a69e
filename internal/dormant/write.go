package dormant

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unsafe"
)

// A Writer writes values one behind the other. Its memory is used again by Begin.
// It is not safe for concurrent use.
type Writer struct {
	Bytes []byte           // what was written; the Writer's own
	Refs  []unsafe.Pointer // what it refers to, which has to stay in memory; likewise
	stays []place
	known []place // values and lists that were written
	last  uint64  // see word
}

// A place is memory that was written, or that stays.
type place struct{ from, to uintptr }

// Begin forgets what was written.
func (w *Writer) Begin() {
	clear(w.Refs)
	w.Bytes, w.Refs, w.stays, w.known, w.last = w.Bytes[:0], w.Refs[:0], w.stays[:0], w.known[:0], 0
}

// Stays says that n bytes from p on stay where they are. Texts that lie there, and
// pointers tagged as known, are written as a place in it. A Reader is told of the
// same, in the same order.
func (w *Writer) Stays(p unsafe.Pointer, n uintptr) {
	w.stays = append(w.stays, place{uintptr(p), uintptr(p) + n})
}

func (w *Writer) knows(p unsafe.Pointer, n uintptr) {
	w.known = append(w.known, place{uintptr(p), uintptr(p) + n})
}

// Value writes the value of a form that lies at p.
func (w *Writer) Value(f *Form, p unsafe.Pointer) {
	w.knows(p, f.size)
	w.value(f, p)
}

func (w *Writer) value(f *Form, p unsafe.Pointer) {
	for i := range f.spans {
		s := &f.spans[i]
		at := unsafe.Add(p, s.at)
		switch s.kind {
		case kindWords:
			w.words(at, s.words)
		case kindTail:
			w.Bytes = append(w.Bytes, unsafe.Slice((*byte)(at), s.words)...)
		case kindRef:
			w.ref(*(*unsafe.Pointer)(at))
		case kindKnown:
			if q := *(*unsafe.Pointer)(at); q == nil || !w.staying(q) && !w.found(q) {
				w.count(codeNil)
			}
		case kindOwn:
			w.own(s.of, *(*unsafe.Pointer)(at))
		case kindText:
			text := *(*string)(at)
			if w.count(uint64(len(text))); len(text) > 0 {
				if q := unsafe.Pointer(unsafe.StringData(text)); !w.staying(q) {
					w.ref(q)
				}
			}
		case kindList:
			w.list(s.of, (*list)(at))
		case kindRefList:
			l := (*list)(at)
			if w.ref(l.data); l.data != nil {
				w.count(uint64(l.len))
				w.count(uint64(l.cap))
			}
		}
	}
}

// What stands where a pointer stood. Behind codeRef its place in Refs follows, behind
// codeStays the number of what stays and how far behind its beginning; from codeKnown
// on it leads to a place that is known, twice the number of the place, and one more
// where it does not lead to its beginning: how far behind that follows.
const (
	codeNil = iota
	codeOwn
	codeRef
	codeStays
	codeKnown
)

// own writes a pointer to what belongs to the value alone, and that with it.
func (w *Writer) own(f *Form, p unsafe.Pointer) {
	switch {
	case p == nil:
		w.count(codeNil)
	case w.found(p):
	default:
		w.count(codeOwn)
		w.Value(f, p)
	}
}

// list writes a list and what it holds, without the room behind it.
func (w *Writer) list(f *Form, l *list) {
	if l.data == nil {
		w.count(0)
		return
	}
	w.count(uint64(l.len) + 1)
	if l.len == 0 && l.cap == 0 {
		w.count(codeNil)
		return
	}
	if w.found(l.data) {
		w.count(uint64(l.cap))
		return
	}
	if w.count(codeOwn); l.len == 0 {
		return
	}
	size := f.size * uintptr(l.len)
	w.knows(l.data, size)
	if f.plain {
		w.Bytes = append(w.Bytes, unsafe.Slice((*byte)(l.data), size)...)
		return
	}
	for i := range l.len {
		w.value(f, unsafe.Add(l.data, uintptr(i)*f.size))
	}
}

// ref writes a pointer to what stays where it is.
func (w *Writer) ref(p unsafe.Pointer) {
	if p == nil {
		w.count(codeNil)
		return
	}
	w.count(codeRef)
	for i, q := range w.Refs {
		if p == q {
			w.count(uint64(i))
			return
		}
	}
	w.count(uint64(len(w.Refs)))
	w.Refs = append(w.Refs, p)
}

// staying writes a pointer into what stays; false, and nothing, if it is none.
func (w *Writer) staying(p unsafe.Pointer) bool {
	at := uintptr(p)
	for i := range w.stays {
		if s := &w.stays[i]; at-s.from < s.to-s.from {
			w.count(codeStays)
			w.count(uint64(i))
			w.count(uint64(at - s.from))
			return true
		}
	}
	return false
}

// found writes a pointer into what is known; false, and nothing, if it is none.
func (w *Writer) found(p unsafe.Pointer) bool {
	at := uintptr(p)
	for i := len(w.known) - 1; i >= 0; i-- {
		k := w.known[i]
		if at-k.from < k.to-k.from {
			if code := codeKnown + 2*uint64(i); at == k.from {
				w.count(code)
			} else {
				w.count(code + 1)
				w.count(uint64(at - k.from))
			}
			return true
		}
	}
	return false
}

// count writes a number that is small nearly always.
func (w *Writer) count(n uint64) {
	if n < 0x80 {
		w.Bytes = append(w.Bytes, byte(n))
		return
	}
	w.Bytes = binary.AppendUvarint(w.Bytes, n)
}

// A word is a byte that says how many zeros stand before it and how many bytes it
// has itself, and these: 0 is no word at all, up to 8 are its lowest bytes. Times are
// large and close to each other, so such a word may be its distance to the last
// large one, signs turned to the lowest bit: 8 more than its bytes. The last of them,
// of which it would take 7, is minus one, as which much is unknown.
const (
	tagDistance = 8
	tagOnes     = 15
	mostZeros   = 15
	mostApart   = 6 // bytes
	large       = 8 // bytes of a word that is one: a time is, an address of IPv4 is none
)

func (w *Writer) words(p unsafe.Pointer, n int) {
	const most = 1 + wordBytes
	b, last := w.Bytes, w.last
	zeros := 0
	for i := range n {
		v := *(*uint64)(unsafe.Add(p, i*wordBytes))
		if v == 0 {
			if zeros++; zeros == mostZeros {
				b, zeros = append(b, mostZeros<<4), 0
			}
			continue
		}
		at := len(b)
		if cap(b)-at < most {
			b = append(b, make([]byte, most)...)[:at]
		}
		room := b[at : at+most]
		tag, size := byte(zeros)<<4, (bits.Len64(v)+7)/8
		zeros = 0
		switch {
		case v == math.MaxUint64:
			room[0] = tag | tagOnes
			b = b[:at+1]
			continue
		case size >= large:
			apart := int64(v - last)
			last = v
			turned := uint64(apart)<<1 ^ uint64(apart>>63)
			if short := max((bits.Len64(turned)+7)/8, 1); short < size && short <= mostApart {
				v, size, tag = turned, short, tag+tagDistance
			}
		}
		room[0] = tag + byte(size)
		binary.LittleEndian.PutUint64(room[1:], v)
		b = b[:at+1+size]
	}
	if zeros > 0 {
		b = append(b, byte(zeros)<<4)
	}
	w.Bytes, w.last = b, last
}
