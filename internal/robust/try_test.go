package main

import (
	"strings"
	"testing"
)

// What is kept of an output does not hang on how the pipe cut it: a last line
// that began before the bound and ended behind it was lost once.
func TestLimitedKeepsBothEnds(t *testing.T) {
	for _, size := range []int{0, 10, headKept - 1, headKept, headKept + 1, headKept + tailKept, headKept + 3*tailKept} {
		text := strings.Repeat("0123456789", size/10+1)[:size] + "the last line\n"
		want := text
		if len(want) > headKept+tailKept {
			want = text[:headKept] + text[len(text)-tailKept:]
		}
		for _, piece := range []int{7, 4096, 32 << 10, len(text)} {
			var l limited
			for rest := text; rest != ""; {
				n := min(piece, len(rest))
				if wrote, err := l.Write([]byte(rest[:n])); wrote != n || err != nil {
					t.Fatalf("wrote %d of %d, %v", wrote, n, err)
				}
				rest = rest[n:]
			}
			if l.String() != want {
				t.Errorf("%d bytes in pieces of %d: %d kept, %d wanted, or others", len(text), piece, len(l.String()), len(want))
			}
		}
	}
}
