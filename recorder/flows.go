package recorder

import (
	"net/netip"

	"smtpscope/capture"
)

// flow names a connection by its two ends in a fixed order.
type flow struct{ a, b netip.AddrPort }

func flowOf(x, y netip.AddrPort) flow {
	if x.Compare(y) > 0 {
		x, y = y, x
	}
	return flow{x, y}
}

// entry is one flow in memory. Entries form a ring, the one idle for longest
// first, whose anchor is flows.idle.
type entry struct {
	flow
	spool
	last        capture.Time
	charged     int  // bytes of memory counted for it
	ignored     bool // it is no mail: nothing is kept until its ports are used again
	older, next *entry
}

// entryCost is what an entry takes beside its frames, the map's part included.
const entryCost = 512

// flows are the frames of all open connections, within a bound.
type flows struct {
	most    int // bytes
	used    int
	table   map[flow]*entry
	idle    entry // anchor
	evicted int64 // flows given up for want of memory
}

func newFlows(most int) *flows {
	f := &flows{most: most, table: map[flow]*entry{}}
	f.idle.older, f.idle.next = &f.idle, &f.idle
	return f
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
	e := f.table[key]
	if e == nil {
		e = &entry{flow: key}
		f.table[key] = e
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
	delete(f.table, e.flow)
	f.used -= e.charged
}

// take gives the frames of a flow up to a number, which are then the
// caller's.
func (f *flows) take(key flow, last int64) (taken []capture.StoredFrame, gone skipped) {
	e := f.table[key]
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
	if e := f.table[key]; e != nil {
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
