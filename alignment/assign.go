package alignment

import (
	"slices"
)

// maxGroup is up to how many sessions (or log connections) that contend for
// each other the best assignment is looked for exactly. Of larger groups only
// pairs that are each other's best by far are certain.
const maxGroup = 28

// worth is what the best partner is worth to a session against having none:
// that both lack their partner is a coincidence of two misses.
const worth = 6.0

// exactly finds the best assignment, and for each of its pairs how much worse
// the best one without it is. It must be worse by the plain weights too: where
// a session's better partner is another's, the lesser one is not worth less.
func (g *group) exactly() {
	assign := assign
	if g.sequential() {
		assign = assignInOrder
	}
	m, plain := g.matrix(), g.weights()
	chosen, best := assign(m, -1, -1)
	_, most := assign(plain, -1, -1)
	type pick struct {
		e      *edge
		margin float64
	}
	var picks []pick
	for s, c := range chosen {
		if c < 0 {
			continue
		}
		_, without := assign(m, s, c)
		_, fewer := assign(plain, s, c)
		picks = append(picks, pick{g.edge(g.talks[s], g.traces[c]), max(min(best-without, most-fewer), min(most-fewer, 1.5*(best-without)))})
	}
	got := map[*talk]bool{}
	for _, p := range picks {
		if p.e.certain(p.margin) {
			got[p.e.talk] = true
		}
	}
	for again := true; again; {
		again = false
		for _, p := range picks {
			if got[p.e.talk] && g.a.halvesOfOthers(p.e, got) {
				delete(got, p.e.talk)
				again = true
			}
		}
	}
	for _, p := range picks {
		if got[p.e.talk] {
			g.take(p.e, p.margin)
		}
	}
}

// matrix is the worth of each pair, 0 where they cannot be one: full where
// neither side has a better partner, less by how much better one there is.
func (g *group) matrix() [][]float64 {
	m := make([][]float64, len(g.talks))
	rows, columns, places := map[*talk]float64{}, map[*trace]float64{}, map[*trace]int{}
	for i, x := range g.traces {
		places[x] = i
	}
	for _, e := range g.edges {
		rows[e.talk] = max(rows[e.talk], e.weight)
		columns[e.trace] = max(columns[e.trace], e.weight)
	}
	lines := map[*talk][]float64{}
	for i, t := range g.talks {
		m[i] = make([]float64, len(g.traces))
		lines[t] = m[i]
	}
	for _, e := range g.edges {
		lines[e.talk][places[e.trace]] = max(0, worth+e.weight-max(rows[e.talk], columns[e.trace]))
	}
	return m
}

// weights is the weight of each pair, 0 where they cannot be one.
func (g *group) weights() [][]float64 {
	places, rows := map[*trace]int{}, map[*talk][]float64{}
	for i, x := range g.traces {
		places[x] = i
	}
	m := make([][]float64, len(g.talks))
	for i, t := range g.talks {
		m[i] = make([]float64, len(g.traces))
		rows[t] = m[i]
	}
	for _, e := range g.edges {
		rows[e.talk][places[e.trace]] = max(0, e.weight)
	}
	return m
}

func (g *group) edge(t *talk, x *trace) *edge {
	i := slices.IndexFunc(g.edges, func(e edge) bool { return e.talk == t && e.trace == x })
	if i < 0 {
		return nil
	}
	return &g.edges[i]
}
