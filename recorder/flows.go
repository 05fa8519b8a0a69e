package recorder

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"net/netip"

	"smtpscope/capture"
)

// flow names a connection by its two ends in a fixed order.
type flow [2 * endBytes]byte

const endBytes = 16 + 2 // address and port

func flowOf(x, y netip.AddrPort) (f flow) {
	a, b := endOf(x), endOf(y)
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	copy(f[:], a[:])
	copy(f[endBytes:], b[:])
	return f
}

func endOf(x netip.AddrPort) (b [endBytes]byte) {
	address := x.Addr().As16()
	copy(b[:], address[:])
	binary.BigEndian.PutUint16(b[len(address):], x.Port())
	return b
}

// entry is one flow in memory. Entries form a ring, the one idle for longest
// first, whose anchor is flows.idle.
type entry struct {
	flow
	ignored bool // it is no mail: nothing is kept until its ports are used again
	spool
	last        capture.Time
	charged     int // bytes of memory counted for it
	older, next *entry
	below       *entry // in the same place of flows.places
}

// entryCost is what an entry takes beside its frames, its place included.
const entryCost = 320

// flows are the frames of all open connections, within a bound.
type flows struct {
	most    int // bytes
	used    int
	idle    entry // anchor
	n       int
	evicted int64 // flows given up for want of memory
	// places are a hash table with room for as many flows as there may be. A Go
	// map in which entries come and go for weeks grows to several times that.
	places []*entry
	seed   maphash.Seed
}

func newFlows(most int) *flows {
	f := &flows{most: most, places: make([]*entry, 1<<bits.Len(uint(most/entryCost))), seed: maphash.MakeSeed()}
	f.idle.older, f.idle.next = &f.idle, &f.idle
	return f
}

// place is where the flows begin that may be this one.
func (f *flows) place(key *flow) **entry {
	return &f.places[maphash.Bytes(f.seed, key[:])&uint64(len(f.places)-1)]
}

// find gives the entry of a flow, nil where there is none.
func (f *flows) find(key *flow) *entry {
	e := *f.place(key)
	for e != nil && e.flow != *key {
		e = e.below
	}
	return e
}

func (e *entry) unlink() { e.older.next, e.next.older = e.next, e.older }

// touch makes e the one that was active last.
func (f *flows) touch(e *entry) {
	if e.next != nil {
		e.unlink()
	}
	e.older, e.next = f.idle.older, &f.idle
	e.older.next, e.next.older = e, e
}

// add keeps a frame of a flow. opens says that it begins a connection.
func (f *flows) add(key flow, frame *capture.StoredFrame, opens bool) {
	e := f.find(&key)
	if e == nil {
		at := f.place(&key)
		e = &entry{flow: key, below: *at}
		*at = e
		f.n++
	}
	e.last = frame.Time
	f.touch(e)
	if opens {
		e.ignored = false
	}
	if !e.ignored {
		e.spool.add(frame)
	}
	f.charge(e)
	for f.used > f.most && f.idle.next != e {
		f.evicted++
		f.remove(f.idle.next)
	}
}

func (f *flows) charge(e *entry) {
	cost := entryCost + e.cost()
	f.used += cost - e.charged
	e.charged = cost
}

func (f *flows) remove(e *entry) {
	e.unlink()
	at := f.place(&e.flow)
	for *at != e {
		at = &(*at).below
	}
	*at = e.below
	f.n--
	f.used -= e.charged
}

// take gives the frames of a flow up to a number, which are then the
// caller's.
func (f *flows) take(key flow, last int64) (taken []capture.StoredFrame, gone skipped) {
	e := f.find(&key)
	if e == nil {
		return nil, skipped{}
	}
	taken, gone = e.split(last)
	if len(e.head.frames) == 0 {
		f.remove(e)
	} else {
		f.charge(e)
	}
	return taken, gone
}

// ignore lets go of a flow that is no mail, and keeps no more of it.
func (f *flows) ignore(key flow) {
	if e := f.find(&key); e != nil {
		e.ignored, e.spool = true, spool{}
		f.charge(e)
	}
}

// expire lets go of flows that have been idle since before a moment.
func (f *flows) expire(before capture.Time) {
	for e := f.idle.next; e != &f.idle && e.last < before; e = f.idle.next {
		f.remove(e)
	}
}
