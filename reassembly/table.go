package reassembly

import (
	"math/bits"
	"math/rand/v2"
	"unsafe"
)

// A table finds connections by their ends. It is Go's map in the size of a
// pointer and a hash: with a flow of 40 bytes as key a map of thousands of
// connections does not fit the cache, and every packet waited for it. Here the
// key is read where it is needed next anyway, at the head of the Conn.
type table struct {
	slots  []slot // a power of two of them, at most half of them taken
	n      int
	secret [4]uint64
}

type slot struct {
	hash uint64
	c    *Conn // nil = free
}

// minSlots is a table's first size.
const minSlots = 1 << 10

// newTable gives a table whose hash nobody outside knows: a capture may have
// been made to let all of its flows collide.
func newTable() table {
	t := table{slots: make([]slot, minSlots)}
	for i := range t.secret {
		t.secret[i] = rand.Uint64()
	}
	return t
}

// hash is of the kind of wyhash: the product of two words that are mixed with
// secrets, folded.
func (t *table) hash(f *flow) uint64 {
	h := fold(f.a0^t.secret[0], f.a1^t.secret[1])
	h = fold(h^f.b0, f.b1^t.secret[2])
	return fold(h^f.ports, t.secret[3])
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// find gives the connection with this key, or nil.
func (t *table) find(hash uint64, key *flow) *Conn {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.c == nil {
			return nil
		}
		if s.hash == hash && s.c.key.is(key) {
			return s.c
		}
	}
}

// place is where a search begins.
func (t *table) place(hash uint64) unsafe.Pointer {
	return unsafe.Pointer(&t.slots[hash&uint64(len(t.slots)-1)])
}

// guess gives the connection that has this hash, by the hash alone; nil if
// there is none close by.
func (t *table) guess(hash uint64) *Conn {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.hash == hash || s.c == nil {
			return s.c
		}
	}
}

// put adds a connection that is not there yet.
func (t *table) put(hash uint64, c *Conn) {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	t.n++
	t.settle(slot{hash, c})
}

func (t *table) settle(s slot) {
	mask := uint64(len(t.slots) - 1)
	i := s.hash & mask
	for t.slots[i].c != nil {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.c != nil {
			t.settle(s)
		}
	}
}

// remove takes a connection out and closes the gap, so that no search stops
// short of what stands behind it.
func (t *table) remove(hash uint64, c *Conn) {
	mask := uint64(len(t.slots) - 1)
	i := hash & mask
	for t.slots[i].c != c {
		if t.slots[i].c == nil {
			return
		}
		i = (i + 1) & mask
	}
	t.n--
	for j := (i + 1) & mask; t.slots[j].c != nil; j = (j + 1) & mask {
		if home := t.slots[j].hash & mask; (j-home)&mask >= (j-i)&mask {
			t.slots[i], i = t.slots[j], j
		}
	}
	t.slots[i] = slot{}
}

// all gives every connection, in no order.
func (t *table) all() []*Conn {
	list := make([]*Conn, 0, t.n)
	for _, s := range t.slots {
		if s.c != nil {
			list = append(list, s.c)
		}
	}
	return list
}
