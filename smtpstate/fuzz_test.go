package smtpstate

import (
	"math/rand"
	"strings"
	"testing"
)

// canary is a secret that is planted wherever a client can put one. Neither it
// nor a part of it may ever come back.
const canary = "c2VjcmV0UGFzc3dvcmQ9Q2FuYXJ5"

// words are what the fuzzers' conversations are made of.
var clientWords = []string{
	"EHLO client.example\r\n", "HELO x\r\n", "LHLO x\r\n", "MAIL FROM:<a@b>\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<c@d>\r\n", "RCPT TO:<e@f>\r\n",
	"DATA\r\n", "hello\r\n", ".\r\n", "\r\n.\r\n", "..stuffed\r\n", "line\n", ".\n", "\n.\r\n", "\r.\r", "QUIT\r\n", "RSET\r\n", "NOOP\r\n",
	"BDAT 5\r\n", "BDAT 3 LAST\r\n", "BDAT 0 LAST\r\n", "BDAT x\r\n", "BDAT 99999999999999999999\r\n", "abcde", "xyz", "STARTTLS\r\n",
	"AUTH PLAIN " + canary + "\r\n", "AUTH LOGIN\r\n", canary + "\r\n", "*\r\n", "AUTH " + canary + "\r\n", "VRFY x\r\n", "HELP\r\n", "XYZZY a b\r\n",
	"\x16\x03\x01\x00\x04abcd", "\x17\x03\x03\x00\x35" + strings.Repeat("f", 53), "\x14\x03\x03\x00\x01\x01", "\x15\x03\x03\x00\x02\x02\x28",
	"Message-ID: <1@b>\r\n", "Message-ID:\r\n <2@b>\r\n", "\x00", " ", "\r\n", "\r", "\n", "MA", "RC", "QU", "XCLIENT ADDR=1.2.3.4\r\n",
	"MAIL FROM:<a@b> AUTH=<>\r\nRCPT TO:<c@d>\r\nDATA\r\n", strings.Repeat("0123456789", 150) + "\r\n",
	"AUTH PLAIN", "AUTH PLAIN \r\n", strings.Repeat(" ", 53), "=\r\n",
}

var serverWords = []string{
	"220 mx\r\n", "220-mx\r\n", "250 ok\r\n", "250-mx\r\n", "250 PIPELINING\r\n", "250-mx\r\n250-SIZE 5\r\n250 PIPELINING\r\n", "250 2.1.0 ok\r\n", "250 2.1.5 ok\r\n",
	"250 2.0.0 Ok: queued as 6F0DDA8C\r\n", "354 go\r\n", "550 no\r\n", "421 bye\r\n", "221 bye\r\n", "334 VXNlcg==\r\n", "235 ok\r\n", "535 no " + canary + "\r\n",
	"500 what: " + canary + "\r\n", "454 no\r\n", "2", "25", "250", "999 odd\r\n", "hello\r\n", "\r\n", "600\r\n", "354\r\n", "452 4.2.2 full\r\n",
	"\x16\x03\x03\x00\x04abcd", "\x17\x03\x03\x00\x35" + strings.Repeat("f", 53), "\x15\x03\x03\x00\x02\x02\x28", "\x14\x03\x03\x00\x01\x01",
}

// program turns bytes into acts: two bytes an act.
func program(data []byte) (acts []act) {
	if len(data) > 400 {
		data = data[:400]
	}
	for ; len(data) >= 2; data = data[2:] {
		op, n := data[0], int(data[1])
		switch {
		case op < 120:
			acts = append(acts, act{side: 'C', data: clientWords[n%len(clientWords)]})
		case op < 220:
			acts = append(acts, act{side: 'S', data: serverWords[n%len(serverWords)]})
		case op < 230:
			acts = append(acts, act{side: 'C', gap: int64(n) + 1, cut: op&1 == 0})
		case op < 240:
			acts = append(acts, act{side: 'S', gap: int64(n) + 1, cut: op&1 == 0})
		case op < 248:
			acts = append(acts, act{side: 'C', data: string(rune(n))})
		case len(acts) == 0:
			acts = append(acts, act{side: 'M'})
		}
	}
	return merge(acts)
}

// merge joins what one side says without a word of the other: a segmentation
// may cut it anywhere.
func merge(acts []act) (out []act) {
	for _, a := range acts {
		if n := len(out); n > 0 && a.data != "" && out[n-1].data != "" && out[n-1].side == a.side {
			out[n-1].data += a.data
			continue
		}
		out = append(out, a)
	}
	return out
}

var tight = Limits{Line: 64, ReplyText: 80, Commands: 8, Wait: 48, Recipients: 3, Messages: 3, Envelope: 3000}

func transcript(t testing.TB, acts []act, lim Limits, step int) (string, *Machine) {
	r := &recorder{}
	m := New(r, lim)
	s := script{acts: acts}
	s.play(m, step, func(*act) {
		checkTally(t, m)
		checkBounds(t, m)
	})
	return r.String() + state(m), m
}

// checkBounds holds what is kept against the limits.
func checkBounds(t testing.TB, m *Machine) {
	t.Helper()
	l := m.lim
	kept, _ := m.Phase()
	anew := *m
	anew.changed()
	if fresh, _ := anew.Phase(); fresh != kept {
		t.Fatalf("phase %v, worked out anew %v", kept, fresh)
	}
	if n := len(m.queue); n > l.Commands+crowdMax+4 {
		t.Fatalf("%d entries wait", n)
	}
	if w := m.client.wait; w != nil && len(w.buf) > l.Wait+l.Wait/4 {
		n := len(w.buf)
		t.Fatalf("%d bytes wait", n)
	}
	if n := len(m.client.line.buf); n > l.Line {
		t.Fatalf("%d bytes of a line", n)
	}
	if f := m.client.fork; f != nil && len(f.buf) > quotedMax+forkMax {
		n := len(f.buf)
		t.Fatalf("%d bytes undecided", n)
	}
	if n := len(m.Messages()); n > l.Messages {
		t.Fatalf("%d messages", n)
	}
	if s := m.client.content; s != nil && len(s.tail) > tailMax {
		n := len(s.tail)
		t.Fatalf("%d bytes of content kept", n)
	}
	for _, msg := range m.Messages() {
		if len(msg.Recipients) > l.Recipients || msg.RecipientCount < len(msg.Recipients) {
			t.Fatalf("recipients: %d kept of %d", len(msg.Recipients), msg.RecipientCount)
		}
		if tr := msg.Transfer; tr != nil && tr.Bytes < 0 {
			t.Fatalf("%d bytes", tr.Bytes)
		}
	}
}

// FuzzSegmentation: however the same bytes are cut, the same is seen, and all
// bytes are accounted for.
func FuzzSegmentation(f *testing.F) {
	f.Add([]byte{130, 0, 0, 0, 130, 2, 0, 3, 130, 2}, uint8(1), true)
	f.Fuzz(func(t *testing.T, data []byte, step uint8, small bool) {
		lim := Limits{}
		if small {
			lim = tight
		}
		acts := program(data)
		whole, _ := transcript(t, acts, lim, 0)
		for _, n := range []int{1, int(step%17) + 2} {
			if got, _ := transcript(t, acts, lim, n); got != whole {
				t.Fatalf("cut to %d:\n%s\nwhole:\n%s\nacts: %+v", n, got, whole, acts)
			}
		}
		var store Store
		for range 3 { // as long as its lexicon learns
			heard := &recorder{}
			m := store.Machine(heard, lim)
			s := script{acts: acts}
			s.play(m, 0, nil)
			if got := heard.String() + state(m); got != whole {
				t.Fatalf("from a store:\n%s\nnew:\n%s\nacts: %+v", got, whole, acts)
			}
			store.Release(m)
		}
		if strings.Contains(whole, canary[4:16]) {
			t.Fatalf("a secret came out:\n%s", whole)
		}
	})
}

// TestSegmentationAtRandom is the fuzz target on a fixed set of programs.
func TestSegmentationAtRandom(t *testing.T) {
	rounds := 6000
	if testing.Short() {
		rounds = 2000
	}
	r := rand.New(rand.NewSource(1))
	for i := 0; i < rounds && !t.Failed(); i++ {
		data := make([]byte, 2*(1+r.Intn(24)))
		r.Read(data)
		lim := Limits{}
		if i%2 == 0 {
			lim = tight
		}
		acts := program(data)
		whole, _ := transcript(t, acts, lim, 0)
		got, _ := transcript(t, acts, lim, 1)
		if got != whole {
			t.Errorf("cut to 1:\n%s\nwhole:\n%s\nacts: %+v", got, whole, acts)
		}
		if strings.Contains(whole, canary[4:16]) {
			t.Errorf("a secret came out:\n%s", whole)
		}
	}
}

// TestSegmentationOfAuthAtTheLimit: where the kept part of an over-long line
// ends between the mechanism and its initial response, the cut of the segments
// must not decide what is shown (found by FuzzSegmentation).
func TestSegmentationOfAuthAtTheLimit(t *testing.T) {
	for _, tail := range []string{"\r\n", "\n", " \r\n", "  \n", " =\r\n", " \r=\n", " " + canary + "\r\n", "\t  " + canary + "\n"} {
		for pad := 40; pad < 70; pad++ {
			acts := []act{{side: 'C', data: strings.Repeat(" ", pad) + "AUTH PLAIN" + tail}}
			whole, _ := transcript(t, acts, tight, 0)
			for _, step := range []int{1, 2, 7, pad + 10, pad + 11} {
				if got, _ := transcript(t, acts, tight, step); got != whole {
					t.Errorf("%d spaces, AUTH PLAIN, %q: cut to %d:\n%s\nwhole:\n%s", pad, tail, step, got, whole)
				}
			}
			if strings.Contains(whole, canary[4:16]) {
				t.Errorf("%d spaces, %q: a secret came out:\n%s", pad, tail, whole)
			}
		}
	}
}
