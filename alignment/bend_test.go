package alignment

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A clock that counts whole seconds and gains 50 in a million, told by a hundred
// pairs over nine hours. A play's sessions share the fraction of their second, so the
// line through the differences is off more than chance would have it: bend must cover
// what it is off by at both ends, measured from what it says in the middle.
func TestBendCoversTheEndsOfADrift(t *testing.T) {
	const pairs, gap, gain = 100, int64(5 * time.Minute), 50e-6
	second := int64(time.Second)
	outside, told := 0, 0
	for seed := range uint64(300) {
		dice := rand.New(rand.NewPCG(seed, 1))
		fraction := dice.Int64N(second)
		exact := func(at int64) int64 { return int64(float64(at) * gain) }
		list := make([]difference, pairs)
		for i := range list {
			fraction = (fraction + dice.Int64N(second/15)) % second
			at := int64(i)*gap + fraction
			logged := (at + exact(at)) / second * second
			list[i] = difference{at: at, d: logged + second/2 - at}
		}
		k := &clockwork{}
		k.settle(list, "ids")
		if k.drift == 0 {
			continue
		}
		told++
		off := func(at int64) int64 { return exact(at) - k.at(at) }
		middle := off(pairs / 2 * gap)
		if abs(off(0)-middle) > k.bend || abs(off((pairs-1)*gap)-middle) > k.bend {
			outside++
		}
	}
	if told < 200 {
		t.Fatalf("a drift was told in %d of 300 only", told)
	}
	if outside > told/50 {
		t.Errorf("in %d of %d the line is further off at an end than it may be", outside, told)
	}
}
