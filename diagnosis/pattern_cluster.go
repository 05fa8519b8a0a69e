package diagnosis

import (
	"cmp"
	"slices"
)

// A cluster is sessions of which a value is about the same.
type cluster[V cmp.Ordered] struct {
	middle V
	facts  []*fact
}

// clusters finds the values that lie closest together, most first: of each no
// further from its middle than the tolerance, at least so many, and much
// denser than what lies around them, so that chance makes none.
func clusters[V ~int64](facts []*fact, of func(*fact) V, tolerance func(V) V, least int) []cluster[V] {
	rest := slices.Clone(facts)
	slices.SortStableFunc(rest, func(a, b *fact) int { return cmp.Compare(of(a), of(b)) })
	var found []cluster[V]
	for range maxClusters {
		from, to := densest(rest, of, tolerance)
		if to-from < least {
			break
		}
		c := cluster[V]{middle: of(rest[(from+to)/2]), facts: slices.Clone(rest[from:to])}
		tol := tolerance(c.middle)
		around := -(to - from)
		for _, f := range facts {
			if v := of(f); v >= c.middle-3*tol && v <= c.middle+3*tol {
				around++
			}
		}
		// What lies around is twice as wide and may hold half as many.
		if to-from >= 2*around {
			slices.SortFunc(c.facts, func(a, b *fact) int { return cmp.Compare(a.session, b.session) })
			found = append(found, c)
		}
		rest = slices.Delete(rest, from, to)
	}
	return found
}

// maxClusters is how many clusters are tried, the densest first.
const maxClusters = 32

// densest gives the range of sorted facts with most values within twice the
// tolerance, the narrowest of those.
func densest[V ~int64](sorted []*fact, of func(*fact) V, tolerance func(V) V) (from, to int) {
	var narrow V
	for i, j := 0, 0; i < len(sorted); i++ {
		low := of(sorted[i])
		for j = max(i, j); j < len(sorted) && of(sorted[j])-low <= 2*tolerance(low); {
			j++
		}
		width := of(sorted[j-1]) - low
		if j-i > to-from || j-i == to-from && width < narrow {
			from, to, narrow = i, j, width
		}
	}
	return from, to
}
