package reassembly

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"smtpscope/capture"
)

// late is a segment of a flow's end A whose number says when it was buried.
func late(key flow, hash uint64, seq uint32) (*address, *capture.Segment) {
	return &address{key: key, hash: hash, fromA: true}, &capture.Segment{Seq: seq, Flags: capture.ACK}
}

// TestGraves does to graves and to a map what a capture may do, with hashes that
// collide at every bit, and holds them against each other.
func TestGraves(t *testing.T) {
	const limit, lasts = 700, 900 // burials
	r := rand.New(rand.NewPCG(1, 2))
	for _, bits := range []uint64{0, 3, 0xff, ^uint64(0)} {
		table := newTable()
		keys := make([]flow, 2000)
		for i := range keys {
			keys[i] = flow{a1: r.Uint64(), b1: uint64(i), ports: r.Uint64()}
		}
		n := len(keys)
		if bits != ^uint64(0) {
			n = 300 // they lie in one row
		}
		var g graves
		buried := map[flow]int{} // when last
		for now := 1; now <= 6000; now++ {
			key := keys[r.IntN(n)]
			c := &Conn{key: key, hash: table.hash(&key) & bits, clientA: true}
			c.half[Client] = half{based: true, base: uint32(now) * 2 * graveReach}
			g.add(c, capture.Time(now+lasts), limit)
			buried[key] = now
			for range 3 {
				key := keys[r.IntN(n)]
				was, known := buried[key]
				want := known && now-was < limit
				at, seg := late(key, table.hash(&key)&bits, uint32(was)*2*graveReach+5)
				if got := g.holds(at, seg, capture.Time(now)); got != want {
					t.Fatalf("mask %x: burial %d at %d of %d: %v", bits, was, now, limit, got)
				}
				seg.Seq += graveReach
				if g.holds(at, seg, capture.Time(now)) {
					t.Fatalf("mask %x: another number is held", bits)
				}
			}
			if now == 3000 { // all of them run out
				key := keys[0]
				at, seg := late(key, table.hash(&key)&bits, uint32(buried[key])*2*graveReach)
				if g.holds(at, seg, capture.Time(now+lasts+1)) || g.n != 0 {
					t.Fatalf("mask %x: %d graves are left", bits, g.n)
				}
				clear(buried)
			}
		}
	}
}

// TestGravesStaySmall: millions of burials take no more memory than those did that
// are kept.
func TestGravesStaySmall(t *testing.T) {
	const limit, many = 5000, 2_000_000
	table := newTable()
	c, n := new(Conn), 0
	var g graves
	heap := func(until int) uint64 {
		for ; n < until; n++ {
			c.key.a1 = uint64(n)
			c.hash = table.hash(&c.key)
			g.add(c, capture.Time(n), limit)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	early, late := heap(4*limit), heap(many)
	if late > early+early/20 {
		t.Errorf("%d bytes after %d burials, %d after %d", early, 4*limit, late, many)
	}
	runtime.KeepAlive(g)
}
