package reassembly

import (
	"cmp"
	"math"
	"slices"
	"time"

	"smtpscope/capture"
)

// tick puts the clock forward and ends what is due. The clock never runs
// backwards, whatever the order of the packets' times. A time too far ahead is
// not believed, and changes nothing.
func (a *Assembler) tick(now capture.Time) (believed bool) {
	if !a.started {
		a.started, a.clock = true, now
	}
	if now <= a.clock {
		return true
	}
	if now.Sub(a.clock) > maxLeap {
		return false
	}
	a.expire(now)
	return true
}

// expire ends what has waited long enough, each at the moment at which it was
// due, so that nothing depends on when a packet, or a tick, came by.
func (a *Assembler) expire(now capture.Time) {
	if now < a.calm { // the usual case, without a look at any connection
		a.clock = now
		return
	}
	for {
		due, waits, any := a.nextDue(now)
		if !any || due > now {
			a.clock, a.calm = now, a.calmUntil()
			return
		}
		a.clock, a.frame = max(a.clock, due), 0
		if waits != nil {
			waits.giveUp()
		} else {
			a.endDue(due)
		}
	}
}

// nextDue is the moment at which a limit runs out first, of those that run out
// until now. Each list is in the order of its moments, so only their heads
// matter. At one moment waiting for what is missing is over before anything
// ends: waits is whose.
func (a *Assembler) nextDue(now capture.Time) (due capture.Time, waits *Conn, any bool) {
	if c := a.holding.head; c != nil {
		due, waits, any = c.holdSince.Add(a.limits.HoldTime), c, true
	}
	if c := a.closing.head; c != nil && (!any || c.due < due) {
		due, waits, any = c.due, nil, true
	}
	if first, some := a.asleep.soonest(); some && (!any || first < due) {
		due, waits, any = first, nil, true
	}
	silent := func(g *agenda, limit time.Duration) {
		if heard, some := g.bound(); !some || heard.Add(limit) > now || any && heard.Add(limit) >= due {
			return
		}
		if c := g.first(); c != nil && (!any || c.touched.Add(limit) < due) {
			due, waits, any = c.touched.Add(limit), nil, true
		}
	}
	silent(&a.connecting, a.limits.Connect)
	silent(&a.open, a.limits.Idle)
	silent(&a.awake, a.limits.Idle)
	return due, waits, any
}

// endDue ends all connections whose limit runs out at one moment, by their
// first frames, whichever limit it is: sessions are promised in that order.
func (a *Assembler) endDue(due capture.Time) {
	batch := a.batch[:0]
	for c := a.closing.head; c != nil && c.due == due; c = a.closing.head {
		a.closing.remove(c)
		batch = append(batch, c)
	}
	batch = a.connecting.due(batch, due, a.limits.Connect)
	batch = a.open.due(batch, due, a.limits.Idle)
	batch = a.awake.due(batch, due, a.limits.Idle)
	batch = a.ending(batch, due)
	slices.SortFunc(batch, func(x, y *Conn) int { return cmp.Compare(x.First.Frame, y.First.Frame) })
	for _, c := range batch {
		switch {
		case c.closed:
			c.flush(GapLost)
			a.bury(c)
		case c.Established:
			a.endSilent(c, EndIdle)
		default:
			a.endSilent(c, EndUnanswered)
		}
	}
	clear(batch)
	a.batch = batch
	a.lookAtClosing()
}

// endSilent ends a connection of which nothing came for too long, unless the
// end of it had been held back: then it is closed, and due like any other.
func (a *Assembler) endSilent(c *Conn, reason EndReason) {
	if c.flush(GapLost); !c.closed {
		a.end(c, reason, a.clock)
	}
}

// calmUntil is a moment before which nothing is due.
func (a *Assembler) calmUntil() capture.Time {
	calm := capture.Time(math.MaxInt64)
	if c := a.holding.head; c != nil {
		calm = min(calm, c.holdSince.Add(a.limits.HoldTime))
	}
	if c := a.closing.head; c != nil {
		calm = min(calm, c.due)
	}
	if heard, any := a.connecting.bound(); any {
		calm = min(calm, heard.Add(a.limits.Connect))
	}
	for _, g := range [...]*agenda{&a.open, &a.awake} {
		if heard, any := g.bound(); any {
			calm = min(calm, heard.Add(a.limits.Idle))
		}
	}
	if due, any := a.asleep.soonest(); any {
		calm = min(calm, due)
	}
	return calm
}

// dueIn says that something is due so long after the clock.
func (a *Assembler) dueIn(d time.Duration) { a.calm = min(a.calm, a.clock.Add(d)) }

// bury ends a closed connection and leaves a tombstone.
func (a *Assembler) bury(c *Conn) {
	due := c.due
	if c.ignored {
		due = a.clock
	}
	a.full = a.graves.add(c, due.Add(a.limits.Tombstone), a.limits.Connections) || a.full
	a.end(c, EndClosed, due)
}

// touch notes that a connection lives.
func (a *Assembler) touch(c *Conn) {
	c.touched = a.clock
	switch {
	case c.closed: // its moment is set
	case c.Established:
		if c.agenda != &a.open {
			a.open.enter(c, a.count())
			a.dueIn(a.limits.Idle)
		}
	case c.agenda != &a.connecting:
		a.connecting.enter(c, a.count())
		a.dueIn(a.limits.Connect)
	}
}

// close starts the time for stragglers.
func (c *Conn) close() {
	if c.closed {
		return
	}
	c.closed = true
	c.due = c.a.clock.Add(c.a.limits.Straggler)
	c.a.closing.push(c)
	c.a.dueIn(c.a.limits.Straggler)
}

// reopen takes a close back.
func (c *Conn) reopen() {
	c.closed = false
	c.a.closing.remove(c)
	c.a.touch(c)
}

// evict gives up the connection that has been idle for longest.
func (a *Assembler) evict() {
	var first resident
	for _, r := range [...]resident{
		a.closedFirst(), {c: a.connecting.first()}, {c: a.open.first()}, {c: a.awake.first()}, {s: a.asleep.silent.head},
	} {
		if r != (resident{}) && (first == (resident{}) || r.touched() < first.touched()) {
			first = r
		}
	}
	if first == (resident{}) {
		return
	}
	oldest := a.rouse(first)
	if oldest.flush(GapEvicted); oldest.closed {
		oldest.due = min(oldest.due, a.clock)
		a.bury(oldest)
		return
	}
	if !oldest.ignored {
		a.stats.Evicted++
	}
	a.end(oldest, EndEvicted, a.clock)
}
