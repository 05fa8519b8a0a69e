package reassembly

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"smtpscope/capture"
)

// witness holds what is delivered against the traffic that it came from.
type witness struct {
	t      testing.TB
	g      *traffic
	conn   *Conn
	frames map[int64]*packet
	base   [2]int64  // where the capture's streams begin
	at     [2]int64  // delivered so far, from base on
	have   [2][]bool // bytes that were delivered
	fin    [2]bool
	gaps   int
	ends   int
	end    EndReason
	dups   int64
}

func newWitness(t testing.TB, g *traffic) *witness {
	w := &witness{t: t, g: g, frames: map[int64]*packet{}}
	for i := range g.out {
		w.frames[g.out[i].Frame] = &g.out[i]
	}
	for side := range w.have {
		w.have[side] = make([]bool, len(g.stream[side]))
	}
	return w
}

func (w *witness) Bytes(side Side, data []byte, at Stamp) {
	w.follows(side, at)
	if w.fin[side] {
		w.t.Errorf("frame %d: bytes behind the FIN", at.Frame)
	}
	from := w.at[side]
	w.at[side] += int64(len(data))
	if w.base[side] < 0 {
		return
	}
	from += w.base[side]
	if to := from + int64(len(data)); to > int64(len(w.g.stream[side])) || !bytes.Equal(data, w.g.stream[side][from:to]) {
		w.t.Fatalf("frame %d: %s: wrong bytes at %d", at.Frame, name(side), from)
	}
	for i := range data {
		w.have[side][from+int64(i)] = true
	}
}

// follows holds that all that the frame acknowledges was delivered before.
func (w *witness) follows(side Side, at Stamp) {
	other := side.Other()
	p := w.frames[at.Frame]
	if w.base[other] < 0 {
		return
	}
	got := w.base[other] + w.at[other]
	if w.fin[other] {
		got++
	}
	if p.side != side || p.ack > got && !w.lone(other, got, p.ack) {
		w.t.Errorf("frame %d of %s acknowledges %d, and %d were delivered", at.Frame, name(p.side), p.ack, got)
	}
}

// lone reports whether only one byte is acknowledged that was not captured,
// which may be a FIN.
func (w *witness) lone(side Side, got, ack int64) bool {
	for i := range w.g.out {
		if p := &w.g.out[i]; p.side == side && p.off <= got && got < p.off+int64(p.Length) {
			return false
		}
	}
	return ack == got+1
}

func (w *witness) Gap(side Side, n int64, kind GapKind, at Stamp) {
	w.gaps++
	if n <= 0 || kind == GapCut || kind == GapEvicted {
		w.t.Errorf("gap of %d, %s", n, gapNames[kind])
	}
	w.at[side] += n
}

func (w *witness) Event(e *Event) {
	switch e.Kind {
	case EventFIN:
		if e.Repeat {
			return
		}
		w.follows(e.Side, e.At)
		if w.fin[e.Side] {
			w.t.Errorf("second FIN")
		}
		w.fin[e.Side] = true
		if got := w.base[e.Side] + w.at[e.Side]; w.base[e.Side] >= 0 && got != int64(len(w.g.stream[e.Side])) {
			w.t.Errorf("FIN of %s at %d of %d", name(e.Side), got, len(w.g.stream[e.Side]))
		}
	case EventDuplicate:
		w.dups++
	case EventKeepAlive: // the last byte again looks like one
		if w.frames[e.At.Frame].Length == 1 {
			return
		}
		fallthrough
	case EventOverlap, EventLate, EventRST, EventRSTVoid, EventZeroWindow:
		w.t.Errorf("unexpected: %s %s", name(e.Side), eventNames[e.Kind])
	}
}

func (w *witness) End(reason EndReason, _ capture.Time) {
	w.ends++
	w.end = reason
	for side := range w.at {
		if w.conn.Delivered(Side(side)) != w.at[side] {
			w.t.Errorf("Delivered is %d after %d", w.conn.Delivered(Side(side)), w.at[side])
		}
	}
}

// watch plays the traffic and gives what came of it.
func watch(t testing.TB, g *traffic) *witness {
	w := newWitness(t, g)
	// What is out of order in the file may lie seconds apart where much was lost.
	a := New(Config{Limits: Limits{HoldTime: time.Minute}, Orient: orientByPort, New: func(c *Conn) Handler {
		if w.conn != nil {
			t.Fatalf("a second connection, from frame %d", c.First.Frame)
		}
		w.conn = c
		if g.spoil.midStream {
			w.base = g.begins(c)
		}
		return w
	}})
	g.play(a)
	if s := a.Stats(); s.HeldBytes != 0 || s.Open != 0 || s.Implausible != 0 {
		t.Errorf("at the end: %+v", s)
	}
	if w.ends != 1 {
		t.Errorf("%d ends", w.ends)
	}
	return w
}

// begins gives the offsets at which a mid-stream connection took up the streams.
func (g *traffic) begins(c *Conn) (at [2]int64) {
	for side := range at {
		at[side] = -1
		if h := &c.half[side]; h.based {
			at[side] = int64(h.base - g.isn[side] - 1)
		}
	}
	return at
}

// checkWhole holds that all was delivered exactly once.
func (w *witness) checkWhole() {
	for side := range w.at {
		if w.at[side] != int64(len(w.g.stream[side])) || !w.fin[side] {
			w.t.Errorf("%s: %d of %d bytes, FIN %v", name(Side(side)), w.at[side], len(w.g.stream[side]), w.fin[side])
		}
	}
	if w.gaps > 0 || w.end != EndClosed {
		w.t.Errorf("%d gaps, end %s", w.gaps, endNames[w.end])
	}
}

// checkHad holds that nothing is missing that the capture had.
func (w *witness) checkHad() {
	for i := range w.g.out {
		p := &w.g.out[i]
		if w.base[p.side] < 0 {
			continue
		}
		for k := max(p.off, w.base[p.side]); k < p.off+int64(p.Length); k++ {
			if !w.have[p.side][k] {
				w.t.Errorf("%s: byte %d is in frame %d and was not delivered", name(p.side), k, p.Frame)
				break
			}
		}
	}
}

var spoilt = []struct {
	name string
	how  spoil
}{
	{"clean", spoil{}},
	{"retransmitted", spoil{repeat: 300}},
	{"lossy", spoil{lose: 100, repeat: 50}},
	{"mirrored", spoil{mirror: 1000}},
	{"mirrored at times, no IP-ID", spoil{mirror: 200, noIDs: true}},
	{"reordered", spoil{reorder: 300, depth: 6}},
	{"offload", spoil{large: true, repeat: 100, lose: 50}},
	{"all", spoil{repeat: 100, lose: 50, reorder: 100, depth: 4, mirror: 300, large: true}},
}

func checkWhole(t *testing.T, seed uint64, how spoil) {
	g := newTraffic(seed, how)
	w := watch(t, g)
	w.checkWhole()
	if t.Failed() {
		t.Fatalf("seed %d, %+v", seed, how)
	}
}

// TestWhole holds that whatever happens to the packets, each byte is delivered
// exactly once, in order, and behind what it answers.
func TestWhole(t *testing.T) {
	for _, tc := range spoilt {
		t.Run(tc.name, func(t *testing.T) {
			for seed := range uint64(150) {
				checkWhole(t, seed, tc.how)
			}
		})
	}
}

func checkGaps(t *testing.T, seed uint64, how spoil) {
	g := newTraffic(seed, how)
	if len(g.out) == 0 {
		return
	}
	w := watch(t, g)
	w.checkHad()
	if t.Failed() {
		t.Fatalf("seed %d, %+v", seed, how)
	}
}

// TestHoles holds that what the capture lacks becomes gaps of the right size
// in the right place, and nothing else does.
func TestHoles(t *testing.T) {
	for i, how := range []spoil{
		{drop: 30}, {drop: 300}, {drop: 100, lose: 50}, {drop: 50, lose: 50, reorder: 100, depth: 4},
		{drop: 50, mirror: 500}, {drop: 900},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			for seed := range uint64(150) {
				checkGaps(t, seed, how)
			}
		})
	}
}

func FuzzTraffic(f *testing.F) {
	f.Add(uint64(1), uint16(50), uint16(100), uint16(0), uint16(100), uint16(100), uint8(4))
	f.Add(uint64(2), uint16(50), uint16(0), uint16(100), uint16(100), uint16(100), uint8(4))
	f.Fuzz(func(t *testing.T, seed uint64, lose, repeat, drop, mirror, reorder uint16, depth uint8) {
		how := spoil{lose: int(lose % 300), mirror: int(mirror % 1001), reorder: int(reorder % 300), depth: int(depth % 7)}
		if drop == 0 {
			how.repeat = int(repeat % 300)
			checkWhole(t, seed, how)
			return
		}
		how.drop = int(drop % 900)
		checkGaps(t, seed, how)
	})
}
