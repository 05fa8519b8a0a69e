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
			queue = append(queue, asked{verbOf(e.Text), e})
		case session.EventContent:
			if e.Text == chunk { // no command of its own: its end is what BDAT's answer waits for
				if last := len(queue) - 1; last >= 0 && isChunk(queue[last].at) {
					queue[last].at = e
				}
			} else if e.Count > 0 {
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

// chunk is the command whose content is one (RFC 3030), and the text of that
// content's event.
const chunk = "BDAT"

// verbOf is the command of a line; that of the chunk that ends a message stands
// for the message's end.
func verbOf(line string) string {
	words := strings.Fields(strings.ToUpper(line))
	switch {
	case len(words) == 0:
		return ""
	case words[0] == chunk && words[len(words)-1] == "LAST":
		return "."
	}
	return words[0]
}

func isChunk(e *session.Event) bool {
	return e.Kind == session.EventCommand && len(e.Text) >= len(chunk) && strings.EqualFold(e.Text[:len(chunk)], chunk)
}

func name(verb string) string {
	if verb == "." {
		return "end-of-data"
	}
	return strings.ToLower(verb)
}
