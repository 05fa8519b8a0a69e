package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// duplicateRisk: the end of a message was sent and its sender never learned
// what became of it (RFC 1047; causes.md 3.4).
var duplicateRisk = rule{
	code:     "duplicate-risk",
	needs:    wrong,
	severity: Error,
	advice: "See in the server's log whether it kept the mail, and in later sessions whether it came again. " +
		"The cure is a quicker reply to the final dot, or a client that waits 10 minutes for it (RFC 5321 section 4.5.3.2.6).",
	find: func(c *Case) *claim {
		if !c.bothHeard() || !c.serverHeard() || c.open() || c.Ended.Unheard || c.gaveUpBeforeEnd() {
			return nil // the last two: a server that never had the mail does not deliver it
		}
		if n := c.codelessLine(); n != nil && !strings.HasPrefix(n.Text, noteNoReply+": 2") {
			return nil // it said that it does not take the mail, though in no reply
		}
		for _, m := range c.Messages {
			if m.Outcome == session.Unanswered && m.Transfer != nil && m.Transfer.Complete {
				return c.unanswered(m)
			}
			if f := c.Finals(m); f.Partly() {
				return c.unansweredFor(m, f)
			}
		}
		return nil
	},
}

// gaveUpBeforeEnd: the server had said 421 when the end of the message was still on its
// way to it, and did not go on.
func (c *Case) gaveUpBeforeEnd() bool {
	f := c.farewell()
	return f != nil && f.crossed != nil && endsMessage(f.crossed) && c.Ended.Phase == "dot"
}

func (c *Case) unanswered(m *session.Message) *claim {
	claim := &claim{certainty: Proven, frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
		against:   "no acknowledgement of the client covers a reply to the message, and no byte of the server is missing",
		elsewhere: "Whether the mail was kept is in the server's log. " + keeps[c.product()]}
	if c.Ended.How != session.ByFIN && c.Ended.How != session.ByRST && c.Ended.How != session.ByQuit {
		claim.certainty = Likely // no packet ended it: the rest may have gone another way
	}
	if !c.clientHeard() || m.Reply != nil && c.last(session.EventRST, "client") == nil {
		claim.certainty = Likely // an acknowledgement may be missing
	}
	if c.endStuck() && m.Reply == nil {
		claim.certainty = Likely
		claim.against += "; the client's last bytes were sent again and never acknowledged, so that the server may not have had the end of the message"
	}
	if r := m.Reply; r != nil && r.Code/100 == 2 {
		return c.acceptanceUnread(claim, r)
	}
	if c.halfOpen() {
		claim.certainty = Likely
		claim.elsewhere = "The capture ends, or the session was lost, before the server had closed: its reply may have come later. " + claim.elsewhere
	}
	claim.summary = fmt.Sprintf("The whole message (%s) was sent, and the client never learned whether it was accepted: it has to send it again, and the recipient may get it twice",
		size(m.Transfer.Bytes))
	if n := c.halfReply(); n != nil {
		claim.frames = append(claim.frames, n.Frame)
		claim.summary += "; of the reply only the beginning came: " + halfWords(n)
		claim.against = "the reply has no line end, and no byte of the server is missing"
	}
	return claim
}

// halfOpen: the client closed its side, and nothing shows that it could not
// take the reply any more: no reply, no close and no reset behind it.
func (c *Case) halfOpen() bool {
	return c.endedBy("client") && c.Ended.How == session.ByFIN && c.lateReply() == nil &&
		c.last(session.EventFIN, "server") == nil && c.last(session.EventRST, "") == nil
}

// keeps says what products do with a mail whose sender leaves between the
// final dot and the reply.
var keeps = map[string]string{
	"":        "Postfix keeps such a mail and logs nothing of the loss; Exim looks first and drops it if the client has closed.",
	"postfix": "The server is Postfix: it keeps such a mail and logs nothing of the loss.",
	"exim":    "The server is Exim: it drops the mail if it sees the client's close before it replies (\"SMTP connection lost after final dot\"); then there is no duplicate.",
}

// unansweredFor: the client learned for some recipients what became of the message,
// and has to send it again to the others (RFC 2033 section 4.2).
func (c *Case) unansweredFor(m *session.Message, f session.Finals) *claim {
	lacking := *m
	lacking.Reply = nil // it was not theirs
	claim := c.unanswered(&lacking)
	claim.against = "no other reply to the message stands in the capture, and no byte of the server is missing"
	claim.summary = fmt.Sprintf("The server answered the end of the message (%s) %s, and the client never learned what became of it for %s: it has to send it again there, and it may come twice",
		size(m.Transfer.Bytes), answeredFor(f), named(f))
	if fin := c.last(session.EventFIN, "server"); fin != nil && c.endedBy("client") && c.Ended.How == session.ByFIN && fin.Time.Sub(c.ended()) >= time.Second {
		claim.frames = append(claim.frames, fin.Frame)
		claim.summary += fmt.Sprintf("; the client had closed its side (FIN), and the server closed %s later without that reply", span(fin.Time.Sub(c.ended())))
	}
	claim.elsewhere = "What became of the mail for the others is in the server's log."
	if c.halfOpen() {
		claim.elsewhere = "The capture ends, or the session was lost, before the server had closed: its reply may have come later. " + claim.elsewhere
	}
	return claim
}
