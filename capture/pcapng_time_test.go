package capture

import (
	"math"
	exact "math/big"
	"math/rand/v2"
	"testing"
)

// TestClock has moments that can be checked by hand, and the extremes.
func TestClock(t *testing.T) {
	for _, c := range []struct {
		name       string
		resolution byte
		offset     int64
		ticks      uint64
		want       Time
	}{
		{"seconds", 0, 0, 1_700_000_000, 1_700_000_000e9},
		{"microseconds", 6, 0, 1_700_000_000_123_456, 1_700_000_000_123_456_000},
		{"nanoseconds", 9, 0, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789},
		{"picoseconds", 12, 0, 1_999, 1},
		{"10^-28", 28, 0, math.MaxUint64, 1},
		{"10^-64, where pcapgo panics", 64, 0, math.MaxUint64, 0},
		{"10^-127", 127, 5, math.MaxUint64, 5e9},
		{"2^0", 0x80, 0, 3, 3e9},
		{"2^-1", 0x81, 0, 3, 1_500_000_000},
		{"2^-32, as NTP", 0xa0, 0, 1<<32 + 1<<31, 1_500_000_000},
		{"2^-63", 0xbf, 0, 1 << 63, 1e9},
		{"2^-64", 0xc0, 0, 1 << 63, 500_000_000},
		{"2^-127", 0xff, 0, math.MaxUint64, 0},
		{"offset", 6, 3600, 1, 3600*1e9 + 1000},
		{"negative offset", 6, -1, 1, -1e9 + 1000},
		{"the last moment", 9, 0, 1 << 62, maxTime},
		{"beyond it", 9, 0, 1<<62 + 1, maxTime},
		{"beyond it by an offset", 9, 1, 1<<62 - 1, maxTime},
		{"before the first moment", 9, -1 << 33, 0, minTime},
		{"beyond a Time", 0, 0, math.MaxUint64, maxTime},
		{"far future", 9, math.MaxInt64, math.MaxUint64, maxTime},
		{"far past", 9, math.MinInt64, 0, minTime},
		{"offset that brings it back", 0, -math.MaxInt64, math.MaxInt64, 0},
	} {
		clock := defaultClock
		clock.resolution(c.resolution)
		clock.offset = c.offset
		if got := clock.time(c.ticks); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// TestClockExact holds the arithmetic against fractions without bounds, for
// every resolution.
func TestClockExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for resolution := range 256 {
		clock := defaultClock
		clock.resolution(byte(resolution))
		base := int64(10)
		if resolution >= 128 {
			base = 2
		}
		perSecond := new(exact.Int).Exp(exact.NewInt(base), exact.NewInt(int64(resolution&0x7f)), nil)
		for range 50 {
			ticks := random.Uint64() >> random.UintN(64)
			value := new(exact.Int).SetUint64(ticks)
			value.Mul(value, exact.NewInt(1e9)).Quo(value, perSecond)
			clock.offset = 0
			got := clock.time(ticks)
			want := maxTime
			if value.IsInt64() {
				want = min(maxTime, Time(value.Int64()))
			}
			if got != want {
				t.Fatalf("resolution %d, ticks %d: %d, want %d", resolution, ticks, got, want)
			}
		}
	}
}
