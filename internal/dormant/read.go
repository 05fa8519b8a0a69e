package dormant

import (
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"
)

// A Reader makes values again that a Writer has written, in the same order. Its
// memory is used again by Begin. It is not safe for concurrent use.
type Reader struct {
	// Room gives memory for n values of a form or more, which lie side by side. Nil,
	// or where it gives nil: new memory. What is in it is written over but for what
	// is left out.
	Room func(f *Form, n int) (room unsafe.Pointer, holds int)

	bytes []byte
	refs  []unsafe.Pointer
	stays []unsafe.Pointer
	known []unsafe.Pointer
	last  uint64
}

// Begin takes what was written, and what it refers to. Behind the bytes there have to
// be Slack more of any value.
func (r *Reader) Begin(bytes []byte, refs []unsafe.Pointer) {
	r.bytes, r.refs, r.last = bytes, refs, 0
	clear(r.known)
	clear(r.stays)
	r.known, r.stays = r.known[:0], r.stays[:0]
}

// Slack is how many bytes a Reader may look at behind those that were written.
const Slack = wordBytes

// Stays is Writer.Stays.
func (r *Reader) Stays(p unsafe.Pointer) { r.stays = append(r.stays, p) }

// Value makes the value of a form at p.
func (r *Reader) Value(f *Form, p unsafe.Pointer) {
	r.known = append(r.known, p)
	r.value(f, p)
}

func (r *Reader) value(f *Form, p unsafe.Pointer) {
	for i := range f.spans {
		s := &f.spans[i]
		at := unsafe.Add(p, s.at)
		switch s.kind {
		case kindWords:
			r.words(at, s.words)
		case kindTail:
			copy(unsafe.Slice((*byte)(at), s.words), r.take(s.words))
		case kindRef, kindKnown:
			*(*unsafe.Pointer)(at) = r.pointer(nil)
		case kindOwn:
			*(*unsafe.Pointer)(at) = r.pointer(s.of)
		case kindText:
			if n := int(r.count()); n > 0 {
				*(*string)(at) = unsafe.String((*byte)(r.pointer(nil)), n)
			} else {
				*(*string)(at) = ""
			}
		case kindList:
			r.list(s.of, (*list)(at))
		case kindRefList:
			var l list
			if l.data = r.pointer(nil); l.data != nil {
				l.len, l.cap = int(r.count()), int(r.count())
			}
			*(*list)(at) = l
		}
	}
}

// pointer reads a pointer, and what it leads to where that was written with it.
func (r *Reader) pointer(f *Form) unsafe.Pointer {
	switch code := r.count(); code {
	case codeNil:
		return nil
	case codeRef:
		return r.refs[r.count()]
	case codeStays:
		p := r.stays[r.count()]
		return unsafe.Add(p, r.count())
	case codeOwn:
		p, _ := r.room(f, 1)
		r.Value(f, p)
		return p
	default:
		return r.place(code)
	}
}

func (r *Reader) place(code uint64) unsafe.Pointer {
	p := r.known[(code-codeKnown)/2]
	if (code-codeKnown)%2 == 1 {
		p = unsafe.Add(p, r.count())
	}
	return p
}

// list reads a list. Where there is one that has enough room, that is used again.
func (r *Reader) list(f *Form, l *list) {
	n := int(r.count()) - 1
	if n < 0 {
		*l = list{}
		return
	}
	code := r.count()
	if code == codeNil {
		*l = list{data: unsafe.Pointer(&nothing)}
		return
	}
	if code != codeOwn {
		l.data, l.len = r.place(code), n
		l.cap = int(r.count())
		return
	}
	if l.len = n; n == 0 {
		if l.data == nil {
			l.data = unsafe.Pointer(&nothing)
		}
		return
	}
	if l.cap < n {
		l.data, l.cap = r.room(f, n)
	}
	r.known = append(r.known, l.data)
	if f.plain {
		size := int(f.size) * n
		copy(unsafe.Slice((*byte)(l.data), size), r.take(size))
		return
	}
	for i := range n {
		r.value(f, unsafe.Add(l.data, uintptr(i)*f.size))
	}
}

// nothing is where lists of no length that are not nil lead to.
var nothing struct{}

func (r *Reader) room(f *Form, n int) (room unsafe.Pointer, holds int) {
	if r.Room != nil {
		if p, holds := r.Room(f, n); p != nil {
			return p, holds
		}
	}
	if n == 1 {
		return reflect.New(f.of).UnsafePointer(), 1
	}
	return reflect.MakeSlice(reflect.SliceOf(f.of), n, n).UnsafePointer(), n
}

func (r *Reader) take(n int) []byte {
	b := r.bytes[:n]
	r.bytes = r.bytes[n:]
	return b
}

func (r *Reader) count() uint64 {
	if b := r.bytes[0]; b < 0x80 {
		r.bytes = r.bytes[1:]
		return uint64(b)
	}
	n, size := binary.Uvarint(r.bytes)
	r.bytes = r.bytes[size:]
	return n
}

func (r *Reader) words(p unsafe.Pointer, n int) {
	b, last := r.bytes, r.last
	for i := 0; i < n; {
		tag := b[0]
		for range tag >> 4 {
			*(*uint64)(unsafe.Add(p, i*wordBytes)) = 0
			i++
		}
		size := int(tag & 15)
		if size == 0 {
			b = b[1:]
			continue
		}
		at := (*uint64)(unsafe.Add(p, i*wordBytes))
		i++
		if size == tagOnes {
			*at, b = math.MaxUint64, b[1:]
			continue
		}
		v, apart := binary.LittleEndian.Uint64(b[1:1+wordBytes]), size > tagDistance
		if apart {
			size -= tagDistance
		}
		v &= math.MaxUint64 >> (64 - 8*size)
		b = b[1+size:]
		switch {
		case apart:
			v = last + uint64(int64(v>>1)^-int64(v&1))
			last = v
		case size >= large:
			last = v
		}
		*at = v
	}
	r.bytes, r.last = b, last
}
