package alignment

import (
	"math"
	"slices"
)

// maxGroup is up to how many sessions (or log connections) that contend for
// each other the best assignment is looked for exactly. Of larger groups only
// pairs that are each other's best by far are certain.
const maxGroup = 28

// worth is what the best partner is worth to a session against having none:
// that both lack their partner is a coincidence of two misses.
const worth = 6.0

// group is a set of sessions and log connections that contend for each other,
// and no others.
type group struct {
	talks  []*talk
	traces []*trace
	edges  []edge
	a      *aligner
}

// A stage is what matches are made by.
type stage int

const (
	named  stage = iota // ids and ports
	alike               // everything; whole connections only
	pieces              // everything; for messages without their connection
)

// match weighs the sessions that have no partner yet and settles what is
// certain. It says how many matches that made.
func (a *aligner) match(ix *index, outbound bool, s stage) (matches int) {
	var all []edge
	for _, t := range a.talks {
		if !t.unheard && t.contends(s) {
			all = append(all, ix.edges(t, outbound, s)...)
		}
	}
	for _, g := range groupsOf(all) {
		g.a = a
		matches += g.settle(s)
	}
	return matches
}

// groupsOf parts edges into groups that share nothing, in the order of the
// edges.
func groupsOf(edges []edge) []*group {
	u := union{}
	talks, traces := make(map[*talk]int, len(edges)), make(map[*trace]int, len(edges))
	for i := range edges {
		e := &edges[i]
		s, seen := talks[e.talk]
		if !seen {
			s = u.add()
			talks[e.talk] = s
		}
		c, seen := traces[e.trace]
		if !seen {
			c = u.add()
			traces[e.trace] = c
		}
		u.join(s, c)
	}
	byRoot := make([]*group, len(u.parent))
	placed := make([]bool, len(u.parent))
	var list []*group
	for i := range edges {
		e := &edges[i]
		s, c := talks[e.talk], traces[e.trace]
		g := byRoot[u.root(s)]
		if g == nil {
			g = new(group)
			byRoot[u.root(s)] = g
			list = append(list, g)
		}
		g.edges = append(g.edges, *e)
		if !placed[s] {
			placed[s] = true
			g.talks = append(g.talks, e.talk)
		}
		if !placed[c] {
			placed[c] = true
			g.traces = append(g.traces, e.trace)
		}
	}
	return list
}

// union is a union-find over small integers.
type union struct{ parent []int }

func (u *union) add() int {
	u.parent = append(u.parent, len(u.parent))
	return len(u.parent) - 1
}

func (u *union) root(i int) int {
	for u.parent[i] != i {
		u.parent[i] = u.parent[u.parent[i]]
		i = u.parent[i]
	}
	return i
}

func (u *union) join(i, j int) { u.parent[u.root(i)] = u.root(j) }

// settle makes the certain matches of the group; name says that those between
// which it cannot choose are named.
func (g *group) settle(s stage) (matches int) {
	open := g.unmatched()
	switch {
	case s == pieces:
		g.takePieces()
	case len(g.edges) == 1:
		g.takeOnly(&g.edges[0])
	case len(g.talks) <= maxGroup && len(g.traces) <= maxGroup:
		g.exactly()
	default:
		g.byFar()
	}
	if s != named {
		g.nameRivals()
	}
	return open - g.unmatched()
}

func (g *group) unmatched() int {
	n := 0
	for _, x := range g.traces {
		if x.talk == nil {
			n++
		}
	}
	return n
}

// certain says whether a match that is ahead of every other way by margin is
// certain.
func (e *edge) certain(margin float64) bool {
	need := certainMargin
	if e.basis&(byID|byPort|byMessageID|byEnvelope) == 0 {
		need = certainBare
		if e.trace.clock.damaged && e.talk.crowded && e.trace.precision >= coarse {
			need = certainDamaged
		}
	}
	return margin >= need && e.weight >= leastWeight
}

// take settles a match that is ahead of every other way by margin, if enough
// speaks for it.
func (g *group) take(e *edge, margin float64) bool {
	if !e.certain(margin) {
		return false
	}
	kept := *e
	if old := e.talk.trace; old != nil && e.trace.piece {
		e.talk.more, e.trace.talk, e.trace.attached = append(e.talk.more, e.trace), e.talk, true
		return true
	} else if old != nil && !old.piece {
		return false
	} else if old != nil {
		e.talk.more, old.attached = append(e.talk.more, old), true
	}
	e.talk.trace, e.trace.talk, e.talk.edge, e.talk.margin = e.trace, e.talk, &kept, min(margin, e.weight)
	return true
}

// contends says whether a session wants a partner. One that has a piece only
// wants the connection, and one that has it may have pieces elsewhere.
func (t *talk) contends(s stage) bool {
	switch {
	case t.trace == nil || s == pieces:
		return true
	case s == named:
		return false
	}
	return t.trace.piece
}

// takePieces settles pieces: a session may have several, so each goes to the
// session that it fits best by far.
func (g *group) takePieces() {
	best := map[*trace][2]*edge{}
	for i := range g.edges {
		best[g.edges[i].trace] = ahead(best[g.edges[i].trace], &g.edges[i])
	}
	for _, x := range g.traces {
		two := best[x]
		if two[1] == nil {
			two[0].weight += leastWeight - leastAlone
		}
		g.take(two[0], lead(two))
	}
}

// takeOnly settles a pair that contends with nobody: less must speak for it,
// for else both would lack their partner.
func (g *group) takeOnly(e *edge) {
	if g.a.halvesOfOthers(e, nil) {
		return
	}
	e.weight += leastWeight - leastAlone
	g.take(e, math.Inf(1))
}

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

// byFar takes the pairs of which each is the other's best by the certain
// margin, until there are no more.
func (g *group) byFar() {
	for again := true; again; {
		again = false
		ofTalk, ofTrace := map[*talk][2]*edge{}, map[*trace][2]*edge{}
		for i := range g.edges {
			e := &g.edges[i]
			if e.trace.talk != nil || e.talk.trace != nil && e.talk.trace.begun {
				continue
			}
			ofTalk[e.talk] = ahead(ofTalk[e.talk], e)
			ofTrace[e.trace] = ahead(ofTrace[e.trace], e)
		}
		for _, t := range g.talks {
			two, there := ofTalk[t]
			if !there || two[0].trace.talk != nil || ofTrace[two[0].trace][0] != two[0] {
				continue
			}
			margin := min(lead(two), lead(ofTrace[two[0].trace]))
			if g.a.halvesOfOthers(two[0], nil) {
				continue
			}
			again = g.take(two[0], margin) || again
		}
	}
}

// ahead keeps the best two edges.
func ahead(two [2]*edge, e *edge) [2]*edge {
	switch {
	case two[0] == nil || e.weight > two[0].weight:
		return [2]*edge{e, two[0]}
	case two[1] == nil || e.weight > two[1].weight:
		two[1] = e
	}
	return two
}

func lead(two [2]*edge) float64 {
	if two[1] == nil {
		return math.Inf(1)
	}
	return two[0].weight - two[1].weight
}

// nameRivals notes for each session without a partner those that fit about
// equally and have none either.
func (g *group) nameRivals() {
	top := map[*talk]float64{}
	for i := range g.edges {
		e := &g.edges[i]
		if e.talk.trace != nil || e.trace.talk != nil || e.weight < leastWeight {
			continue
		}
		best, there := top[e.talk]
		if !there {
			top[e.talk], best = e.weight, e.weight
		}
		if e.weight > best-certainMargin {
			e.talk.candidates = append(e.talk.candidates, e.trace)
			e.trace.wanted = append(e.trace.wanted, e.talk)
		}
	}
}
