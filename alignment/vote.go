package alignment

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Where no name is unique, the offset is found by votes: each session and
// each log connection that look alike vote for the difference of their times.
// The true offset is voted for by every pair that belongs together, wrong
// ones are spread.
const (
	// voteWidth is how far true differences lie apart: a second of precision,
	// and delays.
	voteWidth = int64(3 * time.Second)
	// maxAlike bounds how many of the same look are paired; those nearest in
	// order.
	maxAlike = 48
	// rivalShare is what the second best offset may have of the best one's
	// votes.
	rivalShare = 0.6
	// rivalApart is from where another offset is another one, not the slope
	// of the same. What lies nearer is a rival where the same sessions or
	// connections vote for both: two attempts within seconds, of which the log
	// has one.
	rivalApart = 4 * voteWidth

	// nearlySet is how far a clock that is set may be off.
	nearlySet = int64(45 * time.Second)

	// A clock is believed at this score: votes, and what speaks for an offset
	// beforehand. Most clocks are set by a time server, or are off by a zone. At
	// any other offset what looks alike may be a later attempt at the same mail,
	// so it takes three that agree.
	believed   = 1.5
	forSet     = 1.0  // nearly no offset
	forZone    = 0.5  // nearly that of a zone, where the log names none
	forOther   = -1.0 // any other
	leastShare = 0.2  // of the votes that a true offset would have if both sides had the same
)

// A look is what sessions and log connections are compared by. One that names
// no mail is not preferred to another for an offset that is likelier.
type look struct {
	by    string
	talk  func(*talk, bool) []string
	trace func(*trace) []string
	mails bool
}

// looks are tried in order, the finest first.
var looks = []look{
	{"envelopes", talkEnvelopes, traceEnvelopes, true},
	{"addresses", talkAddresses, traceAddresses, false},
}

type ballot struct {
	d      int64
	at     int64
	weight float64
	talk   *talk
	trace  *trace
}

// plausible is what speaks for an offset before anything was compared.
func (k *clockwork) plausible(d int64) float64 {
	switch {
	case abs(d) <= nearlySet:
		return forSet
	case !k.key.zoned && abs(d-int64(zoneNear(d))) <= nearlySet:
		return forZone
	}
	return forOther
}

// zoneNear is the nearest zone: whole and half hours, and the three that have
// a quarter (IANA: Nepal, Eucla, Chatham).
func zoneNear(d int64) time.Duration {
	best := min(max(time.Duration(d).Round(30*time.Minute), -12*time.Hour), 14*time.Hour)
	for _, quarter := range []time.Duration{345 * time.Minute, 525 * time.Minute, 765 * time.Minute, 825 * time.Minute} {
		if abs(d-int64(quarter)) < abs(d-int64(best)) {
			best = quarter
		}
	}
	return best
}

// vote sets the clock by the best supported offset; where none stands out it
// stays unknown.
func (a *aligner) vote(k *clockwork, traces []*trace) {
	for i := range looks {
		l := &looks[i]
		votes, most := a.ballots(traces, l)
		if kept := l.winners(k, votes, most); kept != nil {
			k.settle(kept, l.by)
			return
		}
	}
}

// ballots are the votes, and how many a true offset could have at most.
func (a *aligner) ballots(traces []*trace, l *look) (votes []ballot, most float64) {
	alike := map[string][]*trace{}
	for _, x := range traces {
		if x.internal {
			continue
		}
		for _, key := range l.trace(x) {
			putTrace(alike, key, x)
		}
	}
	who := a.whoLooks(l)
	var keys []string
	for key := range alike {
		if who[key] != nil {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(who[a].place, who[b].place) })
	for _, key := range keys {
		list, share := pairUp(thin(who[key].talks), thin(alike[key]))
		votes = append(votes, list...)
		most += share
	}
	return votes, most
}

// lookers are the sessions that share a look; place is that of the first.
type lookers struct {
	talks []*talk
	place int
}

// whoLooks are the sessions by their looks, made once for all clocks: a log may be
// that of very many hosts.
func (a *aligner) whoLooks(l *look) map[string]*lookers {
	if who, made := a.alike[l.by]; made {
		return who
	}
	who := map[string]*lookers{}
	for _, t := range a.talks {
		if t.unheard {
			continue
		}
		for _, outbound := range []bool{false, true} {
			for _, key := range l.talk(t, outbound) {
				one := who[key]
				if one == nil {
					one = &lookers{place: len(who)}
					who[key] = one
				}
				if n := len(one.talks); n == 0 || one.talks[n-1] != t {
					one.talks = append(one.talks, t)
				}
			}
		}
	}
	if a.alike == nil {
		a.alike = map[string]map[string]*lookers{}
	}
	a.alike[l.by] = who
	return who
}

// thin keeps maxAlike of a list: a run from its middle, so that neighbours
// stay neighbours.
func thin[T any](list []T) []T {
	if len(list) <= maxAlike {
		return list
	}
	from := (len(list) - maxAlike) / 2
	return list[from : from+maxAlike]
}

// pairUp gives the votes of those that share a look, and how many a true offset
// could have. A pair that contradicts itself beside its times has none.
func pairUp(talks []*talk, traces []*trace) (votes []ballot, most float64) {
	ofTalk, ofTrace := make([]int, len(talks)), make([]int, len(traces))
	for i, t := range talks {
		for j, x := range traces {
			if !compatible(t, x) {
				continue
			}
			ofTalk[i]++
			ofTrace[j]++
			d := differenceOf(t, x)
			votes = append(votes, ballot{d: d.d, at: d.at, talk: t, trace: x})
		}
	}
	some := func(list []int) (n, highest int) {
		for _, k := range list {
			n, highest = n+min(k, 1), max(highest, k)
		}
		return n, max(highest, 1)
	}
	nTalks, a := some(ofTalk)
	nTraces, b := some(ofTrace)
	for i := range votes {
		votes[i].weight = 1 / float64(max(a, b))
	}
	return votes, float64(min(nTalks, nTraces)) / float64(max(a, b))
}

// compatible: nothing but the times can speak against the two being the same.
func compatible(t *talk, x *trace) bool {
	e := edge{talk: t, trace: x}
	e.hello()
	e.security()
	e.counts()
	e.ending()
	return e.messages() && e.weight > against
}

// winners are the differences within the window that has most votes, nil where
// another window has nearly as many, or where too little speaks for it.
func (l *look) winners(k *clockwork, votes []ballot, most float64) []difference {
	slices.SortFunc(votes, func(a, b ballot) int { return cmp.Or(cmp.Compare(a.d, b.d), cmp.Compare(a.at, b.at)) })
	from, to, best := heaviest(votes, k.plausible, func(*ballot) bool { return true })
	if len(votes) == 0 || best < believed {
		return nil
	}
	prior := k.plausible(votes[to].d)
	if best-prior < leastShare*most {
		return nil
	}
	low, high := votes[from].d, votes[to].d
	voters := map[any]bool{}
	var list []difference
	for _, v := range votes[from : to+1] {
		voters[v.talk], voters[v.trace] = true, true
		list = append(list, difference{at: v.at, d: v.d})
	}
	before := func(d int64) float64 { return k.plausible(d) - prior }
	if !l.mails {
		before = func(int64) float64 { return 0 }
	}
	_, _, second := heaviest(votes, before, func(v *ballot) bool {
		apart := v.d < low-rivalApart || v.d > high+rivalApart
		return apart || (v.d < low || v.d > high) && (voters[v.talk] || voters[v.trace])
	})
	if second > (best-prior)*rivalShare {
		return nil
	}
	return list
}

// heaviest is the window of voteWidth for which most speaks, among votes that
// are allowed; before is what speaks for an offset besides.
func heaviest(votes []ballot, before func(int64) float64, allowed func(*ballot) bool) (from, to int, best float64) {
	sum, i := 0.0, 0
	for j := range votes {
		if !allowed(&votes[j]) {
			sum, i = 0, j+1
			continue
		}
		sum += votes[j].weight
		for votes[j].d-votes[i].d > voteWidth {
			sum -= votes[i].weight
			i++
		}
		if score := sum + before(votes[j].d); score > best+1e-9 {
			from, to, best = i, j, score
		}
	}
	return from, to, best
}

func talkEnvelopes(t *talk, outbound bool) []string {
	keys := t.envelopes()
	for i := range keys {
		keys[i] = direction(outbound) + keys[i]
	}
	return keys
}

func traceEnvelopes(x *trace) []string {
	keys := x.envelopes()
	for i := range keys {
		keys[i] = direction(x.outbound) + keys[i]
	}
	return keys
}

func talkAddresses(t *talk, outbound bool) []string {
	var keys []string
	for _, a := range t.peers(outbound) {
		key := direction(outbound) + a.String()
		keys = append(keys, key)
		if t.r.Hello != nil && !outbound {
			keys = append(keys, key+" "+strings.ToLower(t.r.Hello.Name))
		}
	}
	return keys
}

func traceAddresses(x *trace) []string {
	var keys []string
	for _, a := range x.peers {
		key := direction(x.outbound) + a.String()
		keys = append(keys, key)
		if x.c.Helo != "" && !x.outbound {
			keys = append(keys, key+" "+strings.ToLower(x.c.Helo))
		}
	}
	return keys
}

func direction(outbound bool) string {
	if outbound {
		return "out "
	}
	return "in "
}
