package session

import (
	"strings"
	"testing"
)

const v2Header = "\r\n\r\n\x00\r\nQUIT\n" + // signature
	"\x21\x11\x00\x0c" + // version 2, PROXY; TCP over IPv4; 12 bytes follow
	"\xcb\x00\x71\x09" + "\xc0\x00\x02\x19" + "\x14\x00" + "\x00\x19" // 203.0.113.9 -> 192.0.2.25, 5120 -> 25

// A header may come in pieces of any size; what follows it is the client's.
func TestProxyStrip(t *testing.T) {
	for _, c := range []struct{ name, sent, rest, origin string }{
		{"version 1", "PROXY TCP4 203.0.113.9 192.0.2.25 5120 25\r\nEHLO a\r\n", "EHLO a\r\n", "203.0.113.9:5120"},
		{"version 1, IPv6", "PROXY TCP6 2001:db8::9 2001:db8::25 5120 25\r\nEHLO a\r\n", "EHLO a\r\n", "[2001:db8::9]:5120"},
		{"version 1, unknown", "PROXY UNKNOWN\r\nEHLO a\r\n", "EHLO a\r\n", "an unknown client"},
		{"version 2", v2Header + "EHLO a\r\n", "EHLO a\r\n", "203.0.113.9:5120"},
		{"version 2, local", "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00EHLO a\r\n", "EHLO a\r\n", "an unknown client"},
		{"no header", "EHLO PROXY \r\n", "EHLO PROXY \r\n", ""},
		{"begins like one", "PROXIMITY\r\n", "PROXIMITY\r\n", ""},
		{"nonsense after the word", "PROXY me\r\nQUIT\r\n", "PROXY me\r\nQUIT\r\n", ""},
		{"an empty line, then QUIT", "\r\n\r\nQUIT\r\n", "\r\n\r\nQUIT\r\n", ""},
	} {
		for size := 1; size <= len(c.sent); size++ {
			var p proxyReader
			var rest strings.Builder
			for at := 0; at < len(c.sent); at += size {
				rest.Write(p.strip([]byte(c.sent[at:min(at+size, len(c.sent))])))
			}
			origin := ""
			if p.origin != nil {
				origin = p.origin.address()
			}
			if rest.String() != c.rest || origin != c.origin {
				t.Errorf("%s in pieces of %d: rest %q, origin %q", c.name, size, rest.String(), origin)
			}
		}
	}
}

// A header that never ends is given up, and nothing of it is lost.
func TestProxyBound(t *testing.T) {
	var p proxyReader
	sent := "PROXY TCP4 " + strings.Repeat("x", 2*maxProxyHeader)
	rest := 0
	for _, b := range []byte(sent) {
		rest += len(p.strip([]byte{b}))
	}
	if rest != len(sent) {
		t.Errorf("%d of %d bytes came through", rest, len(sent))
	}
}
