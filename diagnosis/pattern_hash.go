package diagnosis

import "strings"

// hashOf is of texts in their order; never 0. It is the same in every run, so
// that the same input gives the same patterns, and takes eight bytes at a time.
func hashOf(parts ...string) uint64 {
	h := uint64(hashPrime)
	for _, s := range parts {
		for i := 0; i+8 <= len(s); i += 8 {
			h = mixed(h, wordAt(s[i:]))
		}
		h = mixed(h, lastWord(s)^uint64(len(s))<<56)
	}
	return max(h, 1)
}

// hashOfLower is hashOf a text in lower case, which nearly always has ASCII
// only: then its case is changed eight bytes at a time as well.
func hashOfLower(s string) uint64 {
	h := uint64(hashPrime)
	all := lastWord(s)
	for i := 0; i+8 <= len(s); i += 8 {
		w := wordAt(s[i:])
		all |= w
		h = mixed(h, lowerWord(w))
	}
	if all&highBits != 0 {
		return hashOf(strings.ToLower(s))
	}
	return max(mixed(h, lowerWord(lastWord(s))^uint64(len(s))<<56), 1)
}

const eachByte, highBits = 0x0101010101010101, 0x8080808080808080

// lowerWord makes capitals small in eight bytes of ASCII: above Z, and not
// above A - 1, a byte's highest bit shows what is added.
func lowerWord(w uint64) uint64 {
	capitals := (w + (0x80-'A')*eachByte) &^ (w + (0x80-'Z'-1)*eachByte) & highBits
	return w | capitals>>2
}

// wordAt is the first eight bytes of s.
func wordAt(s string) uint64 {
	s = s[:8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// lastWord are the bytes of s behind its last whole eight, with zeros behind
// them.
func lastWord(s string) (w uint64) {
	rest := len(s) % 8
	if len(s) >= 8 {
		return wordAt(s[len(s)-8:]) >> (64 - 8*rest) // 0 where there is no rest
	}
	for i := range rest {
		w |= uint64(s[i]) << (8 * i)
	}
	return w
}

// hashPrime is odd and has bits everywhere: 2^64 through the golden ratio.
const hashPrime = 0x9e3779b97f4a7c15

// mixed adds a number to a hash.
func mixed(h, n uint64) uint64 {
	h = (h ^ n) * hashPrime
	return h ^ h>>32
}

// sizedHash adds a number to a hash; never 0.
func sizedHash(h uint64, n int64) uint64 { return max(mixed(h, uint64(n)), 1) }
