package alignment

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/gatewaylog"
)

// TestExpectedPostfixLines holds the words that Postfix is expected to log
// against the lines that a real Postfix logged, for every session of the
// shared recording whose end the capture shows.
func TestExpectedPostfixLines(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	text, err := os.ReadFile(filepath.Join(postfixFolder, "maillog"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	var agree, later, silent, open int
	for i := range rows {
		row := &rows[i]
		at := findRecord(records, row, 0)
		if at < 0 {
			continue
		}
		r := records[at]
		if r.Abnormal == nil {
			open++
			continue
		}
		if !*r.Abnormal {
			continue
		}
		var logged []*gatewaylog.Line
		for _, n := range row.Lines {
			logged = append(logged, &gatewaylog.Line{Number: n, Text: lines[n-1]})
		}
		x := gatewaylog.Expect(gatewaylog.Postfix, Verdict(r))
		switch x.Fits(logged) {
		case gatewaylog.Yes:
			agree++
			if first := (gatewaylog.Expectation{Phrases: x.Phrases[:1]}); first.Fits(logged) != gatewaylog.Yes {
				later++
				t.Logf("not the likeliest words: %s/%d (%s): %q, the log has %s", row.Scenario, row.Session, endSentence(r), x, endLine(logged))
			}
		case gatewaylog.No:
			t.Errorf("%s/%d (%s): expected %q, the log has %s", row.Scenario, row.Session, endSentence(r), x, texts(logged))
		default:
			if said := endLine(logged); said != "" {
				t.Errorf("%s/%d (%s): expected %q, the log has %s", row.Scenario, row.Session, endSentence(r), x, said)
			}
			silent++
		}
	}
	t.Logf("%d agree (%d by a less likely alternative), %d rightly say nothing, %d not ended in the capture", agree, later, silent, open)
}

func texts(lines []*gatewaylog.Line) string {
	var list []string
	for _, l := range lines {
		list = append(list, l.Text)
	}
	return strings.Join(list, "\n\t")
}

// endLine is a line that speaks of an end out of order.
func endLine(lines []*gatewaylog.Line) string {
	for _, l := range lines {
		for _, words := range []string{"lost connection", "timeout after", "too many errors", "killed by signal"} {
			if strings.Contains(l.Text, words) {
				return l.Text
			}
		}
	}
	return ""
}
