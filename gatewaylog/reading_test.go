package gatewaylog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

const small = `Nov 22 11:08:20 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.7]
Nov 22 11:08:21 mx1 postfix/smtpd[7]: lost connection after RCPT from unknown[198.51.100.7]
Nov 22 11:08:21 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.7] ehlo=1 mail=1 rcpt=1 commands=3
`

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstded(t testing.TB, s string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

func inUTF16(s string, big bool) string {
	out := []byte{0xff, 0xfe}
	if big {
		out = []byte{0xfe, 0xff}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return string(out)
}

// TestEncodings: the same log in every wrapping gives the same connection.
func TestEncodings(t *testing.T) {
	want, _ := readText(t, Options{Year: 2022}, small)
	long := strings.Repeat("x", 3*readBuffer)
	for name, text := range map[string]string{
		"gzip": gzipped(t, small), "gzip in two members": gzipped(t, small[:100]) + gzipped(t, small[100:]),
		"zstd": zstded(t, small), "gzip within zstd": zstded(t, gzipped(t, small)),
		"CRLF": strings.ReplaceAll(small, "\n", "\r\n"), "no last line end": strings.TrimSuffix(small, "\n"),
		"UTF-8 mark": "\ufeff" + small, "UTF-16 little": inUTF16(small, false), "UTF-16 big": inUTF16(small, true),
		"NULs": strings.Repeat("\x00", 4096) + small + strings.Repeat("\x00", 100), "NULs within": strings.ReplaceAll(small, "smtpd", "sm\x00tpd"),
		"empty lines":      strings.ReplaceAll(small, "\n", "\n\n"),
		"foreign lines":    "Nov 22 11:08:20 mx1 sshd[1]: Accepted publickey\n" + small + "hello\n",
		"over-long line":   "Nov 22 11:08:20 mx1 cron[1]: " + long + "\n" + small,
		"RFC 5424":         strings.ReplaceAll(strings.ReplaceAll(small, "Nov 22 11", "<22>1 2022-11-22T11"), " mx1 postfix/smtpd[7]: ", `Z mx1 postfix/smtpd 7 - [x y="a\]b"] `),
		"PRI":              strings.ReplaceAll(small, "Nov", "<22>Nov"),
		"ISO, zone, micro": strings.ReplaceAll(strings.ReplaceAll(small, "Nov 22 11", "2022-11-22T13"), " mx1", ".000000+02:00 mx1"),
		"level and docker": strings.ReplaceAll(strings.ReplaceAll(small, "Nov 22 11", "2022-11-22T11"), " mx1", "+00:00 INFO   "),
	} {
		t.Run(name, func(t *testing.T) {
			conns, report := readText(t, Options{Year: 2022}, text)
			if len(conns) != 1 || summary(conns[0]) != summary(want[0]) {
				t.Fatalf("%d connections, reasons %+v", len(conns), report.Reasons)
			}
			if !conns[0].Start.At.Equal(want[0].Start.At) || !conns[0].End.At.Equal(want[0].End.At) {
				t.Errorf("from %v to %v, want %v to %v", conns[0].Start, conns[0].End, want[0].Start, want[0].End)
			}
			checkCounted(t, conns, report)
		})
	}
}

func TestOverLong(t *testing.T) {
	text := "Nov 22 11:08:20 mx1 postfix/smtpd[7]: improper command pipelining after EHLO from unknown[198.51.100.7]: MAIL FROM:<" + strings.Repeat("A", 1<<20) + "\n" +
		"Nov 22 11:08:20 mx1 postfix/smtpd[7]: lost connection after RCPT from unknown[198.51.100.7]\n"
	conns, r := readText(t, Options{}, text)
	if len(conns) != 1 || len(conns[0].Lines) != 2 || r.Cut != 1 || r.Bytes != int64(len(text)) {
		t.Fatalf("%d connections, cut %d, bytes %d of %d", len(conns), r.Cut, r.Bytes, len(text))
	}
	if n := len(conns[0].Lines[0].Text); n != maxLineBytes {
		t.Errorf("a line of %d bytes is kept", n)
	}
}

// TestBrokenOff: what was read before the file breaks off counts, and the
// break is named.
func TestBrokenOff(t *testing.T) {
	whole := gzipped(t, small+strings.Repeat("Nov 22 11:08:20 mx1 sshd[1]: x\n", 1000))
	conns, r := readText(t, Options{}, whole[:len(whole)-20])
	if len(conns) != 1 || len(r.Errors) != 1 {
		t.Errorf("%d connections, errors %+v", len(conns), r.Errors)
	}
	broken := Source{Name: "gone", Open: func() (io.ReadCloser, error) { return nil, os.ErrNotExist }}
	conns, r = readAll(t, Options{}, broken, textSource("log", small))
	if len(conns) != 1 || len(r.Errors) != 1 || !errors.Is(r.Errors[0].Err, os.ErrNotExist) {
		t.Errorf("%d connections, errors %+v", len(conns), r.Errors)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "maillog")
	if err := os.WriteFile(path, []byte(small), 0o644); err != nil {
		t.Fatal(err)
	}
	written := time.Date(2019, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(path, written, written); err != nil {
		t.Fatal(err)
	}
	sources, err := Files(path)
	if err != nil {
		t.Fatal(err)
	}
	conns, _ := readAll(t, Options{}, sources...)
	if len(conns) != 1 || conns[0].Start.At.Year() != 2018 || !conns[0].Start.YearKnown {
		t.Errorf("the year by the file's date is %v", conns[0].Start)
	}
	for _, bad := range []string{filepath.Join(dir, "none"), dir} {
		if _, err := Files(bad); err == nil {
			t.Errorf("%s is a source", bad)
		}
	}
}

// rotated is a log of n connections in parts, the newest first, as logrotate
// names them.
func rotated(parts int, at func(i int) string) []Source {
	var out []Source
	for p := parts - 1; p >= 0; p-- {
		var b strings.Builder
		for i := 3 * p; i < 3*p+3; i++ {
			fmt.Fprintf(&b, "%s mx1 postfix/smtpd[%d]: connect from unknown[198.51.100.7]\n", at(i), 100+i)
			if i > 0 {
				fmt.Fprintf(&b, "%s mx1 postfix/smtpd[%d]: disconnect from unknown[198.51.100.7] ehlo=1 quit=1 commands=2\n", at(i), 100+i-1)
			}
		}
		out = append(out, textSource(fmt.Sprintf("mail.%d", parts-1-p), b.String()))
	}
	return out
}

// TestRotation: connections that go over the end of a file are whole, in
// whatever order the files are named, over New Year too.
func TestRotation(t *testing.T) {
	start := time.Date(2021, 12, 29, 12, 0, 0, 0, time.UTC)
	at := func(i int) string { return start.Add(time.Duration(i) * 12 * time.Hour).Format(time.Stamp) }
	for _, o := range []Options{{Year: 2021}, {From: start, To: start.Add(24 * time.Hour)}, {To: start.Add(5 * 24 * time.Hour)}} {
		for _, order := range []string{"newest first", "oldest first", "shuffled"} {
			sources := rotated(4, at)
			switch order {
			case "oldest first":
				slices.Reverse(sources)
			case "shuffled":
				sources[0], sources[2] = sources[2], sources[0]
			}
			o.Idle = 24 * time.Hour
			conns, r := readAll(t, o, sources...)
			if len(conns) != 12 || r.OutOfOrder != 0 {
				t.Fatalf("%s: %d connections, %d lines out of order", order, len(conns), r.OutOfOrder)
			}
			for i, c := range conns {
				if want := start.Add(time.Duration(i) * 12 * time.Hour); !c.Start.At.Equal(want) || !c.Begun || !c.Start.YearKnown {
					t.Errorf("%s: connection %d starts %v, want %v", order, i, c.Start.At, want)
				}
				if i < 11 && (!c.Closed || len(c.Lines) != 2) {
					t.Errorf("%s: connection %d is not whole", order, i)
				}
			}
		}
	}
}

// TestTwoLogs: two logs of the same hours are read by time.
func TestTwoLogs(t *testing.T) {
	pmx := "2022-01-27T16:48:58 q=i0S0miXk018339 f=<a@example.com> t=<b@example.org> Size=2274 a=a/eom\n2022-01-27T18:48:58 q=i0S0miXk018340 f=<a@example.com> t=<b@example.org> Size=2274 a=a/eom\n"
	mail := "Jan 27 16:48:59 mx1 sm-mta[18339]: i0S0miXk018339: from=<a@example.com>, size=2274, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=[198.51.100.9]\nJan 27 18:48:59 mx1 sm-mta[18340]: i0S0miXk018340: from=<a@example.com>, size=2274, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=[198.51.100.9]\n"
	for _, sources := range [][]Source{
		{textSource("message_log", pmx), textSource("maillog", mail)},
		{textSource("maillog", mail), textSource("message_log", pmx)},
	} {
		conns, _ := readAll(t, Options{Year: 2022}, sources...)
		if len(conns) != 2 || len(conns[0].Messages) != 1 || len(conns[0].Messages[0].Joined) != 1 || len(conns[1].Messages[0].Joined) != 1 {
			t.Errorf("%d connections: %s", len(conns), summary(conns[0]))
		}
	}
}

func TestYearsAndZones(t *testing.T) {
	line := "%s mx1 postfix/smtpd[7]: lost connection after RCPT from unknown[198.51.100.7]\n"
	berlin := time.FixedZone("", 3600)
	for _, c := range []struct {
		stamp string
		o     Options
		want  string
		zone  bool
		year  bool
	}{
		{"Nov 22 11:08:20", Options{}, "2000-11-22T11:08:20Z", false, false},
		{"Nov 22 11:08:20", Options{Year: 2020}, "2020-11-22T11:08:20Z", false, true},
		{"Nov 22 11:08:20", Options{Year: 2020, Zone: berlin}, "2020-11-22T10:08:20Z", true, true},
		{"Nov  2 11:08:20", Options{Year: 2020}, "2020-11-02T11:08:20Z", false, true},
		{"Nov 2 11:08:20", Options{Year: 2020}, "2020-11-02T11:08:20Z", false, true},
		{"Feb 29 11:08:20", Options{From: time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)}, "2024-02-29T11:08:20Z", false, true},
		{"Jan  1 00:00:20", Options{To: time.Date(2021, 12, 31, 0, 0, 0, 0, time.UTC)}, "2022-01-01T00:00:20Z", false, true},
		{"Dec 31 00:00:20", Options{To: time.Date(2022, 1, 2, 0, 0, 0, 0, time.UTC)}, "2021-12-31T00:00:20Z", false, true},
		{"2014-07-17T16:08:52.406761+00:00", Options{Zone: berlin}, "2014-07-17T16:08:52.406761Z", true, true},
		{"2014-07-17T16:08:52.406761+0530", Options{}, "2014-07-17T10:38:52.406761Z", true, true},
		{"2014-07-17 16:08:52", Options{Zone: berlin}, "2014-07-17T15:08:52Z", true, true},
		{"2022 Jan 01 01:01:01 -05", Options{}, "2022-01-01T06:01:01Z", true, true},
		{"2022 Jan 01 01:01:01 CEST", Options{}, "2021-12-31T23:01:01Z", true, true},
		{"2022 Jan 01 01:01:01 IST", Options{}, "2022-01-01T01:01:01Z", false, true},
		{"Thu Aug 14 11:04:31 2014", Options{}, "2014-08-14T11:04:31Z", false, true},
		{"01-15-2009 11:44:53", Options{}, "2009-01-15T11:44:53Z", false, true},
	} {
		conns, r := readText(t, c.o, fmt.Sprintf(line, c.stamp))
		if len(conns) != 1 {
			t.Errorf("%s: %+v", c.stamp, r.Reasons)
			continue
		}
		got := conns[0].Start
		if got.At.Format(time.RFC3339Nano) != c.want || got.ZoneKnown != c.zone || got.YearKnown != c.year {
			t.Errorf("%s: %s zone %v year %v, want %s", c.stamp, got.At.Format(time.RFC3339Nano), got.ZoneKnown, got.YearKnown, c.want)
		}
	}
}

// TestNotStamps: what looks nearly like a time is none.
func TestNotStamps(t *testing.T) {
	for _, s := range []string{
		"", "Nov", "Nov 22", "Nov 22 11:08", "Nov 32 11:08:20", "Nob 22 11:08:20", "Nov 22 25:08:20", "2014-07-17", "2014-13-17T16:08:52",
		"2014-07-17X16:08:52", "12345678901234567890", "123456789", "Thu Aug 14 11:04:31", "1-2-3 4:5:6", "5-15-2020 21",
	} {
		if _, n := scanStamp(s); n != 0 {
			t.Errorf("%q is a time of %d bytes", s, n)
		}
	}
}

// TestZoneHints: Symantec's header beside its epoch, Cisco's file head.
func TestZoneHints(t *testing.T) {
	_, r := readText(t, Options{}, "Feb 17 14:24:12 smg1 ecelerity: 1297945452|c0a80250-b7b6bae000000e0e-a0-4d5d136b012b|ORCPTS|b@example.org\n"+
		"Wed May  4 00:24:31 2005 Info: Time offset from UTC: 10800 seconds\n")
	if len(r.ZoneHints) != 2 || r.ZoneHints[0].Offset != 2*time.Hour || r.ZoneHints[0].Either || r.ZoneHints[1].Offset != 3*time.Hour || !r.ZoneHints[1].Either {
		t.Errorf("%+v", r.ZoneHints)
	}
}

// TestGrace: a line that comes after the connection's end still reaches it
// within the grace, and not after it.
func TestGrace(t *testing.T) {
	for delay, want := range map[time.Duration]int{90 * time.Second: 1, 10 * time.Minute: 2} {
		at := time.Date(2022, 11, 22, 11, 8, 22, 0, time.UTC).Add(delay).Format(time.Stamp)
		text := "Nov 22 11:08:20 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.7]\n" +
			"Nov 22 11:08:21 mx1 postfix/smtpd[7]: 16941BFD: client=unknown[198.51.100.7]\n" +
			"Nov 22 11:08:22 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.7] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5\n" +
			at + " mx1 postfix/smtpd[8]: connect from unknown[198.51.100.8]\n" +
			at + " mx1 postfix/smtpd[8]: disconnect from unknown[198.51.100.8] quit=1 commands=1\n" +
			at + " mx1 postfix/qmgr[9]: 16941BFD: from=<a@example.com>, size=1413, nrcpt=1 (queue active)\n"
		conns, r := readText(t, Options{Year: 2022}, text)
		with := 0
		for _, c := range conns {
			if len(c.Messages) > 0 {
				with++
			}
		}
		if with != want {
			t.Errorf("after %v the message is in %d connections, want %d", delay, with, want)
		}
		checkCounted(t, conns, r)
	}
}

// TestBounds: a log of connections that never end stays within the bounds,
// and what is given up says so.
func TestBounds(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "Nov 22 11:08:20 mx1 postfix/smtpd[%d]: connect from unknown[198.51.100.7]\n", i)
	}
	for _, o := range []Options{{MaxOpen: 50}, {MaxMemory: 50 * (72 + lineOverhead)}} {
		most, given := 0, 0
		_, err := Read([]Source{textSource("log", b.String())}, o, func(c *Connection) error {
			if most++; c.GivenUp {
				given++
			}
			return nil
		})
		if err != nil || most != 500 || given < 440 || given > 460 {
			t.Errorf("%d connections, %d given up, %v", most, given, err)
		}
	}
	many := "Nov 22 11:08:20 mx1 postfix/smtpd[1]: connect from unknown[198.51.100.7]\n" +
		strings.Repeat("Nov 22 11:08:20 mx1 postfix/smtpd[1]: warning: unknown[198.51.100.7]: SASL LOGIN authentication failed: x\n", MaxLines+100)
	conns, r := readText(t, Options{}, many)
	if len(conns) != 1 || len(conns[0].Lines) != MaxLines || conns[0].LinesCut != 101 || r.Reasons[0].Lines != 101 {
		t.Errorf("%d lines, %d cut, %+v", len(conns[0].Lines), conns[0].LinesCut, r.Reasons)
	}
}

// TestIdle: a connection without an end is given out once it is silent for
// longer than any server's timer.
func TestIdle(t *testing.T) {
	text := "Nov 22 11:00:00 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.7]\n" +
		"Nov 22 11:50:00 mx1 postfix/smtpd[8]: connect from unknown[198.51.100.8]\n" +
		"Nov 22 12:10:00 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.7] commands=0/0\n"
	conns, r := readText(t, Options{}, text)
	if len(conns) != 3 || r.Unfinished != 2 || conns[0].Closed || conns[0].Ended.How != "" {
		t.Errorf("%d connections, %d unfinished", len(conns), r.Unfinished)
	}
}

func TestEmitError(t *testing.T) {
	stop := errors.New("enough")
	n := 0
	_, err := Read([]Source{textSource("log", strings.Repeat(small, 10))}, Options{}, func(*Connection) error {
		n++
		return stop
	})
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("%d calls, %v", n, err)
	}
}

// TestForced: a forced product reads what would not be recognised.
func TestForced(t *testing.T) {
	text := "Nov 22 11:08:20 mx1 mymail/in[7]: lost connection after RCPT from unknown[198.51.100.7]\n"
	if conns, _ := readText(t, Options{}, text); len(conns) != 0 {
		t.Error("recognised")
	}
	if conns, r := readText(t, Options{Product: Postfix}, text); len(conns) != 1 {
		t.Errorf("not read: %+v", r.Reasons)
	}
}

// TestMixed: several products in one file, each line to its own.
func TestMixed(t *testing.T) {
	_, r := readText(t, Options{Year: 2022}, small+
		"Nov 22 11:08:21 mx2 sm-mta[9]: 20OA0a1b000031: lost input channel from [198.51.100.5] to MTA after rcpt\n"+
		"Nov 22 11:08:21 mx3 smtpd[60503]: 88166f7f21c951f4 smtp disconnected reason=quit\n"+
		"Nov 22 11:08:21 esa1 mail_logs: Info: ICID 5 lost\n"+
		"Nov 22 11:08:21 smg1 ecelerity: 1297945452|c0a80250-b7b6bae000000e0e-a0-4d5d136b012b|ORCPTS|b@example.org\n"+
		"Nov 22 11:08:22 mx4 exim[7]: 2022-11-22 11:08:22 SMTP connection from [198.51.100.5] lost\n"+
		"Nov 22 11:08:22 mx4 sshd[7]: Connection closed\n")
	got := map[Product]int64{}
	for _, p := range r.Products {
		got[p.Product] = p.Lines
	}
	want := map[Product]int64{Postfix: 3, Sendmail: 1, OpenSMTPD: 1, CiscoESA: 1, SymantecSMG: 1, Exim: 1}
	if fmt.Sprint(got) != fmt.Sprint(want) || len(r.Reasons) != 1 || r.Reasons[0].Words != reasonWords[foreign] {
		t.Errorf("%v, %+v", got, r.Reasons)
	}
}

// TestRedactIsLinear: a line that is full of credentials costs about what it
// costs to write them down once. Allocations are counted, not time.
func TestRedactIsLinear(t *testing.T) {
	line := strings.Repeat("AUTH PLAIN AGFsaWNlAHNlY3JldA== ", maxLineBytes/32)
	if n := testing.AllocsPerRun(3, func() { redact(line) }); n > 40 {
		t.Errorf("%v allocations for a line of %d bytes", n, len(line))
	}
	if strings.Contains(redact(line), "AGFs") {
		t.Error("a credential is left")
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		`"AUTH PLAIN AGFsaWNlAHNlY3JldA=="`:          `"AUTH PLAIN [blanked]"`,
		`auth plain AHVzZXJ4AHNlY3JldA==`:            `auth plain [blanked]`,
		`x: AUTH login QWxpY2U= AUTH LOGIN Zm9v\r\n`: `x: AUTH login [blanked] AUTH LOGIN [blanked]\r\n`,
		`AUTH LOGIN`:      `AUTH LOGIN`,
		`AUTH XYZ-7 zzz9`: `AUTH XYZ-7 [blanked]`,
		`Inbound AUTH LOGIN failed because of LogonDenied`: `Inbound AUTH LOGIN failed because of LogonDenied`,
		`after AUTH from unknown[192.0.2.1]`:               `after AUTH from unknown[192.0.2.1]`,
		`250 AUTH PLAIN LOGIN`:                             `250 AUTH PLAIN LOGIN`,
		`X-EXPS NTLM TlRMTVNT`:                             `X-EXPS NTLM [blanked]`,
		`AUTH AUTH PLAIN AGFsaWNlAHNl`:                     `AUTH AUTH PLAIN [blanked]`,
		`AUTH 00000 AUTH PLAIN AGFsaWNlAHNl`:               `AUTH 00000 AUTH PLAIN [blanked]`,
		"AUTH\tPLAIN\tAGFsaWNlAHNl x":                      "AUTH\tPLAIN\t[blanked] x",
		"x-exps\tlogin \tAGFsaWNlAHNl":                     "x-exps\tlogin \t[blanked]",
		`auth scram-sha-512-plus biwsbj1`:                  `auth scram-sha-512-plus [blanked]`,
		`improper command pipelining after AUTH from unknown[192.0.2.1]: QWxpY2U=\r\nc2VjcmV0\r\nMAIL FROM:<Alice1@b.example>\r\n`: `improper command pipelining after AUTH from unknown[192.0.2.1]: [blanked]\r\n[blanked]\r\nMAIL FROM:<Alice1@b.example>\r\n`,
		`improper command pipelining after EHLO from unknown[2001:db8::1]: AUTH LOGIN\r\nc2VjcmV0\r\n`:                             `improper command pipelining after EHLO from unknown[2001:db8::1]: AUTH LOGIN\r\n[blanked]\r\n`,
		`warning: non-SMTP command from unknown[192.0.2.1]: GET / HTTP/1.1`:                                                        `warning: non-SMTP command from unknown[192.0.2.1]: GET / HTTP/1.1`,
		`SMTP syntax error in "c2VjcmV0" H=(x) [192.0.2.1] unrecognized command`:                                                   `SMTP syntax error in "[blanked]" H=(x) [192.0.2.1] unrecognized command`,
		`rejected "AUTH LOGIN" H=(x) [192.0.2.1] next input="QWxpY2U=\r\nc2VjcmV0\r\n"`:                                            `rejected "AUTH LOGIN" H=(x) [192.0.2.1] next input="[blanked]\r\n[blanked]\r\n"`,
		`too many syntax or protocol errors (last command was "c2VjcmV0", C=EHLO,AUTH)`:                                            `too many syntax or protocol errors (last command was "[blanked]", C=EHLO,AUTH)`,
		`smtp failed-command command="c2VjcmV0" result="500 5.5.1 Invalid command"`:                                                `smtp failed-command command="[blanked]" result="500 5.5.1 Invalid command"`,
		`smtp failed-command command="RCPT TO:<Bob77@b.example>" result="550 Invalid recipient"`:                                   `smtp failed-command command="RCPT TO:<Bob77@b.example>" result="550 Invalid recipient"`,
		`NOQUEUE: <-- c2VjcmV0`: `NOQUEUE: <-- [blanked]`,
		`NOQUEUE: <-- turn`:     `NOQUEUE: <-- turn`,
	} {
		if got := redact(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
