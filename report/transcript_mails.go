package report

import (
	"fmt"
	"strconv"
	"strings"

	"smtpscope/session"
)

func (t *transcript) mails() {
	r := &t.session.Record
	if len(r.Messages) > 0 {
		fmt.Fprintln(t)
	}
	for i, m := range r.Messages {
		t.line(fmt.Sprintf("mail %d: %s", i+1, mailWords(r, m)), nil)
	}
	if r.MessagesCut > 0 {
		fmt.Fprintf(t, "and %s\n", Count(int64(r.MessagesCut), "mail more", "mails more"))
	}
}

// mailWords say what became of a message.
func mailWords(r *session.Record, m *session.Message) string {
	var b strings.Builder
	b.WriteString(Printable(fromOrUnknown(r, m)) + " → " + everyRecipient(r, m) + ": " + Printable(string(m.Outcome)))
	if m.Transfer != nil && (m.Transfer.Complete || m.Transfer.Bytes > 0 || m.Outcome != session.Rejected) { // of a chunk that was refused at once there is nothing to say
		b.WriteString(", " + transferred(m))
		if !m.Transfer.Complete && !(m.Outcome == session.Unknown && m.Transfer.AtLeast) { // of the latter the end may be what was not captured
			b.WriteString(" without the end")
		}
	}
	if words := reason(m); words != "" {
		b.WriteString(", ")
		if tooLate(m) {
			b.WriteString("too late for the client: ")
		}
		b.WriteString(Printable(words))
	}
	if m.QueueID != "" {
		b.WriteString(", queue id " + Printable(m.QueueID))
	}
	if m.MessageID != "" {
		b.WriteString(", Message-ID " + Printable(m.MessageID))
	}
	return b.String()
}

// reason is the reply that decided: to the message, but to MAIL or to its one
// recipient where that was refused. What the server then says to the commands
// that were sent along (RFC 2920) only follows from it: "503 Need MAIL command".
func reason(m *session.Message) string {
	switch {
	case m.Outcome == session.Refused && m.Code >= 400:
		return replyWords(strconv.Itoa(m.Code), m.Text)
	case m.Outcome == session.Refused && len(m.Recipients) == 1:
		return replyWords("", m.Recipients[0].Text) // its code stands behind the address
	}
	return messageReply(m)
}

func fromOrUnknown(r *session.Record, m *session.Message) string {
	switch {
	case m.From != nil:
		return sender(m)
	case r.Seen.Handshake && nothingMissed(r):
		return "(no MAIL seen)"
	}
	return "(sender not captured)"
}

// nothingMissed: what was said from the first captured packet on was captured.
func nothingMissed(r *session.Record) bool {
	return r.Seen.MissingBytes == 0 && r.TCP.Cut == (session.Sides{})
}

// shownRecipients is how many recipients of a mail a transcript names.
const shownRecipients = 10

// everyRecipient names the recipients. That there was none is said only where
// the place was captured in which they would stand: behind MAIL.
func everyRecipient(r *session.Record, m *session.Message) string {
	switch {
	case len(m.Recipients) > 0:
	case (m.From != nil || r.Seen.Handshake) && nothingMissed(r):
		return "(no recipient)"
	default:
		return "(recipients not captured)"
	}
	var parts []string
	partly := r.Finals(m).Partly()
	for _, to := range m.Recipients[:min(len(m.Recipients), shownRecipients)] {
		words := Printable(to.Address)
		switch {
		case words != "":
		case nothingMissed(r):
			words = "<>" // as a confused client says
		default:
			words = "(recipient not captured)"
		}
		switch {
		case to.Code >= 400:
			words += " (refused: " + strconv.Itoa(to.Code) + ")"
		case to.Final != nil:
			words += " (" + code(to.Final) + ")"
		case partly:
			words += " (no reply)"
		}
		parts = append(parts, words)
	}
	if more := max(len(m.Recipients), m.RecipientCount) - len(parts); more > 0 {
		parts = append(parts, Thousands(int64(more))+" more")
	}
	return strings.Join(parts, ", ")
}
