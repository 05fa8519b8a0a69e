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
	t := &transcript{Writer: bufio.NewWriter(w), style: style, session: s}
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

// aboutSession are the facts that belong to no single packet.
func aboutSession(r *session.Record) []string {
	var lines []string
	if r.Direction != "" {
		lines = append(lines, r.Direction)
	}
	if r.Origin != nil {
		who := r.Origin.Name
		if r.Origin.IP.IsValid() {
			who = session.Endpoint{IP: r.Origin.IP, Port: r.Origin.Port}.String()
		}
		lines = append(lines, "on behalf of "+Printable(who)+" ("+Printable(r.Origin.By)+")")
	}
	if r.TLS != nil {
		lines = append(lines, "encrypted by "+Printable(r.TLS.Mode)+": "+tlsWords(r.TLS)+", handshake "+Printable(r.TLS.Handshake))
	}
	if line := health(&r.TCP); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// health is what TCP's counters tell, where they are not all well.
func health(c *session.TCP) string {
	var parts []string
	if c.RTT != nil {
		parts = append(parts, "round trip "+Span(c.RTT.Duration()))
	}
	both := func(n session.Sides, what string) {
		if n.Client+n.Server > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s by client, %s by server", what, Thousands(n.Client), Thousands(n.Server)))
		}
	}
	both(c.Retransmitted, "retransmitted")
	both(c.ZeroWindow, "window shut")
	both(c.KeepAlives, "keep-alives")
	if len(parts) == 0 {
		return ""
	}
	return "tcp: " + strings.Join(parts, "; ")
}

// doubts are the lines about what the capture does not show of the session.
func doubts(r *session.Record) []string {
	var lines []string
	switch {
	case !r.Seen.Client:
		lines = append(lines, "the client's packets were not captured")
	case !r.Seen.Server:
		lines = append(lines, "the server's packets were not captured")
	}
	if !r.Seen.Handshake && r.Ended.Phase != "connect" {
		lines = append(lines, "the beginning was not captured whole (no handshake)")
	}
	if n := r.TCP.Missed.Client + r.TCP.Missed.Server; n > 0 {
		lines = append(lines, "the capture missed "+Size(n)+" that did arrive")
	}
	if n := r.TCP.Lost.Client + r.TCP.Lost.Server; n > 0 {
		lines = append(lines, Size(n)+" were lost on the way and not repeated")
	}
	if n := r.TCP.Cut.Client + r.TCP.Cut.Server; n > 0 {
		lines = append(lines, "the snap length cut off "+Size(n))
	}
	if r.TCP.Duplicates > 0 {
		lines = append(lines, Count(r.TCP.Duplicates, "packet was", "packets were")+" captured twice")
	}
	return lines
}

func (t *transcript) story() {
	s := t.session
	for i := range s.Events {
		if s.EventsCut > 0 && i == s.CutAt {
			t.cut()
		}
		t.event(&s.Events[i])
	}
	if s.EventsCut > 0 && s.CutAt >= len(s.Events) {
		t.cut()
	}
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

func (t *transcript) mails() {
	r := &t.session.Record
	if len(r.Messages) > 0 {
		fmt.Fprintln(t)
	}
	for i, m := range r.Messages {
		t.line(fmt.Sprintf("mail %d: %s", i+1, mailWords(m)), nil)
	}
	if r.MessagesCut > 0 {
		fmt.Fprintf(t, "and %s\n", Count(int64(r.MessagesCut), "mail more", "mails more"))
	}
}

// mailWords say what became of a message.
func mailWords(m *session.Message) string {
	var b strings.Builder
	b.WriteString(Printable(fromOrUnknown(m)) + " → " + everyRecipient(m) + ": " + string(m.Outcome))
	if m.Transfer != nil {
		b.WriteString(", " + transferred(m))
		if !m.Transfer.Complete {
			b.WriteString(" without the end")
		}
	}
	if m.Reply != nil {
		b.WriteString(", " + Printable(messageReply(m)))
	}
	if m.QueueID != "" {
		b.WriteString(", queue id " + Printable(m.QueueID))
	}
	if m.MessageID != "" {
		b.WriteString(", Message-ID " + Printable(m.MessageID))
	}
	return b.String()
}

func fromOrUnknown(m *session.Message) string {
	if m.From == nil {
		return "(sender not captured)"
	}
	return sender(m)
}

// shownRecipients is how many recipients of a mail a transcript names.
const shownRecipients = 10

func everyRecipient(m *session.Message) string {
	if len(m.Recipients) == 0 {
		return "(no recipient)"
	}
	var parts []string
	for _, r := range m.Recipients[:min(len(m.Recipients), shownRecipients)] {
		words := Printable(r.Address)
		if r.Code >= 400 {
			words += " (refused: " + strconv.Itoa(r.Code) + ")"
		}
		if r.Final != nil {
			words += " (" + code(r.Final) + ")"
		}
		parts = append(parts, words)
	}
	if more := max(len(m.Recipients), m.RecipientCount) - len(parts); more > 0 {
		parts = append(parts, Thousands(int64(more))+" more")
	}
	return strings.Join(parts, ", ")
}

func (t *transcript) foot() {
	r := &t.session.Record
	for _, note := range r.Notes {
		t.line("note: "+Printable(note), paintOdd)
	}
	fmt.Fprintln(t)
	t.line(Verdict(r), moodPaint[moodOf(r)])
	fmt.Fprintf(t, "wireshark: %s\n", DisplayFilter(r))
}
