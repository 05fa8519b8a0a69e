package gatewaylog

import (
	"strings"
	"testing"

	"smtpscope/internal/canarylog"
)

// TestScreen: the rules that are not asked would have changed nothing.
func TestScreen(t *testing.T) {
	lines := realLines(t, "testdata")
	for _, x := range planted {
		lines = append(lines, strings.Split(x.log, "\n")...)
	}
	for _, x := range leaks {
		lines = append(lines, strings.Split(x.log, "\n")...)
	}
	for seed := range uint64(300) {
		lines = append(lines, strings.Split(canarylog.Make(seed, nil).Text, "\n")...)
	}
	none := 0
	for _, line := range lines {
		if screen(line) == 0 {
			none++
		}
		if got, want := redact(line), redactBy(everyRule, line); got != want {
			t.Errorf("%q\ngives %q\nwant  %q", line, got, want)
		}
	}
	t.Logf("%d lines, %d give no reason to ask any rule", len(lines), none)
	if none < len(lines)/10 {
		t.Error("the pairs are not rare")
	}
}

// TestScreenAllocates: nothing is allocated for a line without a secret.
func TestScreenAllocates(t *testing.T) {
	var talks transcripts
	const line = "Mon Apr 17 19:58:06 2003 Info: MID 6 ICID 5 RID 0 To: <mary@yourdomain.com>"
	var e entry
	var c clock
	e.parse(line, &c)
	if n := testing.AllocsPerRun(100, func() {
		if _, ok := talks.hide(&e); ok || redact(line) != line {
			t.Error("blanked")
		}
	}); n > 0 {
		t.Errorf("%v allocations for a line", n)
	}
}
