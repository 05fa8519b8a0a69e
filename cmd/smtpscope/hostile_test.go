package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"smtpscope/internal/hostile"
	"smtpscope/internal/wirescript"
)

// quoted is s as wirescript's "text" wants it: every byte in hexadecimal.
func quoted(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, `\x%02x`, s[i])
	}
	return b.String()
}

// hostileScript says each text in every place where a peer can put one: the
// greeting, names, addresses, parameters, commands, replies, keywords, queue
// ids, headers, SNI, and the PROXY header.
func hostileScript(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		h := quoted(strings.NewReplacer("\r", "", "\n", "").Replace(text))
		fmt.Fprintf(&b, `
session
handshake
C text "PROXY TCP4 %[1]s 192.0.2.77 1 2\r\n"
S text "220-%[1]s\r\n220 %[1]s %[1]s\r\n"
C text "EHLO %[1]s\r\n"
S text "250-%[1]s\r\n250-%[1]s %[1]s\r\n250 SIZE %[1]s\r\n"
C text "XCLIENT NAME=%[1]s ADDR=%[1]s HELO=%[1]s\r\n"
S text "220 %[1]s\r\n"
C text "%[1]s %[1]s\r\n"
S text "500 5.5.1 %[1]s\r\n"
C text "AUTH %[1]s\r\n"
S text "504 5.5.4 %[1]s\r\n"
C text "MAIL FROM:<%[1]s@%[1]s.example> SIZE=%[1]s ENVID=%[1]s\r\n"
S text "250 2.1.0 %[1]s\r\n"
C text "RCPT TO:<%[1]s> ORCPT=rfc822;%[1]s\r\n"
S text "550 5.1.1 %[1]s\r\n"
C text "RCPT TO:<x%[1]s@example.com>\r\n"
S text "250 2.1.5 %[1]s\r\n"
C text "DATA\r\n"
S text "354 %[1]s\r\n"
C text "Message-ID: <%[1]s@%[1]s>\r\nSubject: %[1]s\r\n\r\n%[1]s\r\n.\r\n"
S text "250 2.0.0 Ok: queued as %[1]s\r\n"
C text "MAIL FROM:<%[1]s>\r\n"
S text "421 4.3.2 %[1]s\r\n"
wait 1s
S fin alone
C rst
`, h)
	}
	return b.String()
}

// hostileLog has each text where a peer, or whoever writes into a log through
// it, can put one.
func hostileLog(texts []string) string {
	var b strings.Builder
	for i, text := range texts {
		h := strings.NewReplacer("\r", "", "\n", "").Replace(text)
		for _, line := range []string{
			"postfix/smtpd[%d]: connect from %s[192.0.2.10]",
			"postfix/smtpd[%d]: NOQUEUE: reject: RCPT from %[2]s[192.0.2.10]: 550 5.1.1 <%[2]s>: %[2]s; from=<%[2]s> to=<%[2]s> proto=ESMTP helo=<%[2]s>",
			"postfix/smtpd[%d]: %[2]s",
			"postfix/smtpd[%d]: 4Zk0101B1%[1]d: client=%[2]s[192.0.2.10]",
			"postfix/cleanup[%d]: 4Zk0101B1%[1]d: message-id=<%[2]s@%[2]s>",
			"postfix/qmgr[%d]: 4Zk0101B1%[1]d: from=<%[2]s>, size=1, nrcpt=1 (queue active)",
			"postfix/smtpd[%d]: lost connection after %[2]s from %[2]s[192.0.2.10]",
			"postfix/smtpd[%d]: disconnect from %[2]s[192.0.2.10] ehlo=1 %[2]s=1 commands=1",
		} {
			fmt.Fprintf(&b, "Jan  2 03:04:%02d mx "+line+"\n", i%60, 100+i, h)
		}
	}
	return b.String()
}

// looksBad says what in a text could do something to a terminal, or hide from a
// reader; "" if nothing. Lines are all that may be parted. JSON, which has
// escapes of its own, may hold what is merely unassigned.
func looksBad(text string, jsonText bool) string {
	for i, r := range text {
		_, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
		case r == '\n' || r == ' ' || unicode.IsPrint(r):
			continue
		case jsonText && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			continue
		}
		return fmt.Sprintf("%U in %q", r, text[max(0, i-60):min(len(text), i+20)])
	}
	return ""
}

// TestHostileInput: whatever peers, logs and file names hold, what the program
// writes does nothing where it is read.
func TestHostileInput(t *testing.T) {
	script, err := wirescript.Parse(strings.NewReader(hostileScript(hostile.Texts)), "hostile")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := script.Frames()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := wirescript.WritePcapng(&file, frames, wirescript.PcapngOptions{TSResol: 9, Comment: "\x1b[31m\u202e<b>pwned</b>\x00\xff"}); err != nil {
		t.Fatal(err)
	}
	contents := bytes.ReplaceAll(file.Bytes(), []byte("eth0"), []byte("\x1b[2J"))
	t.Chdir(t.TempDir())
	const name, log, junk = "=\x1b[31m\u202e\xff<b>pwned.pcap", "@\x1b]0;x\a\u2066\xfe.log", "-\x1b[2J\n\u202d.pcap"
	for path, data := range map[string][]byte{
		name: contents, log: []byte(hostileLog(hostile.Texts)), junk: []byte("\x1b[31mnot a capture\x00\x00\x00\x00\x00\x00\x00\x00"),
		"cut\x1b.pcap": contents[:len(contents)-7],
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first := mustRunAny(t, "analyze", "--format", "jsonl", "./"+name)
	number := fmt.Sprint(number(t, sessionLines(strings.Split(first, "\n"))[0]))
	for _, args := range [][]string{
		{"analyze", name}, {"analyze", "--summary", name}, {"analyze", "--summary", "--log", log, name},
		{"analyze", "--log", log, name}, {"analyze", "--log", log, "--log-only", name}, {"analyze", "-v", "--log", log, name},
		{"analyze", "--format", "csv", name}, {"analyze", "--format", "csv", "--log", log, name},
		{"analyze", "--format", "jsonl", "--log", log, name},
		{"analyze", "--log", log, "--log-only", "--format", "csv", name}, {"analyze", "--log", log, "--log-only", "--format", "jsonl", name},
		{"analyze", "cut\x1b.pcap"}, {"analyze", "./" + junk}, {"analyze", "gone\x1b\u202e.pcap"}, {"analyze", "--log", "gone\x1b.log", name},
		{"analyze", "--log", junk, name}, {"analyze", "--log-format", "\x1b[31m", "--log", log, name},
		{"show", name}, {"show", "--log", log, name}, {"show", name, "--session", number}, {"show", name, "--session", "\x1b[31m"},
		{"log", "./" + log}, {"log", "-v", log}, {"log", "--format", "csv", log}, {"log", "--format", "jsonl", log}, {"log", "gone\x1b"},
		{"explain", "\x1b[31m\u202e"}, {"explain", "=cmd\x00\xff"}, {"formats", "\x1b"}, {"\x1b[31m"}, {"analyze", "--\x1b"},
		{"analyze", "--phase", "\x1b\u202e", name}, {"analyze", "--ended", "\x1b", name}, {"analyze", "--client", "\x1b", name},
		{"analyze", "--since", "\x1b", name}, {"analyze", "--tz", "\x1b", name}, {"analyze", "--id", "\x1b\u202e", name},
		{"analyze", "--finding", "\x1b", name}, {"analyze", "--port", "\x1b", name}, {"analyze", "--map", "\x1b=\u202e", "--log", log, name},
		{"analyze", "--format", "\x1b", name}, {"analyze", "--color", "\x1b", name}, {"analyze", "--from", "\x1b", name},
		{"report", "-o", "\x1b\u202e.html", name}, {"report", "-o", "-", "--format", "txt", "--log", log, name},
		{"report", "-o", "-", "--format", "md", "--log", log, name}, {"report", "-o", "-", "--format", "html", "--log", log, name},
		{"report", "-o", "-", "--format", "json", name}, {"report", "-o", "no\x1b/x.html", name},
		{"extract", "-o", "\x1b\u202e.pcapng", name}, {"extract", "-o", "\x1b\u202e.pcapng", name}, {"extract", "-o", "no\x1b/x.pcapng", name},
		{"extract", "--redact", "-o", "r.pcapng", name}, {"extract", "--redact", "--redact-key", "\x1b", "-o", "s.pcapng", name}, {"extract", "--redact=\x1b", "-o", "t.pcapng", name},
	} {
		t.Run(strings.Map(func(r rune) rune {
			if r == '/' || !unicode.IsPrint(r) {
				return -1
			}
			return r
		}, strings.Join(args, " ")), func(t *testing.T) {
			r := invoke(nil, args...)
			all := strings.Join(args, " ")
			if bad := looksBad(r.stdout, strings.Contains(all, "json")); bad != "" {
				t.Errorf("standard output: %s", bad)
			}
			if bad := looksBad(r.stderr, false); bad != "" {
				t.Errorf("standard error: %s", bad)
			}
			switch {
			case strings.Contains(all, "jsonl"):
				jsonLines(t, r.stdout)
			case strings.Contains(all, "--format csv"):
				csvCells(t, r.stdout)
			case strings.Contains(all, "html") && strings.Contains(r.stdout, "<b>pwned"):
				t.Error("markup")
			}
		})
	}
	onlyThese(t, name, log, junk, "cut\x1b.pcap", "\x1b\u202e.html", "\x1b\u202e.pcapng", "r.pcapng")
}

// mustRunAny gives standard output, whatever the exit code.
func mustRunAny(t *testing.T, args ...string) string {
	t.Helper()
	r := invoke(nil, args...)
	if r.stdout == "" {
		t.Fatalf("%q: nothing came: %s", args, r.stderr)
	}
	return r.stdout
}

func jsonLines(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if !json.Valid([]byte(line)) || !utf8.ValidString(line) {
			t.Errorf("no JSON: %q", line)
		}
	}
}

// csvCells holds a table to what a spreadsheet makes of it: rows of one width,
// and no cell that is a formula (OWASP, "CSV Injection").
func csvCells(t *testing.T, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("column %s is a formula: %q", rows[0][i], cell)
			}
		}
	}
}

// onlyThese: nothing was written but what was asked for.
func onlyThese(t *testing.T, names ...string) {
	t.Helper()
	found, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, name := range names {
		want[name] = true
	}
	for _, name := range found {
		if !want[name] {
			t.Errorf("%q was left", name)
		}
	}
}
