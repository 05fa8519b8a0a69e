package smtpstate

import (
	"math/rand"
	"syscall"
	"testing"
	"time"
)

// BenchmarkOpen has thousands of sessions go on at once, an act of one, then of
// another, as a capture of a busy gateway has them: whatever a machine needs
// has left the cache when its session's next packet comes. cpu-ns/act is what
// counts where others share the machine.
func BenchmarkOpen(b *testing.B) {
	const open = 5000
	s := parseScript(b, dialogue)
	acts := merge(s.acts)
	data := make([][]byte, len(acts))
	for i, a := range acts {
		data[i] = []byte(a.data)
	}
	var store Store
	var machines [open]*Machine
	var next [open]int
	r := rand.New(rand.NewSource(1))
	order := make([]int, 1<<16)
	for i := range order {
		order[i] = r.Intn(open)
	}
	n := 0
	step := func(i int) {
		m, k := machines[i], next[i]
		if m == nil || k == len(acts) {
			if m != nil {
				store.Release(m)
			}
			m, k = store.Machine(nil, Limits{}), 0
			machines[i] = m
		}
		if at := (Mark{Frame: int64(n), Time: int64(n)}); acts[k].side == 'C' {
			m.Client(data[k], at)
		} else {
			m.Server(data[k], at)
		}
		next[i] = k + 1
		n++
	}
	for range 20 * open {
		step(order[n%len(order)])
	}
	b.ReportAllocs()
	began := cpuTime()
	for b.Loop() {
		step(order[n%len(order)])
	}
	b.ReportMetric(float64(cpuTime()-began)/float64(b.N), "cpu-ns/act")
}

// cpuTime is what this process has used of the processor.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
