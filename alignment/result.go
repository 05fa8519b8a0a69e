package alignment

import (
	"math"
	"slices"
	"time"

	"smtpscope/gatewaylog"
)

// result gathers what was found.
func (a *aligner) result() *Result {
	r := &Result{Matches: make([]Match, len(a.talks))}
	spans := a.spans()
	for i, t := range a.talks {
		m := &r.Matches[i]
		fill(m, t)
		switch m.Status {
		case Matched:
			m.Agreement = agree(t.r, m)
		case None:
			m.Reason = spans.whyNoLine(t)
		}
	}
	for _, x := range a.traces {
		if x.talk == nil {
			r.LogOnly = append(r.LogOnly, logOnly(x, spans))
		}
	}
	for _, k := range a.clocks {
		r.Clocks = append(r.Clocks, k.public())
	}
	return r
}

// Counts are how many sessions a log had something of.
type Counts struct {
	Matched   int64
	Disagree  int64 // of these
	Ambiguous int64
}

// Add counts one session.
func (c *Counts) Add(m *Match) {
	switch m.Status {
	case Matched:
		c.Matched++
		if m.Agreement.Agrees == AgreesNo {
			c.Disagree++
		}
	case Ambiguous:
		c.Ambiguous++
	}
}

func fill(m *Match, t *talk) {
	m.Status = None
	if t.trace == nil && len(t.more) > 0 {
		t.trace, t.more = t.more[0], t.more[1:]
		t.margin = weightID
	}
	if t.trace == nil {
		for _, x := range t.candidates {
			m.Candidates = append(m.Candidates, x.c)
		}
		if len(m.Candidates) > 0 {
			m.Status = Ambiguous
			setOffset(m, t, t.candidates[0])
			m.Reason = whyNoChoice(t)
		}
		return
	}
	m.Status, m.Connection, m.record = Matched, t.trace.c, t.r
	m.Score = score(t.margin)
	setOffset(m, t, t.trace)
	logged := slices.Clip(t.trace.c.Messages) // the first to be added is added to a copy
	for _, x := range t.more {
		m.More = append(m.More, x.c)
		logged = append(logged, x.c.Messages...)
	}
	m.Messages = make([]*gatewaylog.Message, len(t.r.Messages))
	if !t.opaque {
		out := t.trace.outbound
		m.Messages, _ = pairMessages(t.r.Messages, logged, newFinder(logged, out), out)
	}
}

func setOffset(m *Match, t *talk, x *trace) {
	if k := x.clock; k.known {
		m.OffsetKnown = true
		m.begin, m.end, m.exact = t.start, t.end, k.at(t.start)
		m.Offset = time.Duration(k.at(t.start)).Round(time.Millisecond)
	}
}

// score is 1 - e^(-margin/3), to two decimals.
func score(margin float64) float64 {
	return math.Round((1-math.Exp(-margin/certainMargin))*100) / 100
}

func logOnly(x *trace, s *spans) LogOnly {
	o := LogOnly{Connection: x.c, Reason: s.whyNoPackets(x)}
	for _, t := range x.wanted {
		if t.trace == nil {
			o.Sessions = append(o.Sessions, t.r.Session)
		}
	}
	if len(o.Sessions) > 0 {
		o.Reason = whyAmbiguous(o.Sessions)
	}
	if x.clock.known && x.timed() {
		o.At, o.AtKnown = time.Unix(0, x.clock.back(x.start)).UTC(), true
	}
	return o
}
