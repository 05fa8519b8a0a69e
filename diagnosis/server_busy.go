package diagnosis

import (
	"cmp"
	"fmt"
	"time"

	"smtpscope/capture"
)

// serverBusy: the server says that it cannot, or will not, serve now.
var serverBusy = rule{
	code:  "server-busy",
	needs: refusal,
	advice: "Look at the server at that time: number of connections against its limits, load, queue, disk. " +
		"The client will try again by itself; many such sessions of one client mean that it opens too many connections at once.",
	find: func(c *Case) *claim {
		if f := c.farewell(); f != nil && !c.unread(f) && f.busy(c) {
			return &claim{certainty: Proven, severity: severityOfBusy(c, f), frames: []int64{f.frame, c.Ended.Frame},
				summary: f.busySummary(c), against: "the server's own words"}
		}
		e := c.refusal("server-busy")
		if e == nil || replyCode(e) >= 500 {
			return nil
		}
		return &claim{certainty: Proven, severity: Warning, frames: []int64{e.Frame},
			summary: "The server put the mail off for lack of resources, or because of a limit: it said " + quote(e.Text),
			against: "the server's own words"}
	},
}

func severityOfBusy(c *Case, f *farewell) Severity {
	if !f.answersMessage() && c.Ended.Phase == "ready" && c.gotThrough() {
		return Info
	}
	return c.severityOfEnd()
}

// busy: it says so, or it ends the session by a 421 (or greets with a 4yz)
// that names no other reason (RFC 5321 section 3.8).
func (f *farewell) busy(c *Case) bool {
	switch {
	case f.tooSoon(c):
		return true
	case f.unrequestedMidData(c), f.timeout() != nil, c.proxied() || c.tooEarly() != nil, c.headerAwaited():
		return false
	case f.code >= 500, f.answersMessage() && f.kept(c) >= slowAnswer && c.Finals(c.message()).Given == 0: // the latter is slow-end-of-data
		return false
	case f.why == "server-busy":
		return true
	case f.why == "idle-timeout": // it answers a command: something behind the server was too slow
		return f.answers != nil
	}
	return f.why == "" && (f.code == 421 || f.greeting)
}

// tooSoon: it speaks of a timeout in the first seconds of a session in which nobody
// had paused: whatever made it end the session, it was no timer.
func (f *farewell) tooSoon(c *Case) bool {
	t := c.serverTimeout()
	return t != nil && t.unprovoked() && c.young(f)
}

func (f *farewell) busySummary(c *Case) string {
	switch {
	case f.greeting:
		return "The server does not take mail now: it greeted with " + quote(f.text)
	case f.answersMessage() && c.Finals(c.message()).Given > 0:
		finals, after := c.Finals(c.message()), ""
		if f.kept(c) >= pause {
			after = seconds(f.kept(c)) + " later "
		}
		return fmt.Sprintf("The server answered the end of the message %s and %sended the session: in place of %s it said %s", answeredFor(finals), cmp.Or(after, "then "), replyFor(finals), quote(f.text))
	case f.answersMessage():
		return "The server put the message off and ended the session: it said " + quote(f.text)
	case f.answers != nil && f.kept(c) >= pause:
		return fmt.Sprintf("The server kept %s waiting for %s and then ended the session: it said %s", verb(f.answers.Text), seconds(f.kept(c)), quote(f.text))
	}
	words := fmt.Sprintf("The server itself ended the session %s: it said %s", c.where(), quote(f.text))
	if f.tooSoon(c) {
		words += fmt.Sprintf(", though the session was only %s old and nobody had paused", span(c.age(f)))
	}
	return words
}

// kept is how long the server let wait what it answers: not longer than since it came,
// the last time that a piece of it was sent again counted.
func (f *farewell) kept(c *Case) time.Duration {
	if filled := c.filledIn(f.time-capture.Time(f.after), f.time); filled != nil && f.time != 0 {
		return f.time.Sub(filled.Until)
	}
	return f.after
}

func (f *farewell) answersMessage() bool {
	return f.answers != nil && endsMessage(f.answers)
}
