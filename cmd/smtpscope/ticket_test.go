package main

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"smtpscope/redact"
	"smtpscope/report"
	"smtpscope/session"
)

// TestTicket bundles two sessions of the demo, with log lines and with names
// replaced: no name of the sessions is in any file of it, and the evidence
// tells the same.
func TestTicket(t *testing.T) {
	in := &input{paths: []string{casesDir + "/demo/capture.pcap"}, zone: time.UTC}
	r, s := choosing(in, &report.Selection{Sessions: []int64{1, 42}})
	if err := r.run(); err != nil {
		t.Fatal(err)
	}
	if len(s.sessions) != 2 {
		t.Fatalf("%d sessions", len(s.sessions))
	}
	s.sessions[0].Record.Log = &session.Log{Status: "matched", Entries: []session.LogEntry{
		{File: "/logs/mx1.example.org/maillog", Line: 7, Text: "Nov 22 17:28:10 mx1 postfix/smtpd[9]: connect from client-1.example.net[198.18.1.1]"}}}
	says := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	one := &ticket{in: in, sessions: s.sessions, asked: "--client 198.18.1.1", line: r.captureLine(), html: says("<html>"), text: says("text")}
	var plain, hidden bytes.Buffer
	if err := one.write(&plain); err != nil {
		t.Fatal(err)
	}
	one.names = redact.New(redact.RandomKey(), redact.All)
	if err := one.write(&hidden); err != nil {
		t.Fatal(err)
	}
	files := unzipped(t, plain.Bytes())
	for _, name := range []string{"report.html", "report.txt", "evidence.pcapng", "records.jsonl", "gateway-log.txt", "MANIFEST.json", "SHA256SUMS"} {
		if len(files[name]) == 0 {
			t.Errorf("%s is not there", name)
		}
	}
	if !strings.Contains(files["gateway-log.txt"], "maillog:7: Nov 22") || !strings.Contains(files["records.jsonl"], "alice@example.net") {
		t.Error("the log's line or the records are not in it")
	}
	for name, content := range unzipped(t, hidden.Bytes()) {
		for _, secret := range []string{"alice", "bob@", "example.net", "example.org", "198.18.1.", "192.0.2.25", "mx1", "EB00791", "normal.1.1"} {
			if strings.Contains(content, secret) {
				t.Errorf("%s has %q", name, secret)
			}
		}
	}
}

func unzipped(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	return files
}
