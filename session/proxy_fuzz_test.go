package session

import (
	"bytes"
	"testing"
)

// FuzzProxy: however a client's first bytes are cut, the same of them is a
// PROXY header, and the rest comes through byte for byte.
func FuzzProxy(f *testing.F) {
	f.Add([]byte("PROXY TCP4 203.0.113.9 192.0.2.25 5120 25\r\nEHLO a\r\n"), uint8(3))
	f.Add([]byte("PROXY TCP6 2001:db8::9 2001:db8::25 5120 25\r\nEHLO a\r\n"), uint8(1))
	f.Add([]byte(v2Header+"EHLO a\r\n"), uint8(5))
	f.Add([]byte("PROXY UNKNOWN\r\n"), uint8(1))
	f.Add([]byte("\r\n\r\nQUIT\r\n"), uint8(2))
	f.Fuzz(func(t *testing.T, sent []byte, size uint8) {
		if len(sent) >= maxProxyHeader {
			return // given up at whatever piece passes the bound
		}
		whole, wholeHeld := stripped(sent, len(sent)+1)
		cut, cutHeld := stripped(sent, 1+int(size))
		if whole.origin != nil != (cut.origin != nil) || !bytes.Equal(whole.header, cut.header) {
			t.Fatalf("at once %q, in pieces %q", whole.header, cut.header)
		}
		if !bytes.Equal(wholeHeld, cutHeld) {
			t.Fatalf("rest at once %q, in pieces %q", wholeHeld, cutHeld)
		}
		if all := append(bytes.Clone(whole.header), wholeHeld...); !bytes.Equal(all, sent) {
			t.Fatalf("%q became %q", sent, all)
		}
	})
}

// stripped gives the bytes in pieces; those that are still held come last.
func stripped(sent []byte, size int) (p proxyReader, rest []byte) {
	for at := 0; at < len(sent); at += size {
		rest = append(rest, p.strip(bytes.Clone(sent[at:min(at+size, len(sent))]))...)
	}
	return p, append(rest, p.flush()...)
}
