package gatewaylog

import (
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/leodido/go-syslog/v4/rfc3164"
	"github.com/leodido/go-syslog/v4/rfc5424"
)

// generator writes a log of sessions that overlap, without holding it.
type generator struct {
	size    int64 // bytes still to come
	session func(b []byte, i int) []byte
	buf     []byte
	i       int
}

func (g *generator) Read(p []byte) (int, error) {
	if len(g.buf) == 0 {
		if g.size <= 0 {
			return 0, io.EOF
		}
		g.buf = g.session(g.buf[:0], g.i)
		g.size -= int64(len(g.buf))
		g.i++
	}
	n := copy(p, g.buf)
	g.buf = g.buf[n:]
	return n, nil
}

// generatedPostfix is 200 sessions a second, one in ten lost in the content.
func generatedPostfix(b []byte, i int) []byte {
	at := func(n int) string {
		return time.Date(2022, 1, 1, 0, 0, (i+n)/200, 0, time.UTC).Format(time.Stamp)
	}
	line := func(n int, format string, args ...any) {
		b = fmt.Appendf(b, "%s mx1 postfix/", at(n))
		b = fmt.Appendf(b, format+"\n", args...)
	}
	j := i - 150 // the session that ends now
	line(0, "smtpd[%d]: connect from mail-%d.example.com[198.51.100.%d]", 1000+i%200, i%500, i%250)
	line(0, "smtpd[%d]: %08X: client=mail-%d.example.com[198.51.100.%d]", 1000+i%200, i, i%500, i%250)
	if j < 0 {
		return b
	}
	if j%10 == 0 {
		line(0, "smtpd[%d]: lost connection after DATA (%d bytes) from mail-%d.example.com[198.51.100.%d]", 1000+j%200, j%9999, j%500, j%250)
		line(0, "smtpd[%d]: disconnect from mail-%d.example.com[198.51.100.%d] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4", 1000+j%200, j%500, j%250)
		return b
	}
	line(0, "cleanup[%d]: %08X: message-id=<%d.1@example.com>", 2000+j%20, j, j)
	line(0, "qmgr[99]: %08X: from=<sender%d@example.com>, size=%d, nrcpt=1 (queue active)", j, j, 1000+j%5000)
	line(0, "smtpd[%d]: disconnect from mail-%d.example.com[198.51.100.%d] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5", 1000+j%200, j%500, j%250)
	line(0, "smtp[%d]: %08X: to=<user%d@example.org>, relay=mx.example.org[192.0.2.7]:25, delay=0.11, delays=0.01/0/0.05/0.06, dsn=2.0.0, status=sent (250 2.0.0 stored as %06d)", 3000+j%40, j, j%77, j)
	line(0, "qmgr[99]: %08X: removed", j)
	return b
}

func generatedESA(b []byte, i int) []byte {
	line := func(format string, args ...any) {
		b = append(b, time.Date(2022, 1, 1, 0, 0, i/200, 0, time.UTC).Format("Mon Jan _2 15:04:05 2006 Info: ")...)
		b = fmt.Appendf(b, format+"\n", args...)
	}
	j := i - 150
	line("New SMTP ICID %d interface Data 1 (192.0.2.2) address 198.51.100.%d reverse dns host mail-%d.example.com verified yes", i, i%250, i%500)
	line("ICID %d ACCEPT SG UNKNOWNLIST match sbrs[-1.0:10.0] SBRS 3.4 country United States", i)
	line("ICID %d TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384", i)
	line("Start MID %d ICID %d", i, i)
	line("MID %d ICID %d From: <sender%d@example.com>", i, i, i)
	line("MID %d ICID %d RID 0 To: <user%d@example.org>", i, i, i%77)
	if j < 0 {
		return b
	}
	if j%10 == 0 {
		line("ICID %d lost", j)
		line("Message aborted MID %d Receiving aborted", j)
		line("Message finished MID %d aborted", j)
		line("ICID %d close", j)
		return b
	}
	line("MID %d Message-ID '<%d.1@example.com>'", j, j)
	line("MID %d Subject 'a subject'", j)
	line("MID %d ready %d bytes from <sender%d@example.com>", j, 1000+j%5000, j)
	line("ICID %d close", j)
	line("MID %d matched all recipients for per-recipient policy DEFAULT in the inbound table", j)
	line("MID %d queued for delivery", j)
	line("New SMTP DCID %d interface 192.0.2.2 address 192.0.2.7 port 25", j)
	line("Delivery start DCID %d MID %d to RID [0]", j, j)
	line("Message done DCID %d MID %d to RID [0]", j, j)
	line("MID %d RID [0] Response '2.0.0 Ok: queued'", j)
	line("Message finished MID %d done", j)
	line("DCID %d close", j)
	return b
}

func generated(size int64, session func([]byte, int) []byte) Source {
	return Source{Name: "generated", Once: true, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(&generator{size: size, session: session}), nil
	}}
}

// held is a generated log in memory, so that the benchmark measures reading.
func held(b *testing.B, session func([]byte, int) []byte) string {
	text, err := io.ReadAll(&generator{size: 20 << 20, session: session})
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

func benchmark(b *testing.B, session func([]byte, int) []byte) {
	text := held(b, session)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		n := 0
		_, err := Read([]Source{textSource("log", text)}, Options{Year: 2022}, func(*Connection) error { n++; return nil })
		if err != nil || n == 0 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkPostfix(b *testing.B) { benchmark(b, generatedPostfix) }
func BenchmarkESA(b *testing.B)     { benchmark(b, generatedESA) }

// The library on the same lines, for the choice of who reads headers.
const benchLine = "<22>Jan  1 00:00:00 mx1 postfix/smtpd[1000]: connect from mail-1.example.com[198.51.100.1]"

func BenchmarkHeaderOurs(b *testing.B) {
	b.SetBytes(int64(len(benchLine)))
	b.ReportAllocs()
	for b.Loop() {
		var e entry
		c := clock{year: 2022}
		if !e.parse(benchLine, &c) {
			b.Fatal("not read")
		}
	}
}

func BenchmarkHeaderLibrary3164(b *testing.B) {
	p := rfc3164.NewParser(rfc3164.WithYear(rfc3164.Year{YYYY: 2022}))
	line := []byte(benchLine)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Parse(line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHeaderLibrary5424(b *testing.B) {
	p := rfc5424.NewParser()
	line := []byte(`<22>1 2022-01-01T00:00:00Z mx1 postfix/smtpd 1000 - - connect from mail-1.example.com[198.51.100.1]`)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Parse(line); err != nil {
			b.Fatal(err)
		}
	}
}

// TestMemory: what is held does not grow with the log.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2 x 32 MB")
	}
	for name, session := range map[string]func([]byte, int) []byte{"postfix": generatedPostfix, "esa": generatedESA} {
		var most uint64
		n := 0
		r, err := Read([]Source{generated(32<<20, session)}, Options{Year: 2022, Grace: 10 * time.Second}, func(*Connection) error {
			if n++; n%5000 == 0 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d MB, %d lines, %d connections, %d not taken, at most %d MB held", name, r.Bytes>>20, r.Lines, r.Connections, r.Lines-r.Taken, most>>20)
		if most > 64<<20 {
			t.Errorf("%s: %d bytes held", name, most)
		}
		if r.Lines != r.Taken || r.GivenUp != 0 {
			t.Errorf("%s: %d lines, %d taken, %+v", name, r.Lines, r.Taken, r.Reasons)
		}
	}
}
