package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"smtpscope/session"
)

// TestAgreement: a log that fits the packets does not agree about an end that they do
// not show.
func TestAgreement(t *testing.T) {
	for how, want := range map[session.How]string{
		session.ByQuit: "p 1: quit (agrees with the packets)", session.ByRST: "p 1: quit (agrees with the packets)",
		session.ByCaptureEnd: "p 1: quit (agrees with the packets as far as they go)", session.BySilence: "p 1: quit (agrees with the packets as far as they go)",
	} {
		r := &session.Record{Log: &session.Log{Status: "matched", Gateway: "p", Connection: "1", Words: "quit", Agrees: "yes"}}
		if r.Ended.How = how; LogLine(r) != want {
			t.Errorf("%s: %s", how, LogLine(r))
		}
	}
}

// TestLogText: what is shown of a line is bounded, says so, and cuts no letter.
func TestLogText(t *testing.T) {
	for _, n := range []int{0, 1, maxLogText - 1, maxLogText} {
		if line := strings.Repeat("x", n); LogText(line) != line {
			t.Errorf("a line of %d bytes is changed", n)
		}
	}
	for _, letter := range []string{"x", "é", "€", "😀", "\xff", "\xbf"} {
		for more := 1; more < 9; more++ {
			line := strings.Repeat("y", more) + strings.Repeat(letter, maxLogText)
			shown := LogText(line)
			if !strings.HasSuffix(shown, " more)") || !utf8.ValidString(shown) || strings.Contains(shown, "\uFFFD") && utf8.ValidString(letter) {
				t.Errorf("%q: ends in %q", letter, shown[max(len(shown)-40, 0):])
			}
			if len(shown) > 5*maxLogText {
				t.Errorf("%q: %d bytes are shown", letter, len(shown))
			}
		}
	}
}

// TestShownClocks: of many clocks the best known are shown, and the others
// counted; all of few stand in their order.
func TestShownClocks(t *testing.T) {
	var l LogSummary
	for i := range maxClocks {
		l.Clocks = append(l.Clocks, LogClock{Gateway: "postfix", By: "ids", Pairs: i})
	}
	if clocks, more := l.ShownClocks(); len(clocks) != maxClocks || more != 0 || clocks[0].Pairs != 0 {
		t.Errorf("%d shown, %d more, the first of %d pairs", len(clocks), more, clocks[0].Pairs)
	}
	l.Clocks = append(l.Clocks, LogClock{Gateway: "postfix", By: "ids", Pairs: 100}, LogClock{Gateway: "postfix"})
	if clocks, more := l.ShownClocks(); len(clocks) != maxClocks || more != 2 || clocks[0].Pairs != 100 {
		t.Errorf("%d shown, %d more, the first of %d pairs", len(clocks), more, clocks[0].Pairs)
	}
}
