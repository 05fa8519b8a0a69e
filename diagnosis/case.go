package diagnosis

import (
	"smtpscope/alignment"
	"smtpscope/session"
)

// A Case is one session as the rules see it.
type Case struct {
	*session.Record
	Events []session.Event
	Wire   *session.Wire
	Match  *alignment.Match // nil without a log

	dialogue dialogue // what the rules of the SMTP side have worked out
}

func newCase(s *session.Session, m *alignment.Match) *Case {
	return &Case{Record: &s.Record, Events: s.Events, Wire: &s.Wire, Match: m}
}

// first is the first event of a kind and side ("" = any), nil where there is
// none.
func (c *Case) first(kind session.EventKind, side string) *session.Event {
	for i := range c.Events {
		if e := &c.Events[i]; e.Kind == kind && (side == "" || e.Side == side) {
			return e
		}
	}
	return nil
}

// last is the last event of a kind and side.
func (c *Case) last(kind session.EventKind, side string) *session.Event {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := &c.Events[i]; e.Kind == kind && (side == "" || e.Side == side) {
			return e
		}
	}
	return nil
}
