package report

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// The words below are what the other forms of a report (package document) are
// put together from, so that a table, a transcript and a page say the same
// thing in the same way. All that came from the wire is Printable in them;
// none of them is escaped for a markup language.

// Phase puts the phase of a verdict into words: "mid-DATA".
func Phase(r *session.Record) string { return phase(r) }

// EndingEvent names what ended a session and who sent it: "RST from client".
func EndingEvent(r *session.Record) string { return event(r) }

// Envelope says who wrote to whom in the session's last message, or what there
// is in place of a message.
func Envelope(r *session.Record) string { return envelope(r) }

// MailWords say what became of a message.
func MailWords(r *session.Record, m *session.Message) string { return mailWords(r, m) }

// EventWords say one event of a session's story; a reply has as many lines as
// on the wire.
func EventWords(e *session.Event) string {
	words, _ := eventWords(e)
	return words
}

// PacketName names a packet that opens or closes: "SYN-ACK", "RST".
func PacketName(k session.EventKind) string { return closeNames[k] }

// About are the facts that belong to no single packet of a session: on whose
// behalf, how encrypted, how TCP did where it is worth a word.
func About(r *session.Record) []string { return aboutSession(r) }

// Doubts are what the capture does not show of a session.
func Doubts(r *session.Record) []string { return doubts(r) }

// QualityLines name what makes the capture less than the truth.
func QualityLines(c *Capture) []string { return qualityLines(c) }

// ClockLine says how the clock of a log stands to that of the capture.
func ClockLine(k LogClock) string { return clockLine(k) }

// LogLine says how a session stands to the gateway's log; "" without a log.
func LogLine(r *session.Record) string {
	l := r.Log
	switch {
	case l == nil:
		return ""
	case l.Status == "matched":
		return logWho(l) + ": " + Printable(l.Words) + agreement(r)
	case l.Status == "ambiguous":
		text := "ambiguous: fits " + strings.Join(candidateNames(l), " or ")
		if l.Reason != "" {
			text += " (" + Printable(l.Reason) + ")"
		}
		return text
	}
	return "nothing: " + Printable(l.Reason)
}

// LogColumn is the word of a table about the log: its id of the session, and
// its words with the mark of agreement.
func LogColumn(l *session.Log) string {
	if l == nil {
		return ""
	}
	return logID(l) + ": " + logWords(l)
}

// Wrap breaks text into lines of at most limit columns; those behind the first
// are indented.
func Wrap(text string, limit, indent int) string { return wrap(text, limit, indent) }

// Shorten cuts text to limit columns, "…" at its end telling so.
func Shorten(text string, limit int) string { return shorten(text, limit) }

// Columns is how many columns a line takes in a terminal.
func Columns(line string) int { return lineWidth(line) }

// MomentWords is a time with its day and its zone: "2026-11-22 17:28:10 UTC".
func MomentWords(t session.Time, zone *time.Location) string {
	at := t.Time().In(zone)
	return at.Format("2006-01-02 15:04:05") + " " + zoneName(at)
}

// SpanWords is a time from, a time to and how long that is: "2026-11-22
// 17:28:10 to 17:28:43 UTC (32.8 s)".
func SpanWords(from, to session.Time, zone *time.Location) string {
	a, b := from.Time().In(zone), to.Time().In(zone)
	layout := "15:04:05"
	if a.Format(time.DateOnly) != b.Format(time.DateOnly) {
		layout = time.DateTime
	}
	return fmt.Sprintf("%s to %s %s (%s)", a.Format(time.DateTime), b.Format(layout), zoneName(b), Span(b.Sub(a)))
}

// Clock gives a function that writes times in one zone, with as much of the
// date as is needed to tell the days between first and last apart.
func Clock(zone *time.Location, first, last session.Time) func(session.Time) string {
	return newClock(zone, first, last).format
}
