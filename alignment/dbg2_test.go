package alignment

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func dbgGone(text string, seed uint64) (string, map[int64]bool) {
	random := rand.New(rand.NewPCG(seed, 1))
	lines := strings.Split(text, "\n")
	gone := map[int64]bool{}
	for i := range lines {
		if random.IntN(3) == 0 {
			lines[i], gone[int64(i+1)] = "", true
		}
	}
	return strings.Join(lines, "\n"), gone
}

func TestDbgWrong(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	want := os.Getenv("DBG")
	for _, name := range []string{"maillog", "maillog.iso"} {
		raw, _ := os.ReadFile(filepath.Join(postfixFolder, name))
		orig := strings.Split(string(raw), "\n")
		shown := 0
		for seed := range uint64(200) {
			text, gone := dbgGone(string(raw), seed)
			conns := readLog(t, around(records), textSource(name, text))
			r := Align(records, conns, Config{})
			for i := range rows {
				row := &rows[i]
				at := findRecord(records, row, 0)
				if at < 0 {
					continue
				}
				m := &r.Matches[at]
				y := new(tally)
				var left []int64
				for _, n := range row.Lines {
					if !gone[n] {
						left = append(left, n)
					}
				}
				y.count(row, m, left)
				if want == "wrong" && y.wrong == 0 || want != "wrong" && !(m.Status == Status(os.Getenv("ST")) && len(left) > 0 && strings.HasPrefix(row.Scenario, want)) || shown > 12 {
					continue
				}
				shown++
				fmt.Printf("== %s seed %d %s/%d %v start %.3f end %.3f %s\n", name, seed, row.Scenario, row.Session, m.Status, row.Start, float64(records[at].Ended.Time)/1e9, m.Reason)
				for _, n := range row.Lines {
					c := " "
					if gone[n] {
						c = "-"
					}
					fmt.Println("   ", c, n, orig[n-1])
				}
				if m.Connection != nil {
					fmt.Println("  got margin", m.Score)
					for _, l := range m.Connection.Lines {
						fmt.Println("      ", l.Number, l.Text)
					}
				}
				for _, c := range m.Candidates {
					fmt.Println("  cand")
					for _, l := range c.Lines {
						fmt.Println("      ", l.Number, l.Text)
					}
				}
			}
		}
	}
}
