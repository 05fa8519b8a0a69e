package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// A leave in order: the client had waited for a reply, and took the mail back or took
// its leave before it came. What the server said then answers nobody any more.
type leaveInOrder struct {
	asked *session.Event // what waited: a command, or the end of a message
	word  *session.Event // RSET or QUIT
	wait  time.Duration
	hard  bool           // packets were repeated, or a window was shut, in that time
	late  *session.Event // the reply that came after all, nil where none did
}

// leftInOrder is the last RSET or QUIT that the client said after it had waited for a
// reply in vain; nil where there is none, or where packets are missing of either side.
func (c *Case) leftInOrder() *leaveInOrder {
	if c.lasted < pause-time.Second || !c.bothHeard() || !c.serverHeard() || !c.clientHeard() || len(c.events()) >= eventsKept {
		return nil
	}
	said := c.said()
	for i := len(said) - 1; i > 0; i-- {
		e := said[i]
		if e.Kind != session.EventCommand || e.Time.Sub(said[i-1].Until) < pause-time.Second || !isLeave(verb(e.Text)) {
			continue
		}
		l := &leaveInOrder{asked: c.nextAnswered(said[:i]), word: e, wait: silenceBefore(said[:i], e)}
		if l.asked == nil || isLeave(verb(l.asked.Text)) || c.owed(said[:i]) == 0 {
			return nil // it was the client's own turn to speak
		}
		l.hard = c.struggled(e.Time, l.wait) != nil
		for _, later := range said[i+1:] {
			switch {
			case later.Kind != session.EventReply && !isLeave(verb(later.Text)):
				return nil // it went on: what became of that is the session's end
			case later.Kind == session.EventReply && l.late == nil:
				l.late = later
			}
		}
		return l
	}
	return nil
}

func isLeave(verb string) bool { return verb == "RSET" || verb == "QUIT" }

// phase is where the client waited.
func (l *leaveInOrder) phase() string {
	switch {
	case ofChunk(l.asked):
		return "data"
	case l.asked.Kind == session.EventContent:
		return "dot"
	}
	switch verb(l.asked.Text) {
	case "HELO", "EHLO", "LHLO":
		return "hello"
	case "MAIL":
		return "mail"
	case "RCPT":
		return "rcpt"
	case "DATA":
		return "data-command"
	}
	return "ready"
}

// inOrder says how the client left, and what came too late for it.
func (c *Case) inOrder(l *leaveInOrder) string {
	words := "gave up in order: it said " + verb(l.word.Text)
	if l.late != nil {
		words += fmt.Sprintf("; the answer %s came %s later", quote(l.late.Text), span(l.late.Time.Sub(l.word.Until)))
	}
	return words
}

// gaveUpInOrder is the claim about a command that was not answered while the client
// waited; the end of a message is slow-end-of-data's.
func (c *Case) gaveUpInOrder() *claim {
	l := c.leftInOrder()
	if l == nil || l.hard || l.asked.Kind == session.EventContent && !(ofChunk(l.asked) && c.Ended.Phase == "data") {
		return nil
	}
	out := &claim{certainty: Likely, severity: c.severityOfEnd(), frames: []int64{l.asked.Last, l.word.Frame},
		summary:   fmt.Sprintf("The server did not answer %s for %s%s, and the client %s", verb(l.asked.Text), seconds(l.wait), whoseRound(l.wait, l.phase()), c.inOrder(l)),
		against:   capital(c.calm(l.word.Time, l.wait)) + " in that time. " + bothTimers(l.phase()),
		elsewhere: "What kept the server is in its log. That it was this wait which made the client leave is for the client's log to say." + c.questionLost()}
	if l.late != nil {
		out.frames = append(out.frames, l.late.Frame)
	}
	return out
}
