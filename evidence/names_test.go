package evidence

import (
	"bytes"
	"testing"
)

// TestShownProxy: of what a proxy adds to its header only what the protocol knows
// is copied.
func TestShownProxy(t *testing.T) {
	header := func(rest string) []byte {
		b := append([]byte(proxy2Signature), 0x21, 0x11, 0, byte(12+len(rest)))
		b = append(b, 192, 0, 2, 1, 198, 51, 100, 5, 0x9c, 0x40, 0, 25)
		return append(b, rest...)
	}
	for _, c := range []struct{ name, rest, want string }{
		{"nothing more", "", ""},
		{"a host and somebody's own", "\x02\x00\x02mx\xe0\x00\x06secret\x01\x00\x04smtp", "\x02\x00\x02mx\xe0\x00\x06\x00\x00\x00\x00\x00\x00\x01\x00\x04smtp"},
		{"longer than there is", "\x02\x01\x00secret", "\x00\x00\x00\x00\x00\x00\x00\x00\x00"},
		{"half of a head", "\xe0\x00", "\x00\x00"},
	} {
		if got := shownProxy(header(c.rest), nil); !bytes.Equal(got, header(c.want)) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	if one := []byte("PROXY TCP4 192.0.2.1 198.51.100.5 41234 25\r\n"); !bytes.Equal(shownProxy(one, nil), one) {
		t.Error("version 1 is not shown as it is")
	}
}
