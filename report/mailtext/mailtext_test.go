package mailtext

import (
	"bytes"
	"strings"
	"testing"

	"smtpscope/internal/hostile"
	"smtpscope/report"
)

// checkHostile fails unless every line is short enough for a mail and has no
// control character.
func checkHostile(t *testing.T, s string, words bool) {
	t.Helper()
	for _, single := range []bool{false, true} {
		var b bytes.Buffer
		if err := Write(&b, hostile.Document(s, single, words)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			if n := report.Columns(line); n > Width {
				t.Errorf("%d columns: %s", n, line)
			}
			if line != report.Printable(line) {
				t.Errorf("not printable: %q", line)
			}
			if strings.HasSuffix(line, " ") {
				t.Errorf("a space at the end: %q", line)
			}
		}
	}
}

func TestHostileText(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for _, s := range append(hostile.Texts, long, strings.Repeat("word ", 400), strings.Repeat("漢", 300)) {
		checkHostile(t, s, false)
		checkHostile(t, s, true)
	}
}

func FuzzMailText(f *testing.F) {
	for i := 0; i < len(hostile.Texts); i += 8 { // TestHostile… has all of them
		f.Add(hostile.Texts[i])
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) <= hostile.Longest {
			checkHostile(t, s, false)
		}
	})
}
