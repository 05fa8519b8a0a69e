package document

import (
	"slices"

	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

// perGroup is how many sessions of each signature are told in full before
// room is given to more of the same.
const perGroup = 3

// A signature is what abnormal sessions must share to be one group.
type signature struct {
	verdict string
	finding string
	reply   int
}

func signatureOf(r *session.Record) signature {
	s := signature{verdict: verdictName(r)}
	if f := diagnosis.Leading(r.Findings); f != nil {
		s.finding = report.Printable(f.Code)
	}
	if n := len(r.Messages); n > 0 {
		s.reply = refusedWith(r.Messages[n-1])
	}
	return s
}

// refusedWith is the code of the reply by which a message came to nothing: that
// to MAIL, where the sender was refused, and what was sent along with it with
// another one only because of that.
func refusedWith(m *session.Message) int {
	switch {
	case m.Outcome == session.Refused && m.Code >= 400:
		return m.Code
	case m.Outcome != session.Accepted && m.Reply != nil:
		return m.Reply.Code
	}
	return 0
}

// Choice says which sessions are worth keeping with their story, before all
// are known: the first ones, and the first of each signature, so that the
// rare kind is not lost behind a hundred of the common one. It keeps at most
// twice the limit.
type Choice struct {
	// Every wants normal sessions too, because they were asked for by name.
	Every bool

	limit       int
	begun       bool
	taken, rare int
	seen        map[string]int
}

// NewChoice gives a Choice for a report with these limits.
func NewChoice(l Limits, every bool) *Choice {
	return &Choice{Every: every, limit: l.orDefault().Details, seen: map[string]int{}}
}

// Wants reports whether the session's events should be kept. It must be asked
// once for each session, in their order.
func (c *Choice) Wants(r *session.Record) bool {
	first := !c.begun
	c.begun = true
	if fateOf(r) == Normal && !c.Every {
		return first // it may be the only one
	}
	name := verdictName(r)
	if len(c.seen) < maxGroups || c.seen[name] > 0 {
		c.seen[name]++
	}
	switch n := c.seen[name]; {
	case n > 0 && n <= perGroup && c.rare < c.limit:
		c.rare++
		return true
	case c.taken < c.limit:
		c.taken++
		return true
	}
	return false
}

// choose cuts candidates to the limit: the first of each signature first, then
// abnormal ones, then the rest, and puts them in the order of their numbers.
func choose(candidates []*session.Session, limit int) []*session.Session {
	rank := make(map[*session.Session]int, len(candidates))
	seen := map[signature]int{}
	slices.SortStableFunc(candidates, byNumber)
	for _, s := range candidates {
		key := signatureOf(&s.Record)
		seen[key]++
		switch {
		case fateOf(&s.Record) == Normal:
			rank[s] = 3
		case seen[key] > perGroup:
			rank[s] = 2
		case fateOf(&s.Record) == Open:
			rank[s] = 1
		}
	}
	slices.SortStableFunc(candidates, func(a, b *session.Session) int { return rank[a] - rank[b] })
	candidates = candidates[:min(len(candidates), limit)]
	slices.SortStableFunc(candidates, byNumber)
	return candidates
}

func byNumber(a, b *session.Session) int {
	return int(min(max(a.Record.Session-b.Record.Session, -1), 1))
}

func (l Limits) orDefault() Limits {
	if l.Details <= 0 {
		l.Details = DefaultDetails
	}
	if l.Rows <= 0 {
		l.Rows = DefaultRows
	}
	return l
}

// rowOf is a session's row; Start is set when all are known.
func rowOf(r *session.Record, fate Fate) row {
	return row{Row: Row{Number: r.Session, Lasted: report.Span(r.Duration.Duration()),
		Client: r.Client.String(), Server: r.Server.String(), Envelope: report.Envelope(r),
		Verdict: report.Verdict(r), Log: report.LogColumn(r.Log), Fate: fate}, start: r.Start}
}

type row struct {
	Row
	start session.Time
}
