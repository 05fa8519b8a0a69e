package smtpstate

import (
	"bytes"
	"strings"
	"testing"
)

// naiveContent is the reference: RFC 5321 section 4.5.2 in a few lines. It
// gives the content, and how many bytes of data it took with its end.
func naiveContent(data string) (content string, used int, end bool) {
	framed := "\r\n" + data
	stop := strings.Index(framed, "\r\n.\r\n")
	if stop < 0 {
		stop = len(framed)
	} else {
		end = true
		used = stop + len(".\r\n")
		stop += len("\r\n")
	}
	return strings.ReplaceAll(framed[:stop], "\r\n.", "\r\n")[2:], used, end
}

func scan(data string, step int) (s contentScan, used int, end bool) {
	for len(data) > 0 && !end {
		n := min(step, len(data))
		var k int
		k, end = s.write([]byte(data[:n]), Mark{})
		used += k
		data = data[n:]
	}
	return s, used, end
}

var contents = []struct {
	name, data string
	bytes      int64
	end        bool
	soft       softEnd
	bareLF     int64
}{
	{"nothing", "", 0, false, 0, 0},
	{"a dot at once", ".\r\n", 0, true, 0, 0},
	{"one line", "abc\r\n.\r\n", 5, true, 0, 0},
	{"the CRLF before the dot is content", "\r\n.\r\n", 2, true, 0, 0},
	{"stuffed", "..\r\n...x\r\n.\r\n", 3 + 5, true, 0, 0},
	{"a dot inside a line", "a.\r\nb.b\r\n.\r\n", 4 + 5, true, 0, 0},
	{"dot and CR, no LF", ".\rx\r\n.\r\n", 4, true, 0, 0},
	{"dot, CR, CR, LF", ".\r\r\n.\r\n", 3, true, 0, 0},
	{"not ended", "abc\r\n.", 5, false, 0, 0},
	{"LF.LF", "abc\n.\n", 6, false, softBareLF, 2},
	{"LF.CRLF", "abc\n.\r\n", 7, false, softBareLF, 1},
	{"CRLF.LF", "abc\r\n.\n", 6, false, softBareLF, 1},
	{"LF.LF, then the end", "abc\n.\nx\r\n.\r\n", 9, true, softBareLF, 2},
	{"CR.CR", "abc\r.\rx\r\n.\r\n", 9, true, 0, 0},
}

func TestContent(t *testing.T) {
	for _, c := range contents {
		for step := 1; step <= len(c.data)+1; step++ {
			s, _, end := scan(c.data, step)
			if s.bytes != c.bytes || end != c.end || s.soft != c.soft || s.bareLF != c.bareLF {
				t.Errorf("%s by %d: %d bytes, end %v, soft %d, %d bare LF; want %d, %v, %d, %d", c.name, step, s.bytes, end, s.soft, s.bareLF, c.bytes, c.end, c.soft, c.bareLF)
			}
		}
	}
}

func TestContentOddities(t *testing.T) {
	long := strings.Repeat("x", 998)
	for _, c := range []struct {
		name, data string
		nul, long  int64
		crDotCR    bool
	}{
		{"1000 bytes with CRLF are allowed", long + "\r\n.\r\n", 0, 0, false},
		{"1001 are not", long + "x\r\n.\r\n", 0, 1, false},
		{"NUL", "a\x00b\x00\r\n.\r\n", 2, 0, false},
		{"CR.CR", "a\r.\r.\r\n", 0, 0, true},
		{"CR.x", "a\r.x\r\n.\r\n", 0, 0, false},
	} {
		for _, step := range []int{1, 2, 3, 5, len(c.data)} {
			s, _, _ := scan(c.data, step)
			if s.nul != c.nul || s.long != c.long || s.crDotCR != c.crDotCR {
				t.Errorf("%s by %d: nul %d, long %d, CR.CR %v", c.name, step, s.nul, s.long, s.crDotCR)
			}
		}
	}
}

// FuzzContent: the scanner agrees with the reference, however the bytes are
// cut.
func FuzzContent(f *testing.F) {
	for _, c := range contents {
		f.Add([]byte(c.data), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		content, used, end := naiveContent(string(data))
		if !end {
			// What is held back at the end is not content yet.
			content = strings.TrimSuffix(content, "\r")
		}
		for _, n := range []int{1, int(step%32) + 1, len(data) + 1} {
			s, k, got := scan(string(data), n)
			if got != end || end && k != used {
				t.Fatalf("by %d: end %v after %d, want %v after %d", n, got, k, end, used)
			}
			if end && s.bytes != int64(len(content)) {
				t.Fatalf("by %d: %d bytes, want %d", n, s.bytes, len(content))
			}
			if !end && (s.bytes < int64(len(content))-2 || s.bytes > int64(len(content))+1) {
				t.Fatalf("by %d: %d bytes, want about %d", n, s.bytes, len(content))
			}
		}
	})
}

func TestMessageID(t *testing.T) {
	big := strings.Repeat("X-Filler: "+strings.Repeat("y", 60)+"\r\n", 2000)
	for _, c := range []struct{ name, header, want string }{
		{"plain", "From: a\r\nMessage-ID: <1@b>\r\nTo: c\r\n\r\n", "<1@b>"},
		{"any case", "message-id:<1@b>\r\n\r\n", "<1@b>"},
		{"folded", "Message-ID:\r\n\t<1@b>\r\n\r\n", "<1@b>"},
		{"folded twice", "Message-ID:\r\n \r\n  <1@b>\r\nTo: x\r\n\r\n", "<1@b>"},
		{"folded inside", "Message-ID: <1@\r\n b\r\n\t.c>\r\nTo: x\r\n\r\n", "<1@b.c>"},
		{"folded over every letter", "Message-ID:" + strings.Repeat("\r\n a", 400) + "\r\n\r\n", strings.Repeat("a", 400)},
		{"folded over nothing", "Message-ID:" + strings.Repeat("\r\n ", 5000) + "\r\n <1@b>\r\n\r\n", "<1@b>"},
		{"folded over too much", "Message-ID:" + strings.Repeat("\r\n ", headerMax/3) + "\r\n <1@b>\r\n\r\n", ""},
		{"a fold at the very end", "Message-ID: <1@b>\r\n ", "<1@b>"},
		{"space before the colon", "Message-ID : <1@b>\r\n\r\n", "<1@b>"},
		{"comment behind", "Message-ID: <1@b> (added by x)\r\n\r\n", "<1@b>"},
		{"no brackets", "Message-ID: 1@b\r\n\r\n", "1@b"},
		{"the last line", "Message-ID: <1@b>\r\n", "<1@b>"},
		{"of the first only", "Message-ID: <1@b>\r\nMessage-ID: <2@b>\r\n\r\n", "<1@b>"},
		{"not in the body", "From: a\r\n\r\nMessage-ID: <1@b>\r\n", ""},
		{"not another field", "X-Message-ID: <1@b>\r\nIn-Reply-To: <2@b>\r\nMessage-IDs: <3@b>\r\n\r\n", ""},
		{"bare LFs", "From: a\nMessage-ID: <1@b>\n\n", "<1@b>"},
		{"too far down", big + "Message-ID: <1@b>\r\n\r\n", ""},
		{"endless", "Message-ID: <" + strings.Repeat("a", 5000) + "\r\n\r\n", "<" + strings.Repeat("a", messageIDMax-2)},
	} {
		for _, step := range []int{1, 7, len(c.header)} {
			var h headerScan
			for data := []byte(c.header); len(data) > 0; {
				n := min(step, len(data))
				h.read(data[:n])
				data = data[n:]
			}
			if got := h.messageID(true); got != c.want {
				t.Errorf("%s by %d: %.40q, want %.40q", c.name, step, got, c.want)
			}
		}
	}
}

func inContent(b testing.TB) *Machine {
	m := New(nil, Limits{})
	for _, turn := range []string{"S220 mx\r\n", "CHELO x\r\n", "S250 ok\r\n", "CMAIL FROM:<a@b>\r\n", "S250 ok\r\n", "CRCPT TO:<c@d>\r\n", "S250 ok\r\n", "CDATA\r\n", "S354 go\r\n"} {
		feed := m.Client
		if turn[0] == 'S' {
			feed = m.Server
		}
		feed([]byte(turn[1:]), Mark{})
	}
	if p, _ := m.Phase(); p != PhaseData {
		b.Fatal(p)
	}
	return m
}

func TestContentDoesNotAllocate(t *testing.T) {
	m := inContent(t)
	line := bytes.Repeat([]byte("a line of the body, as base64 has them: 76 characters and CRLF, or about it\r\n"), 20)
	m.Client([]byte("Subject: x\r\n\r\n"), Mark{})
	if n := testing.AllocsPerRun(100, func() { m.Client(line, Mark{}) }); n > 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func BenchmarkContent(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"lines of 76", strings.Repeat("QUJD", 19) + "\r\n"},
		{"binary", strings.Repeat("\x01\x02ab", 4000) + "\r\n"},
		{"dots", "..\r\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := inContent(b)
			data := bytes.Repeat([]byte(c.line), 1448/len(c.line)+1)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				m.Client(data, Mark{})
			}
		})
	}
}

func BenchmarkUnansweredCommands(b *testing.B) {
	line := []byte(strings.Repeat("NOOP\r\n", 240))
	m := New(nil, Limits{})
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		m.Client(line, Mark{})
	}
}

// TestEndLike: what the content stops with, however the bytes are cut.
func TestEndLike(t *testing.T) {
	for _, c := range []struct{ data, like string }{
		{"", ""}, {"abc\r\n", ""}, {"abc", ""}, {"abc.", ""}, {"a.b\n", ""},
		{"abc\n.\n", "LF.LF"}, {"abc\n.\r\n", "LF.LF"}, {"abc\r\n.\n", "LF.LF"}, {"abc\n.\nx", ""},
		{"abc\r\n.", "CRLF."}, {".", "CRLF."}, {"abc\r\n.\r", "CRLF.CR"}, {"abc\r\n..", ""},
		{"abc\r.\r", "CR.CR"}, {"abc\r.\rx", ""},
		{"abc\r\r\n.\r\r\n", "CRLF.CRCRLF"}, {"abc\r\n.\r\r\n", "CRLF.CRCRLF"}, {"abc\r\n.\r\r\nx", ""}, {"abc\r\n.\r\rx\r\n", ""}, {"abc\r\n.x\r\r\n", ""},
	} {
		for step := 1; step <= len(c.data)+1; step++ {
			if s, _, _ := scan(c.data, step); s.endLike() != c.like {
				t.Errorf("%q in steps of %d: %q, want %q", c.data, step, s.endLike(), c.like)
			}
		}
	}
}

// TestHeaderPieces: however many BDAT commands part a Message-ID, few pieces
// of it are kept for the tracer, and the id is found all the same.
func TestHeaderPieces(t *testing.T) {
	field := "Message-ID: <" + strings.Repeat("a", 500) + "@b>\r\n"
	h := headerScan{keep: true}
	for i := range len(field) {
		h.offset = int64(i) * 12 // "BDAT 1\r\n" and more between
		h.read([]byte(field[i : i+1]))
	}
	if len(h.field) != fieldPieces {
		t.Errorf("%d pieces", len(h.field))
	}
	if id := h.messageID(true); id != "<"+strings.Repeat("a", 500)+"@b>" {
		t.Errorf("Message-ID %q", id)
	}
}
