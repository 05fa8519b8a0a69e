package alignment

import (
	"math"
	"smtpscope/gatewaylog"
)

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
	if k := e.trace.clock; !k.known && e.trace.timed() && e.basis&(byID|byPort) == 0 && (e.basis&byTaken == 0 || k.scattered) {
		return false // it may be another attempt
	}
	need := certainMargin
	if e.basis&(byID|byPort|byMessageID|byEnvelope) == 0 {
		if e.contrary {
			return false
		}
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
	if !e.certain(margin) || g.unordered(e) {
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

// unordered: sendmail's processes log in any order and seldom log an end; where
// the same client has more sessions than connections, or fewer, which one lacks
// its lines cannot be told.
func (g *group) unordered(e *edge) bool {
	return e.talk.crowded && e.trace.c.Product == gatewaylog.Sendmail && len(g.talks) != len(g.traces) &&
		e.basis&(byID|byMessageID) == 0
}
