package diagnosis

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSortByNumber: numbers of every size come in the order that comparing
// gives, the same ones as they stood.
func TestSortByNumber(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	type value struct{ n, place int64 }
	for _, most := range []int64{1, 3, 2047, 2048, 1 << 40, math.MaxInt64} {
		for _, length := range []int{0, 1, 2, 50, 3000} {
			var list []*value
			for i := range length {
				list = append(list, &value{r.Int64N(most) - r.Int64N(most), int64(i)})
			}
			if length > 1 && most > 1<<40 {
				list[0].n, list[1].n = math.MinInt64, math.MaxInt64
			}
			want := slices.SortedStableFunc(slices.Values(list), func(a, b *value) int { return cmp.Compare(a.n, b.n) })
			if sortByNumber(list, func(v *value) int64 { return v.n }); !slices.Equal(list, want) {
				t.Errorf("%d numbers up to %d are not in order", length, most)
			}
		}
	}
}
