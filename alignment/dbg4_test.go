package alignment

import (
	"fmt"
	"os"
	"testing"
)

func TestDbgDir(t *testing.T) {
	dir, ip := os.Getenv("DIR"), os.Getenv("IP")
	records := readRecords(t, dir+"/gateway.pcap")
	conns := readLog(t, around(records), fileSources(t, dir+"/"+os.Getenv("LOG"))...)
	z := records[0].Start.Time().UnixNano()
	f := func(n int64) float64 { return float64(n-z) / 1e9 }
	dbgEdges = func(e *edge) {
		if e.talk.r.Client.IP.String() == ip {
			fmt.Printf("  edge #%d %.3f-%.3f greeted %.3f closed %.3f x%d begun %v closed %v w %.2f opened %.3f..%.3f shut %.3f..%.3f\n", e.talk.r.Session, f(e.talk.start), f(e.talk.end), f(e.talk.greeted), f(e.talk.closed), e.trace.c.Lines[0].Number, e.trace.begun, e.trace.closed, e.weight,
				f(e.trace.opened.low), f(e.trace.opened.high), f(e.trace.shut.low), f(e.trace.shut.high))
		}
	}
	r := Align(records, conns, Config{})
	for _, k := range r.Clocks {
		fmt.Printf("%+v\n", k)
	}
}
