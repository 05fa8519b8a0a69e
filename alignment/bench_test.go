package alignment

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"smtpscope/gatewaylog"
)

// BenchmarkAlign aligns n sessions with a log of ten lines for each.
func BenchmarkAlign(b *testing.B) {
	for _, h := range []struct {
		name  string
		habit habit
	}{
		{"ids", habit{precision: time.Second, offset: 37400 * time.Millisecond, ids: true, envelope: true, messageID: true, lines: 7}},
		{"envelopes", habit{precision: time.Second, offset: 37400 * time.Millisecond, envelope: true, lines: 7}},
	} {
		for _, n := range []int{10_000, 100_000} {
			w := makeWorld(1, n, h.habit)
			slices.SortStableFunc(w.conns, func(a, b *gatewaylog.Connection) int { return a.Start.At.Compare(b.Start.At) }) // as a log has them
			b.Run(fmt.Sprintf("%s/%d-sessions", h.name, n), func(b *testing.B) {
				var before, after runtime.MemStats
				for range b.N {
					b.StopTimer()
					runtime.GC()
					runtime.ReadMemStats(&before)
					b.StartTimer()
					r := Align(w.records, w.conns, Config{})
					b.StopTimer()
					runtime.GC()
					runtime.ReadMemStats(&after)
					y := w.judge(r)
					if y.wrong > 0 {
						b.Fatalf("%d wrong matches", y.wrong)
					}
					b.StartTimer()
					b.ReportMetric(y.recall(), "recall")
					b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/float64(n), "kept-B/session")
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/session")
			})
		}
	}
}
