//go:build cgo

package capture

import "testing"

// TestCounter32: what libpcap counts goes round after 2^32 packets; the sum
// goes on, and does not jump where a counter falls back.
func TestCounter32(t *testing.T) {
	var c counter32
	for _, step := range []struct {
		reads int
		want  int64
	}{{10, 10}, {10, 10}, {1 << 31, 1 << 31}, {1<<32 - 1, 1<<32 - 1}, {4, 1<<32 + 4}, {2, 1<<32 + 4}, {5, 1<<32 + 7}} {
		if c.reads(step.reads); c.total != step.want {
			t.Errorf("after %d: %d, want %d", step.reads, c.total, step.want)
		}
	}
}
