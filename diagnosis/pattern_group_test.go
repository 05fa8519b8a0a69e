package diagnosis

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// TestGrouped: facts are taken apart as by a map, in the order of each group's
// first one, and stay in theirs.
func TestGrouped(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	var known hosts
	host := func(n int) *host { return known.host(netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(n))})) }
	for _, hosts := range []int{1, 3, 200} {
		for _, n := range []int{0, 1, 2, 300, 5000} {
			facts := make([]*fact, n)
			for i := range facts {
				facts[i] = &fact{client: host(hosts), server: host(2), port: uint16(r.IntN(3))}
			}
			places, order := map[hostPair][]*fact{}, []hostPair(nil)
			for _, f := range facts {
				k := hostPairOf(f)
				if places[k] == nil {
					order = append(order, k)
				}
				places[k] = append(places[k], f)
			}
			groups := grouped(facts, hostPairOf)
			if len(groups) != len(order) {
				t.Fatalf("%d groups, want %d", len(groups), len(order))
			}
			for i, g := range groups {
				if g.key != order[i] || len(g.facts) != len(places[g.key]) {
					t.Fatalf("group %d is of %v, want %v", i, g.key, order[i])
				}
				for j, f := range g.facts {
					if f != places[g.key][j] {
						t.Fatalf("fact %d of group %d is another", j, i)
					}
				}
			}
		}
	}
}
