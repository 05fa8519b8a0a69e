package alignment

import (
	"slices"
	"strings"
	"time"
)

// An edge says how well a session and a log connection fit.
type edge struct {
	talk   *talk
	trace  *trace
	weight float64
	basis  basis
	off    int64 // log start minus the expected one
	// contrary: a QUIT that one side has is denied by the other.
	contrary bool
}

// maxNear is how many log connections of one address or envelope are looked
// at around the expected moment.
const maxNear = 48

// maxForemost is how many partners a session's names, and as many its envelopes,
// may lead to: those that most of them lead to.
const maxForemost = 64

// maxEdges is how many partners a session keeps, the best.
const maxEdges = 16

// latest is how long after the first packet a product may log a connection:
// it looks up the client's name first, and may be busy.
const latest = 30 * time.Second

// keyed are the partners by names that are as good as unique: ids in replies,
// the client's port, Message-IDs.
func (ix *index) keyed(t *talk) []*trace {
	var list []*trace
	take := func(from []*trace) { list = append(list, near(from, t)...) }
	for _, m := range t.r.Messages[:min(len(t.r.Messages), maxKeys)] {
		if m.QueueID != "" {
			take(ix.ids[strings.ToLower(m.QueueID)])
		}
		if id := messageID(m); id != "" {
			take(ix.mails[id])
		}
	}
	for _, p := range t.ports {
		take(ix.ports[p])
	}
	return foremost(list)
}

// around are those of the same address at about that time, and those without
// an address of the same envelope.
func (ix *index) around(t *talk, outbound bool) []*trace {
	var list, alike []*trace
	for _, a := range t.peers(outbound) {
		list = append(list, near(ix.addresses[a], t)...)
	}
	for _, e := range t.envelopes() {
		alike = append(alike, near(ix.envelopes[e], t)...)
	}
	return append(list, foremost(alike)...)
}

// foremost are at most maxForemost of a list, those that are in it most often.
func foremost(list []*trace) []*trace {
	if len(list) <= maxForemost {
		return list
	}
	times := map[*trace]int{}
	var each []*trace
	for _, x := range list {
		if times[x]++; times[x] == 1 {
			each = append(each, x)
		}
	}
	slices.SortStableFunc(each, func(x, y *trace) int { return times[y] - times[x] })
	return each[:min(len(each), maxForemost)]
}

// near are at most maxNear of a list that is in the order of starts, those
// around the expected moment. Lists may mix products whose clocks differ: the
// moment is taken from each in turn.
func near(list []*trace, t *talk) []*trace {
	if len(list) <= maxNear {
		return list
	}
	var out []*trace
	var seen []*clockwork
	for _, x := range [...]*trace{list[0], list[len(list)/2], list[len(list)-1]} {
		if slices.Contains(seen, x.clock) {
			continue
		}
		seen = append(seen, x.clock)
		if !x.clock.known {
			continue
		}
		from := x.clock.expect(t.start) - int64(5*time.Second)
		i, _ := slices.BinarySearchFunc(list, from, func(x *trace, at int64) int {
			if x.start < at {
				return -1
			}
			return 1
		})
		out = append(out, list[i:min(i+maxNear, len(list))]...)
	}
	return out
}

// edges weighs a session's possible partners.
func (ix *index) edges(t *talk, outbound bool, s stage) []edge {
	list := ix.keyed(t)
	if s != named {
		list = append(list, ix.around(t, outbound)...)
	}
	var out []edge
	for i, x := range list {
		if x.talk != nil || (s == pieces) != x.piece || slices.Contains(list[:i], x) {
			continue
		}
		e, fits := weigh(t, x)
		if !fits || s == named && e.basis&(byID|byPort) == 0 {
			continue
		}
		out = append(out, e)
	}
	return best(out)
}

// best are the edges worth keeping: not far behind the first.
func best(list []edge) []edge {
	slices.SortStableFunc(list, func(a, b edge) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return a.trace.order - b.trace.order
	})
	for i := range list {
		if i >= maxEdges || list[i].weight < list[0].weight-hopeless {
			return list[:i]
		}
	}
	return list
}
