package reassembly

import (
	"math/rand/v2"
	"testing"
)

// TestTable does to a table and to a map what a capture may do, with hashes
// that collide at every bit, and holds them against each other.
func TestTable(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, bits := range []uint64{0, 3, 0xff, ^uint64(0)} {
		table, want := newTable(), map[flow]*Conn{}
		keys := make([]flow, 3000)
		for i := range keys {
			keys[i] = flow{a1: r.Uint64(), b1: uint64(i), ports: r.Uint64()}
		}
		n := len(keys)
		if bits != ^uint64(0) {
			n = 300 // they lie in one row
		}
		for range 20000 {
			key := keys[r.IntN(n)]
			hash := table.hash(&key) & bits
			c := want[key]
			if got := table.find(hash, &key); got != c {
				t.Fatalf("mask %x: found %p, want %p", bits, got, c)
			}
			if c != nil {
				table.remove(hash, c)
				delete(want, key)
				continue
			}
			c = &Conn{key: key}
			table.put(hash, c)
			want[key] = c
		}
		if all := table.all(); len(all) != len(want) || table.n != len(want) {
			t.Errorf("mask %x: %d connections, counted %d, want %d", bits, len(all), table.n, len(want))
		}
		for _, c := range table.all() {
			if want[c.key] != c {
				t.Errorf("mask %x: a connection that was removed", bits)
			}
		}
	}
}

// TestTableSecret: two tables place the same flow differently, so that nobody
// can make a capture whose flows collide.
func TestTableSecret(t *testing.T) {
	a, b := newTable(), newTable()
	same := 0
	for i := range uint64(1000) {
		key := flow{a1: i, b1: 1, ports: 25}
		if a.hash(&key)%minSlots == b.hash(&key)%minSlots {
			same++
		}
	}
	if same > 20 { // 1 is what chance gives
		t.Errorf("%d of 1000 flows have the same place in two tables", same)
	}
}
