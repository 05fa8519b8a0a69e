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

// TestTakenOverIsBounded: messages that begin without a connection and are taken
// over by one, as from a content filter, are as many as others, and their lines
// stand in the order of the log.
func TestTakenOverIsBounded(t *testing.T) {
	const at = "2026-01-02T03:04:05+00:00 mx postfix/"
	var log strings.Builder
	log.WriteString(at + "smtpd[9]: connect from unknown[192.0.2.9]\n" + at + "smtpd[9]: NOQUEUE: client=unknown[192.0.2.9]\n")
	for n := range maxMessages + 1000 {
		fmt.Fprintf(&log, at+"cleanup[8]: %X: message-id=<m%d@c.example>\n", 0xABC00000+n, n)
		if n%2 == 0 {
			fmt.Fprintf(&log, at+"smtpd[9]: %X: client=unknown[192.0.2.9]\n", 0xABC00000+n)
		} else {
			fmt.Fprintf(&log, at+"smtpd[9]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as %X; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>\n", 0xABC00000+n)
		}
	}
	var got *Connection
	r := newReader(Options{}, func(c *Connection) error {
		if len(c.Messages) > 1 {
			got = c
		}
		return nil
	})
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
	if got == nil || len(got.Messages) > maxMessages || len(got.Lines) > MaxLines || got.LinesCut == 0 {
		t.Fatalf("%+v", got)
	}
	for i := 1; i < len(got.Lines); i++ {
		if got.Lines[i].Number <= got.Lines[i-1].Number {
			t.Fatalf("line %d stands behind %d", got.Lines[i].Number, got.Lines[i-1].Number)
		}
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
