package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// clientEnded: the client left in the middle of a mail, with no wait before it
// and no refusal (causes.md 4.8).
var clientEnded = rule{
	code:     "client-ended",
	needs:    wrong,
	severity: Error,
	advice: "The client's log of that second has the reason: a user who cancelled, a program that was restarted, a filter on that side. " +
		"If many sessions of this client ended in the same second, it was restarted.",
	find: func(c *Case) *claim {
		if f := c.farewell(); f != nil && f.why == "client-ended" && c.leftMail() {
			return &claim{certainty: Likely, severity: c.severityOfEnd(), frames: []int64{f.frame, c.Ended.Frame},
				summary:   fmt.Sprintf("The client had left %s before the server ended the session: the server said %s", c.where(), quote(f.text)),
				against:   "the server's own words; no packet of the client that closes stands before them in the capture",
				elsewhere: "The reason is in the client's log only. Whether the client closed, or a device in its name, is seen by capturing at the client."}
		}
		if !c.endedBy("client") || c.clientWaited() >= pause-time.Second || c.farewell() != nil || c.Probe || c.clientSpokeTLS() || !c.serverHeard() ||
			c.struggled(captureTime(c.Ended.Time), c.idle()) != nil {
			return nil
		}
		if c.leftInOrder() != nil {
			return nil // it had waited in vain: client-gave-up, slow-end-of-data
		}
		if !c.leftMail() || c.hasNote(noteLate354) { // the server's replies had got out of step: no client can go on
			return nil
		}
		done := c.where()
		if c.Ended.Phase == "data" {
			done = "mid-DATA after " + size(c.transferred()) + " of content"
		}
		certainty := Likely
		if !c.clientHeard() { // what is missing may be the reason
			certainty = Hint
		}
		asked, against := "nothing that the server had said asked for it", "the server had not refused anything right before and had not closed; "+c.lastLine()
		if last := c.lastReply(); last != nil && replyCode(last) >= 400 {
			certainty = Hint // what the server said is the nearer reason
			asked = "the last word of the server was a refusal, which may be why: " + quote(last.Text)
			against = "the server had not closed"
		}
		out := &claim{certainty: certainty, severity: c.severityOfEnd(), frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary:   fmt.Sprintf("The client %s %s, %s; %s", c.closing(), done, c.soonAfter(), asked),
			against:   against,
			elsewhere: "The reason is in the client's log only." + c.forged()}
		if rst := c.strangersReset(); rst != nil {
			out.summary += c.strangersWords(rst)
			out.advice = strangersAdvice("client")
			out.elsewhere = "That the client's own close was lost on the way before is not excluded." + c.forged()
		}
		return out
	},
}

// leftMail reports whether the end left a mail, or an AUTH, in the middle.
// Behind the end of a message that is duplicate-risk's, but where the reply
// that came too late was a refusal.
func (c *Case) leftMail() bool {
	m := c.message()
	switch c.Ended.Phase {
	case "auth", "mail", "rcpt", "data-command", "data":
		return m == nil || m.Outcome != session.Refused
	case "dot":
		return m != nil && m.Outcome == session.Rejected
	}
	return false
}

// soonAfter is how long after the last byte the end came.
func (c *Case) soonAfter() string {
	if c.idle() < 100*time.Millisecond {
		return "right after the last byte"
	}
	return seconds(c.idle()) + " after the last byte"
}

// forged warns of a RST in the client's name.
func (c *Case) forged() string {
	if c.Ended.How == session.ByRST {
		return " Whether the client itself sent the reset, or a device in its name, is seen by capturing at the client."
	}
	return ""
}
