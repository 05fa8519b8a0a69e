package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"smtpscope/session"
)

// named are the recipients whose replies are due: the one, or how many.
func named(f session.Finals) string {
	if f.Due == 1 {
		return quote(f.Whose)
	}
	return fmt.Sprintf("the other %d", f.Due)
}

// replyFor is what is due: "the reply for" the one, "the replies for" several.
func replyFor(f session.Finals) string {
	if f.Due == 1 {
		return "the reply for " + named(f)
	}
	return "the replies for " + named(f)
}

// answeredFor says of how many recipients the server answered the end of the
// message: "for 1 recipient of 2".
func answeredFor(f session.Finals) string {
	return fmt.Sprintf("for %s of %d", count(f.Given, "recipient"), f.Given+f.Due)
}

// owed counts the commands, and ends of messages, that have had no reply.
func (c *Case) owed(said []*session.Event) int {
	if c.Protocol == "lmtp" {
		return len(owedOverLMTP(said, c.greetingDue()))
	}
	return owed(said, c.greetingDue())
}

// nextAnswered is what the next reply answers, where something waits: over LMTP, where
// the end of a message may wait on before a command, the first; else the last, for
// what stands before it was answered or never will be.
func (c *Case) nextAnswered(said []*session.Event) *session.Event {
	if c.Protocol == "lmtp" {
		if asks := owedOverLMTP(said, c.greetingDue()); len(asks) > 0 && asks[0].event != nil {
			return asks[0].event
		}
	}
	return lastAsked(said)
}

// An awaited reply is that to a command, or one or more to the end of a message.
type awaited struct {
	event *session.Event // nil: the greeting
	left  int            // replies, where it is the end of a message that was answered in part
}

// owedOverLMTP is owed where the end of a message waits for as many replies as
// recipients were accepted (RFC 2033 section 4.2).
func owedOverLMTP(said []*session.Event, greeting bool) (asks []awaited) {
	if greeting {
		asks = append(asks, awaited{})
	}
	accepted := 0
	for _, e := range said {
		switch {
		case e.Kind == session.EventCommand, !ofChunk(e) && e.Kind == session.EventContent && e.Count == 1:
			asks = append(asks, awaited{event: e})
		case ofChunk(e) && e.Count == 0 && len(asks) > 0: // a chunk that is not whole asks nothing yet
			asks = slices.Delete(asks, len(asks)-1, len(asks))
		case e.Kind == session.EventReply && len(asks) > 0:
			first := &asks[0]
			switch code := replyCode(e); {
			case first.event == nil:
			case endsMessage(first.event) && first.left == 0:
				first.left = max(accepted, 1)
				accepted = 0
			case verb(first.event.Text) == "RCPT" && code/100 == 2:
				accepted++
			case verb(first.event.Text) == "MAIL":
				accepted = 0
			}
			if first.left--; first.left <= 0 {
				asks = asks[1:]
			}
		}
	}
	return asks
}

// endsMessage: the content that came whole, or the command of its last chunk (RFC
// 3030 section 2).
func endsMessage(e *session.Event) bool {
	if e.Kind == session.EventContent {
		return true
	}
	words := strings.Fields(e.Text)
	return len(words) == 3 && strings.EqualFold(words[0], "BDAT") && strings.EqualFold(words[2], "LAST")
}
