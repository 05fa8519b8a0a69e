package alignment

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/gatewaylog"
)

func textSource(name, text string) gatewaylog.Source {
	return gatewaylog.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// TestPostfixThirdDeleted aligns the recorded run with a log of which a third
// of the lines is gone, at random.
func TestPostfixThirdDeleted(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	for _, name := range []string{"maillog", "maillog.iso"} {
		text, err := os.ReadFile(filepath.Join(postfixFolder, name))
		if err != nil {
			t.Fatal(err)
		}
		var all tally
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
			y := judge(rows, records, Align(records, conns, Config{}), gone, 0)
			all.add(y)
			if y.wrong > 0 {
				for _, c := range y.complaints {
					if strings.Contains(c, "wrong") {
						t.Errorf("%s, seed %d: %s", name, seed, c)
					}
				}
			}
		}
		t.Logf("%s, a third of the lines deleted, 20 times: precision %.4f, recall %.3f (%d of %d; %d ambiguous, %d none)",
			name, all.precision(), all.recall(), all.right, all.owed, all.ambiguous, all.none)
		count := map[string]int{}
		for _, c := range all.complaints {
			count[strings.Split(c, "/")[0]+" "+strings.Fields(c)[1]]++
		}
		t.Log(count)
	}
}

func (y *tally) add(o *tally) {
	y.owed += o.owed
	y.right += o.right
	y.ambiguous += o.ambiguous
	y.none += o.none
	y.wrong += o.wrong
	y.complaints = append(y.complaints, o.complaints...)
}
