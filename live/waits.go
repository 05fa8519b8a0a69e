package live

import (
	"strings"
	"time"

	"smtpscope/session"
)

// waitVerbs are the commands whose answers are worth a histogram of their own;
// "." is the end of the message.
var waitVerbs = map[string]bool{"EHLO": true, "HELO": true, "MAIL": true, "RCPT": true, "DATA": true, "STARTTLS": true, "QUIT": true, "RSET": true}

// waits tells how long each answer took: replies come in the order of their
// commands (RFC 2920 section 3.1), also where several wait. It stops at the
// first thing that leaves the pairing in doubt.
func waits(events []session.Event, tell func(verb string, wait time.Duration)) {
	type asked struct {
		verb string
		at   *session.Event
	}
	var queue []asked
	greeted := false
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case session.EventCommand:
			verb, _, _ := strings.Cut(strings.ToUpper(e.Text), " ")
			queue = append(queue, asked{verb, e})
		case session.EventContent:
			if e.Count > 0 {
				queue = append(queue, asked{".", e})
			}
		case session.EventReply:
			if !greeted {
				greeted = true
				continue
			}
			if len(queue) == 0 {
				return
			}
			head := queue[0]
			queue = queue[1:]
			if wait := e.Time.Sub(head.at.Until); wait >= 0 && (waitVerbs[head.verb] || head.verb == ".") {
				tell(name(head.verb), wait)
			}
		case session.EventGap, session.EventCut, session.EventTLS:
			return
		}
	}
}

func name(verb string) string {
	if verb == "." {
		return "end-of-data"
	}
	return strings.ToLower(verb)
}
