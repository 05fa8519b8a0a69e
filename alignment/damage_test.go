package alignment

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

func textSource(name, text string) gatewaylog.Source {
	return gatewaylog.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// thirdDeleted aligns the recorded run with a log of which a third of the
// lines is gone, at random, several times.
func thirdDeleted(t *testing.T, name string, rows []truthRow, records []*session.Record, times int) *tally {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(postfixFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	all := new(tally)
	for seed := range uint64(times) {
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
	}
	return all
}

// TestPostfixThirdDeleted: what is left is matched rightly or not at all.
// What cannot be told: sessions of the same client that are alike to the
// second, and connections that the log runs together with another one for
// want of the lines between.
func TestPostfixThirdDeleted(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	for name, least := range map[string]float64{"maillog": 0.98, "maillog.iso": 0.98} {
		y := thirdDeleted(t, name, rows, records, 20)
		t.Logf("%s, a third of the lines deleted, 20 times: precision %.4f, recall %.3f (%d of %d; %d ambiguous, %d none)",
			name, y.precision(), y.recall(), y.right, y.owed, y.ambiguous, y.none)
		for _, c := range y.complaints {
			if strings.Contains(c, "wrong") {
				t.Errorf("%s: %s", name, c)
			}
		}
		if y.recall() < least {
			t.Errorf("%s: recall %.3f, was %.2f", name, y.recall(), least)
		}
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
