package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const gatewayLog = "gateway.log"

// logCases are what the log must have on the case's only session, written by
// hand from the vendors' articles. Cases with several sessions are held by
// their golden files alone.
var logCases = map[string]struct {
	gateway, connection, message, agrees string
	words, difference                    string // parts
}{
	"log-esa-receiving-aborted-rst":     {"cisco-esa", "10293", "1404", "yes", "lost; Receiving aborted", ""},
	"log-esa-receiving-aborted-fin":     {"cisco-esa", "10293", "1404", "yes", "lost; Receiving aborted", ""},
	"log-esa-receiving-aborted-differs": {"cisco-esa", "10293", "1404", "no", "lost", "the client said QUIT"},
	"log-esa-retried":                   {"cisco-esa", "10293", "1404", "yes", "lost; Receiving aborted", ""},
	"log-esa-timeout-before-data":       {"cisco-esa", "3875465", "1558778", "yes", "Receiving aborted", ""},
	"log-esa-timeout-mid-data":          {"cisco-esa", "3875465", "1558778", "yes", "Receiving aborted", ""},
	"log-esa-aborted-by-sender":         {"cisco-esa", "10318", "1412", "yes", "Receiving aborted by sender", ""},
	"log-esa-aborted-by-sender-differs": {"cisco-esa", "10318", "1412", "no", "Receiving aborted by sender", "the client reset (RST) after RCPT, before DATA"},
	"log-smg-abort-message-rst":         {"symantec-smg", "", "c0a80250-b7b6bae000000e0e-a0-54042660012b", "yes", "Abort message", ""},
	"log-smg-abort-message-timeout":     {"symantec-smg", "", "c0a80250-b7b6bae000000e0e-a0-54042660012b", "yes", "timed out", ""},
	"log-smg-dns-421":                   {"symantec-smg", "", "", "yes", "421 4.4.0 Unable to connect to DNS", ""},
	"log-smg-dns-554":                   {"symantec-smg", "", "", "yes", "", ""},
	"log-puremessage-peer-lost":         {"sendmail", "", "m3LA00Xk018339", "yes", "unexpected close", ""},
	"log-postfix-proxy":                 {"postfix", "712", "", "yes", "lost connection after RCPT", ""},
	"log-postfix-xclient":               {"postfix", "812", "", "yes", "lost connection after RCPT", ""},
	"log-postfix-starts-mid-data":       {"postfix", "812", "4B20101B1", "yes", "quit=1", ""},
	"log-postfix-server-side-only":      {"postfix", "812", "4B20101B1", "yes", "lost connection after DATA (3000 bytes)", ""},
	"log-postfix-milter-discards":       {"postfix", "812", "4B20101B1", "yes", "quit=1; dropped: milter triggers DISCARD action", ""},
	"log-puremessage-milter-timeout":    {"sendmail", "", "m3LA00Xk018340", "yes", "", ""},
}

// TestLogCases runs the program on every case that has a gateway's log.
func TestLogCases(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases(t) {
		if _, err := os.Stat(filepath.Join(c.dir, gatewayLog)); err != nil {
			continue
		}
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			name := c.prepareWithLog(t)
			records := mustRun(t, nil, "analyze", "--format", "jsonl", "--log", gatewayLog, name)
			lines := strings.Split(strings.TrimSuffix(records, "\n"), "\n")
			text := mustRun(t, nil, "analyze", "--log", gatewayLog, name)
			for _, line := range lines[:len(lines)-1] {
				text += "\n" + mustRun(t, nil, "show", name, "--log", gatewayLog, "--session", strconv.FormatInt(number(t, line), 10))
			}
			text += "\n" + mustRun(t, nil, "log", gatewayLog)
			golden(t, filepath.Join(c.dir, "want.log.txt"), text)
			golden(t, filepath.Join(c.dir, "want.log.jsonl"), strings.Replace(records, `"version":"`+version()+`"`, `"version":"test"`, 1))
			c.checkLog(t, lines[0], name)
		})
	}
	for name := range logCases {
		if !seen[name] {
			t.Errorf("%s has no folder with a log", name)
		}
	}
}

// TestRefusedCommandsAgree: a real Postfix and its own packets never disagree,
// however odd what the client says.
func TestRefusedCommandsAgree(t *testing.T) {
	dir := filepath.Join("..", "..", "testdata", "log-postfix-refused-commands")
	records := mustRun(t, nil, "analyze", "--format", "jsonl", "--log", filepath.Join(dir, gatewayLog), filepath.Join(dir, "capture.pcap"))
	lines := strings.Split(strings.TrimSpace(records), "\n")
	lines = lines[:len(lines)-1]
	if len(lines) != 10 {
		t.Fatalf("%d sessions", len(lines))
	}
	for _, line := range lines {
		var r struct {
			Session  int64
			Log      struct{ Status, Agrees, Words string }
			Findings []struct{ Code string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Log.Status != "matched" || r.Log.Agrees != "yes" {
			t.Errorf("session %d: the log is %s, agrees %q: %s", r.Session, r.Log.Status, r.Log.Agrees, r.Log.Words)
		}
		for _, f := range r.Findings {
			if f.Code == "log-disagrees" {
				t.Errorf("session %d: %s", r.Session, f.Code)
			}
		}
	}
}

// prepareWithLog is prepare with the log beside the capture.
func (c *testCase) prepareWithLog(t *testing.T) string {
	t.Helper()
	name := c.prepare(t)
	if c.script == nil {
		return name
	}
	text, err := os.ReadFile(filepath.Join(c.dir, gatewayLog))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(gatewayLog, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (c *testCase) checkLog(t *testing.T, line, name string) {
	t.Helper()
	want, there := logCases[c.name]
	if !there {
		return
	}
	var r struct {
		Session int64
		Log     struct {
			Status, Gateway, Connection, Agrees, Words, Difference string
			Messages                                               []string
		}
	}
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	l := r.Log
	if l.Status != "matched" || l.Gateway != want.gateway || want.connection != "" && l.Connection != want.connection ||
		l.Agrees != want.agrees || !strings.Contains(l.Words, want.words) || !strings.Contains(l.Difference, want.difference) {
		t.Errorf("log is %+v, want %+v", l, want)
	}
	if want.message == "" {
		return
	}
	if len(l.Messages) != 1 || l.Messages[0] != want.message {
		t.Errorf("messages %v, want %s", l.Messages, want.message)
	}
	found := mustRun(t, nil, "analyze", "--format", "jsonl", "--log", gatewayLog, "--id", want.message, name)
	if number(t, strings.SplitN(found, "\n", 2)[0]) != r.Session {
		t.Errorf("--id %s does not find the session", want.message)
	}
}
