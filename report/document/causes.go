package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

// causes count the leading findings of sessions.
type causes struct {
	list map[string]*cause
}

// A cause is a finding that leads in some sessions; the first of them lends
// its words.
type cause struct {
	session.Finding
	count  int64
	first  int64
	advice []counted // which may differ: what mends one failure of TLS does not mend another
}

// maxAdvice is how many advices of one cause are told apart; a rule has a few.
const maxAdvice = 16

// counted is an advice, and of how many sessions.
type counted struct {
	text  string
	count int64
}

func (c *cause) advise(text string) {
	i := slices.IndexFunc(c.advice, func(a counted) bool { return a.text == text })
	if i < 0 {
		if len(c.advice) == maxAdvice {
			return
		}
		i = len(c.advice)
		c.advice = append(c.advice, counted{text: text})
	}
	c.advice[i].count++
}

// toDo are the advices of most sessions, at most two, each with what it is for.
func (c *cause) toDo() []string {
	slices.SortStableFunc(c.advice, func(a, b counted) int { return cmp.Compare(b.count, a.count) })
	var list []string
	for _, a := range c.advice[:min(len(c.advice), 2)] {
		sessions := report.Count(c.count, "session", "sessions")
		if a.count < c.count {
			sessions = report.Thousands(a.count) + " of " + sessions
		}
		list = append(list, about(c.Code, sessions, report.Printable(a.text)))
	}
	return list
}

func (c *causes) add(r *session.Record) {
	f := diagnosis.Leading(r.Findings)
	if f == nil || f.Severity == "info" {
		return
	}
	if c.list == nil {
		c.list = map[string]*cause{}
	}
	one := c.list[f.Code]
	if one == nil {
		one = &cause{Finding: *f, first: r.Session}
		c.list[f.Code] = one
	}
	one.count++
	one.advise(f.Advice)
}

// leading are the causes, the most frequent first.
func (c *causes) leading() []*cause {
	var list []*cause
	for _, one := range c.list {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b *cause) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.first, b.first), strings.Compare(a.Code, b.Code))
	})
	return list
}

// about is an advice with what it is for.
func about(code, sessions, advice string) string {
	title := report.CauseTitle(code)
	if title == "" || advice == "" {
		return advice
	}
	return fmt.Sprintf("%s (%s): %s", title, sessions, advice)
}

// words are a cause in words that are true of all its sessions.
func (c *cause) words() string {
	title := report.CauseTitle(c.Code)
	if c.count == 1 || title == "" {
		return sentence(report.Printable(c.Summary))
	}
	return sentence(lower(title))
}

// sure says how sure it is, of the first session that has it. what is it.
func (c *cause) sure(what string) string {
	if c.count == 1 {
		return fmt.Sprintf("In that session, %d, %s is %s.", c.first, what, certaintyWords(c.Certainty))
	}
	return fmt.Sprintf("In the first of them, session %d, %s is %s.", c.first, what, certaintyWords(c.Certainty))
}
