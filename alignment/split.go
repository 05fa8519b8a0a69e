package alignment

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/gatewaylog"
)

// split takes connections apart that the log runs together: where the lines
// between two connections of one process are lost, its messages' ids tell that
// they belong to several sessions.
func (a *aligner) split() {
	owner := map[string]*talk{}
	for _, t := range a.talks {
		for _, m := range t.r.Messages {
			if m.QueueID == "" {
				continue
			}
			id := strings.ToLower(m.QueueID)
			if old, there := owner[id]; there && old != t {
				owner[id] = nil // the number came again
			} else {
				owner[id] = t
			}
		}
	}
	var out []*trace
	for _, x := range a.traces {
		out = append(out, splitTrace(x, owner)...)
	}
	a.traces = out
}

func splitTrace(x *trace, owner map[string]*talk) []*trace {
	if x.outbound || x.internal || len(x.c.Messages) < 2 {
		return []*trace{x}
	}
	var owners []*talk // of each message
	several := false
	for _, m := range x.c.Messages {
		t := owner[strings.ToLower(m.ID)]
		several = several || t != nil && len(owners) > 0 && lastOwner(owners) != nil && lastOwner(owners) != t
		owners = append(owners, t)
	}
	if !several {
		return []*trace{x}
	}
	return takeApart(x, owners)
}

func lastOwner(list []*talk) *talk {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] != nil {
			return list[i]
		}
	}
	return nil
}

// takeApart makes a trace for each run of messages of one session. Lines of
// the connection itself go with the messages before them; the first part has
// its beginning, the last its end.
func takeApart(x *trace, owners []*talk) []*trace {
	var runs [][]*gatewaylog.Message
	var of *talk
	for i, m := range x.c.Messages {
		if len(runs) == 0 || owners[i] != nil && of != nil && owners[i] != of {
			runs = append(runs, nil)
		}
		if owners[i] != nil {
			of = owners[i]
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], m)
	}
	firsts := make([]int64, len(runs)) // number of the run's first line
	for i, run := range runs {
		for _, m := range run {
			if len(m.Lines) > 0 && (firsts[i] == 0 || m.Lines[0].Number < firsts[i]) {
				firsts[i] = m.Lines[0].Number
			}
		}
	}
	var out []*trace
	for i, run := range runs {
		out = append(out, part(x, run, i, firsts))
	}
	return out
}

func part(x *trace, run []*gatewaylog.Message, i int, firsts []int64) *trace {
	c := *x.c
	first, last := i == 0, i == len(firsts)-1
	c.Messages, c.Lines, c.Commands, c.Rejections = run, nil, nil, nil
	mine, others := map[*gatewaylog.Line]bool{}, map[*gatewaylog.Line]bool{}
	for _, m := range x.c.Messages {
		for _, l := range m.Lines {
			if slices.Contains(run, m) {
				mine[l] = true
			} else {
				others[l] = true
			}
		}
	}
	for _, l := range x.c.Lines {
		within := (first || l.Number >= firsts[i]) && (last || l.Number < firsts[i+1])
		if mine[l] || !others[l] && within {
			c.Lines = append(c.Lines, l)
		}
	}
	slices.SortStableFunc(c.Lines, func(a, b *gatewaylog.Line) int { return cmp.Compare(a.Number, b.Number) })
	c.Begun, c.Closed = x.c.Begun && first, x.c.Closed && last
	if !first && len(c.Lines) > 0 {
		c.Start = c.Lines[0].Time
	}
	if !last {
		c.End, c.Ended = gatewaylog.Time{}, gatewaylog.Ended{}
		if len(c.Lines) > 0 {
			c.End = c.Lines[len(c.Lines)-1].Time
		}
	} else {
		c.Commands = x.c.Commands
	}
	p := newTrace(&c, x.order)
	p.server = x.server
	p.part, p.clock = true, x.clock
	return p
}
