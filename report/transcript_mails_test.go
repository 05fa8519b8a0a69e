package report

import (
	"testing"

	"smtpscope/session"
)

// TestRecipients: "no recipient" is said only where recipients would have been
// seen.
func TestRecipients(t *testing.T) {
	from := "a@example.org"
	for _, c := range []struct {
		name string
		r    session.Record
		m    session.Message
		want string
	}{
		{"none", session.Record{Seen: session.Seen{Handshake: true}}, session.Message{From: &from}, "(no recipient)"},
		{"none, captured from MAIL on", session.Record{}, session.Message{From: &from}, "(no recipient)"},
		{"captured from the middle on", session.Record{}, session.Message{}, "(recipients not captured)"},
		{"bytes are missing", session.Record{Seen: session.Seen{Handshake: true, MissingBytes: 30}}, session.Message{From: &from}, "(recipients not captured)"},
		{"its reply only", session.Record{Seen: session.Seen{MissingBytes: 30}}, session.Message{Recipients: []*session.Recipient{{Code: 450}}}, "(recipient not captured) (refused: 450)"},
		{"the null address", session.Record{Seen: session.Seen{Handshake: true}}, session.Message{Recipients: []*session.Recipient{{Code: 501}}}, "<> (refused: 501)"},
	} {
		if got := everyRecipient(&c.r, &c.m); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
