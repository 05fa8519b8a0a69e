package evidence

import (
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/session"
)

// TestBlank: what of a segment is shown, whatever it overlaps. The stream
// begins at sequence number 4294967290, so it wraps within.
func TestBlank(t *testing.T) {
	const base = 4294967290
	trace := &session.Trace{Based: [2]bool{true, true}, Base: [2]uint32{base, 7}, Dots: []int64{30}}
	trace.Runs[0] = []session.Run{
		{Kind: session.RunShown, From: 0, To: 10, Data: []byte("AUTH PLAIN")},
		{Kind: session.RunShown, From: 20, To: 24, Data: []byte("NOOP")},
		{Kind: session.RunContent, From: 26, To: 40},
	}
	for _, c := range []struct {
		name   string
		bodies bool
		off    uint32
		in     string
		known  bool
		want   string
	}{
		{"the whole line", false, 0, "AUTH PLAIN secret\r\n", true, "AUTH PLAIN#######\r\n"},
		{"from its middle", false, 5, "PLAIN secret\r\n", true, "PLAIN#######\r\n"},
		{"other bytes in the same place", false, 0, "MY SECRET!", true, "##########"},
		{"half of it the same", false, 0, "AUTH secret", true, "AUTH ######"},
		{"over several", false, 18, "\r\nNOOP\r\nbody.body", true, "\r\nNOOP\r\n####.####"},
		{"with bodies", true, 18, "\r\nNOOP\r\nbody.body", true, "\r\nNOOP\r\nbody.body"},
		{"a dot elsewhere", false, 31, "..x", true, "###"},
		{"before the stream", false, ^uint32(3), "NOOPAUTH", true, "####AUTH"},
		{"far away", false, 1 << 30, "NOOP", true, "####"},
		{"no part of the stream", false, 20, "NOOP", false, "####"},
		{"behind all that is known", false, 100, "QUIT\r\n", true, "####\r\n"},
	} {
		s := newStream(trace, 0, c.bodies, nil)
		b := []byte(c.in)
		if s.blank(b, base+c.off, blank, c.known); string(b) != c.want {
			t.Errorf("%s: %q became %q, want %q", c.name, c.in, b, c.want)
		}
	}
}

// TestFixOne: a checksum that was right stays right, a wrong one wrong, and one
// that nobody has computed is left.
func TestFixOne(t *testing.T) {
	layer := capture.Layer{Kind: capture.LayerICMP4, At: 0, End: 9} // the field at 2; odd length
	body := []byte("\x03\x00\x00\x00abcde")
	right := ^fold(sum(body))
	for name, field := range map[string]uint16{"right": right, "wrong": right + 5, "zero": 0} {
		before := append([]byte{}, body...)
		before[2], before[3] = byte(field>>8), byte(field)
		now := append([]byte{}, before...)
		copy(now[4:], strings.Repeat("#", 5))
		fixChecksums(before, now, []capture.Layer{layer}, change{})
		if was, is := fold(sum(before)) == 0xffff, fold(sum(now)) == 0xffff; was != is {
			t.Errorf("%s: right before %v, now %v", name, was, is)
		}
		if name == "right" && fold(sum(now)) != 0xffff {
			t.Errorf("%s: the sum is %#x", name, fold(sum(now)))
		}
	}
}
