package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/internal/hostile"
	"smtpscope/session"
)

// strangers is a redactor that shows a stranger's session in place of each,
// and has to learn all of them before.
type strangers struct {
	t       *testing.T
	learned map[int64]bool
}

func (r *strangers) LearnSession(s *session.Session) { r.learned[s.Record.Session] = true }
func (r *strangers) Text(string) string              { return "veiled" }
func (r *strangers) Session(s *session.Session) *session.Session {
	if len(r.learned) != 5 {
		r.t.Errorf("a session is shown when %d of 5 are learned", len(r.learned))
	}
	other := hostile.Session("veiled", false)
	other.Record.Session = s.Record.Session
	return other
}

// TestReportAsksTheRedactor: no form shows anything of the input that did not
// go through the redactor.
func TestReportAsksTheRedactor(t *testing.T) {
	demo := filepath.Join(casesDir, "demo")
	for _, format := range reportFormats {
		p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, env: map[string]string{}}
		f := &reportFlags{input: inputFlags{zone: "UTC", color: "never"}, log: logFlags{files: []string{filepath.Join(demo, "gateway.log")}}, output: "-"}
		g, err := p.reporting(f, []string{filepath.Join(demo, "capture.pcap")}, "--client 198.18.0.0/15")
		if err != nil {
			t.Fatal(err)
		}
		g.format, g.redactor = format, &strangers{t: t, learned: map[int64]bool{}}
		if err := g.prepare(); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := g.write(&b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "veiled") {
			t.Errorf("%s: nothing is veiled", format)
		}
		for _, name := range []string{"198.18", "192.0.2.25", "alice", "bob@", "mx1", "example.net", "4FF5A94", "capture.pcap", "gateway.log"} {
			if strings.Contains(b.String(), name) {
				t.Errorf("%s: %s is still there", format, name)
			}
		}
	}
}
