package reassembly

import (
	"math/rand/v2"
	"slices"
	"testing"

	"smtpscope/capture"
)

// TestSleepers: who sleeps is found by the connection's ends until taken out, also
// among those of the same hash, and the lists stand in the order of their ends.
func TestSleepers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var l sleepers
	var here []*sleeper
	for i := range 20_000 {
		if len(here) == 0 || r.IntN(5) < 3 {
			s := l.blank()
			*s = sleeper{key: flow{a0: uint64(i)}, hash: uint64(r.IntN(5000)), due: capture.Time(i - r.IntN(10)), closed: r.IntN(2) == 0}
			l.put(s)
			here = append(here, s)
		} else {
			k := r.IntN(len(here))
			s := here[k]
			here = slices.Delete(here, k, k+1)
			key, hash := s.key, s.hash
			l.take(s)
			l.give(s)
			if l.find(hash, &key) != nil {
				t.Fatal("found who is gone")
			}
		}
		if len(here) > 0 {
			if s := here[r.IntN(len(here))]; l.find(s.hash, &s.key) != s {
				t.Fatal("not found")
			}
		}
		if l.n != len(here) {
			t.Fatalf("%d are counted, %d sleep", l.n, len(here))
		}
	}
	listed := 0
	for _, list := range l.lists() {
		var last *sleeper
		for s := list.head; s != nil; last, s = s, s.next {
			if listed++; s.prev != last || last != nil && last.due > s.due {
				t.Fatal("out of order")
			}
		}
		if list.tail != last {
			t.Fatal("the tail is not the last")
		}
	}
	if listed != len(here) {
		t.Errorf("%d are listed, %d sleep", listed, len(here))
	}
}

// TestClosingOrder: who closed, slept, and is awake again stands where it stood, and
// is not looked at again.
func TestClosingOrder(t *testing.T) {
	l := list{of: byCloses}
	conns := make([]Conn, 8)
	for i := range conns {
		conns[i].due = capture.Time(i)
		l.push(&conns[i])
	}
	l.seen = &conns[5]
	for _, i := range []int{3, 0, 5, 7} {
		l.remove(&conns[i])
	}
	if l.unseen() != &conns[6] {
		t.Error("what was looked at is to be looked at again, or what was not is not")
	}
	for _, i := range []int{5, 7, 0, 3} {
		l.insert(&conns[i])
	}
	var order []capture.Time
	for c := l.head; c != nil; c = c.closes.next {
		order = append(order, c.due)
	}
	if !slices.IsSorted(order) || len(order) != len(conns) || l.tail != &conns[7] {
		t.Errorf("order %v", order)
	}
}
