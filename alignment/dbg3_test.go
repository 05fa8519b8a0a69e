package alignment

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestDbgGroup(t *testing.T) {
	seed, _ := strconv.Atoi(os.Getenv("SEED"))
	ip := os.Getenv("IP")
	name := os.Getenv("LOG")
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	raw, _ := os.ReadFile(filepath.Join(postfixFolder, name))
	text, _ := dbgGone(string(raw), uint64(seed))
	conns := readLog(t, around(records), textSource(name, text))
	dbgEdges = func(e *edge) {
		if e.talk.r.Client.IP.String() == ip {
			f := int64(0)
			if len(e.trace.c.Lines) > 0 {
				f = e.trace.c.Lines[0].Number
			}
			fmt.Printf("  edge #%d %.3f-%.3f(greeted %.3f) x%d begun %v closed %v w %.2f opened %.3f..%.3f shut %.3f..%.3f\n", e.talk.r.Session, float64(e.talk.start)/1e9-1795345700, float64(e.talk.end)/1e9-1795345700, float64(e.talk.greeted)/1e9-1795345700, f, e.trace.begun, e.trace.closed, e.weight,
				float64(e.trace.opened.low)/1e9-1795345700, float64(e.trace.opened.high)/1e9-1795345700, float64(e.trace.shut.low)/1e9-1795345700, float64(e.trace.shut.high)/1e9-1795345700)
		}
	}
	for _, c := range conns {
		if c.Client.Addr.String() == ip {
			fmt.Println("conn", c.ID, c.Begun, c.Closed, c.Fragment, c.Direction)
			for _, l := range c.Lines {
				fmt.Println("     ", l.Number, l.Text)
			}
		}
	}
	r := Align(records, conns, Config{})
	for _, k := range r.Clocks {
		fmt.Printf("%+v\n", k)
	}
	for i, rec := range records {
		if rec.Client.IP.String() == ip {
			m := r.Matches[i]
			fmt.Println(rec.Session, m.Status, m.Score)
			if m.Connection != nil {
				for _, l := range m.Connection.Lines {
					fmt.Println("    ", l.Number, l.Text)
				}
			}
		}
	}
}
