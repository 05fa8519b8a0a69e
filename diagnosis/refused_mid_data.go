package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// unrequestedMidData reports a refusal while the client was still sending its
// content, which is no timeout.
func (f *farewell) unrequestedMidData(c *Case) bool {
	switch f.why {
	case "injection-timeout", "connection-time-limit", "idle-timeout":
		return false
	}
	return c.Ended.Phase == "data" && f.unasked && f.after < pause
}

// refusedMidData: the same without a reset: the client could read it.
var refusedMidData = rule{
	code:     "refused-mid-data",
	needs:    refusal,
	severity: Error,
	advice: "Act on the server's words. A refusal in the middle of the content is usually a limit: size, header size, or a filter that had seen enough. " +
		"Compare the advertised SIZE with the size of the mail.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || c.unread(f) || !f.unrequestedMidData(c) || c.resetBehind(f) != 0 || c.leftDataMode() != nil {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The server refused the mail after %s, before its end was sent: it said %s",
				c.contentBefore(f), quote(f.text)),
			against: "the reply is in the capture; nothing had asked for it"}
	},
}

// contentBefore says how much content had come when the server refused, and how much
// in all where the client went on: a limit lies before the one number, not the other.
func (c *Case) contentBefore(f *farewell) string {
	total := c.transferred()
	n, known := c.cameBefore(f)
	switch {
	case !known && c.sentBehind(f):
		return "at most " + size(total) + " of content"
	case !known || n > total:
		return size(total) + " of content"
	case n < total:
		return fmt.Sprintf("%s of content (%s in all, for the client went on)", size(n), size(total))
	}
	return size(n) + " of content"
}

// cameBefore is how much of the content came before a refusal, where the capture
// tells.
func (c *Case) cameBefore(f *farewell) (n int64, known bool) {
	m := c.message()
	if m == nil || m.Transfer == nil {
		return 0, false
	}
	if u := c.Ended.Unasked; u != nil && u.Frame == f.frame && m.Transfer.Command == "DATA" {
		return u.Came, true // since the 354
	}
	begun := int64(0) // the frame of the message's MAIL
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventCommand && verb(e.Text) == "MAIL":
			begun, n = e.Frame, 0
		case e.Kind == session.EventContent && e.Frame < f.frame && e.Last > f.frame:
			return 0, false
		case e.Kind == session.EventContent && e.Last < f.frame:
			n += e.Bytes
		}
	}
	return n, begun != 0 && n > 0
}
