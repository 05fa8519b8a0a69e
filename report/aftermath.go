package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"smtpscope/session"
)

// maxLastWords bounds what is told of a reply's text.
const maxLastWords = 72

// lastWords are the reply that nothing had asked for, with the silence that
// it ended: mostly why the server gave up, in its own words.
func lastWords(r *session.Record) string {
	u := r.Ended.Unasked
	text, _, _ := strings.Cut(u.Text, "\n")
	said := strings.TrimSpace(strconv.Itoa(u.Code) + " " + shorten(Printable(text), maxLastWords))
	silence := ""
	if u.Silence() >= quiet {
		silence = Span(u.Silence()) + " of silence"
	}
	switch much := amount(r); {
	case r.Ended.By != "server" && silence != "":
		return much + pause(r) + ", server had said after " + silence + ": " + said
	case r.Ended.By != "server" || silence == "":
		return much + pause(r) + ", server had said " + said
	case r.Ended.Phase == "ready":
		return " after " + silence + tally(r.Messages, ", ") + ": " + said
	case much == "":
		return " after " + silence + ": " + said
	default:
		return much + " and " + silence + ": " + said
	}
}

// quiet is how long nothing must be said to be called silence.
const quiet = 100 * time.Millisecond

// aftermath says what became of the mail, or what the server said last, where
// the phase alone does not.
func aftermath(r *session.Record) string {
	m := lastMessage(r)
	switch half := r.Ended.HalfReply && r.Ended.How != session.ByCaptureEnd; {
	case half && r.Ended.Phase == "banner":
		return ", inside the greeting"
	case half:
		return ", inside a reply"
	}
	switch r.Ended.Phase {
	case "hello":
		if r.Banner != nil && r.Banner.Code != 0 && r.Banner.Code/100 != 2 {
			return ", greeted with " + strconv.Itoa(r.Banner.Code)
		}
	case "tls-handshake", "tls":
		if r.TLS != nil && r.TLS.Alert != nil {
			return ", " + alert(r.TLS.Alert)
		}
	case "auth":
		if r.Auth != nil && r.Auth.Code != 0 {
			return ", AUTH answered with " + strconv.Itoa(r.Auth.Code)
		}
	case "ready":
		return tally(r.Messages, ", ")
	case "mail", "rcpt", "data-command":
		return refusal(m)
	case "data", "unknown":
		return early(m)
	case "dot":
		if f := r.Finals(m); f.Partly() {
			return fmt.Sprintf(", answered for %d of %s", f.Given, Count(int64(f.Given+f.Due), "recipient", "recipients"))
		}
		return dotReply(m, r.Ended.How == session.ByCaptureEnd)
	}
	return ""
}

func lastMessage(r *session.Record) *session.Message {
	if len(r.Messages) == 0 {
		return nil
	}
	return r.Messages[len(r.Messages)-1]
}

// refusal names the reply that refused the message before its content.
func refusal(m *session.Message) string {
	switch {
	case m == nil:
	case m.Outcome == session.Refused && m.Code >= 400:
		return ", sender refused with " + strconv.Itoa(m.Code)
	case m.Outcome == session.Refused && len(m.Recipients) > 1:
		return ", every recipient refused, last with " + refusedWith(m)
	case m.Outcome == session.Refused:
		return ", recipient refused with " + refusedWith(m)
	case m.Outcome == session.Rejected && m.Reply != nil:
		return ", message rejected with " + code(m.Reply)
	case m.Outcome == session.Withdrawn:
		return ", message withdrawn"
	}
	return ""
}

func refusedWith(m *session.Message) string {
	if c := decidedBy(m); c != 0 {
		return strconv.Itoa(c)
	}
	return "an unknown code"
}

// early is a reply that came while the content was still being sent: what the
// server said last, which the client may never have read.
func early(m *session.Message) string {
	if m == nil || m.Reply == nil {
		return ""
	}
	return ", server had said " + code(m.Reply)
}

// dotReply says whether the message was answered, which decides if both sides
// believe the same of it (RFC 1047).
func dotReply(m *session.Message, open bool) string {
	switch {
	case open && (m == nil || m.Reply == nil):
		return ", no reply yet"
	case m == nil || m.Reply == nil:
		return ", no reply"
	case m.Outcome == session.Accepted:
		return ", accepted with " + code(m.Reply) + " all the same"
	case m.Outcome == session.Rejected:
		return ", rejected with " + code(m.Reply)
	case m.Outcome == session.Unknown:
		return ", reply " + code(m.Reply) + " perhaps too late"
	}
	return ", reply " + code(m.Reply) + " came too late"
}

func code(r *session.Reply) string {
	if r.Code == 0 {
		return "an unknown code"
	}
	return strconv.Itoa(r.Code)
}
