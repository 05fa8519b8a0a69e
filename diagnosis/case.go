package diagnosis

import (
	"sync"
	"time"

	"smtpscope/alignment"
	"smtpscope/session"
)

// A Case is one session as the rules see it.
type Case struct {
	*session.Record
	Wire  *session.Wire
	Match *alignment.Match // nil without a log

	session  *session.Session
	signs    sign
	lasted   time.Duration // also while nothing was sent any more
	dialogue dialogue      // what the rules of the SMTP side have worked out
	rooms    rooms
	resets   resetIndex
	fins     [2]memo           // first FINs, of client and server
	found    []session.Finding // while the rules are asked
}

// cases are used again, with the memory of their lists.
var cases = sync.Pool{New: func() any { return new(Case) }}

func openCase(s *session.Session, m *alignment.Match) *Case {
	c := cases.Get().(*Case)
	c.session, c.Record, c.Wire, c.Match, c.signs = s, &s.Record, &s.Wire, m, signsOf(s)
	c.lasted = max(s.Record.Duration.Duration(), time.Duration(s.Record.Ended.Time-s.Record.Start))
	return c
}

// events are the session's, told when a rule first asks for them.
func (c *Case) events() []session.Event {
	c.session.Tell()
	return c.session.Events
}

// may reports whether an event of a kind can be among the session's. That is
// known before they are told, and often all that a rule needs to know.
func (c *Case) may(kind session.EventKind) bool { return c.session.Kinds.Has(kind) }

// close gives the case back. What it found holds nothing of it.
func (c *Case) close() {
	said := c.dialogue.said
	clear(said) // else they would keep the session's events
	c.rooms.clear()
	clear(c.found)
	*c = Case{dialogue: dialogue{said: said[:0]}, rooms: c.rooms, found: c.found[:0], resets: resetIndex{client: c.resets.client[:0], server: c.resets.server[:0]}}
	cases.Put(c)
}

// memo is a frame that is looked for once.
type memo struct {
	known bool
	frame int64 // 0 = none
}

// firstFIN is the frame of a side's first FIN, 0 where there is none.
func (c *Case) firstFIN(side string) int64 {
	m := &c.fins[0]
	if side == "server" {
		m = &c.fins[1]
	}
	if !m.known {
		m.known = true
		if e := c.first(session.EventFIN, side); e != nil {
			m.frame = e.Frame
		}
	}
	return m.frame
}

// first is the first event of a kind and side ("" = any), nil where there is
// none.
func (c *Case) first(kind session.EventKind, side string) *session.Event {
	if !c.may(kind) {
		return nil
	}
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == kind && (side == "" || e.Side == side) {
			return e
		}
	}
	return nil
}

// last is the last event of a kind and side.
func (c *Case) last(kind session.EventKind, side string) *session.Event {
	if !c.may(kind) {
		return nil
	}
	events := c.events()
	for i := len(events) - 1; i >= 0; i-- {
		if e := &events[i]; e.Kind == kind && (side == "" || e.Side == side) {
			return e
		}
	}
	return nil
}

// has reports whether an event of a kind is among the session's.
func (c *Case) has(kind session.EventKind) bool {
	if c.session.EventsCut > 0 { // it may be one that was left out
		return c.first(kind, "") != nil
	}
	return c.may(kind)
}
