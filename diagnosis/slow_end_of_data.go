package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// slowAnswer is the least wait for the reply to the end of a message that is
// worth a word. RFC 5321 section 4.5.3.2.6 allows 10 minutes; many clients do
// not wait so long.
const slowAnswer = 30 * time.Second

// answer is a reply to the end of a message, or to a chunk of one, and how long it took.
type answer struct {
	content *session.Event // what it answers
	last    bool           // with which the message ended
	reply   *session.Event // nil = none before the session ended
	wait    time.Duration
	filled  *session.Event // the repetition from which wait counts; nil = the end of the message
	nth     int            // over LMTP, which of the replies to this end: wait counts from the one before
}

// slowest is the reply to the end of a message that took longest, where that is
// session.LongWait at least; what took less is no rule's.
func (c *Case) slowest() (worst answer) {
	if c.signs&waited == 0 {
		return worst
	}
	var a answer
	c.eachAnswer(func(asked awaited, reply *session.Event, since capture.Time) {
		sent := asked.content()
		if sent == nil {
			return
		}
		if sent != a.content {
			a.nth = 0
		}
		a = answer{content: sent, last: endsMessage(asked.event), reply: reply, nth: a.nth + 1}
		c.time(&a, since, worst.wait)
		if a.wait > worst.wait {
			worst = a
		}
	})
	return worst
}

// time says how long a reply took that was waited for since a moment, where that is
// more than least.
func (c *Case) time(a *answer, since capture.Time, least time.Duration) {
	if a.wait = a.reply.Time.Sub(since); a.wait <= least {
		return
	}
	if a.filled = c.filledIn(since, a.reply.Time); a.filled != nil {
		a.wait = a.reply.Time.Sub(a.filled.Until)
	}
}

// slowEnd: the end of the message was sent, and the reply took long or never
// came (causes.md 3.3).
var slowEnd = rule{
	code:  "slow-end-of-data",
	needs: wrong | waited,
	after: pause - time.Second,
	advice: "Look at what the server does between the final dot and its reply: content filter, virus scanner, milter, a proxy that waits for the next server. " +
		"With PureMessage compare the queue ID with sendmail's log and look for lines with milter_. Make it faster, or let clients wait 10 minutes as RFC 5321 asks.",
	find: func(c *Case) *claim {
		if w := c.waitedUnseen(); w != nil && w.asked != nil && w.asked.Kind == session.EventContent {
			return w.claim(c)
		}
		if !c.bothHeard() || !c.serverHeard() {
			return nil
		}
		if c.Ended.Phase == "dot" && !c.open() {
			return c.neverAnswered()
		}
		return c.lateAnswer()
	},
}

const whyFilter = "That a content filter took the time is usual, and seen in the server's log only."

func (c *Case) neverAnswered() *claim {
	m := c.message()
	f := c.Finals(m)
	waited, until, from, left := c.idle(), c.ended(), c.lastSaidFrame(), c.closing()
	if l := c.leftInOrder(); l != nil && l.asked.Kind == session.EventContent {
		waited, until, from = l.wait, l.word.Time, l.asked.Last
		left = "said " + verb(l.word.Text) + " and " + left
	} else if end := c.endUnanswered(); end != nil && until.Sub(end.Until) > waited {
		waited, from = until.Sub(end.Until), end.Last
	}
	all, timer, more := waited, whoseTimer(waited, "client", "dot"), ""
	if filled := c.filledIn(until-capture.Time(waited), until); filled != nil {
		waited = until.Sub(filled.Until)
		more = fmt.Sprintf("; the wait is counted from the last piece that was sent again, %s before which the end had passed", span(all-waited))
	}
	if m == nil || !c.endedBy("client") || waited < pause-time.Second || m.Outcome == session.Accepted && !f.Partly() || c.splitByPIX() || c.endStuck() {
		return nil
	}
	certainty, silent, orLost := Proven, "did not answer", ""
	if c.answerMayBeLost() {
		certainty, silent, orLost = Strong, "no answer to it came here", c.orLost()
	}
	against := "the end of the message is in the capture, and no byte of the server is missing"
	if f.Partly() {
		return &claim{certainty: certainty, severity: Error, frames: []int64{from, c.Ended.Frame},
			summary: fmt.Sprintf("The server had the whole message (%s), answered %s and said nothing for %s of %s; then the client %s%s%s",
				size(c.transferred()), answeredFor(f), seconds(waited), named(f), left, timer, c.begunReply()),
			against:   against + "; LMTP asks for a reply for each recipient (RFC 2033 section 4.2)" + more + ". " + bothTimers("dot"),
			elsewhere: whyFilter + orLost}
	}
	return &claim{certainty: certainty, severity: Error, frames: []int64{from, c.Ended.Frame},
		summary: fmt.Sprintf("The server had the whole message (%s) and %s for %s; then the client %s%s%s",
			size(c.transferred()), silent, seconds(waited), left, timer, c.begunReply()),
		against:   against + more + ". " + bothTimers("dot"),
		elsewhere: whyFilter + orLost}
}

// endUnanswered is the end of a message behind which the server said nothing, whatever
// the client has said since (NOOP, to see who is there); nil where there is none.
func (c *Case) endUnanswered() *session.Event {
	said := c.said()
	for i := len(said) - 1; i >= 0 && said[i].Kind != session.EventReply; i-- {
		if e := said[i]; e.Kind == session.EventContent && e.Count == 1 {
			return e
		}
	}
	return nil
}

// endStuck reports whether the client's last bytes were sent again and never
// acknowledged: the server may not have had the end of the message.
func (c *Case) endStuck() bool { return c.Wire.Client.Stuck.Tries > 1 }

func (c *Case) lateAnswer() *claim {
	slow := c.slowest()
	if slow.reply == nil || slow.wait < slowAnswer || c.delayedAck(slow) || slow.nth > 1 && replyCode(slow.reply) == 421 {
		return nil // the last: server-busy has it
	}
	severity := Warning
	if replyCode(slow.reply) >= 400 {
		severity = Error
	}
	out := &claim{certainty: Proven, severity: severity, frames: []int64{slow.content.Last, slow.reply.Frame},
		summary:   slow.took(),
		against:   slow.seen() + " and the reply are both in the capture",
		elsewhere: whyFilter}
	if f := slow.filled; f != nil {
		out.frames = append(out.frames, f.Last)
		out.summary = fmt.Sprintf("The server took %s to answer the message with %s, counted from the last piece of it that was sent again",
			seconds(slow.wait), quote(slow.reply.Text))
		out.against += fmt.Sprintf("; that piece came %s after the end: before it the server may not have had the whole message", span(f.Until.Sub(slow.content.Until)))
	}
	return out
}

// took says in a sentence how long the server took.
func (a *answer) took() string {
	said, wait := quote(a.reply.Text), seconds(a.wait)
	switch {
	case a.nth > 1:
		return fmt.Sprintf("The server answered the end of the message for %s, and took %s more to answer for the next: %s", count(a.nth-1, "recipient"), wait, said)
	case !a.last:
		return fmt.Sprintf("The server took %s after a chunk of the message (BDAT) to answer %s", wait, said)
	}
	return fmt.Sprintf("The server took %s after the end of the message to answer %s", wait, said)
}

// seen is what the capture has of it.
func (a *answer) seen() string {
	switch {
	case a.nth > 1:
		return "the end of the message, the replies for the others (LMTP asks for one for each recipient, RFC 2033 section 4.2)"
	case !a.last:
		return "the whole chunk"
	}
	return "the end of the message"
}
