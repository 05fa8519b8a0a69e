package document

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/report"
	"smtpscope/session"
)

// maxLines is how many lines of a transcript are told: half from its
// beginning, half from its end. smtpscope show tells all.
const maxLines = 400

// maxMails is how many mails of a session are told one by one.
const maxMails = 50

func detailOf(s *session.Session, zone *time.Location) *Detail {
	s = report.Told(s)
	r := &s.Record
	d := &Detail{
		Number: r.Session, Client: r.Client.String(), Server: r.Server.String(),
		Verdict: report.Verdict(r), Fate: fateOf(r),
		Facts: sessionFacts(r, zone), Doubts: report.Doubts(r), Findings: findingsOf(r),
		Health: healthOf(&r.TCP), Ladder: ladderOf(s), Filter: report.DisplayFilter(r),
		HasLog: r.Log != nil, LogSays: report.Printable(report.LogLine(r)),
	}
	for i, m := range r.Messages[:min(len(r.Messages), maxMails)] {
		d.Mails = append(d.Mails, report.Printable(fmt.Sprintf("mail %d: %s", i+1, report.MailWords(r, m))))
	}
	if more := len(r.Messages) - len(d.Mails) + r.MessagesCut; more > 0 {
		d.Mails = append(d.Mails, "and "+report.Count(int64(more), "mail more", "mails more"))
	}
	for _, n := range r.Notes {
		d.Notes = append(d.Notes, report.Printable(n))
	}
	if r.Log != nil && r.Log.Offset != nil {
		d.LogClock = "the log's clock is " + offsetWords(r.Log.Offset.Duration()) + " the capture's; its lines are placed by that" + coarse(r.Log)
	}
	d.Ladder.ClientIs, d.Ladder.ServerIs = sidesOf(r)
	d.ended, d.fateOfMail = verdictName(r), fateOfMail(r)
	d.noMail = len(r.Messages) == 0 && r.TLS == nil && noMailYet[r.Ended.Phase]
	d.refusal = refusalOf(r)
	d.Lines, d.LinesCut = linesOf(s)
	return d
}

// refusalOf is the reply by which the server did not take the last mail that it
// refused: to its content, to the first recipient that was refused, or to MAIL.
func refusalOf(r *session.Record) (refusal *session.Reply) {
	for _, m := range r.Messages {
		if m.Outcome != session.Refused && m.Outcome != session.Rejected {
			continue
		}
		switch i := slices.IndexFunc(m.Recipients, func(to *session.Recipient) bool { return to.Code >= 400 }); {
		case m.Reply != nil && m.Reply.Code >= 400:
			refusal = m.Reply
		case i >= 0:
			refusal = &session.Reply{Code: m.Recipients[i].Code, Text: m.Recipients[i].Text}
		case m.Code >= 400:
			refusal = &session.Reply{Code: m.Code, Text: m.Text}
		}
	}
	return refusal
}

// sidesOf name the two sides, with which of them is the gateway where that is
// known: by --gateway, or because its log has the session.
func sidesOf(r *session.Record) (client, server string) {
	switch {
	case r.Direction == "outbound":
		return "client (gateway)", "server"
	case r.Direction == "inbound", r.Direction == "" && r.Log != nil && r.Log.Status == "matched":
		return "client", "server (gateway)"
	}
	return "client", "server"
}

// noMailYet are the phases in which a session without a message has had none,
// and not only none that the capture shows.
var noMailYet = map[string]bool{"connect": true, "banner": true, "hello": true, "auth": true, "ready": true}

// fateOfMail is a half sentence on what became of the last mail; "" where the
// capture shows none.
func fateOfMail(r *session.Record) string {
	if len(r.Messages) == 0 {
		return ""
	}
	m := r.Messages[len(r.Messages)-1]
	what := "was " + report.Printable(string(m.Outcome))
	if m.Outcome == session.Unknown {
		what = "has an unknown fate"
	}
	which := "its mail"
	if n := len(r.Messages) + r.MessagesCut; n > 1 {
		which = fmt.Sprintf("the last of its %d mails", n)
	}
	return which + ", " + report.Printable(report.Envelope(r)) + ", " + what
}

// coarse warns that the log's times are whole seconds: its lines may then stand
// before packets that came earlier.
func coarse(l *session.Log) string {
	for i := range l.Entries {
		if t := l.Entries[i].Time; t == nil || int64(*t)%int64(time.Second) != 0 {
			return ""
		}
	}
	return ", to the second, for its times have no fraction"
}

func offsetWords(d time.Duration) string {
	switch d = d.Round(time.Millisecond); {
	case d < 0:
		return fmt.Sprintf("%.3f s behind", -d.Seconds())
	case d > 0:
		return fmt.Sprintf("%.3f s ahead of", d.Seconds())
	}
	return "even with"
}

func sessionFacts(r *session.Record, zone *time.Location) []Fact {
	source := report.Printable(filepath.Base(r.Source))
	if r.Source == "-" {
		source = "standard input"
	}
	facts := []Fact{
		{"began", r.Start.Time().In(zone).Format("2006-01-02 15:04:05.000000 MST")},
		{"lasted", report.Span(r.Duration.Duration())},
		{"frames", fmt.Sprintf("%d to %d (%s) of %s", r.Frames.First, r.Frames.Last, report.Count(r.Frames.Count, "frame", "frames"), source)},
		{"payload", report.Size(r.Bytes.Client) + " by client, " + report.Size(r.Bytes.Server) + " by server"},
	}
	for _, line := range report.About(r) {
		if !strings.HasPrefix(line, "tcp: ") { // the health table has it
			facts = append(facts, Fact{"also", report.Printable(line)})
		}
	}
	return facts
}

func findingsOf(r *session.Record) []Finding {
	var list []Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		list = append(list, Finding{Code: report.Printable(f.Code), Severity: report.Printable(f.Severity), Certainty: report.Printable(f.Certainty),
			Summary: sentence(report.Printable(f.Summary)), Frames: framesWords(f.Frames),
			Against: report.Printable(f.Against), Elsewhere: report.Printable(f.Elsewhere), Advice: report.Printable(f.Advice), isCause: report.IsCause(r, f)})
	}
	return list
}

func framesWords(frames []int64) string {
	if len(frames) == 0 {
		return ""
	}
	words := make([]string, len(frames))
	for i, n := range frames {
		words[i] = strconv.FormatInt(n, 10)
	}
	if len(words) == 1 {
		return "frame " + words[0]
	}
	return "frames " + strings.Join(words, ", ")
}

// healthOf is the table of how TCP did: lines that say something.
func healthOf(c *session.TCP) []Health {
	var list []Health
	if c.RTT != nil {
		list = append(list, Health{"round trip of the handshake", report.Span(c.RTT.Duration()), ""})
	}
	if c.RTTs != nil {
		list = append(list, Health{"round trip from here, mean and most", rttWords(&c.RTTs.Client), rttWords(&c.RTTs.Server)})
	}
	number := func(name string, n session.Sides, always bool) {
		if always || n != (session.Sides{}) {
			list = append(list, Health{name, report.Thousands(n.Client), report.Thousands(n.Server)})
		}
	}
	size := func(name string, n session.Sides) {
		if n != (session.Sides{}) {
			list = append(list, Health{name, report.Size(n.Client), report.Size(n.Server)})
		}
	}
	if c.MSS != nil {
		list = append(list, Health{"largest segment accepted (MSS), bytes", seenNumber(c.MSS.Client), seenNumber(c.MSS.Server)})
	}
	if c.WindowScale != nil {
		number("window scale (shift)", *c.WindowScale, true)
	}
	number("segments sent again", c.Retransmitted, true)
	number("segments out of order", c.OutOfOrder, false)
	number("times the receive window was shut", c.ZeroWindow, true)
	if z := c.ZeroWindowSec; z != nil {
		list = append(list, Health{"time the receive window was shut", report.Span(z.Client.Duration()), report.Span(z.Server.Duration())})
	}
	number("keep-alive probes", c.KeepAlives, false)
	size("bytes that the capture missed", c.Missed)
	size("bytes lost on the way", c.Lost)
	size("bytes cut by the snap length", c.Cut)
	number("bytes seen twice with other content", c.Overlaps, false)
	return list
}

// seenNumber is a number that is 0 where it was not captured.
func seenNumber(n int64) string {
	if n == 0 {
		return "–"
	}
	return report.Thousands(n)
}

func rttWords(r *session.RTT) string {
	if r.Count == 0 {
		return "–"
	}
	mean, most := report.Span(r.Mean.Duration()), report.Span(r.Max.Duration())
	if mean == most {
		return mean
	}
	return mean + ", " + most
}

// sinceStart is the time since the session's first frame in seconds, to the
// microsecond.
func sinceStart(at int64, r *session.Record) string {
	d := time.Duration(at - int64(r.Start)).Round(time.Microsecond)
	return strconv.FormatFloat(d.Seconds(), 'f', 6, 64)
}

// linesOf is the transcript: events and lines of the log in the order of
// their moments, and how many were left out.
func linesOf(s *session.Session) ([]Line, int64) {
	r := &s.Record
	logged := logLines(s)
	var lines []Line
	for i := range s.Events {
		e := &s.Events[i]
		for len(logged) > 0 && logged[0].known && logged[0].moment <= int64(e.Time) {
			lines = append(lines, logged[0].Line)
			logged = logged[1:]
		}
		lines = append(lines, Line{At: sinceStart(int64(e.Time), r), Frame: frameWords(e), Side: e.Side,
			Class: classOf(e).name, Words: report.EventWords(e), Gap: s.EventsCut > 0 && i == s.CutAt})
	}
	for _, l := range logged {
		lines = append(lines, l.Line)
	}
	if len(lines) <= maxLines {
		return lines, s.EventsCut
	}
	const half = maxLines / 2
	cut := int64(len(lines)-2*half) + s.EventsCut
	lines = append(lines[:half:half], lines[len(lines)-half:]...)
	for i := range lines {
		lines[i].Gap = i == half
	}
	return lines, cut
}

func frameWords(e *session.Event) string {
	if e.Frame == 0 {
		return ""
	}
	return strconv.FormatInt(e.Frame, 10)
}

// logLine is a line of the log with its moment on the capture's clock.
type logLine struct {
	Line
	moment int64
	known  bool
}

func logLines(s *session.Session) []logLine {
	l := s.Record.Log
	if l == nil {
		return nil
	}
	var list []logLine
	for i := range l.Entries {
		e := &l.Entries[i]
		one := logLine{Line: Line{Side: "log", Class: "log", Frame: report.Printable(filepath.Base(e.File)) + ":" + strconv.FormatInt(e.Line, 10),
			Words: report.LogText(e.Text)}}
		if l.Offset != nil && i < len(s.LogMoments) && s.LogMoments[i] != 0 {
			one.moment, one.known = int64(s.LogMoments[i]), true
			one.At = sinceStart(one.moment, &s.Record)
		} else if len(list) > 0 && list[len(list)-1].known {
			one.moment, one.known = list[len(list)-1].moment, true // stays behind its neighbour
		}
		list = append(list, one)
	}
	if l.EntriesCut > 0 {
		list = append(list, logLine{Line: Line{Side: "log", Class: "log", Words: report.Count(l.EntriesCut, "line", "lines") + " of the log left out"}})
	}
	return list
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}
