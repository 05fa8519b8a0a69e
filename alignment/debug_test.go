package alignment

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDebug(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	name := "maillog.iso"
	text, _ := os.ReadFile(filepath.Join(postfixFolder, name))
	n := 0
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		lines := strings.Split(string(text), "\n")
		gone := map[int64]bool{}
		for i := range lines {
			if random.IntN(3) == 0 {
				lines[i], gone[int64(i+1)] = "", true
			}
		}
		conns := readLog(t, around(records), textSource(name, strings.Join(lines, "\n")))
		r := Align(records, conns, Config{})
		for i := range rows {
			row := &rows[i]
			at := findRecord(records, row, 0)
			if at < 0 {
				continue
			}
			left := slices.DeleteFunc(slices.Clone(row.Lines), func(n int64) bool { return gone[n] })
			m := &r.Matches[at]
			if len(left) == 0 {
				continue
			}
			bad := false
			if m.Status == Matched {
				for _, l := range m.Connection.Lines {
					bad = bad || slices.Contains(left, l.Number)
				}
				bad = !bad
			}
			if m.Status != None && !bad {
				continue
			}
			if n++; n > 14 && !bad {
				continue
			}
			fmt.Println("====", seed, row.Scenario, row.Session, m.Status, m.Reason, m.Score)
			if bad {
				for _, l := range m.Connection.Lines { fmt.Println("   M", l.Number, l.Text[:min(120, len(l.Text))]) }
			}
			for _, k := range left {
				fmt.Println("  ", k, lines[k-1][:min(150, len(lines[k-1]))])
				for _, o := range r.LogOnly {
					for _, l := range o.Connection.Lines {
						if l.Number == k {
							fmt.Println("      logonly", o.Connection.ID, o.Connection.Client, len(o.Connection.Lines), o.Reason, o.Connection.Fragment)
						}
					}
				}
				for j, o := range r.Matches {
					if o.Connection == nil { continue }
					for _, l := range o.Connection.Lines {
						if l.Number == k {
							fmt.Println("      taken by", records[j].Session, records[j].Client, o.Connection.ID, o.Connection.Client)
						}
					}
				}
			}
		}
	}
}
