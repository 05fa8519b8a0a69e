package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"smtpscope/internal/wirescript"
)

// TestLimitsAreSeen: where a limit of docs/limits.md is reached, the reading
// goes on, and what was lost by it can be seen in the result. Limits that need
// gigabytes to be reached have their tests where they are: session
// (TestMemory), reassembly and smtpstate (TestLimits), capture
// (TestFragmentBounds, TestReaderErrors), gatewaylog (reading_test.go).
func TestLimitsAreSeen(t *testing.T) {
	opened := "handshake\nS: 220 mx.example.com\nC: EHLO a.example\nS: 250 ok\n"
	for _, test := range []struct {
		name, script string
		path         string // in the session's record
		want         string // its JSON
		shown        string // in what show says
	}{
		{name: "recipients of a message", path: "messages.0.recipient_count", want: "1010",
			script: opened + "C: MAIL FROM:<a@b>\nS: 250 ok\n" + strings.Repeat("C: RCPT TO:<c@d>\nS: 250 ok\n", 1010)},
		{name: "messages of a session", path: "messages_cut", want: "5",
			script: opened + strings.Repeat("C: MAIL FROM:<a@b>\nS: 250 ok\nC: RSET\nS: 250 ok\n", 1005)},
		{name: "a line of a command", shown: "note: command line is over-long",
			script: opened + "C: NOOP " + strings.Repeat("x", 20000) + "\nS: 250 ok\n"},
		{name: "commands that wait", shown: "note: too many unanswered commands",
			script: opened + strings.Repeat("C: NOOP\nC: RSET\n", 700)},
		{name: "events of a session", shown: "left out",
			script: opened + strings.Repeat("C: NOOP\nS: 250 ok\n", 2100)},
		{name: "text of a session", shown: "y...",
			script: opened + strings.Repeat("C: NOOP\nS: 250 "+strings.Repeat("y", 3000)+"\n", 400)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			script, err := wirescript.Parse(strings.NewReader(test.script+"quit\n"), test.name)
			if err != nil {
				t.Fatal(err)
			}
			frames, err := script.Frames()
			if err != nil {
				t.Fatal(err)
			}
			file := captureBytes(t, frames)
			line := analyzed(t, file)[0]
			if got := at(t, line, test.path); test.path != "" && got != test.want {
				t.Errorf("%s is %s, want %s", test.path, got, test.want)
			}
			told := strings.Join(strings.Fields(mustRun(t, bytes.NewReader(file), "show", "-", "--session", "1")), " ")
			if !strings.Contains(told, test.shown) {
				t.Errorf("show does not say %q: %.3000s", test.shown, told)
			}
		})
	}
}

// at gives a value of a JSON line by its path.
func at(t *testing.T, line, path string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		t.Fatal(err)
	}
	for word := range strings.SplitSeq(path, ".") {
		switch of := v.(type) {
		case map[string]any:
			v = of[word]
		case []any:
			var i int
			if _, err := fmt.Sscan(word, &i); err != nil || i >= len(of) {
				return ""
			}
			v = of[i]
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestBombIsAnError: a file that unpacks to a thousand times its size ends the
// reading with a line that says so; what came before it counts.
func TestBombIsAnError(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(bytes.Repeat([]byte{0}, 80<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("log.gz", b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r := invoke(nil, "log", "log.gz")
	if r.code != 1 || strings.Count(r.stderr, "decompression bomb") != 1 {
		t.Errorf("exit code %d: %q", r.code, r.stderr)
	}
}
