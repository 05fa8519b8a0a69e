package gatewaylog

import (
	"fmt"
	"strings"
	"testing"
)

// TestNamesAreForgotten: once everything is handed out, nothing is left of it
// in the books, however many messages a connection had.
func TestNamesAreForgotten(t *testing.T) {
	var log strings.Builder
	log.WriteString("Fri Jan  2 03:04:05 2026 Info: New SMTP ICID 1 interface Data 1 (192.0.2.2) address 192.0.2.1 reverse dns host a.example verified yes\n")
	for n := range maxMessages + 1000 {
		fmt.Fprintf(&log, "Fri Jan  2 03:04:05 2026 Info: Start MID %d ICID 1\n", n)
	}
	r := newReader(Options{}, func(*Connection) error { return nil })
	m := newMerger([]Source{textSource("mail_logs", log.String())}, r.options, r.report, r.esa.wantsMore)
	for e := m.next(); e != nil; e = m.next() {
		r.line(e)
	}
	r.shelf.flush()
	m.stop()
	for _, b := range r.shelf.books {
		if len(b.conns) > 0 || len(b.msgs) > 0 {
			t.Errorf("%s: %d connections and %d messages are still known", b.product, len(b.conns), len(b.msgs))
		}
	}
	if r.report.Messages != maxMessages {
		t.Errorf("%d messages", r.report.Messages)
	}
}

// TestServingIsBounded: what is remembered for master's end does not grow with
// the log.
func TestServingIsBounded(t *testing.T) {
	p := newPostfix(newReader(Options{}, nil).shelf)
	for n := range 10_000 {
		e := &entry{host: "mx", pid: fmt.Sprint(n), tag: "postfix/smtpd"}
		c := p.newSession(e)
		c.Begun = true
		p.serves(c)
		p.b.unname(c)
		p.b.end(c, e)
	}
	if n := len(p.serving["mx"]); n > 8 {
		t.Errorf("%d names of connections that are over", n)
	}
}
