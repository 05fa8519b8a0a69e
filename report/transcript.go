package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// WriteTranscript tells one session from its first packet to its last: what
// was said, what TCP did in between, what became of the mails, the verdict,
// and a filter to find the packets in Wireshark. The session must have been
// read with session.Config.Events.
func WriteTranscript(w io.Writer, s *session.Session, style Style) error {
	t := &transcript{Writer: bufio.NewWriter(w), style: style, session: Told(s)}
	t.head()
	t.story()
	t.mails()
	t.foot()
	return t.Flush()
}

type transcript struct {
	*bufio.Writer
	style   Style
	session *session.Session
}

func (t *transcript) head() {
	r := &t.session.Record
	t.line(fmt.Sprintf("session %d: %s → %s", r.Session, r.Client, r.Server), paintHeading)
	start := r.Start.Time().In(t.style.zone())
	t.line(fmt.Sprintf("%s, frames %d to %d (%s), %s %s, lasted %s", Printable(r.Source), r.Frames.First, r.Frames.Last,
		Count(r.Frames.Count, "frame", "frames"), start.Format("2006-01-02 15:04:05.000000"), zoneName(start),
		Span(r.Duration.Duration())), nil)
	for _, line := range aboutSession(r) {
		t.line(line, nil)
	}
	for _, line := range doubts(r) {
		t.line(line, paintOdd)
	}
	fmt.Fprintln(t)
}

// line writes a line of running text, folded to the width.
func (t *transcript) line(text string, p paint) {
	fmt.Fprintln(t, t.style.paint(p, wrap(text, t.style.width(), 2)))
}

func (t *transcript) story() {
	s := t.session
	logged := 0
	for i := range s.Events {
		logged = t.logTold(logged, s.Events[i].Time)
		if s.EventsCut > 0 && i == s.CutAt {
			t.cut()
		}
		t.event(&s.Events[i])
	}
	if s.EventsCut > 0 && s.CutAt >= len(s.Events) {
		t.cut()
	}
	t.logRest(logged)
}

func (t *transcript) cut() {
	fmt.Fprintf(t, "%*s  %s left out\n", timeColumns, "…", Count(t.session.EventsCut, "line", "lines"))
}

// The columns of a transcript: seconds since the first frame, frame number,
// arrow, words.
const timeColumns = 12

// event writes one event; a reply of several lines takes as many.
func (t *transcript) event(e *session.Event) {
	words, p := eventWords(e)
	margin := fmt.Sprintf("%*s %7s  %s  ", timeColumns, t.since(e.Time), frame(e.Frame), arrow(e.Side))
	indent := lineWidth(margin)
	text := onEachLine(words, func(line string) string { return wrap(line, t.style.width()-indent, 4) })
	fmt.Fprint(t, t.style.paint(paintFaint, margin))
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			fmt.Fprint(t, strings.Repeat(" ", indent))
		}
		fmt.Fprintln(t, t.style.paint(p, line))
	}
}

// since is the time since the session's first frame in seconds, to the
// microsecond that captures have.
func (t *transcript) since(at capture.Time) string {
	d := at.Sub(capture.Time(t.session.Record.Start))
	return strconv.FormatFloat(d.Round(time.Microsecond).Seconds(), 'f', 6, 64)
}

func frame(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func arrow(side string) string {
	switch side {
	case "client":
		return "C→S"
	case "server":
		return "C←S"
	}
	return "   "
}

func (t *transcript) foot() {
	r := &t.session.Record
	for _, note := range r.Notes {
		t.line("note: "+Printable(note), paintOdd)
	}
	fmt.Fprintln(t)
	t.line(Verdict(r), moodPaint[moodOf(r)])
	t.findings()
	t.logFoot()
	t.gatewayFoot()
	fmt.Fprintf(t, "wireshark: %s\n", DisplayFilter(r))
}
