package dormant

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"
)

// A Form is how the values of one type lie in memory.
type Form struct {
	of    reflect.Type
	size  uintptr
	spans []span
	plain bool // no pointers: its bytes are all there is
}

// A span is a part of a value: some words without pointers, or one pointer, string
// or list.
type span struct {
	kind  spanKind
	at    uintptr // bytes from the value's beginning
	words int     // kindWords: how many
	of    *Form   // kindOwn, kindList: of what it leads to
}

type spanKind uint8

const (
	kindWords spanKind = iota
	kindRef
	kindOwn
	kindKnown
	kindText
	kindList
	kindRefList
	kindTail // fewer bytes than a word, behind the last one: words says how many
)

const wordBytes = 8

// NewForm is the form of values of type T. Made once, it serves all of them.
func NewForm[T any]() *Form {
	forms.Lock()
	defer forms.Unlock()
	return formOf(reflect.TypeFor[T]())
}

// forms are those that were made. Types refer to each other, and to themselves.
var forms struct {
	sync.Mutex
	made map[reflect.Type]*Form
}

func formOf(t reflect.Type) *Form {
	if f := forms.made[t]; f != nil {
		return f
	}
	f := &Form{of: t, size: t.Size()}
	if forms.made == nil {
		forms.made = map[reflect.Type]*Form{}
	}
	forms.made[t] = f
	f.add(t, 0, "")
	f.fill()
	f.plain = !hasPointers(t)
	return f
}

// add notes what is no plain word in a value of type t that lies at a place.
func (f *Form) add(t reflect.Type, at uintptr, tag string) {
	if tag == "-" {
		f.skip(at, t.Size())
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			field := t.Field(i)
			inner := tag
			if own, tagged := field.Tag.Lookup("dormant"); tagged {
				inner = own
			}
			f.add(field.Type, at+field.Offset, inner)
		}
	case reflect.Array:
		for i := range t.Len() {
			if !hasPointers(t.Elem()) {
				return
			}
			f.add(t.Elem(), at+uintptr(i)*t.Elem().Size(), tag)
		}
	case reflect.String:
		f.spans = append(f.spans, span{kind: kindText, at: at})
	case reflect.Slice:
		if tag == "ref" {
			f.spans = append(f.spans, span{kind: kindRefList, at: at})
			return
		}
		f.spans = append(f.spans, span{kind: kindList, at: at, of: formOf(t.Elem())})
	case reflect.Pointer:
		switch {
		case tag == "known":
			f.spans = append(f.spans, span{kind: kindKnown, at: at})
		case tag == "ref" || !ours(t.Elem()):
			f.spans = append(f.spans, span{kind: kindRef, at: at})
		default:
			f.spans = append(f.spans, span{kind: kindOwn, at: at, of: formOf(t.Elem())})
		}
	case reflect.Interface:
		f.spans = append(f.spans, span{kind: kindRef, at: at}, span{kind: kindRef, at: at + wordBytes})
	case reflect.Map, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		f.spans = append(f.spans, span{kind: kindRef, at: at})
	}
}

// ours reports whether a type is defined here, or is made of nothing else.
func ours(t reflect.Type) bool {
	switch {
	case t.PkgPath() != "":
		return strings.HasPrefix(t.PkgPath(), "smtpscope/")
	case t.Kind() == reflect.Array, t.Kind() == reflect.Slice, t.Kind() == reflect.Pointer:
		return ours(t.Elem())
	}
	return t.Kind() != reflect.Struct
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("dormant") == "-" || hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.String, reflect.Slice, reflect.Pointer, reflect.Interface, reflect.Map, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return true
	}
	return false
}

// skipped is a span that is left out again: nothing is written of it.
const skipped spanKind = 255

func (f *Form) skip(at, size uintptr) {
	if at%wordBytes != 0 || size%wordBytes != 0 {
		panic("dormant: " + f.of.String() + ": only whole words can be left out")
	}
	f.spans = append(f.spans, span{kind: skipped, at: at, words: int(size / wordBytes)})
}

// bytes is how much memory a span takes.
func (s *span) bytes() uintptr {
	switch s.kind {
	case kindWords, skipped:
		return uintptr(s.words) * wordBytes
	case kindText:
		return unsafe.Sizeof("")
	case kindList, kindRefList:
		return unsafe.Sizeof(list{})
	}
	return wordBytes
}

// fill puts in the words between what was noted.
func (f *Form) fill() {
	var all []span
	at := uintptr(0)
	words := func(to uintptr) {
		if n := int((to - at) / wordBytes); n > 0 {
			all = append(all, span{kind: kindWords, at: at, words: n})
		}
		if rest := (to - at) % wordBytes; rest > 0 {
			all = append(all, span{kind: kindTail, at: to - rest, words: int(rest)})
		}
	}
	for _, s := range f.spans {
		words(s.at)
		if s.kind != skipped {
			all = append(all, s)
		}
		at = s.at + s.bytes()
	}
	words(f.size)
	f.spans = all
}

// list is a slice as it lies in memory.
type list struct {
	data     unsafe.Pointer
	len, cap int
}
