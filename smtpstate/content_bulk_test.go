package smtpstate

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// scanned is what a scan of content in pieces of at most step bytes found.
func scanned(text string, step int) string {
	s := contentScan{}
	n, end := 0, false
	for n < len(text) && !end {
		piece := text[n:min(n+step, len(text))]
		for len(piece) > 0 && !end {
			var k int
			k, end = s.write([]byte(piece), Mark{})
			n += k
			piece = piece[k:]
		}
	}
	return fmt.Sprintf("end %v at %d, state %d, %d bytes, %d bare LF, %d NUL, %d long lines, CR.CR %v, soft end %d at %d of %d",
		end, n, s.state, s.bytes, s.bareLF, s.nul, s.long, s.crDotCR, s.soft, s.softRaw, s.softBytes)
}

// oddLines are what makes the slow road necessary, and some of it comes near.
var oddLines = []string{"", ".", "..", ".\r", "a.\rb", "\r.\rx", "x\r.", "a\x00b", "\r", "a\rb", "\nx", "a\r\r", "..dots", "a\n.\nb", strings.Repeat("l", 998), strings.Repeat("l", 999)}

// TestBulk: content read in large pieces is what it is byte for byte, whatever
// the lines are like.
func TestBulk(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for range 3000 {
		var b strings.Builder
		width := 1 + r.Intn(90)
		for range r.Intn(60) {
			line := strings.Repeat("x", width)
			switch r.Intn(30) {
			case 0:
				line = oddLines[r.Intn(len(oddLines))]
			case 1, 2:
				line = strings.Repeat("y", r.Intn(120))
			}
			b.WriteString(line)
			switch r.Intn(200) {
			case 0: // a bare LF
			case 1: // one where those of the other lines are
				b.WriteString("x")
			default:
				b.WriteString("\r")
			}
			b.WriteString("\n")
		}
		checkBulk(t, b.String())
	}
}

func checkBulk(t *testing.T, text string) {
	t.Helper()
	want := scanned(text, 1)
	for _, step := range []int{7, 130, 1448, 1 << 20} {
		if got := scanned(text, step); got != want {
			t.Fatalf("in pieces of %d: %s\nbyte for byte: %s\n%q", step, got, want, text)
		}
	}
}

func FuzzBulk(f *testing.F) {
	line := strings.Repeat("QUJD", 19) + "\r\n"
	f.Add(strings.Repeat(line, 5) + ".\r\n" + line)
	f.Add(strings.Repeat(line, 3) + "\x00.\n\r.\r" + strings.Repeat(line, 4))
	f.Fuzz(func(t *testing.T, text string) { checkBulk(t, text) })
}

// BenchmarkBulk reads the segments of an attachment, and of prose.
func BenchmarkBulk(b *testing.B) {
	r := rand.New(rand.NewSource(5))
	prose := strings.Builder{}
	for prose.Len() < 1<<16 {
		prose.WriteString(strings.Repeat("word ", r.Intn(16)) + "end.\r\n")
	}
	for _, c := range []struct{ name, text string }{
		{"attachment", strings.Repeat(strings.Repeat("QUJD", 19)+"\r\n", 1000)},
		{"prose", prose.String()},
	} {
		b.Run(c.name, func(b *testing.B) {
			text := []byte(c.text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				s := contentScan{header: headerScan{state: headerDone}}
				for rest := text; len(rest) > 0; {
					n, _ := s.write(rest[:min(len(rest), 1448)], Mark{})
					rest = rest[n:]
				}
			}
		})
	}
}
