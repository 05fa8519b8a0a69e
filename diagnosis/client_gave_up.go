package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// clientGaveUp: the client waited for the server, or paused itself, and then
// closed: its timer was smaller than the wait (causes.md 4.7).
var clientGaveUp = rule{
	code:  "client-gave-up",
	after: pause - time.Second,
	advice: "Compare the timers of both sides: RFC 5321 section 4.5.3.2 asks clients to wait 5 minutes for MAIL and RCPT, 2 for DATA, 3 for a block of content and 10 for the final dot. " +
		"Then see what kept the server (or, mid-DATA, the client's own source) busy at that time.",
	find: func(c *Case) *claim {
		if w := c.waitedUnseen(); w != nil && w.asked != nil && w.asked.Kind == session.EventCommand {
			return w.claim(c)
		}
		if out := c.gaveUpInOrder(); out != nil {
			return out
		}
		waited := c.clientWaited()
		if !c.endedBy("client") || waited < pause-time.Second || c.farewell() != nil || !c.mayGiveUp() {
			return nil
		}
		owes := c.serverOwes()
		if owes && !c.serverHeard() || !owes && !c.clientHeard() || c.chunkUnanswered() != nil || c.endLike() != "" {
			return nil
		}
		if c.struggled(captureTime(c.Ended.Time), waited) != nil || c.lastWordsMissed() {
			return nil // the path, or the server's window; or it had said why, and closed first
		}
		if c.replyUnreceived() != nil { // it waited for what had been said, and did not come
			if c.saidAgain() {
				return nil // packet-loss says so
			}
			return c.replyLost()
		}
		claim := &claim{certainty: Likely, severity: c.severityOfEnd(), frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			against: capital(c.calm(captureTime(c.Ended.Time), waited)) + " in that time. " + bothTimers(c.Ended.Phase), elsewhere: c.wherePaused()}
		if n := c.halfReply(); owes && n != nil {
			claim.frames = append(claim.frames, n.Frame)
			claim.summary = fmt.Sprintf("The server began to answer %s, %s, and did not end its reply in %s; the client %s%s",
				c.whatWaits(), halfWords(n), seconds(waited), c.closing(), whoseRound(waited, c.Ended.Phase))
			claim.elsewhere = "What kept the server is in its log; capture at the client to see whether the rest of the reply was lost on the way."
			return claim
		}
		if owes {
			silent := "The server did not answer %s for %s"
			if c.answerMayBeLost() {
				silent = "No answer of the server to %s came here for %s"
			}
			claim.summary = fmt.Sprintf(silent+", and the client %s%s",
				c.whatWaits(), seconds(waited), c.closing(), whoseRound(waited, c.Ended.Phase))
			claim.elsewhere = "What kept the server is in its log." + c.questionLost()
			return claim
		}
		claim.summary = fmt.Sprintf("The client sent nothing more for %s %s and then %s itself%s",
			seconds(waited), c.where(), c.closing(), whoseRound(waited, c.Ended.Phase))
		return claim
	},
}

// clientWaited is the silence before the client's end. What it sent behind a DATA that was
// not answered is not read, for nobody knows what it is: it ends no wait.
func (c *Case) clientWaited() time.Duration {
	said := c.said()
	if c.Ended.Phase != "data-command" || len(said) == 0 || !c.clientHeard() {
		return c.idle()
	}
	return max(c.idle(), c.ended().Sub(said[len(said)-1].Until))
}

// lastWordsMissed reports whether the server said something behind its last reply that
// the capture missed: a 421 perhaps, and its close.
func (c *Case) lastWordsMissed() bool {
	gap := c.last(session.EventGap, "server")
	if gap == nil || !c.blind("server") {
		return false
	}
	last := c.lastReply()
	return last == nil || gap.Last > last.Last
}

// mayGiveUp: the phases in which a wait of the client is this rule's. Greeting
// and final dot have rules of their own.
func (c *Case) mayGiveUp() bool {
	if m := c.message(); m != nil && (m.Outcome == session.Refused || m.Outcome == session.Rejected) {
		return false // the server had said that it does not take it
	}
	switch c.Ended.Phase {
	case "hello", "auth", "mail", "rcpt", "data-command", "data":
		return !c.clientSpokeTLS()
	case "ready":
		return c.serverOwes()
	}
	return false
}

func (c *Case) whatWaits() string {
	if e := c.waiting(); e != nil {
		return verb(e.Text)
	}
	return "the client"
}

// whoseRound says whose timer a wait of the client fits, or that it is a round number.
func whoseRound(wait time.Duration, phase string) string {
	switch timer := whoseTimer(wait, "client", phase); {
	case timer != "":
		return timer
	case isRound(wait):
		return " (a round number, as timers are)"
	}
	return " (no timer that is known)"
}
