package live

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestMemoryExcess: sessions are given up only when what is alive takes more
// than its share, and not twice for one look of the collector.
func TestMemoryExcess(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	const held = 64 << 20
	b := make([]byte, held)
	for i := range b {
		b[i] = 1
	}
	for _, test := range []struct {
		name  string
		limit int64
		want  int
	}{{"plenty", 4 * held, 0}, {"short", held * 170 / 100, 16}, {"very short", held * 110 / 100, 4}} {
		m := NewMemory(test.limit)
		debug.SetMemoryLimit(1 << 40) // the test is not to be slowed down
		runtime.GC()
		if got := m.Excess(); got != test.want {
			t.Errorf("%s: one in %d, want one in %d", test.name, got, test.want)
		}
		if got := m.Excess(); got != 0 && test.want == 0 {
			t.Errorf("%s: again one in %d", test.name, got)
		}
	}
	runtime.KeepAlive(b)
	m := &Memory{limit: 512 << 20}
	if all, fewer := m.Connections(0), m.Connections(64<<20); all < 20_000 || fewer >= all || fewer < 10_000 {
		t.Errorf("%d connections, %d beside the recorder", all, fewer)
	}
	if n := (&Memory{limit: 64 << 20}).Connections(64 << 20); n < 500 {
		t.Errorf("%d connections", n)
	}
}
