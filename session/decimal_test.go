package session

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// TestDecimals: numbers around every power of ten, and many between, are
// written as strconv and a loop over digits write them.
func TestDecimals(t *testing.T) {
	numbers := []uint64{0, math.MaxInt64, math.MaxUint64}
	for power := uint64(1); power <= 1e18; power *= 10 {
		numbers = append(numbers, power-1, power, power+1, 5*power, power+power/2, power+power/1000)
	}
	for n := uint64(0); n < 100_000_000; n += 997 {
		numbers = append(numbers, n, 100_000_000-1-n)
	}
	for n := range uint64(20_000) {
		numbers = append(numbers, n, n*10_000)
	}
	for _, n := range numbers {
		want := strconv.FormatUint(n, 10)
		if got := string(AppendDecimal([]byte("x"), n)); got != "x"+want {
			t.Fatalf("%d: %s", n, got)
		}
		if n >= 1_000_000_000 {
			continue
		}
		want = strings.TrimRight(strings.Repeat("0", 9-len(want))+want, "0")
		if got := string(AppendFraction([]byte("x"), int64(n))); got != "x"+want {
			t.Fatalf("%d ns: %s, want %s", n, got, want)
		}
	}
}
