package diagnosis

import (
	"strings"
	"testing"
)

// plainHash is hashOf a text byte by byte.
func plainHash(s string) uint64 {
	h, word, n := uint64(hashPrime), uint64(0), len(s)
	for i := range n {
		word |= uint64(s[i]) << (8 * (i % 8))
		if i%8 == 7 {
			h, word = mixed(h, word), 0
		}
	}
	return max(mixed(h, word^uint64(n)<<56), 1)
}

// TestHashes: of every byte at every place in texts of every length, and of
// capitals beyond ASCII.
func TestHashes(t *testing.T) {
	texts := []string{"", "ÄÖÜ@example.org", "user@EXAMPLE.org", "\u212aelvin@x", strings.Repeat("Ab", 300)}
	for long := range 20 {
		for at := range long {
			for c := range 256 {
				texts = append(texts, strings.Repeat("Q", at)+string([]byte{byte(c)})+strings.Repeat("q", long-at-1))
			}
		}
	}
	for _, s := range texts {
		if got, want := hashOf(s), plainHash(s); got != want {
			t.Errorf("%q: %x, want %x", s, got, want)
		}
		if got, want := hashOfLower(s), plainHash(strings.ToLower(s)); got != want {
			t.Errorf("%q in lower case: %x, want %x", s, got, want)
		}
	}
}
