package dormant

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"runtime"
	"testing"
	"unsafe"
)

// everything is a type with all that a Form knows.
type everything struct {
	Flag    bool
	Small   uint16
	Number  int64
	Times   [4]int64
	Address netip.AddrPort
	Name    string
	Names   []string
	Inner   inner
	Own     *inner
	Same    *inner // as Own
	Nodes   []*inner
	Values  []inner
	Bytes   []byte
	Counts  map[string]int `dormant:"ref"`
	Shared  *inner         `dormant:"ref"`
	List    []string       `dormant:"ref"`
	Any     any
	Known   *inner `dormant:"known"`
	Beside  *inner `dormant:"known"` // not written
	Near    [3]*inner
	Queue   []*inner // in Near
	Left    *inner   `dormant:"-"`
	Itself  *everything
	Odd     [3]byte
}

type inner struct {
	A, B   int32
	Next   *inner
	Text   string
	Number uint64
	Tail   [5]uint16
}

var everythingForm = NewForm[everything]()

// numbers are of all sizes, and near to each other.
func number(r *rand.Rand) uint64 {
	switch r.IntN(6) {
	case 0:
		return 0
	case 1:
		return math.MaxUint64
	case 2:
		return 1_764_000_000_000_000_000 + r.Uint64N(1<<uint(r.IntN(50)))
	}
	return r.Uint64() >> uint(r.IntN(64))
}

func randomInner(r *rand.Rand, depth int) *inner {
	if depth == 0 || r.IntN(4) == 0 {
		return nil
	}
	return &inner{A: int32(number(r)), B: int32(number(r)), Next: randomInner(r, depth-1), Text: text(r), Number: number(r),
		Tail: [5]uint16{uint16(number(r)), 0, 2, 3, uint16(number(r))}}
}

func text(r *rand.Rand) string { return "some text, of which a part is taken"[:r.IntN(30)] }

func random(r *rand.Rand) *everything {
	e := &everything{Flag: r.IntN(2) == 0, Small: uint16(number(r)), Number: int64(number(r)),
		Address: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(256))}), uint16(number(r))),
		Name:    text(r), Own: randomInner(r, 3), Shared: randomInner(r, 2), Any: number(r), Beside: new(inner), Left: new(inner),
		Odd: [3]byte{1, 2, byte(r.IntN(256))}}
	for i := range e.Times {
		e.Times[i] = int64(number(r))
	}
	e.Same = e.Own
	if r.IntN(2) == 0 {
		e.Names, e.Counts, e.List = []string{text(r), "", text(r)}, map[string]int{"a": r.IntN(9)}, []string{"x", text(r)}
	}
	for range r.IntN(5) {
		e.Nodes = append(e.Nodes, randomInner(r, 2))
		e.Values = append(e.Values, inner{A: int32(number(r)), Next: e.Own, Text: text(r)})
		e.Bytes = append(e.Bytes, byte(number(r)))
	}
	if len(e.Values) > 1 {
		e.Known = &e.Values[1]
	}
	e.Near[1] = randomInner(r, 2)
	e.Queue = e.Near[1:2]
	e.Itself = e
	return e
}

// TestMadeAgain: what was written is made again, in fresh memory and in memory that
// held another value, with the collector at work in between.
func TestMadeAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var w Writer
	var reader Reader
	used := random(r)
	for round := range 3000 {
		want := random(r)
		left := want.Left
		w.Begin()
		w.Value(everythingForm, unsafe.Pointer(want))
		got := new(everything)
		if round%2 == 0 {
			got = used
		}
		got.Left = nil
		bytes := append(append([]byte(nil), w.Bytes...), make([]byte, Slack)...)
		refs := append([]unsafe.Pointer(nil), w.Refs...)
		if round%100 == 0 {
			runtime.GC()
		}
		reader.Begin(bytes, refs)
		reader.Value(everythingForm, unsafe.Pointer(got))
		if got.Left != nil || want.Left != left || got.Beside != nil {
			t.Fatal("what is left out, or not known, was written")
		}
		switch {
		case got.Itself != got, got.Same != got.Own, got.Own != nil && got.Own == want.Own, got.Shared != want.Shared,
			got.Known != nil && got.Known != &got.Values[1], &got.Queue[0] != &got.Near[1], cap(got.Queue) != cap(want.Queue):
			t.Fatalf("round %d: pointers lead elsewhere", round)
		}
		for i := range got.Values {
			if got.Values[i].Next != got.Own {
				t.Fatalf("round %d: a value points elsewhere", round)
			}
		}
		got.Left, got.Beside, got.Itself, want.Itself = want.Left, want.Beside, nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: got %+v, want %+v", round, got, want)
		}
		got.Itself = got
		used = got
	}
}

// TestStays: texts that lie in memory that stays lead there again.
func TestStays(t *testing.T) {
	room := new([64]byte)
	copy(room[:], "a text that stays")
	type noted struct {
		Text, Other string
		Where       *[64]byte `dormant:"known"`
	}
	form := NewForm[noted]()
	want := noted{Text: unsafe.String(&room[2], 4), Other: "elsewhere", Where: room}
	var w Writer
	w.Begin()
	w.Stays(unsafe.Pointer(room), unsafe.Sizeof(*room))
	w.Value(form, unsafe.Pointer(&want))
	if len(w.Refs) != 1 {
		t.Errorf("refers to %d, want the other text alone", len(w.Refs))
	}
	var r Reader
	r.Begin(append(w.Bytes, make([]byte, Slack)...), w.Refs)
	r.Stays(unsafe.Pointer(room))
	var got noted
	r.Value(form, unsafe.Pointer(&got))
	if got != want || unsafe.StringData(got.Text) != &room[2] {
		t.Errorf("got %q %q %p, want %q %q %p", got.Text, got.Other, got.Where, want.Text, want.Other, want.Where)
	}
}

// TestRoom: memory is asked for by its form, and lists use what is there.
func TestRoom(t *testing.T) {
	innerForm := NewForm[inner]()
	spare, asked := make([]inner, 8), 0
	r := Reader{Room: func(f *Form, n int) (unsafe.Pointer, int) {
		if f != innerForm {
			return nil, 0
		}
		asked++
		return unsafe.Pointer(&spare[0]), len(spare)
	}}
	want := everything{Values: []inner{{A: 1}, {A: 2}, {A: 3}}}
	var w Writer
	w.Begin()
	w.Value(everythingForm, unsafe.Pointer(&want))
	r.Begin(append(w.Bytes, make([]byte, Slack)...), w.Refs)
	var got everything
	r.Value(everythingForm, unsafe.Pointer(&got))
	if asked != 1 || len(got.Values) != 3 || cap(got.Values) != 8 || &got.Values[0] != &spare[0] || got.Values[2].A != 3 {
		t.Errorf("asked %d times, got %d of %d", asked, len(got.Values), cap(got.Values))
	}
}

// TestSmall: what is zero, small or a time near the last takes few bytes.
func TestSmall(t *testing.T) {
	type stamps struct {
		Zeros [40]int64
		At    [10]int64
		Count [10]int64
	}
	form := NewForm[stamps]()
	var s stamps
	for i := range s.At {
		s.At[i], s.Count[i] = 1_764_000_000_000_000_000+int64(i)*20_000_000, int64(i+1)
	}
	var w Writer
	w.Begin()
	w.Value(form, unsafe.Pointer(&s))
	if n := len(w.Bytes); n > 80 {
		t.Errorf("%d bytes of %d", n, reflect.TypeFor[stamps]().Size())
	}
}
