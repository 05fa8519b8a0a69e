package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// resetBehind is the frame of a RST of the server behind its farewell, 0 where
// there is none.
func (c *Case) resetBehind(f *farewell) int64 {
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventRST && e.Side == "server" && e.Frame >= f.frame {
			return e.Frame
		}
	}
	return 0
}

// sentBehind reports whether the client sent payload after the farewell: it
// had not read it. QUIT is what clients say that have.
func (c *Case) sentBehind(f *farewell) bool {
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Side == "client" && e.Last > f.frame &&
			(e.Kind == session.EventCommand && verb(e.Text) != "QUIT" || e.Kind == session.EventContent || e.Kind == session.EventLate) {
			return true
		}
	}
	return false
}

const unreadWhy = "A reset of the server behind its own refusal usually means that it closed with unread input; that is no attack of a firewall."

// rstEatsReply: the server refuses while the client is still sending, and
// resets. The RST throws away the reply in the client's receive buffer, and
// the client knows of a lost connection only (causes.md 3.5).
var rstEatsReply = rule{
	code:     "rst-eats-reply",
	needs:    refusal,
	severity: Error,
	advice: "Act on the server's words, not on the reset. The sender will try again and again because it never read them: " +
		"tell its owner what was refused, or let the server refuse earlier (by SIZE at MAIL) or read the content to its end before it refuses.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || c.unread(f) || f.timeout() != nil || !c.bothHeard() || c.Ended.By == "server" && c.livedOn() {
			return nil
		}
		if c.Ended.Phase != "data" && f.why != "" {
			return nil // too many errors and the like: the words are the cause, the reset is how it closed
		}
		rst := c.resetBehind(f)
		if rst == 0 || !f.unrequestedMidData(c) && !(c.sentBehind(f) && f.after < pause && !f.greeting) {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{f.frame, c.Ended.Frame, rst},
			summary: fmt.Sprintf("The server refused %s with %s while the client was still sending, and then reset the connection: the reset can wipe out the refusal before the client reads it, which then reports a lost connection and tries again",
				c.refusedAt(f), quote(f.text)),
			against:   "the refusal is in the capture, right before the reset. " + unreadWhy,
			elsewhere: "Whether the client did read the refusal is in its own log."}
	},
}

func (c *Case) refusedAt(f *farewell) string {
	switch {
	case c.Ended.Phase == "data":
		return "the mail after " + c.contentBefore(f)
	case f.answers != nil && f.answers.Kind == session.EventCommand:
		return verb(f.answers.Text)
	}
	return "the client " + c.where()
}
