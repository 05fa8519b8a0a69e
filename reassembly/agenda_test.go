package reassembly

import (
	"math/rand/v2"
	"testing"

	"smtpscope/capture"
)

// TestAgenda lets connections come, be heard, close, be opened again, move to
// another agenda and end, and asks each time for the one that has been silent
// for longest.
func TestAgenda(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var g, other agenda
	now, frame := capture.Time(0), int64(0)
	var open []*Conn
	for step := range 200000 {
		now += capture.Time(r.IntN(3))
		if n := len(open); n > 0 {
			i := r.IntN(n)
			c := open[i]
			switch what := r.IntN(12); {
			case what < 6:
				c.touched = now
			case what == 6:
				c.closed = true
			case what == 7 && c.closed:
				c.closed, c.touched = false, now
				g.enter(c, n)
			case what == 8: // over; the memory serves the next one
				c.agenda = nil
				frame++
				*c = Conn{First: Stamp{Frame: frame}, touched: now}
				g.enter(c, n)
			case what == 9 && n > 40:
				c.agenda = nil
				if r.IntN(2) == 0 {
					other.enter(c, 1)
				}
				open = append(open[:i], open[i+1:]...)
			}
		}
		if len(open) < 40 || r.IntN(8) == 0 && len(open) < 300 {
			frame++
			c := &Conn{First: Stamp{Frame: frame}, touched: now}
			g.enter(c, len(open))
			open = append(open, c)
		}
		var want *Conn
		for _, c := range open {
			if !c.closed && (want == nil || (&entry{c.touched, c.First.Frame, c}).before(&entry{want.touched, want.First.Frame, want})) {
				want = c
			}
		}
		bound, any := g.bound()
		if want != nil && (!any || bound > want.touched) {
			t.Fatalf("step %d: the bound is %v, %v; a connection was heard at %v", step, bound, any, want.touched)
		}
		if step%5 == 0 {
			if got := g.first(); got != want {
				t.Fatalf("step %d: %+v, want %+v", step, got, want)
			}
		}
	}
	if most := 2*300 + minSlots + 1; len(g.heap) > most {
		t.Errorf("%d entries for %d connections: stale ones are kept", len(g.heap), len(open))
	}
}
