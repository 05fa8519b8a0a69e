package report

import (
	"bytes"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// fixture is a capture with one session of every kind that a table shows in
// its own way.
func fixture() ([]*session.Session, *Capture) {
	endpoint := func(s string) session.Endpoint {
		a := netip.MustParseAddrPort(s)
		return session.Endpoint{IP: a.Addr(), Port: a.Port()}
	}
	normal := made("ready", session.ByQuit, "client", withReply(withContent(mail(session.Accepted), 1200, true), 250, "ok"))
	normal.Session, normal.Abnormal, normal.Duration = 1, ptr(false), session.Seconds(300*time.Millisecond)

	aborted := made("data", session.ByRST, "client", withContent(mail(session.Aborted), 41000, false))
	aborted.Messages[0].Recipients = append(aborted.Messages[0].Recipients, &session.Recipient{Address: "c@b.example"}, &session.Recipient{})
	aborted.Direction = "inbound"

	six := made("rcpt", session.ByFIN, "server", mail(session.Aborted))
	six.Session, six.Direction = 1204, "outbound"
	six.Client = endpoint("[2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:41234")
	six.Server = endpoint("[2001:db8::25]:587")
	six.Messages[0].From = ptr("a.very.long.local.part.of.a.mailing.list+bounces-1234567890=bob@lists.department.company.example")

	foreign := made("dot", session.ByFIN, "client", withReply(withContent(mail(session.Unanswered), 5e6, true), 250, "ok"))
	foreign.Session = 88123456
	foreign.Messages[0].From = ptr("用户\u202e\x1b[31m@例え.jp")
	foreign.Messages[0].Recipients[0].Address = "пётр@почта.рф"

	open := made("data", session.ByCaptureEnd, "unknown", withContent(mail(session.Unknown), 7, false))
	open.Session, open.Abnormal, open.Ended.Idle = 900, nil, nil

	probe := made("banner", session.ByRST, "client")
	probe.Session, probe.Probe = 902, true
	bounce := made("ready", session.ByQuit, "client", mail(session.Accepted), mail(session.Accepted))
	bounce.Session, bounce.Abnormal, bounce.Messages[1].From = 950, ptr(false), ptr("")
	secret := made("tls", session.ByFIN, "client")
	secret.Session, secret.Abnormal = 951, ptr(false)
	secret.TLS = &session.TLS{Mode: "starttls", Handshake: "complete", Version: "TLS 1.3", SNI: "mx.b.example"}

	aborted.Findings = madeFindings()
	open.Findings = []session.Finding{{Code: "only-a-hint", Severity: "error", Certainty: "hint", Summary: "Never a headline"}}
	secret.Findings = []session.Finding{{Code: "quit-not-awaited", Severity: "info", Certainty: "proven", Summary: "Harmless"}}

	var sessions []*session.Session
	for _, r := range []*session.Record{foreign, aborted, normal, six, open, probe, bounce, secret} {
		sessions = append(sessions, &session.Session{Record: *r})
	}
	return sessions, &Capture{
		Type: "capture", Schema: 1, Tool: Tool{"smtpscope", "test"}, Files: []File{{Name: "mail.pcap", Format: "pcap", Packets: 4321}},
		Start: ptr(at(-time.Minute)), End: ptr(at(2 * time.Hour)), Duration: session.Seconds(2*time.Hour + time.Minute),
		Packets: 4321, Sessions: 8, Selected: 8, Abnormal: 4, Open: 1, Errors: []string{},
		Quality: Quality{Dropped: ptr(int64(12)), Gapped: 2, MissedBytes: 2920, OneSided: 1, Duplicates: 1, Cut: 3, SnapLen: 96},
	}
}

func TestTable(t *testing.T) {
	for _, width := range []int{40, 60, 80, 100, 120, 160, 200} {
		var b bytes.Buffer
		writeAll(t, NewTable(&b, Style{Width: width}, "", false))(fixture())
		for line := range strings.SplitSeq(b.String(), "\n") {
			if w := lineWidth(line); w > width {
				t.Errorf("%d columns: a line of %d: %s", width, w, line)
			}
		}
		compare(t, "testdata/table-"+strconv.Itoa(width)+".txt", b.Bytes())
	}
}

// TestLiveTable: no line is wider than the terminal, and the table follows
// when that changes.
func TestLiveTable(t *testing.T) {
	width := 0
	var b bytes.Buffer
	table := NewLiveTable(&b, func() Style { return Style{Width: width} })
	sessions, _ := fixture()
	for _, width = range []int{40, 60, 79, 80, 120, 200, 60} {
		b.Reset()
		for _, s := range sessions {
			if err := table.Session(s); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Count(b.String(), "HOW IT ENDED") != 1 {
			t.Errorf("%d columns: the heading is not there once:\n%s", width, b.String())
		}
		for line := range strings.SplitSeq(b.String(), "\n") {
			if w := lineWidth(line); w > width {
				t.Errorf("%d columns: a line of %d: %s", width, w, line)
			}
		}
	}
}

// writeAll gives a function that hands a capture to a sink.
func writeAll(t *testing.T, sink interface {
	Session(*session.Session) error
	Patterns([]diagnosis.Pattern) error
	Capture(*Capture) error
}) func([]*session.Session, *Capture) {
	return func(sessions []*session.Session, c *Capture) {
		t.Helper()
		for _, s := range sessions {
			if err := sink.Session(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := sink.Patterns(patternsOf(sessions)); err != nil {
			t.Fatal(err)
		}
		if err := sink.Capture(c); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTableColours: colour changes nothing but colour, and stays out of what
// came from the wire.
func TestTableColours(t *testing.T) {
	var plain, colored bytes.Buffer
	writeAll(t, NewTable(&plain, Style{Width: 100}, "", false))(fixture())
	writeAll(t, NewTable(&colored, Style{Width: 100, Color: true}, "", false))(fixture())
	if !strings.Contains(colored.String(), "\x1b[31;1mmid-DATA:\x1b[") {
		t.Errorf("an abnormal end is not red:\n%q", colored.String())
	}
	if got := escapes.ReplaceAllString(colored.String(), ""); got != plain.String() {
		t.Errorf("without its colours the table is another:\n%s", got)
	}
}

// TestTableQuiet: only the rows.
func TestTableQuiet(t *testing.T) {
	var b bytes.Buffer
	writeAll(t, NewTable(&b, Style{Width: 100}, "", true))(fixture())
	if first, _, _ := strings.Cut(b.String(), "\n"); !strings.Contains(first, "START") {
		t.Errorf("the first line is %q", first)
	}
}

func TestTableWithoutSessions(t *testing.T) {
	var b bytes.Buffer
	writeAll(t, NewTable(&b, Style{}, "--phase dot", false))(nil, &Capture{
		Files: []File{{Name: "-"}}, Sessions: 8, Selected: 0, Packets: 1,
	})
	want := "standard input\n1 packet\n8 sessions, none ended abnormally\nnone of the 8 sessions matches --phase dot\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// TestTableStopsAtAWriteError: a reader that has seen enough ends the work.
func TestTableStopsAtAWriteError(t *testing.T) {
	sessions, c := fixture()
	for limit := range 6 {
		table := NewTable(&failing{after: limit}, Style{}, "", true)
		for _, s := range sessions {
			_ = table.Session(s)
		}
		if err := table.Capture(c); err != io.ErrClosedPipe {
			t.Errorf("after %d writes: %v", limit, err)
		}
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func BenchmarkTable(b *testing.B) {
	sessions, c := fixture()
	table := NewTable(io.Discard, Style{}, "", false)
	b.ReportAllocs()
	for i := range b.N {
		s := *sessions[i%len(sessions)]
		s.Record.Session = int64(i)
		_ = table.Session(&s)
	}
	if err := table.Capture(c); err != nil {
		b.Fatal(err)
	}
}
