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
		c, due, what := a.nextDue(now)
		if c == nil || due > now {
			a.clock, a.calm = now, a.calmUntil()
			return
		}
		a.clock = max(a.clock, due)
		a.frame, a.limit = 0, what
		switch what {
		case dueHold:
			c.giveUp()
		case dueClosing:
			a.endClosed(due)
		case dueConnect:
			a.endSilent(c, EndUnanswered)
		case dueIdle:
			a.endSilent(c, EndIdle)
		}
	}
}

// endSilent ends a connection of which nothing came for too long, unless the
// end of it had been held back: then it is closed, and due like any other.
func (a *Assembler) endSilent(c *Conn, reason EndReason) {
	if c.flush(GapLost); !c.closed {
		a.end(c, reason, a.clock)
	}
}

type dueKind uint8

const (
	dueHold dueKind = iota
	dueClosing
	dueConnect
	dueIdle
)

// nextDue is the connection whose limit runs out first, of those whose limit
// runs out until now. Each list is in the order of its moments, so only their
// heads matter.
func (a *Assembler) nextDue(now capture.Time) (first *Conn, due capture.Time, what dueKind) {
	consider := func(c *Conn, at capture.Time, kind dueKind) {
		if first == nil || at < due {
			first, due, what = c, at, kind
		}
	}
	if c := a.holding.head; c != nil {
		consider(c, c.holdSince.Add(a.limits.HoldTime), dueHold)
	}
	if c := a.closing.head; c != nil {
		consider(c, c.due, dueClosing)
	}
	silent := func(g *agenda, limit time.Duration, kind dueKind) {
		if heard, any := g.bound(); !any || heard.Add(limit) > now {
			return
		}
		if c := g.first(); c != nil {
			consider(c, c.touched.Add(limit), kind)
		}
	}
	silent(&a.connecting, a.limits.Connect, dueConnect)
	silent(&a.open, a.limits.Idle, dueIdle)
	return first, due, what
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
	if heard, any := a.open.bound(); any {
		calm = min(calm, heard.Add(a.limits.Idle))
	}
	return calm
}

// dueIn says that something is due so long after the clock.
func (a *Assembler) dueIn(d time.Duration) { a.calm = min(a.calm, a.clock.Add(d)) }

// endClosed ends all connections whose time for stragglers runs out at one
// moment, by their first frames.
func (a *Assembler) endClosed(due capture.Time) {
	batch := a.batch[:0]
	for c := a.closing.head; c != nil && c.due == due; c = a.closing.head {
		a.closing.remove(c)
		batch = append(batch, c)
	}
	slices.SortFunc(batch, func(x, y *Conn) int { return cmp.Compare(x.First.Frame, y.First.Frame) })
	for _, c := range batch {
		c.flush(GapLost)
		a.bury(c)
	}
	clear(batch)
	a.batch = batch
	a.lookAtClosing()
}

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
			a.open.enter(c, a.conns.n)
			a.dueIn(a.limits.Idle)
		}
	case c.agenda != &a.connecting:
		a.connecting.enter(c, a.conns.n)
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
	var oldest *Conn
	for _, c := range [...]*Conn{a.closing.head, a.connecting.first(), a.open.first()} {
		if c != nil && (oldest == nil || c.touched < oldest.touched) {
			oldest = c
		}
	}
	if oldest == nil {
		return
	}
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
