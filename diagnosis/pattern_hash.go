package diagnosis

// hashOf is of texts in their order; never 0. It is the same in every run, so
// that the same input gives the same patterns, and takes eight bytes at a time.
func hashOf(parts ...string) uint64 {
	h := uint64(hashPrime)
	for _, s := range parts {
		length := uint64(len(s))
		for ; len(s) >= 8; s = s[8:] {
			h = mixed(h, uint64(s[0])|uint64(s[1])<<8|uint64(s[2])<<16|uint64(s[3])<<24|
				uint64(s[4])<<32|uint64(s[5])<<40|uint64(s[6])<<48|uint64(s[7])<<56)
		}
		var rest uint64
		for i := range len(s) {
			rest |= uint64(s[i]) << (8 * i)
		}
		h = mixed(h, rest^length<<56)
	}
	return max(h, 1)
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
