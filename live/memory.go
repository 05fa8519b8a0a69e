package live

import (
	"runtime/debug"
	"runtime/metrics"
)

// Memory keeps the program within a bound. The Go runtime is told to collect
// garbage harder the nearer it gets; what really grows are open sessions, and
// those that have been idle for longest are given up before the bound is met.
type Memory struct {
	limit   int64
	samples []metrics.Sample
	cycles  uint64 // garbage collections at the last relief
}

const (
	// sessionBytes is what an open connection costs: reassembly (6 KiB), SMTP
	// machine, story. The bound on their number follows from it; what single
	// sessions cost beyond it is measured.
	sessionBytes = 9 << 10
	// fixedBytes is what the program needs without any session.
	fixedBytes = 16 << 20
	// The runtime is told a little less than the limit, as it may be above
	// what it is told for a moment. It collects garbage when the heap has grown
	// by half, and not all of its memory is filled, so half of the limit is what
	// may be alive. All in hundredths.
	runtimeShare = 85
	livelyShare  = 50
	tooMuchShare = 65
)

// NewMemory sets the runtime's limit, bytes.
func NewMemory(limit int64) *Memory {
	debug.SetMemoryLimit(limit / 100 * runtimeShare)
	return &Memory{limit: limit, samples: []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}}
}

// Connections is how many connections fit at most, beside what is set apart
// for other things, bytes.
func (m *Memory) Connections(apart int64) int {
	return int(max(m.limit/100*livelyShare-fixedBytes-apart, fixedBytes/2) / sessionBytes)
}

// Used is what the runtime has from the system, bytes.
func (m *Memory) Used() int64 {
	metrics.Read(m.samples)
	return int64(m.samples[2].Value.Uint64() - m.samples[3].Value.Uint64())
}

// Excess is which part of the open sessions has to go: one in so many; 0 =
// none. It is asked after each garbage collection at most, since what was
// given up counts until then.
func (m *Memory) Excess() int {
	metrics.Read(m.samples)
	live, cycles := int64(m.samples[0].Value.Uint64()), m.samples[1].Value.Uint64()
	switch {
	case cycles == m.cycles || live < m.limit/100*livelyShare:
		return 0
	case live < m.limit/100*tooMuchShare:
		m.cycles = cycles
		return 16
	}
	m.cycles = cycles
	return 4
}
