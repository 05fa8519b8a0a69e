package diagnosis

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"
	"sync"

	"smtpscope/session"
)

// Pattern is what several sessions have in common that none of them shows
// alone: a line "type":"pattern" of docs/record.md. The words are plain text.
type Pattern struct {
	Type      string `json:"type"`      // "pattern"
	Schema    int    `json:"schema"`    // session.Schema
	Code      string `json:"code"`      // stable: "server-timer"; docs/diagnosis.md lists them
	Severity  string `json:"severity"`  // as in session.Finding
	Certainty string `json:"certainty"` // as in session.Finding
	Summary   string `json:"summary"`   // one sentence with its counts
	Count     int64  `json:"count"`     // sessions that show it
	// Aborted is how many of these ended abnormally: what the pattern explains.
	Aborted int64 `json:"aborted"`
	// Sessions are the numbers of the first maxPatternSessions of them.
	Sessions []int64      `json:"sessions"`
	Clients  []netip.Addr `json:"clients"` // the first maxPatternHosts
	Servers  []netip.Addr `json:"servers"`
	Against  string       `json:"against,omitempty"`
	// Elsewhere is what this capture cannot decide, and where to look instead.
	Elsewhere string `json:"elsewhere,omitempty"`
	Advice    string `json:"advice,omitempty"`
}

// What a pattern names of its sessions and hosts at most.
const (
	maxPatternSessions = 20
	maxPatternHosts    = 10
)

// A shared thing is what a pattern's rule found: the sessions, and the claim.
type shared struct {
	claim
	facts []*fact
}

// Found gives the patterns of all sessions that were added, those first that
// explain most.
func (p *Patterns) Found() []Pattern {
	e := p.gathered()
	found := []Pattern{}
	for i := range patternRules {
		r := &patternRules[i]
		for _, s := range r.find(e) {
			found = append(found, r.pattern(&s))
		}
	}
	slices.SortStableFunc(found, func(a, b Pattern) int {
		return cmp.Or(cmp.Compare(lastPlaces(&a), lastPlaces(&b)), cmp.Compare(b.Aborted, a.Aborted),
			cmp.Compare(certaintyRank[Certainty(a.Certainty)], certaintyRank[Certainty(b.Certainty)]), cmp.Compare(b.Count, a.Count))
	})
	return found
}

// lastPlaces puts what makes the capture less than the truth in front
// (causes.md 0.1: judgedWell before any cause), and what is no headline last.
func lastPlaces(p *Pattern) int {
	switch {
	case p.Certainty == string(Hint):
		return 3
	case p.Severity == string(Info):
		return 2
	case p.Code == codeOneWay:
		return 0
	}
	return 1
}

func (r *patternRule) pattern(s *shared) Pattern {
	p := Pattern{
		Type: "pattern", Schema: session.Schema, Code: r.code,
		Severity: string(cmp.Or(s.severity, r.severity)), Certainty: string(s.certainty), Summary: s.summary,
		Count:   int64(len(s.facts)),
		Clients: hostsOf(s.facts, factClient),
		Servers: hostsOf(s.facts, factServer),
		Against: s.against, Elsewhere: s.elsewhere, Advice: cmp.Or(s.advice, r.advice),
	}
	numbers := make([]int64, len(s.facts))
	for i, f := range s.facts {
		numbers[i] = f.session
		if f.aborted {
			p.Aborted++
		}
	}
	slices.Sort(numbers)
	p.Sessions = numbers[:min(len(numbers), maxPatternSessions)]
	return p
}

// hostsOf are the addresses in the order of their value, the first few.
func hostsOf(facts []*fact, of func(*fact) *host) []netip.Addr {
	var list []netip.Addr
	for _, h := range distinctOf(facts, of) {
		list = append(list, h.addr)
	}
	slices.SortFunc(list, netip.Addr.Compare)
	return list[:min(len(list), maxPatternHosts)]
}

// distinctOf are the values of facts, each once, in the order of the facts.
func distinctOf[T comparable](facts []*fact, of func(*fact) T) []T {
	seen := map[T]bool{}
	var list []T
	for _, f := range facts {
		if v := of(f); !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	return list
}

// A groupKey is what facts are taken apart by. Its number says where to look
// for its group: a map would hash the key, which takes five times as long.
type groupKey interface {
	comparable
	number() uint64
}

// A factGroup is the sessions that share a key.
type factGroup[K groupKey] struct {
	key   K
	facts []*fact
}

// grouped takes facts apart by a key, in the order of its first session. They
// are counted first, so that all groups lie in one piece of memory.
func grouped[K groupKey](facts []*fact, key func(*fact) K) []factGroup[K] {
	t := sortings.Get().(*sorting)
	defer sortings.Put(t)
	size := bits.Len(uint(2 * len(facts)))
	places := cleared(&t.places, 1<<size)  // of groups, from 1
	group := cleared(&t.group, len(facts)) // of each fact
	firsts, counts := t.firsts[:0], t.counts[:0]
	for i, f := range facts {
		k := key(f)
		at := k.number() * hashPrime >> (64 - size)
		for places[at] > 0 && key(facts[firsts[places[at]-1]]) != k {
			at = (at + 1) % uint64(len(places))
		}
		if places[at] == 0 {
			firsts, counts = append(firsts, int32(i)), append(counts, 0)
			places[at] = int32(len(firsts))
		}
		group[i] = places[at] - 1
		counts[group[i]]++
	}
	t.firsts, t.counts = firsts, counts
	list := make([]factGroup[K], len(firsts))
	room := make([]*fact, len(facts))
	for g, n := range counts {
		list[g] = factGroup[K]{key: key(facts[firsts[g]]), facts: room[:0:n]}
		room = room[n:]
	}
	for i, f := range facts {
		g := &list[group[i]]
		g.facts = append(g.facts, f)
	}
	return list
}

// A sorting is the memory in which facts are taken apart: for a hundred thousand of
// them a megabyte and a half, which each rule would take anew.
type sorting struct {
	places, group  []int32
	firsts, counts []int32 // of each group: its first fact's place, and how many it has
}

var sortings = sync.Pool{New: func() any { return new(sorting) }}

// cleared gives n zeros in the memory of a list, which grows where it has to.
func cleared(list *[]int32, n int) []int32 {
	*list = slices.Grow((*list)[:0], n)[:n]
	clear(*list)
	return *list
}

// onlyFacts are the facts of which keep is true.
func onlyFacts(facts []*fact, keep func(*fact) bool) []*fact {
	list := make([]*fact, 0, countFacts(facts, keep))
	for _, f := range facts {
		if keep(f) {
			list = append(list, f)
		}
	}
	return list
}

func countFacts(facts []*fact, is func(*fact) bool) (n int) {
	for _, f := range facts {
		if is(f) {
			n++
		}
	}
	return n
}
