package reassembly

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"smtpscope/capture"
)

// garbage makes segments of bytes: few connections, numbers near one another,
// so that they meet in every way.
type garbage struct {
	data []byte
	now  capture.Time
	n    int64
}

func (g *garbage) byte() byte {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return b
}

// near is a number around one of a few places, wrapping.
func (g *garbage) near() uint32 {
	b := g.byte()
	n := 0xfffffff0 + uint32(b&31)
	switch b >> 5 {
	case 0:
		n += uint32(g.byte()) << 8
	case 1:
		n += uint32(g.byte()) << 24
	}
	return n
}

var garbageWaits = [8]capture.Time{0, 1e3, 1e6, 1e8, 3e9, 40e9, 300e9, -1e9}

func (g *garbage) next() *capture.Segment {
	g.n++
	b, f := g.byte(), g.byte()
	g.now += garbageWaits[b>>5]
	seg := &capture.Segment{
		Kind: capture.KindTCP, Frame: g.n, Time: g.now, TTL: 64, HasIPID: b&8 != 0, Flags: capture.Flags(f) ^ capture.ACK,
		Src: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), 4000+uint16(b&3)), Dst: netip.MustParseAddrPort("10.0.0.2:25"),
	}
	if b&4 != 0 {
		seg.Src, seg.Dst = seg.Dst, seg.Src
	}
	seg.Seq, seg.Ack = seg.Seq+g.near(), g.near()
	n := g.byte()
	seg.IPID, seg.Window = uint16(n), uint16(n>>4)<<8
	if n < 128 {
		seg.Length = int(n)
		seg.Payload = []byte(strings.Repeat(string('a'+n%26), int(n)))
		if n&7 == 0 {
			seg.Payload = seg.Payload[:n/2]
		}
	}
	switch {
	case n == 255:
		seg.Kind = capture.KindICMP
	case n == 254:
		seg.Kind = capture.KindTick
	case n == 253:
		seg.Time += 1 << 58
	}
	return seg
}

// promises holds one connection's calls against the contract.
type promises struct {
	t         testing.TB
	c         *Conn
	log       *[]string
	delivered [2]int64
	fin       [2]bool
	ends      int
	calls     int
	ignoreAt  int
}

func (p *promises) call(format string, args ...any) {
	*p.log = append(*p.log, fmt.Sprintf(format, args...))
	if p.ends > 0 {
		p.t.Errorf("%s after End", (*p.log)[len(*p.log)-1])
	}
	if p.calls++; p.calls == p.ignoreAt {
		p.c.Ignore()
	}
}

func (p *promises) Bytes(side Side, data []byte, at Stamp) {
	if len(data) == 0 || p.fin[side] {
		p.t.Errorf("%d bytes, FIN %v", len(data), p.fin[side])
	}
	p.delivered[side] += int64(len(data))
	if p.c.Delivered(side) != p.delivered[side] {
		p.t.Errorf("Delivered %d, want %d", p.c.Delivered(side), p.delivered[side])
	}
	p.call("bytes %d %q %v", side, data, at)
}

func (p *promises) Gap(side Side, n int64, kind GapKind, at Stamp) {
	if n <= 0 || p.fin[side] || kind == 0 {
		p.t.Errorf("gap of %d, kind %d, FIN %v", n, kind, p.fin[side])
	}
	p.delivered[side] += n
	p.call("gap %d %d %d %v", side, n, kind, at)
}

func (p *promises) Event(e *Event) {
	if e.Kind == EventFIN && !e.Repeat {
		if p.fin[e.Side] {
			p.t.Errorf("second FIN")
		}
		p.fin[e.Side] = true
	}
	told, prior := *e, e.Prior
	told.Prior = nil // an address
	p.call("event %+v %+v", told, prior)
}

func (p *promises) End(reason EndReason, now capture.Time) {
	h := p.c.Half
	for side := range h {
		if got := h[side].Bytes + h[side].Missed + h[side].Lost; got != p.delivered[side] {
			p.t.Errorf("counted %d of %d bytes", got, p.delivered[side])
		}
	}
	p.call("end %d %d", reason, now)
	p.ends++
}

// throw plays garbage and gives the calls that came of it. in is how the segments
// are handed on.
func throw(t testing.TB, data []byte, in func(*Assembler, *capture.Segment)) []string {
	g := &garbage{data: data, now: scriptStart}
	set := g.byte()
	limits := Limits{ConnBytes: 1500, ConnHeld: 3 + int(set&3), TotalBytes: 3000, HoldCount: 1 + int(set&15), Connections: 1 + int(set>>6)}
	var log []string
	var all []*promises
	a := New(Config{Limits: limits, Orient: orientByPort, New: func(c *Conn) Handler {
		all = append(all, &promises{t: t, c: c, log: &log, ignoreAt: -1})
		p := all[len(all)-1]
		p.call("new %v %v %v", c.Client, c.Server, c.First)
		if set&16 != 0 && len(all)%3 == 0 {
			p.ends++
			return nil
		}
		if set&32 != 0 {
			p.ignoreAt = 1 + len(all)%7
		}
		return p
	}})
	for len(g.data) > 0 {
		in(a, g.next())
		checkLists(t, a)
	}
	a.Close()
	for _, p := range all {
		if p.ends != 1 {
			t.Errorf("%d ends", p.ends)
		}
	}
	if s := a.Stats(); s.HeldBytes != 0 || s.Open != 0 {
		t.Errorf("after Close: %+v", s)
	}
	return log
}

// checkLists holds the assembler's books against the connections.
func checkLists(t testing.TB, a *Assembler) {
	closing := 0
	for c := a.closing.head; c != nil; c = c.closes.next {
		closing++
	}
	entries := map[*Conn]int{}
	for _, g := range []*agenda{&a.connecting, &a.open} {
		for i := range g.heap {
			e := &g.heap[i]
			if i > 0 && e.before(&g.heap[(i-1)/2]) {
				t.Errorf("agenda: entry %d stands below a later one", i)
			}
			if g.stale(e) {
				continue
			}
			if entries[e.c]++; e.heard > e.c.touched {
				t.Errorf("agenda: an entry is later than its connection")
			}
		}
	}
	all := a.conns.all()
	if len(all) != a.conns.n {
		t.Errorf("the table counts %d connections and holds %d", a.conns.n, len(all))
	}
	held, closed := 0, 0
	for _, c := range all {
		if c.closed {
			closed++
		} else if entries[c] != 1 {
			t.Errorf("an open connection has %d entries in the agendas", entries[c])
		}
		if a.conns.find(c.hash, &c.key) != c {
			t.Errorf("the table does not find a connection that it holds")
		}
		held += int(c.heldBytes)
		if int(c.heldBytes) > a.limits.ConnBytes || (c.heldBytes > 0) != (c.keeps.in != nil) || c.holding != (c.holds.in != nil) {
			t.Errorf("%d bytes held, listed %v, waits %v", c.heldBytes, c.keeps.in != nil, c.holding)
		}
		if n := c.heldCount(); n > a.limits.ConnHeld {
			t.Errorf("%d segments held", n)
		}
		checkReach(t, c)
		if !c.ignored && c.settled && c.missing() && !c.holding {
			t.Errorf("something is missing and nothing waits for it")
		}
		if c.ignored && (c.heldBytes > 0 || c.holding) {
			t.Errorf("ignored, and holds %d bytes, waits %v", c.heldBytes, c.holding)
		}
		if len(c.resets) > 0 && !c.holding {
			t.Errorf("a RST waits without end")
		}
	}
	if closed != closing {
		t.Errorf("%d connections are closed, %d listed so", closed, closing)
	}
	if held != a.held || held > a.limits.TotalBytes {
		t.Errorf("%d bytes held, counted %d", held, a.held)
	}
}

// checkReach holds the search in the queues against a walk over all of them.
func checkReach(t testing.TB, c *Conn) {
	for i := range c.half {
		h := &c.half[i]
		for _, q := range h.waiting() {
			for _, off := range []int64{q.off - 1, q.off, q.end() - 1, q.end()} {
				found := h.reaching(off)
				for _, before := range h.waiting()[:len(h.waiting())-len(found)] {
					if before.end() > off {
						t.Errorf("the held segment from %d to %d is passed over at %d", before.off, before.end(), off)
					}
				}
			}
		}
	}
}

func checkGarbage(t *testing.T, data []byte) {
	first := throw(t, data, (*Assembler).Segment)
	if again := throw(t, data, generally); strings.Join(first, "\n") != strings.Join(again, "\n") {
		t.Error("the same segments gave other calls")
	}
}

// TestGarbage plays segments that make no sense.
func TestGarbage(t *testing.T) {
	for seed := range uint64(1500) {
		r := newTraffic(seed, spoil{}).Rand
		data := make([]byte, 5*r.IntN(200))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		checkGarbage(t, data)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzGarbage(f *testing.F) {
	f.Add([]byte("\x10\x00\x12\xf0\xf0\x00\x04\x02\xf0\xf1\x00\x00\x00\xf1\xf1\x20"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 5000 {
			checkGarbage(t, data)
		}
	})
}
