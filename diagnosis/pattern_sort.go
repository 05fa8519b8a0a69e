package diagnosis

import "math/bits"

// sortByNumber puts a list in the order of a number; those with the same one stay
// as they stood. It goes by the number's digits (radix sort), the last one
// first: to compare takes ten times as long where there are thousands.
func sortByNumber[T any](list []*T, number func(*T) int64) {
	type numbered struct {
		n uint64
		v *T
	}
	now, next := make([]numbered, len(list)), make([]numbered, len(list))
	least := int64(0)
	for i, v := range list {
		if n := number(v); i == 0 || n < least {
			least = n
		}
	}
	most := uint64(0)
	for i, v := range list {
		n := uint64(number(v)) - uint64(least)
		now[i] = numbered{n, v}
		most = max(most, n)
	}
	const digit = 11 // bits
	for shift := 0; shift < bits.Len64(most); shift += digit {
		var places [1 << digit]int
		for i := range now {
			places[now[i].n>>shift%(1<<digit)]++
		}
		place := 0
		for i, count := range places {
			places[i], place = place, place+count
		}
		for i := range now {
			at := &places[now[i].n>>shift%(1<<digit)]
			next[*at] = now[i]
			*at++
		}
		now, next = next, now
	}
	for i := range list {
		list[i] = now[i].v
	}
}
