package session

import (
	"encoding/binary"
	"math/bits"
	"strconv"
)

// EightDigits are the digits of a number below 100,000,000, one in each byte,
// the first in the lowest: a record has some forty numbers, and this makes one
// without a loop, all pairs of digits at a time.
func EightDigits(n uint32) uint64 {
	high := uint64(n / 10_000)
	fours := high | uint64(n-uint32(high)*10_000)<<32
	top := fours * 10_486 >> 20 & 0x7f_0000_007f // fours/100: 10,486 is 2^20/100
	pairs := top | (fours-top*100)<<16
	tens := pairs * 103 >> 10 & 0x000f_000f_000f_000f // pairs/10: 103 is 2^10/10
	return tens | (pairs-tens*10)<<8
}

// Figures makes characters of eight digits.
const Figures = 0x3030303030303030

// AppendDecimal writes a decimal number.
func AppendDecimal(b []byte, n uint64) []byte {
	switch {
	case n < 10: // most numbers of a record
		return append(b, '0'+byte(n))
	case n-100 < 900: // and codes of replies
		tens := n / 10
		return append(b, '0'+byte(tens/10), '0'+byte(tens%10), '0'+byte(n-tens*10))
	case n >= 100_000_000:
		return strconv.AppendUint(b, n, 10)
	}
	digits := EightDigits(uint32(n))
	zeros := bits.TrailingZeros64(digits) / 8 // in front
	b = binary.LittleEndian.AppendUint64(b, (digits|Figures)>>(8*zeros))
	return b[:len(b)-zeros]
}

// AppendFraction writes the nanoseconds of a second, 0 to 999,999,999, as
// decimals without the zeros at the end.
func AppendFraction(b []byte, nanos int64) []byte {
	n := uint32(nanos)
	top := n / 100_000_000
	digits := EightDigits(n - top*100_000_000)
	if digits == 0 && top == 0 {
		return b
	}
	b = binary.LittleEndian.AppendUint64(append(b, '0'+byte(top)), digits|Figures)
	return b[:len(b)-bits.LeadingZeros64(digits)/8]
}
