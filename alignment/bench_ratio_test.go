//go:build unix

package alignment

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"smtpscope/gatewaylog"
)

// BenchmarkTenTimes prints what ten times the work costs: 100,000 sessions and
// a million lines against 10,000 and 100,000, in processor time, the garbage
// collector's included, the better of two. The work of the second is 12.5
// times that of the first where it grows as n log n.
func BenchmarkTenTimes(b *testing.B) {
	for _, h := range []struct {
		name  string
		habit habit
	}{
		{"ids", habit{precision: time.Second, offset: 37400 * time.Millisecond, ids: true, envelope: true, messageID: true, lines: 7}},
		{"envelopes", habit{precision: time.Second, offset: 37400 * time.Millisecond, envelope: true, lines: 7}},
	} {
		b.Run(h.name, func(b *testing.B) {
			for range b.N {
				small, large := cpuOfAlign(10_000, h.habit), cpuOfAlign(100_000, h.habit)
				b.ReportMetric(float64(large)/float64(small), "ratio")
				b.ReportMetric(small.Seconds(), "s-10k")
				b.ReportMetric(large.Seconds(), "s-100k")
			}
		})
	}
}

func cpuOfAlign(n int, h habit) time.Duration {
	w := makeWorld(1, n, h)
	slices.SortStableFunc(w.conns, func(a, b *gatewaylog.Connection) int { return a.Start.At.Compare(b.Start.At) })
	best := time.Duration(0)
	for range 2 {
		runtime.GC()
		before := cpuTime()
		Align(w.records, w.conns, Config{})
		if d := cpuTime() - before; best == 0 || d < best {
			best = d
		}
	}
	return best
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
