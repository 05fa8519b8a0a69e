package smtpstate

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// shownBytes is a tracer that holds what it is told against the streams.
type shownBytes struct {
	t       testing.TB
	streams [2][]byte // gaps as 0xfe
	shown   [2][]byte // what was shown, else '_'
	content []byte
	masked  int
}

func (s *shownBytes) side(server bool) int {
	if server {
		return 1
	}
	return 0
}

func (s *shownBytes) within(server bool, from, to int64) {
	if from < 0 || to < from || to > int64(len(s.streams[s.side(server)])) {
		s.t.Fatalf("server %v: %d to %d of %d bytes", server, from, to, len(s.streams[s.side(server)]))
	}
}

func (s *shownBytes) Shown(server bool, from int64, data []byte) {
	to := from + int64(len(data))
	s.within(server, from, to)
	i := s.side(server)
	if got := s.streams[i][from:to]; !bytes.Equal(got, data) {
		s.t.Fatalf("server %v: at %d stands %q, not %q", server, from, got, data)
	}
	copy(s.shown[i][from:to], data)
}

func (s *shownBytes) Masked(server bool, from, to int64) {
	s.within(server, from, to)
	s.masked += int(to - from)
}

func (s *shownBytes) Content(from, to int64) {
	s.within(false, from, to)
	for i := from; i < to; i++ {
		s.content[i] = 'c'
	}
}

func (s *shownBytes) NoContent(from int64) {
	for i := from; i < int64(len(s.content)); i++ {
		s.content[i] = '_'
	}
}

func (s *shownBytes) Opaque(server bool, from, to int64)    { s.within(server, from, to) }
func (s *shownBytes) Handshake(server bool, from, to int64) { s.within(server, from, to) }

// An utterance is what one side says, or a hole in it.
type utterance struct {
	server bool
	data   string
	gap    int
}

// traced plays turns to a machine, in pieces of at most size bytes.
func traced(t testing.TB, turns []utterance, size int) *shownBytes {
	s := &shownBytes{t: t}
	m := New(nil, Limits{})
	m.Trace(s)
	for i, one := range turns {
		at := Mark{Frame: int64(i + 1), Time: int64(i + 1)}
		side := s.side(one.server)
		grow := func(b []byte) {
			s.streams[side] = append(s.streams[side], b...)
			s.shown[side] = append(s.shown[side], bytes.Repeat([]byte("_"), len(b))...)
			s.content = append(s.content, bytes.Repeat([]byte("_"), max(0, len(s.streams[0])-len(s.content)))...)
		}
		if one.gap > 0 {
			grow(bytes.Repeat([]byte{0xfe}, one.gap))
			if one.server {
				m.ServerGap(int64(one.gap), false, at)
			} else {
				m.ClientGap(int64(one.gap), false, at)
			}
		}
		for data := []byte(one.data); len(data) > 0; {
			n := min(size, len(data))
			grow(data[:n])
			if one.server {
				m.Server(bytes.Clone(data[:n]), at)
			} else {
				m.Client(bytes.Clone(data[:n]), at)
			}
			data = data[n:]
		}
	}
	m.EndTrace()
	return s
}

// TestTrace: what of a conversation may be shown. Each row's want is the
// stream with "_" for every byte that may not; CR and LF are left out.
func TestTrace(t *testing.T) {
	c := func(s string) utterance { return utterance{data: s} }
	s := func(text string) utterance { return utterance{server: true, data: text} }
	hello := []utterance{s("220 mx\r\n"), c("EHLO a\r\n"), s("250-mx\r\n250 AUTH PLAIN LOGIN\r\n")}
	for _, row := range []struct {
		name           string
		turns          []utterance
		client, server string // behind the hello
	}{
		{"initial response", []utterance{c("AUTH PLAIN AGEAYg==\r\n"), s("235 2.7.0 ok\r\n")}, "AUTH PLAIN ________", "235 2.7.0 ok"},
		{"in two steps", []utterance{c("AUTH LOGIN\r\n"), s("334 VXNlcg==\r\n"), c("dXNlcg==\r\n"), s("334 UGFzcw==\r\n"), c("*\r\n"), s("501 no\r\n")},
			"AUTH LOGIN|________|*", "334 ________|334 ________|501 no"},
		{"no mechanism", []utterance{c("AUTH secret\r\n"), s("504 c2VjcmV0Cg: no\r\n")}, "AUTH ______", "504 __________: no"},
		{"no command", []utterance{c("my pass word\r\n"), s("500 what\r\n"), c("XADR it\r\n"), s("500 what\r\n")}, "____________|XADR __", "500 what|500 what"},
		{"content", []utterance{c("MAIL FROM:<a@b>\r\n"), s("250 ok\r\n"), c("RCPT TO:<c@d>\r\n"), s("250 ok\r\n"), c("DATA\r\n"), s("354 go\r\n"),
			c("Subject: x\r\nMessage-Id: (x) <1@b> (y)\r\n\r\nbody\r\n.\r\n"), s("250 queued as 4F2\r\n"), c("QUIT\r\n"), s("221 bye\r\n")},
			"MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|__________|Message-Id: (x) <1@b>____||____|_|QUIT", "250 ok|250 ok|354 go|250 queued as 4F2|221 bye"},
		{"refused data", []utterance{c("DATA\r\nsecret body\r\n"), s("503 no\r\n")}, "DATA|___________", "503 no"},
		{"unfinished", []utterance{c("NOOP"), s("250")}, "____", "250"},
		{"unfinished, to what was asked", []utterance{c("NOOP\r\n"), s("250-2.0.0 I am\r\n250 2.0.0 he")}, "NOOP", "250-2.0.0 I am|250 2.0.0 he"},
		{"unfinished, to a password", []utterance{c("AUTH PLAIN AGEAaHVudGVyMg==\r\n"), s("535 5.7.8 no hunte")}, "AUTH PLAIN ________________", "535 5.7.8 ________"},
		{"unfinished, behind one", []utterance{c("AUTH PLAIN AGEAaHVudGVyMg==\r\n"), s("235 ok\r\n"), c("NOOP\r\n"), s("250 hunte")}, "AUTH PLAIN ________________|NOOP", "235 ok|250 _____"},
		{"no reply", []utterance{s("hello?\r\n")}, "", "______"},
		{"hole", []utterance{c("MAIL FROM:<a"), {gap: 3}, c("@b>\r\nNOOP\r\n"), s("250 ok\r\n")}, "MAIL FROM:<a______|NOOP", "250 ok"},
		{"TLS that nobody asked for", []utterance{c(helloFor("mx.gateway.example.net"))}, strings.Repeat("_", len(helloFor(""))) + "mx.gateway.example.net", ""},
		{"a hole in it", []utterance{c(helloFor("mx.gateway.example.net")[:20]), {gap: 4}, c(helloFor("mx.gateway.example.net")[24:])}, strings.Repeat("_", len(helloFor("mx.gateway.example.net"))), ""},
	} {
		for _, size := range []int{1, 3, 1 << 20} {
			t.Run(fmt.Sprintf("%s/%d", row.name, size), func(t *testing.T) {
				got := traced(t, append(append([]utterance{}, hello...), row.turns...), size)
				for side, want := range []string{"EHLO a|" + row.client, "220 mx|250-mx|250 AUTH PLAIN LOGIN|" + row.server} {
					if seen := lines(got.shown[side], got.streams[side]); strings.Trim(seen, "|") != strings.Trim(want, "|") {
						t.Errorf("side %d:\n got %s\nwant %s", side, seen, want)
					}
				}
			})
		}
	}
}

// helloFor is a TLS record with a ClientHello that ends in a host's name (RFC
// 8446 section 4.1.2, RFC 6066 section 3).
func helloFor(name string) string {
	sized := func(width int, body string) string {
		return string([]byte{0, 0, byte(len(body) >> 8), byte(len(body))}[4-width:]) + body
	}
	sni := sized(2, sized(2, "\x00"+sized(2, name)))
	body := "\x03\x03" + strings.Repeat("r", 32) + "\x00" + "\x00\x02\x13\x01" + "\x01\x00" + sized(2, "\x00\x00"+sni)
	return "\x16\x03\x01" + sized(2, "\x01"+sized(3, body))
}

// lines writes what is shown with a bar for each line end of the stream.
func lines(shown, stream []byte) string {
	var b strings.Builder
	for i, c := range stream {
		switch c {
		case '\r':
		case '\n':
			b.WriteByte('|')
		default:
			b.WriteByte(shown[i])
		}
	}
	return b.String()
}

// FuzzTrace: whatever is said, and whatever is missing of it: what is shown is
// what stands there (shownBytes sees to it), and no run leaves its stream. 0xff
// changes the side, 0xfe is a hole.
func FuzzTrace(f *testing.F) {
	for _, seed := range []string{
		"\xff220 mx\r\n\xffEHLO a\r\n\xff250-mx\r\n250 AUTH PLAIN\r\n\xffAUTH PLAIN ~~~~\r\n\xff235 ok\r\n\xffMAIL FROM:<a@b>\r\n\xff250 ok\r\n\xffQUIT\r\n",
		"\xff220 mx\r\n\xffEHLO a\r\n\xff250 mx\r\n\xffAUTH LOGIN\r\n\xff334 x\r\n\xff~~~~\r\n\xff535 no\r\n\xff",
		"\xff220 mx\r\n\xffHELO a\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n\xff250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n\xffMessage-ID: <1@a>\r\n\r\nx\r\n\n.\n\xfe\r\n.\r\nQUIT\r\n\xff250 ok\r\n221 bye\r\n",
		"\xff220 mx\r\n\xffEHLO a\r\n\xff250 mx\r\n\xffBDAT 5 LAST\r\nabcdeQUIT\r\n\xff250 ok\r\n",
		"\xff220 mx\r\n\xffSTARTTLS\r\n\xff220 go\r\n\xff\x16\x03\x01\x00\x05\x01\x00\x00\x01x\xff\x15\x03\x01\x00\x02\x02\x28",
		"\x16\x03\x01\x00\x02\x01\x00\xff220 mx\r\n", "\xfe\xff\xfe250 ok\r\n\xffAUTH PLAIN\r\n",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, in []byte, size uint8) {
		var turns []utterance
		server := false
		for _, b := range in {
			switch {
			case b == 0xff:
				server = !server
			case b == 0xfe:
				turns = append(turns, utterance{server: server, gap: 7})
			case len(turns) > 0 && turns[len(turns)-1].server == server:
				turns[len(turns)-1].data += string([]byte{b})
			default:
				turns = append(turns, utterance{server: server, data: string([]byte{b})})
			}
		}
		whole, pieces := traced(t, turns, 1<<20), traced(t, turns, int(size)+1)
		if !bytes.Equal(whole.streams[0], pieces.streams[0]) {
			t.Fatal("the test itself is wrong")
		}
	})
}
