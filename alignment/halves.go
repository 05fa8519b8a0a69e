package alignment

import (
	"slices"
	"sort"
)

// Where a log lacks lines, two connections of one process and client may look
// like one: the end of the first is gone and the beginning of the second. Such
// a pair of halves can fit a third session well, whose own lines are gone.

// halvesOfOthers: the connection's beginning fits one session without a
// partner, and its end another one, as well as both fit this one. taken are
// sessions that get a partner at the same time.
func (a *aligner) halvesOfOthers(e *edge, taken map[*talk]bool) bool {
	x, t := e.trace, e.talk
	if !x.clock.damaged || !x.begun || !x.closed || x.outbound || e.basis&(byID|byPort|byMessageID) != 0 {
		return false
	}
	var first, last []*talk
	for _, o := range a.around(t, int64(latest)) {
		if o == t || taken[o] || o.unheard || o.trace != nil && !o.trace.piece {
			continue
		}
		h := edge{talk: o, trace: x}
		if h.beginsLike() {
			first = append(first, o)
		}
		if h.endsLike() {
			last = append(last, o)
		}
	}
	return slices.ContainsFunc(first, func(o *talk) bool {
		return slices.ContainsFunc(last, func(p *talk) bool { return p != o })
	})
}

// around are the sessions of the same client that began within that time.
func (a *aligner) around(t *talk, within int64) []*talk {
	if a.clients == nil {
		a.clients = map[netAddr][]*talk{}
		for _, t := range a.talks {
			a.clients[t.callers[0]] = append(a.clients[t.callers[0]], t)
		}
		for _, list := range a.clients {
			slices.SortStableFunc(list, func(a, b *talk) int { return int(sign(a.start - b.start)) })
		}
	}
	list := a.clients[t.callers[0]]
	i := sort.Search(len(list), func(i int) bool { return list[i].start >= t.start-within })
	j := i + sort.Search(len(list)-i, func(j int) bool { return list[i+j].start > t.start+within })
	return list[i:min(j, i+4*maxNear)]
}

// beginsLike: the line of the beginning may be the session's.
func (e *edge) beginsLike() bool {
	t, x := e.talk, e.trace
	if !x.clock.known || x.opened.high < t.start || x.opened.low > e.greeting() {
		return false
	}
	k := x.clock
	off, early := x.start-k.expect(t.start), early(k, x)
	return e.beginning(off, float64(early), float64(early)+float64(reordering)) >= weightStart/2
}

// endsLike: the line of the end may be the session's.
func (e *edge) endsLike() bool {
	t, x := e.talk, e.trace
	if !x.clock.known || t.left && x.shut.high < t.end || !t.r.EndShown() {
		return false
	}
	e.counts()
	return e.weight >= 0 && closeness(x.end-x.clock.expect(t.end), float64(early(x.clock, x)), weightEnd) >= 0
}
