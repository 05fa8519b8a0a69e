package capture

import (
	"math"
	"math/bits"
)

// ngClock turns the ticks of an interface into a Time: if_tsresol and
// if_tsoffset (draft-ietf-opsawg-pcapng, section 4.2). Every value of both is
// legal, up to ticks of 10^-127 seconds, so nothing here may overflow.
type ngClock struct {
	multiply uint64 // nanoseconds in a tick, where a tick is a nanosecond or more
	divide   uint64 // ticks in a nanosecond, else; 0 = more than fit in 64 bits
	shift    uint   // in powers of 2: ticks times multiply are shifted by this
	offset   int64  // seconds to add
}

// defaultClock counts microseconds.
var defaultClock = ngClock{multiply: 1000, divide: 1}

// resolution sets the length of a tick from if_tsresol: with the top bit
// clear a negative power of 10, else one of 2.
func (c *ngClock) resolution(v byte) {
	exponent := uint(v & 0x7f)
	switch {
	case v&0x80 != 0:
		c.multiply, c.divide, c.shift = 1e9, 1, exponent
	case exponent <= 9:
		c.multiply, c.divide, c.shift = power10(9-exponent), 1, 0
	case exponent-9 <= 19: // 10^19 is the largest power of 10 in 64 bits
		c.multiply, c.divide, c.shift = 1, power10(exponent-9), 0
	default:
		c.multiply, c.divide, c.shift = 1, 0, 0
	}
}

func power10(n uint) uint64 {
	v := uint64(1)
	for ; n > 0; n-- {
		v *= 10
	}
	return v
}

// time turns ticks into a moment. What lies outside of the years 1823 to 2116
// becomes the nearest moment that a packet can have.
func (c *ngClock) time(ticks uint64) Time {
	if c.divide == 0 {
		return addSeconds(0, c.offset)
	}
	if c.divide > 1 {
		ticks /= c.divide
	}
	high, low := bits.Mul64(ticks, c.multiply)
	switch {
	case c.shift >= 64:
		high, low = 0, high>>(c.shift-64)
	case c.shift > 0:
		high, low = high>>c.shift, low>>c.shift|high<<(64-c.shift)
	}
	if high == 0 && c.offset == 0 {
		return Time(min(low, uint64(maxTime)))
	}
	if high >= 1e9 { // the seconds alone would not fit in 64 bits
		return maxTime
	}
	seconds, rest := bits.Div64(high, low, 1e9)
	if seconds > math.MaxInt64 {
		return maxTime
	}
	return addSeconds(Time(rest), addClamped(int64(seconds), c.offset))
}

// addSeconds is t + seconds, within the bounds of a packet's Time; t is less
// than a second.
func addSeconds(t Time, seconds int64) Time {
	const most = math.MaxInt64/1_000_000_000 - 1
	seconds = max(-most, min(most, seconds))
	return max(minTime, min(maxTime, Time(seconds)*1e9+t))
}

// addClamped is a + b, or the nearest number that fits; a is not negative.
func addClamped(a, b int64) int64 {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}
