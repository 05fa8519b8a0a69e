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
	// of the same.
	rivalApart = 4 * voteWidth
)

type ballot struct {
	d      int64
	at     int64
	weight float64
}

// looks are what sessions and log connections are compared by, the finest
// first.
var looks = []struct {
	by    string
	talk  func(*talk, bool) []string
	trace func(*trace) []string
}{
	{"envelopes", talkEnvelopes, traceEnvelopes},
	{"addresses", talkAddresses, traceAddresses},
}

// vote sets the clock by the best supported offset; where none stands out it
// stays unknown.
func (a *aligner) vote(k *clockwork, traces []*trace) {
	for _, look := range looks {
		votes := a.ballots(traces, look.talk, look.trace)
		if kept := winners(votes); kept != nil {
			k.settle(kept, look.by)
			return
		}
	}
}

func (a *aligner) ballots(traces []*trace, ofTalk func(*talk, bool) []string, ofTrace func(*trace) []string) []ballot {
	alike := map[string][]*trace{}
	for _, x := range traces {
		if x.internal {
			continue
		}
		for _, key := range ofTrace(x) {
			putTrace(alike, key, x)
		}
	}
	talks := map[string][]*talk{}
	var keys []string
	for _, t := range a.talks {
		if t.unheard {
			continue
		}
		for _, outbound := range []bool{false, true} {
			for _, key := range ofTalk(t, outbound) {
				if len(alike[key]) == 0 {
					continue
				}
				if len(talks[key]) == 0 {
					keys = append(keys, key)
				}
				if list := talks[key]; len(list) == 0 || list[len(list)-1] != t {
					talks[key] = append(talks[key], t)
				}
			}
		}
	}
	var votes []ballot
	for _, key := range keys {
		votes = append(votes, pairUp(thin(talks[key]), thin(alike[key]))...)
	}
	return votes
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

func pairUp(talks []*talk, traces []*trace) []ballot {
	weight := 1 / float64(max(len(talks), len(traces)))
	var votes []ballot
	for _, t := range talks {
		for _, x := range traces {
			d := differenceOf(t, x)
			votes = append(votes, ballot{d.d, d.at, weight})
		}
	}
	return votes
}

// winners are the differences within the window that has most votes, nil where
// another window has nearly as many.
func winners(votes []ballot) []difference {
	if len(votes) == 0 {
		return nil
	}
	slices.SortFunc(votes, func(a, b ballot) int { return cmp.Or(cmp.Compare(a.d, b.d), cmp.Compare(a.at, b.at)) })
	from, to, best := heaviest(votes, func(int64) bool { return true })
	low, high := votes[from].d, votes[to].d
	_, _, second := heaviest(votes, func(d int64) bool { return d < low-rivalApart || d > high+rivalApart })
	if second > best*rivalShare {
		return nil
	}
	var list []difference
	for _, v := range votes[from : to+1] {
		list = append(list, difference{v.at, v.d})
	}
	return list
}

// heaviest is the window of voteWidth with most votes, among differences that
// are allowed.
func heaviest(votes []ballot, allowed func(int64) bool) (from, to int, best float64) {
	sum, i := 0.0, 0
	for j := range votes {
		if !allowed(votes[j].d) {
			sum, i = 0, j+1
			continue
		}
		sum += votes[j].weight
		for votes[j].d-votes[i].d > voteWidth {
			sum -= votes[i].weight
			i++
		}
		if sum > best+1e-9 {
			from, to, best = i, j, sum
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
