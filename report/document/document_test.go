package document

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/report"
	"smtpscope/session"
)

const second = session.Time(time.Second)

// noon is a round moment: 2026-01-02 12:00 UTC.
var noon = session.Time(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC).UnixNano())

// one is a session of number n, begun at a moment; how "" means that it ended
// as it should.
func one(n int64, at session.Time, how session.How) *session.Session {
	s := &session.Session{Events: []session.Event{{Kind: session.EventCommand, Side: "client", Frame: n, Last: n, Time: capture.Time(at), Until: capture.Time(at), Text: "QUIT"}}}
	r := &s.Record
	r.Session, r.Start, r.End, r.Duration = n, at, at+2*second, session.Seconds(2*second)
	r.Client = session.Endpoint{IP: netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}), Port: 1000}
	r.Server = session.Endpoint{IP: netip.MustParseAddr("198.51.100.5"), Port: 25}
	r.Seen = session.Seen{Handshake: true, Client: true, Server: true}
	abnormal := how != ""
	r.Abnormal = &abnormal
	r.Ended = session.Ended{Phase: "data", How: how, By: "client"}
	if how == "" {
		r.Ended = session.Ended{Phase: "ready", How: session.ByQuit, By: "client"}
	}
	return s
}

func build(o Options, sessions ...*session.Session) *Document {
	b := NewBuilder(o)
	for _, s := range sessions {
		b.Add(s)
	}
	return b.Document(line(int64(len(sessions))), nil)
}

func line(sessions int64) *report.Capture {
	return &report.Capture{Tool: report.Tool{Name: "smtpscope", Version: "test"}, Sessions: sessions,
		Files: []report.File{{Name: "dir/mail.pcap"}}}
}

func numbers(list []*Detail) []int64 {
	var out []int64
	for _, d := range list {
		out = append(out, d.Number)
	}
	return out
}

// gone is a session with a cause that has a page in the program.
func gone(n int64, how session.How) *session.Session {
	s := one(n, noon, how)
	s.Record.Findings = []session.Finding{{Code: "client-ended", Severity: "error", Certainty: "likely", Summary: "By " + string(how), Advice: "Ask it"}}
	return s
}

// good is a session that ended as it should, with something odd about it.
func good(n int64) *session.Session {
	s := gone(n, "")
	s.Record.Findings[0].Code = "slow-banner"
	return s
}

// TestPatternLeads: a hint is no headline, nor what a few have in common beside
// a cause of many.
func TestPatternLeads(t *testing.T) {
	b := NewBuilder(Options{})
	for n := range int64(9) {
		b.Add(gone(n+1, session.ByRST))
	}
	for _, c := range []struct {
		p    Pattern
		want string
	}{
		{Pattern{Summary: "Shared", Certainty: "strong", Severity: "error", Count: 5}, "Shared."},
		{Pattern{Summary: "Shared", Certainty: "strong", Severity: "error", Count: 4}, "The leading cause, in 9 sessions: the client left in the middle of a mail."},
		{Pattern{Summary: "Shared", Certainty: "hint", Severity: "error", Count: 9}, "The leading cause, in 9 sessions: the client left in the middle of a mail."},
		{Pattern{Summary: "Shared", Certainty: "strong", Severity: "info", Count: 9}, "The leading cause, in 9 sessions: the client left in the middle of a mail."},
	} {
		if got := b.Document(line(9), []Pattern{c.p}).Answer[1]; got != c.want {
			t.Errorf("%+v: %s", c.p, got)
		}
	}
}

// openEnd is a session of which the capture does not show the end, with a
// finding.
func openEnd(n int64) *session.Session {
	s := good(n)
	s.Record.Abnormal, s.Record.Ended.How = nil, session.ByCaptureEnd
	return s
}

// TestSureOf: how sure it is, is said of a cause only where something went wrong.
func TestSureOf(t *testing.T) {
	for _, c := range []struct {
		name     string
		sessions []*session.Session
		want     string
	}{
		{"one that went wrong", []*session.Session{gone(1, session.ByRST)}, "The cause is likely: it fits, and other explanations remain."},
		{"one that did not", []*session.Session{good(1)}, "What was noticed is likely: it fits, and other explanations remain."},
		{"one without an end", []*session.Session{openEnd(1)}, "What was noticed is likely: it fits, and other explanations remain."},
		{"many", []*session.Session{gone(1, session.ByRST), gone(2, session.ByRST)}, "In the first of them, session 1, the cause is likely: it fits, and other explanations remain."},
		{"many that did not", []*session.Session{good(1), openEnd(2)}, "In the first of them, session 1, what was noticed is likely: it fits, and other explanations remain."},
	} {
		if sure := build(Options{}, c.sessions...).Sure; !slices.Contains(sure, c.want) {
			t.Errorf("%s: %q", c.name, sure)
		}
	}
}

// TestSureOfLog: a log that fits the packets does not agree about an end that they do not
// show.
func TestSureOfLog(t *testing.T) {
	for want, s := range map[string]*session.Session{
		"The gateway's log has this session and agrees with the packets.":                   gone(1, session.ByRST),
		"The gateway's log has this session and agrees with the packets as far as they go.": openEnd(1),
	} {
		s.Record.Log = &session.Log{Status: "matched", Agrees: "yes"}
		if sure := build(Options{}, s).Sure; !slices.Contains(sure, want) {
			t.Errorf("%q is not among %q", want, sure)
		}
	}
}

func TestFirstPage(t *testing.T) {
	cause := one(4, noon, session.ByRST)
	cause.Record.Findings = []session.Finding{{Code: "c", Severity: "error", Certainty: "proven", Summary: "The link was cut", Frames: []int64{4, 7}, Advice: "Look at the link"}}
	refused := one(9, noon, session.BySYNRefused)
	refused.Record.Ended.Phase = "connect"
	hint := one(5, noon, session.ByRST)
	hint.Record.Findings = []session.Finding{{Code: "h", Certainty: "hint", Summary: "Perhaps the moon"}}
	from := "a@example.net"
	mailed := gone(8, session.ByFIN)
	mailed.Record.Messages = []*session.Message{{From: &from, Recipients: []*session.Recipient{{Address: "b@example.org", Code: 250}}, Outcome: session.Aborted}}
	hidden := one(7, noon, session.ByRST)
	hidden.Record.Ended.Phase, hidden.Record.TLS = "tls", &session.TLS{}
	for _, c := range []struct {
		name     string
		asked    string
		sessions []*session.Session
		question string
		answer   string
		next     string
	}{
		{"nothing", "--abnormal", nil, "What became of the mail sessions in mail.pcap that match --abnormal?",
			"The capture holds no mail session. It has 0 packets.", "Look whether the filters, the time and the place of the capture are the right ones."},
		{"one, as it should be", "", []*session.Session{one(1, noon, "")}, "What became of mail session 1 in mail.pcap?",
			"Session 1, from 192.0.2.1:1000 to 198.51.100.5:25, ended before MAIL: QUIT from client. That is how a session should end.", ""},
		{"one with a cause", "--session 4", []*session.Session{cause}, "What became of mail session 4 in mail.pcap?",
			"Session 4, from 192.0.2.4:1000 to 198.51.100.5:25, ended mid-DATA: RST from client after 0 B. The link was cut.", "Look at the link."},
		{"no connection", "", []*session.Session{refused}, "What became of mail session 9 in mail.pcap?",
			"Session 9, from 192.0.2.9:1000 to 198.51.100.5:25, came to no connection: SYN refused by the network (ICMP). No mail was sent in it; the packets show this much and do not force a cause.", advice[Silent]},
		{"many, alike", "", []*session.Session{one(1, noon, session.ByFIN), one(2, noon, session.ByFIN), one(3, noon, "")}, "What became of the mail sessions in mail.pcap?",
			"Of 3 sessions, 2 ended abnormally (66.7 %). All of these ended alike: mid-DATA: FIN from client (from 2 clients).", advice[ByFIN]},
		{"many with a cause", "", []*session.Session{cause, one(3, noon, "")}, "What became of the mail sessions in mail.pcap?",
			"Of 2 sessions, 1 ended abnormally (50 %). The leading cause, in 1 session: The link was cut.", "Look at the link."},
		{"a cause of several, in words true of all", "", []*session.Session{gone(4, session.ByRST), gone(5, session.ByFIN)}, "What became of the mail sessions in mail.pcap?",
			"All 2 sessions ended abnormally. The leading cause, in 2 sessions: the client left in the middle of a mail.",
			"The client left in the middle of a mail (2 sessions): Ask it."},
		{"what is odd about good sessions is no cause", "", []*session.Session{good(4), good(5), gone(6, session.ByRST)}, "What became of the mail sessions in mail.pcap?",
			"Of 3 sessions, 1 ended abnormally (33.3 %). The leading cause, in 1 session: By rst.", "The client left in the middle of a mail (1 session): Ask it."},
		{"it is noticed where there is nothing worse", "", []*session.Session{good(4), good(5)}, "What became of the mail sessions in mail.pcap?",
			"Of 2 sessions, none ended abnormally. What was noticed most, in 2 sessions: the server took long to greet, or never did.",
			"The server took long to greet, or never did (2 sessions): Ask it."},
		{"so it is where no end was captured", "", []*session.Session{openEnd(4), openEnd(5)}, "What became of the mail sessions in mail.pcap?",
			"Of 2 sessions, none ended abnormally, and of 2 the capture does not show the end. What was noticed most, in 2 sessions: the server took long to greet, or never did.",
			"The server took long to greet, or never did (2 sessions): Ask it."},
		{"one with a mail", "", []*session.Session{mailed}, "What became of mail session 8 in mail.pcap?",
			"Session 8, from 192.0.2.8:1000 to 198.51.100.5:25, ended mid-DATA: FIN from client; its mail, a@example.net → b@example.org, was aborted. By fin.", "Ask it."},
		{"TLS hides whether there was a mail", "", []*session.Session{hidden}, "What became of mail session 7 in mail.pcap?",
			"Session 7, from 192.0.2.7:1000 to 198.51.100.5:25, ended in TLS: RST from client after 0 B. The packets show this much and do not force a cause.", advice[ByRST]},
		{"a hint is no headline", "", []*session.Session{hint, one(3, noon, "")}, "What became of the mail sessions in mail.pcap?",
			"Of 2 sessions, 1 ended abnormally (50 %). It ended mid-DATA: RST from client.", advice[ByRST]},
		{"a rare cause does not stand for the common end", "", []*session.Session{cause, one(6, noon, session.ByFIN), one(7, noon, session.ByFIN)},
			"What became of the mail sessions in mail.pcap?",
			"All 3 sessions ended abnormally. Most often: mid-DATA: FIN from client (2 sessions, from 2 clients); a cause is known of others, of 1 session: The link was cut.",
			"Look at the link."},
	} {
		d := build(Options{Asked: c.asked}, c.sessions...)
		if d.Asked != c.question {
			t.Errorf("%s: asked %q, want %q", c.name, d.Asked, c.question)
		}
		if got := strings.Join(d.Answer, " "); got != c.answer {
			t.Errorf("%s: answer\n got %s\nwant %s", c.name, got, c.answer)
		}
		if got := slices.Concat(d.Next, []string{""})[0]; got != c.next {
			t.Errorf("%s: next %q, want %q", c.name, got, c.next)
		}
	}
}

func TestPatternsLead(t *testing.T) {
	b := NewBuilder(Options{})
	b.Add(one(1, noon, session.ByRST))
	b.Add(one(2, noon, session.ByRST))
	d := b.Document(line(2), []Pattern{{Summary: "All break at 20 kB", Certainty: "strong", Sessions: []int64{1, 2}, Advice: "Look at the MTU"}})
	if d.Answer[1] != "All break at 20 kB." || d.Next[0] != "Look at the MTU." {
		t.Errorf("answer %q, next %q", d.Answer, d.Next)
	}
}

// TestAmongAllSessions: the abnormal sessions of a capture are some of its sessions, also where the
// report has no others.
func TestAmongAllSessions(t *testing.T) {
	b := NewBuilder(Options{Asked: "--abnormal"})
	b.Add(gone(1, session.ByRST))
	b.Add(gone(2, session.ByRST))
	whole := line(8)
	whole.Abnormal = 2
	if got, want := b.Document(whole, nil).Answer[0], "Of 8 sessions, 2 ended abnormally (25 %)."; got != want {
		t.Errorf("the answer is %q, want %q", got, want)
	}
}

// TestLogOnFirstPage: what only the log calls abnormal is counted everywhere, and
// said to be so; a log that cannot be compared does not contradict.
func TestLogOnFirstPage(t *testing.T) {
	byLog := func(n int64) *session.Session {
		s := one(n, noon, "")
		s.Record.Ended.Phase, s.Record.Ended.How = "tls", session.ByFIN
		s.Record.Log = &session.Log{Status: "matched", Agrees: "unknown", Abnormal: true}
		return s
	}
	agrees := gone(1, session.ByRST)
	agrees.Record.Log = &session.Log{Status: "matched", Agrees: "yes"}
	b := NewBuilder(Options{Asked: "--abnormal"})
	for _, s := range []*session.Session{agrees, byLog(2), byLog(3)} {
		b.Add(s)
	}
	whole := line(8)
	whole.Abnormal = 1
	d := b.Document(whole, nil)
	if got, want := d.Answer[0], "Of 8 sessions, 3 ended abnormally (37.5 %), 2 of them by the gateway's log alone."; got != want {
		t.Errorf("the answer is %q, want %q", got, want)
	}
	for _, want := range []string{
		"That 2 sessions ended abnormally is read from the gateway's log: TLS hides it from the packets.",
		"The gateway's log has 3 of these sessions; it agrees with the packets in 1, and in 2 it cannot be held against them.",
	} {
		if !slices.Contains(d.Sure, want) {
			t.Errorf("%q is not among %q", want, d.Sure)
		}
	}
	if !slices.Contains(d.Facts, Fact{"sessions", "8 in the capture, 1 abnormal by the packets, 2 by the log alone, 3 in this report"}) {
		t.Errorf("the facts are %v", d.Facts)
	}
	for _, v := range d.Verdicts {
		if v.Abnormal != v.All {
			t.Errorf("%s: %d of %d abnormal", v.Name, v.Abnormal, v.All)
		}
	}
}

// TestTitleWithinASentence: an abbreviation stays one.
func TestTitleWithinASentence(t *testing.T) {
	for text, want := range map[string]string{"TLS did not come about": "TLS did not come about", "BDAT is offered": "BDAT is offered",
		"A reset": "a reset", "The client left": "the client left"} {
		if got := lower(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// What mends some sessions of a cause is not told to all.
func TestAdviceOfSome(t *testing.T) {
	list := []*session.Session{gone(1, session.ByRST), gone(2, session.ByRST), gone(3, session.ByRST)}
	list[0].Record.Findings[0].Advice = "Ask another"
	next := build(Options{}, list...).Next
	for _, want := range []string{"(2 of 3 sessions): Ask it.", "(1 of 3 sessions): Ask another."} {
		if !slices.ContainsFunc(next, func(s string) bool { return strings.HasSuffix(s, want) }) {
			t.Errorf("no %q in %q", want, next)
		}
	}
}

// TestHintsAreNoAnswer: neither a pattern nor a finding that is worth a look
// only stands on the first page, also where it is the first of its session.
func TestHintsAreNoAnswer(t *testing.T) {
	s := one(1, noon, session.ByRST)
	s.Record.Findings = []session.Finding{{Code: "x", Severity: "error", Certainty: "hint", Summary: "Perhaps the moon"},
		{Code: "y", Severity: "warning", Certainty: "likely", Summary: "The cable"}}
	single := build(Options{}, s)
	b := NewBuilder(Options{})
	b.Add(s)
	b.Add(one(2, noon, session.ByRST))
	many := b.Document(line(2), []Pattern{{Summary: "Perhaps the stars", Certainty: "hint", Sessions: []int64{1, 2}}})
	for _, d := range []*Document{single, many} {
		if text := strings.Join(d.Answer, " "); strings.Contains(text, "Perhaps") || !strings.Contains(text, "The cable") {
			t.Errorf("answer: %s", text)
		}
	}
}

// TestEverySessionIsCounted: whatever the limits, lists and counts add up to
// all sessions.
func TestEverySessionIsCounted(t *testing.T) {
	const all = 500
	b := NewBuilder(Options{Limits: Limits{Details: 7, Rows: 30}})
	choice := NewChoice(Limits{Details: 7, Rows: 30}, false)
	hows := []session.How{"", session.ByRST, "", session.ByFIN, "", session.ByRST, ""}
	bad := int64(0)
	for n := range int64(all) {
		how := hows[n%int64(len(hows))]
		if n == 450 { // the only one of its kind, late
			how = session.BySilence
		}
		if how != "" {
			bad++
		}
		s := one(n+1, noon+session.Time(n)*second, how)
		if !choice.Wants(&s.Record) {
			s.Events = nil
		}
		b.Add(s)
	}
	d := b.Document(line(all), nil)
	if len(d.Details) != 7 || d.Untold != bad-7 {
		t.Errorf("%d told, %d not; want 7 and %d", len(d.Details), d.Untold, bad-7)
	}
	if !slices.Contains(numbers(d.Details), 451) {
		t.Errorf("the only silence is not told: %v", numbers(d.Details))
	}
	if n := int64(len(d.Abnormal.Rows)) + d.Abnormal.Left; n != bad {
		t.Errorf("%d abnormal ones in the list and beyond, want %d", n, bad)
	}
	if n := int64(len(d.Others.Rows)) + d.Others.Left; n != all-bad {
		t.Errorf("%d others in the list and beyond, want %d", n, all-bad)
	}
	for name, list := range map[string][]Tally{"verdicts": d.Verdicts, "clients": d.Clients, "hours": d.Hours} {
		sum, sumBad := int64(0), int64(0)
		for _, one := range list {
			sum, sumBad = sum+one.All, sumBad+one.Abnormal
		}
		if sum != all || sumBad != bad {
			t.Errorf("%s add up to %d, %d abnormal; want %d and %d", name, sum, sumBad, all, bad)
		}
	}
	sum := int64(0)
	for i := range d.Timeline.Bins {
		sum += d.Timeline.Bins[i].Sum()
	}
	if sum != all || len(d.Timeline.Bins) > maxBins {
		t.Errorf("%d sessions in %d bins", sum, len(d.Timeline.Bins))
	}
}

// TestBinsKeepEverySession: sessions at any times, in any order, are each in
// the bin of their time.
func TestBinsKeepEverySession(t *testing.T) {
	for _, spread := range []session.Time{1, second, 61 * second, 3600 * second, 86400 * 400 * second, 86400 * 365 * 200 * second} {
		var c chart
		var starts []session.Time
		for i := range session.Time(300) {
			at := noon + (i*7919%300)*(spread/300) // forwards and backwards
			starts = append(starts, at)
			c.add(&one(int64(i), at, session.ByRST).Record, ByRST)
		}
		line := c.timeline(time.UTC, nil)
		slices.Sort(starts)
		for i := range line.Bins {
			b := &line.Bins[i]
			want := int64(0)
			for _, at := range starts {
				if at >= b.From && at < b.From+session.Time(line.Slice) {
					want++
				}
			}
			if b.Sum() != want {
				t.Errorf("spread %d: bin %d has %d sessions, want %d", spread, i, b.Sum(), want)
			}
		}
		if len(line.Bins) > maxBins || len(line.Ticks) > 6 {
			t.Errorf("spread %d: %d bins, %d ticks", spread, len(line.Bins), len(line.Ticks))
		}
	}
}

func TestBarsDoNotOverlap(t *testing.T) {
	var c chart
	for i := range session.Time(maxBars) {
		c.add(&one(int64(i), noon+i*second/2, "").Record, Normal)
	}
	line := c.timeline(time.UTC, nil)
	for i := range line.Bars {
		for j := range i {
			a, b := &line.Bars[i], &line.Bars[j]
			if a.Lane == b.Lane && a.From < b.To && b.From < a.To {
				t.Errorf("sessions %d and %d overlap in lane %d", a.Number, b.Number, a.Lane)
			}
		}
	}
}

// TestLadderBreaks: time without a packet is drawn with its length.
func TestLadderBreaks(t *testing.T) {
	s := one(1, noon, session.ByFIN)
	at := func(d time.Duration) capture.Time { return capture.Time(noon) + capture.Time(d) }
	s.Events = []session.Event{
		{Kind: session.EventContent, Side: "client", Frame: 1, Last: 9, Time: at(0), Until: at(2 * time.Second), Bytes: 20000},
		{Kind: session.EventZeroWindow, Side: "server", Frame: 10, Time: at(2100 * time.Millisecond), Until: at(2100 * time.Millisecond)},
		{Kind: session.EventRetransmission, Side: "client", Frame: 11, Last: 14, Time: at(32100 * time.Millisecond), Until: at(40 * time.Second), Count: 3, Bytes: 4000},
		{Kind: session.EventFIN, Side: "server", Frame: 15, Time: at(2000 * time.Second), Until: at(2000 * time.Second)},
	}
	var got []string
	for _, step := range ladderOf(s).Steps {
		got = append(got, fmt.Sprintf("%s %s %s", step.At, step.Side, step.Label))
	}
	want := []string{
		"0.000000 client content, 20 kB in 2.0 s, no end",
		"2.100000 server window shut (0 bytes)",
		"  30.0 s",
		"32.100000 client 3 × sent again, 4.0 kB, 7.9 s",
		"  32 min 40 s",
		"2000.00000 server FIN",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLogLinesStandAmongThePackets: by the moments that alignment gives them.
func TestLogLinesStandAmongThePackets(t *testing.T) {
	s := one(1, noon, session.ByRST)
	s.Events = append(s.Events, session.Event{Kind: session.EventRST, Side: "client", Frame: 2, Time: capture.Time(noon + 3*second), Until: capture.Time(noon + 3*second)})
	offset := session.Seconds(-time.Second)
	s.Record.Log = &session.Log{Status: "matched", Gateway: "postfix", Offset: &offset, Agrees: "yes",
		Entries: []session.LogEntry{{File: "/var/log/maillog", Line: 7, Text: "connect"}, {File: "/var/log/maillog", Line: 8, Text: "lost"}}}
	s.LogMoments = []session.Time{noon + second, noon + 5*second}
	lines, cut := linesOf(s)
	var got []string
	for _, l := range lines {
		got = append(got, l.At+" "+l.Side+" "+l.Frame+" "+l.Words)
	}
	want := []string{"0.000000 client 1 QUIT", "1.000000 log maillog:7 connect", "3.000000 client 2 RST", "5.000000 log maillog:8 lost"}
	if !slices.Equal(got, want) || cut != 0 {
		t.Errorf("got %q, %d cut, want %q", got, cut, want)
	}
}

func TestLongTranscriptIsCut(t *testing.T) {
	s := one(1, noon, session.ByRST)
	for range 1000 {
		s.Events = append(s.Events, s.Events[0])
	}
	s.EventsCut, s.CutAt = 50, 500
	lines, cut := linesOf(s)
	gaps := 0
	for _, l := range lines {
		if l.Gap {
			gaps++
		}
	}
	if len(lines) != maxLines || cut != 1001-maxLines+50 || gaps != 1 {
		t.Errorf("%d lines, %d cut, %d gaps", len(lines), cut, gaps)
	}
	for i := range s.Events[500:] { // what was left out took five minutes
		e := &s.Events[500+i]
		e.Time, e.Until = e.Time+capture.Time(5*time.Minute), e.Until+capture.Time(5*time.Minute)
	}
	if d := pauseBefore(s, 500); d != 0 {
		t.Errorf("a pause of %v where events were left out", d)
	}
	steps := ladderOf(s).Steps
	if n := len(steps); n != maxSteps+1 || steps[maxSteps/2].Label != "961 steps left out" {
		t.Errorf("%d steps, %q in the middle", n, steps[maxSteps/2].Label)
	}
}

// TestNextIsBounded: the first page does not name more things to do than
// somebody will read.
func TestNextIsBounded(t *testing.T) {
	b := NewBuilder(Options{})
	for n := range int64(3) {
		s := gone(n+1, session.ByRST)
		s.Record.Findings[0].Code, s.Record.Findings[0].Advice = fmt.Sprint("c", n), fmt.Sprint("Do ", n)
		b.Add(s)
	}
	for i, how := range []session.How{session.ByQuit, session.ByFIN, session.ByRST, session.BySilence} {
		for n := range int64(4) {
			b.Add(one(10*int64(i+1)+n, noon, how))
		}
	}
	if next := b.Document(line(19), nil).Next; len(next) != maxNext {
		t.Errorf("%d things to do: %q", len(next), next)
	}
}

// veil is a Redactor that leaves no text of the input as it was.
type veil struct{}

func (veil) Session(s *session.Session) *session.Session {
	c := *s
	c.Record.Client.IP = netip.MustParseAddr("240.0.0.1")
	c.Events = slices.Clone(s.Events)
	for i := range c.Events {
		c.Events[i].Text = "veiled"
	}
	return &c
}
func (veil) Text(string) string { return "veiled" }

// TestRedactorSeesEverything: the document holds nothing but what the redactor
// gave, and the session itself is not changed.
func TestRedactorSeesEverything(t *testing.T) {
	s := one(1, noon, session.ByRST)
	s.Events[0].Text = "secret"
	b := NewBuilder(Options{Asked: "--client secret", Redactor: veil{}})
	b.Add(s)
	c := line(1)
	c.Files[0].Name, c.Files[0].Error, c.Errors = "secret.pcap", "secret", []string{"secret"}
	c.Log = &report.LogSummary{Clocks: []report.LogClock{{Gateway: "secret", Host: "secret"}}}
	d := b.Document(c, []Pattern{{Summary: "secret", Advice: "secret"}})
	if text := dump(d); strings.Contains(text, "secret") || strings.Contains(text, "192.0.2.1") {
		t.Errorf("not veiled: %s", text)
	}
	if s.Events[0].Text != "secret" || s.Record.Client.IP.String() != "192.0.2.1" {
		t.Error("the session was changed")
	}
}

func dump(d *Document) string {
	text := fmt.Sprintf("%+v", *d)
	for _, one := range d.Details {
		text += fmt.Sprintf("%+v %+v", *one, *one.Ladder)
	}
	if d.Timeline != nil {
		text += fmt.Sprintf("%+v", *d.Timeline)
	}
	return text
}
