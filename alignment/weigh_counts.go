package alignment

import (
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

func count(c *gatewaylog.Connection, verb string) int {
	for _, n := range c.Commands {
		if n.Verb == verb {
			return n.Total
		}
	}
	return 0
}

// counts compares how often commands were given, where the log counts. The
// server may have read less than was sent, never more.
func (e *edge) counts() {
	t, c := e.talk, e.trace.c
	if len(c.Commands) == 0 || t.opaque || !t.whole {
		return
	}
	given := commandsOf(t.r)
	e.compare(count(c, "mail"), given.mails)
	if t.r.MessagesCut == 0 {
		e.compare(count(c, "rcpt"), given.recipients)
		e.within(taken(c, "rcpt"), given.rcptLeast, given.rcptMost)
		e.within(taken(c, "data"), given.dataLeast, given.dataMost)
		if count(c, "data") < given.transfers {
			e.weight += against
		}
	}
	quit := t.r.Ended.How == session.ByQuit
	switch logged := count(c, "quit") > 0; {
	case logged && quit:
		e.weight += weightCount
	case logged != quit:
		e.weight += against / 2
	}
	if count(c, "starttls") > 0 && t.r.TLS == nil {
		e.weight += against
	}
	if (count(c, "ehlo")+count(c, "helo") > 0) != (t.r.Hello != nil) {
		e.weight += against / 2
	}
}

// taken is how many commands of that name the product took.
func taken(c *gatewaylog.Connection, verb string) int {
	for _, n := range c.Commands {
		if n.Verb == verb {
			return n.Accepted
		}
	}
	return 0
}

// given are the commands of a session as far as its record counts them: all,
// and those that were answered 2xx at least and at most.
type given struct {
	mails, recipients, transfers int
	rcptLeast, rcptMost          int
	dataLeast, dataMost          int
}

func commandsOf(r *session.Record) given {
	g := given{mails: len(r.Messages) + r.MessagesCut}
	for _, m := range r.Messages {
		g.recipients += max(len(m.Recipients), m.RecipientCount)
		for _, x := range m.Recipients {
			if x.Code/100 == 2 {
				g.rcptLeast++
			}
			if x.Code/100 == 2 || x.Code == 0 {
				g.rcptMost++
			}
		}
		g.rcptMost += max(m.RecipientCount-len(m.Recipients), 0)
		t := m.Transfer
		if t == nil || t.Command != "DATA" {
			continue
		}
		g.transfers++
		if m.Outcome == session.Accepted {
			g.dataLeast++
		}
		if m.Outcome == session.Accepted || m.Outcome == session.Unanswered {
			g.dataMost++
		}
	}
	return g
}

// within compares a count of what was taken with what was answered. A reply
// that was seen had been counted.
func (e *edge) within(logged, least, most int) {
	switch {
	case logged < least, logged > most:
		e.weight += against
	case logged > 0:
		e.weight += weightCount
	}
}

func (e *edge) compare(logged, seen int) {
	switch {
	case logged == seen && seen > 0:
		e.weight += weightCount
	case logged > seen:
		e.weight += against
	case logged < seen:
		e.weight += against / 4
	}
}
