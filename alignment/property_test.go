package alignment

import (
	"testing"
	"time"
)

// worlds are the conditions under which matches must stay right. Recall is
// asked of where the log has lines at all; where the log has neither ids nor
// ports nor envelopes, twins cannot be told apart and must not be.
var worlds = []struct {
	name   string
	habit  habit
	recall float64
}{
	{"queue ids, whole seconds", habit{precision: time.Second, ids: true}, 0.98},
	{"queue ids, +37.4 s", habit{precision: time.Second, offset: 37400 * time.Millisecond, ids: true}, 0.98},
	{"queue ids, a zone of +05:30", habit{precision: time.Second, offset: 5*time.Hour + 30*time.Minute, ids: true}, 0.98},
	{"queue ids, drift of 50 ppm", habit{precision: time.Second, offset: -3 * time.Second, drift: 50e-6, ids: true, pace: 20 * time.Second}, 0.98},
	{"queue ids, a third of the lines gone", habit{precision: time.Second, ids: true, lost: 1.0 / 3}, 0.98},
	{"queue ids, one session in five with a twin", habit{precision: time.Second, ids: true, envelope: true, twins: 0.2}, 0.98},
	{"ports, -1 h, drift of 50 ppm, a third gone", habit{precision: time.Second, offset: -time.Hour, drift: 50e-6, port: true, lost: 1.0 / 3, pace: 20 * time.Second}, 0},
	{"ports, microseconds", habit{precision: time.Microsecond, offset: 0, port: true}, 0.98},
	{"envelopes only, milliseconds, drift of 50 ppm", habit{precision: time.Millisecond, offset: time.Minute, drift: 50e-6, envelope: true, pace: 20 * time.Second}, 0.98},
	{"envelopes only, +37.4 s", habit{precision: time.Second, offset: 37400 * time.Millisecond, envelope: true}, 0.98},
	{"envelopes and Message-IDs, +8 h, a third gone", habit{precision: time.Second, offset: 8 * time.Hour, envelope: true, messageID: true, lost: 1.0 / 3}, 0},
	{"envelopes only, twins, a third gone", habit{precision: time.Second, offset: -90 * time.Second, envelope: true, twins: 0.3, lost: 1.0 / 3}, 0},
	{"addresses only, milliseconds, +2 h", habit{precision: time.Millisecond, offset: 2 * time.Hour}, 0.98},
	{"addresses only, whole seconds, twins", habit{precision: time.Second, offset: 12 * time.Second, twins: 0.5}, 0},
	{"addresses only, twins, a third gone", habit{precision: time.Second, offset: 12 * time.Second, twins: 0.5, lost: 1.0 / 3}, 0},
}

// TestWorlds: no match is wrong, and enough are made.
func TestWorlds(t *testing.T) {
	for _, v := range worlds {
		t.Run(v.name, func(t *testing.T) {
			var all tally
			for seed := range uint64(5) {
				w := makeWorld(seed, 2000, v.habit)
				r := Align(w.records, w.conns, Config{})
				all.add(w.judge(r))
				for _, k := range r.Clocks {
					if !k.Known {
						t.Errorf("the clock could not be told")
					} else if off := k.Offset - v.habit.offset - time.Duration(v.habit.drift*float64(k.At.Sub(worldStart))); off.Abs() > 300*time.Millisecond {
						t.Errorf("offset %v (drift %.1f ppm, by %s), want %v", k.Offset, k.Drift*1e6, k.By, v.habit.offset)
					}
				}
			}
			t.Logf("precision %.4f, recall %.3f (%d of %d; %d ambiguous, %d none)", all.precision(), all.recall(), all.right, all.owed, all.ambiguous, all.none)
			if all.wrong > 0 {
				t.Errorf("%d wrong matches", all.wrong)
			}
			if all.recall() < v.recall {
				t.Errorf("recall %.3f, want %.2f", all.recall(), v.recall)
			}
		})
	}
}

// TestOrderOfInput: the order in which sessions and connections are given
// changes nothing.
func TestOrderOfInput(t *testing.T) {
	for _, v := range worlds {
		w := makeWorld(3, 400, v.habit)
		s, order := w.shuffled(1)
		a, b := Align(w.records, w.conns, Config{}), Align(s.records, s.conns, Config{})
		for to, from := range order {
			x, y := &a.Matches[from], &b.Matches[to]
			if x.Status != y.Status || x.Connection != y.Connection {
				t.Errorf("%s: session %d: %v %p, shuffled %v %p", v.name, from, x.Status, x.Connection, y.Status, y.Connection)
				break
			}
		}
	}
}

// TestGivenOffset: --clock-offset overrides the estimate.
func TestGivenOffset(t *testing.T) {
	h := habit{precision: time.Second, offset: 37400 * time.Millisecond, envelope: true}
	w := makeWorld(1, 300, h)
	for _, given := range []struct {
		offset time.Duration
		some   bool
	}{{h.offset, true}, {h.offset + 10*time.Minute, false}} {
		y := w.judge(Align(w.records, w.conns, Config{Offset: &given.offset}))
		if y.wrong > 0 || (y.right > 200) != given.some {
			t.Errorf("with an offset of %v: %d right, %d wrong of %d", given.offset, y.right, y.wrong, y.owed)
		}
	}
}
