package diagnosis

import (
	"testing"

	"smtpscope/session"
)

// What is said of the last thing before a RST holds nothing of its text.
func TestSaidBefore(t *testing.T) {
	for _, tc := range []struct {
		kind session.EventKind
		text string
		want string
	}{
		{session.EventCommand, "rcpt TO:<x@example.com>", "the client's RCPT"},
		{session.EventCommand, "c2VjcmV0=", "a line of the client"},
		{session.EventCommand, "", "a line of the client"},
		{session.EventReply, "250-mx.example.com\n250 OK", "the server's 250"},
		{session.EventReply, "25", "the server's 25"},
		{session.EventContent, "DATA", "content of the message"},
		{session.EventNote, "odd", ""},
	} {
		c := &Case{session: &session.Session{Events: []session.Event{{Kind: tc.kind, Text: tc.text, Frame: 1}, {Kind: session.EventCommand, Text: "QUIT", Frame: 3}}}}
		if got := c.saidBefore(&session.Event{Frame: 2}); got != tc.want {
			t.Errorf("%s %q: %q, want %q", tc.kind, tc.text, got, tc.want)
		}
	}
}

func TestRouters(t *testing.T) {
	for ttl, want := range map[uint8]int{64: 0, 63: 1, 52: 12, 128: 0, 116: 12, 65: 63, 255: 0, 243: 12, 0: 64} {
		if got := routers(ttl); got != want {
			t.Errorf("TTL %d: %d routers, want %d", ttl, got, want)
		}
	}
}
