package reassembly

import (
	"cmp"
	"slices"
	"time"
	"unsafe"

	"smtpscope/capture"
	"smtpscope/internal/dormant"
)

// An Asleep is what is left of a Handler that sleeps.
type Asleep interface {
	// Wake makes the Handler again, and what it wrote of its connection
	// (Conn.Write) in c.
	Wake(c *Conn) Handler
	// Soon asks for the memory that Wake needs (package prefetch).
	Soon()
}

// The usual times without a packet before somebody sleeps, and how many packets a
// connection has to have had that has closed: to write it and read it back takes as
// long as some ten packets, and most of what has closed needs nothing else. Behind
// the second FIN its acknowledgement is still to come, and where it does not come
// the FIN again, mostly within a second. Who is silent for two minutes has outlasted the
// timers of a minute that many have, and seldom goes on in the next two.
const (
	restClosed = time.Second
	restFrames = 64
	restSilent = 2 * time.Minute
)

// connForm is what Conn.Write writes.
var connForm = dormant.NewForm[Conn]()

// Write writes what is known of the connection. It is for a Handler that is put to
// sleep (Config.Sleep).
func (c *Conn) Write(w *dormant.Writer) { w.Value(connForm, unsafe.Pointer(c)) }

// Read makes again what Write has written. It is for Asleep.Wake.
func (c *Conn) Read(r *dormant.Reader) { r.Value(connForm, unsafe.Pointer(c)) }

// rest puts to sleep those of which nothing is expected: who closed, or has long been
// silent. On a busy server that is most of them, and less than half of their memory is
// enough to make them again where a packet comes all the same, or their end. Nothing
// that is told hangs on who sleeps.
func (a *Assembler) rest() {
	if a.cfg.Sleep == nil {
		return
	}
	a.restClosed()
	silent := a.clock.Add(-a.limits.RestSilent)
	for heard, any := a.open.bound(); any && heard <= silent; heard, any = a.open.bound() {
		c := a.open.first()
		if c == nil || c.touched > silent {
			break
		}
		a.open.pop()
		if c.agenda = nil; !a.sleep(c) {
			a.awake.enter(c, a.count())
		}
	}
}

func (a *Assembler) restClosed() {
	closed := a.clock.Add(a.limits.Straggler - a.limits.RestClosed)
	for c := a.closing.unseen(); c != nil && c.due <= closed; c = a.closing.unseen() {
		// What came last is its last acknowledgement, most likely: a while more. Who
		// goes on behind its end stays awake.
		if c.touched.Add(a.limits.RestClosed) > a.clock && c.due.Add(2*a.limits.RestClosed) > closed {
			break
		}
		if a.closing.seen = c; c.Frames >= restFrames || a.limits.RestClosed < 0 {
			a.sleep(c)
		}
	}
}

// mayRest reports whether nothing of a connection waits.
func (c *Conn) mayRest() bool {
	return c.handler != nil && !c.ignored && !c.holding && c.heldBytes == 0 && c.early == nil && len(c.resets) == 0
}

// sleep puts a connection to sleep; false where it has to stay awake.
func (a *Assembler) sleep(c *Conn) bool {
	if !c.mayRest() {
		return false
	}
	rest := a.cfg.Sleep(c.handler)
	if rest == nil {
		return false
	}
	s := a.asleep.blank()
	*s = sleeper{key: c.key, hash: c.hash, rest: rest, frame: c.First.Frame, touched: c.touched, closed: c.closed, due: c.due}
	if !c.closed {
		s.due = c.touched.Add(a.limits.Idle)
	}
	a.closing.remove(c)
	a.conns.remove(c.hash, c)
	a.asleep.put(s)
	a.stats.Slept++
	c.handler, c.plain = nil, false
	a.recycle(c)
	return true
}

// wake makes a connection again that sleeps.
func (a *Assembler) wake(s *sleeper) *Conn {
	a.asleep.take(s)
	c := a.conn()
	c.handler = s.rest.Wake(c)
	a.asleep.give(s)
	a.conns.put(c.hash, c)
	if c.closed {
		a.closing.insert(c)
	} else {
		a.open.enter(c, a.count())
	}
	return c
}

// connection gives that of a segment, awake; nil where there is none.
func (a *Assembler) connection(at *address) *Conn {
	if c := a.conns.find(at.hash, &at.key); c != nil {
		return c
	}
	if s := a.asleep.find(at.hash, &at.key); s != nil {
		return a.wake(s)
	}
	return nil
}

// count is how many connections there are, those that sleep among them.
func (a *Assembler) count() int { return a.conns.n + a.asleep.n }

// soonest is the moment at which a sleeper ends first, of those that sleep.
func (l *sleepers) soonest() (due capture.Time, any bool) {
	for _, l := range l.lists() {
		if s := l.head; s != nil && (!any || s.due < due) {
			due, any = s.due, true
		}
	}
	return due, any
}

// ending wakes those that end at a moment, and appends them.
func (a *Assembler) ending(list []*Conn, at capture.Time) []*Conn {
	for _, l := range a.asleep.lists() {
		for s := l.head; s != nil && s.due == at; s = l.head {
			c := a.wake(s)
			a.closing.remove(c)
			c.agenda = nil
			list = append(list, c)
		}
	}
	return list
}

// A resident is a connection, awake or asleep.
type resident struct {
	c *Conn    // nil: it sleeps
	s *sleeper // nil: it is awake, or there is none
}

func (r resident) touched() capture.Time {
	if r.c != nil {
		return r.c.touched
	}
	return r.s.touched
}

func (r resident) first() int64 {
	if r.c != nil {
		return r.c.First.Frame
	}
	return r.s.frame
}

// rouse gives the connection awake.
func (a *Assembler) rouse(r resident) *Conn {
	if r.c != nil {
		return r.c
	}
	return a.wake(r.s)
}

// all are those that are awake, and those that sleep, by their first frames.
func (a *Assembler) all() []resident {
	list := make([]resident, 0, a.count())
	for _, c := range a.conns.all() {
		list = append(list, resident{c: c})
	}
	for _, l := range a.asleep.lists() {
		for s := l.head; s != nil; s = s.next {
			list = append(list, resident{s: s})
		}
	}
	slices.SortFunc(list, func(x, y resident) int { return cmp.Compare(x.first(), y.first()) })
	return list
}

// closedFirst is the one that closed first.
func (a *Assembler) closedFirst() resident {
	c, s := a.closing.head, a.asleep.closed.head
	if s != nil && (c == nil || s.due <= c.due) {
		return resident{s: s}
	}
	return resident{c: c}
}
