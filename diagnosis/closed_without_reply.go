package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// closedWithoutReply: the server ended the session in the middle and gave no
// reason (causes.md 3.10). That it crashed is one explanation of several.
var closedWithoutReply = rule{
	code:  "closed-without-reply",
	needs: wrong,
	advice: "The reason is in the server's log of that second, if anywhere: a process that crashed or was restarted, a limit, an access rule. " +
		"Capture on the server as well: a reset that the server did not send comes from a device between.",
	find: func(c *Case) *claim {
		if !c.endedBy("server") || !c.serverHeard() || c.farewell() != nil || c.explainedOtherwise() {
			return nil
		}
		if c.idle() >= time.Second && c.struggled(captureTime(c.Ended.Time), c.idle()) != nil {
			return nil // a window was shut, or segments did not arrive
		}
		if last := c.lastReply(); last != nil && replyCode(last) == 221 {
			return nil // it took its leave
		}
		switch c.Ended.Phase {
		case "banner":
			if !c.Seen.Handshake || c.idle() == 0 { // when it was established was missed
				return nil
			}
		case "dot", "data-command":
		case "hello", "auth", "ready", "mail", "rcpt", "data":
			if !c.serverOwes() && (c.idle() >= c.leastTimeout() || c.Ended.Phase == "ready") {
				return nil // a timeout, or an end in order
			}
		default:
			return nil
		}
		if n := c.codelessLine(); n != nil {
			return c.closedOnCodelessLine(n)
		}
		certainty := Proven
		if c.Ended.How == session.ByRST {
			certainty = Likely // devices send resets in a server's name
		}
		timer := ""
		if c.idle() >= leastSilence && !c.serverOwes() {
			timer = "; that a timer of the server for the client ran out is not excluded"
		}
		if n := c.halfReply(); n != nil {
			return c.closedMidReply(n, certainty)
		}
		none := "no reply"
		if c.Ended.Phase == "dot" && c.Finals(c.message()).Partly() {
			none = "no other reply"
		}
		out := &claim{certainty: certainty, severity: c.severityOfEnd(), frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary:   c.wordlessEnd(),
			against:   none + " of the server stands before its " + strings.ToUpper(string(c.Ended.How)) + ", and no byte of it is missing in the capture; " + c.lastLine() + timer + c.looksForeign(),
			elsewhere: c.whoClosed()}
		paused, whose := c.behindPause()
		out.summary += paused
		out.elsewhere += whose
		if rst := c.strangersReset(); rst != nil {
			out.summary += c.strangersWords(rst)
			out.advice = strangersAdvice("server")
			out.elsewhere += " That its own close was lost on the way before is not excluded."
		}
		return out
	},
}

// noteNoReply begins the note of a server's line that is no reply; behind a
// colon stand its words, where it lacks nothing but the code.
const noteNoReply = "server line that is no reply"

// codelessLine is the note of what the server said last, where that has no code.
func (c *Case) codelessLine() *session.Event {
	n := c.last(session.EventNote, "server")
	if n == nil || !strings.HasPrefix(n.Text, noteNoReply+": ") {
		return nil
	}
	if last := c.lastReply(); last != nil && last.Time.Sub(n.Time) > 0 {
		return nil
	}
	return n
}

// closedOnCodelessLine: the server did say why, but in a line that no client
// can read as a reply (RFC 5321 section 4.2).
func (c *Case) closedOnCodelessLine(n *session.Event) *claim {
	words := quote(strings.TrimPrefix(n.Text, noteNoReply+": "))
	return &claim{certainty: Proven, severity: c.severityOfEnd(), frames: []int64{n.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("The server %s %s with words that are no reply, for they lack the three digits: %s", c.closing(), c.where(), words),
		advice: "Take those words for the server's reason and do what they ask for. The client cannot have read them as an answer: it will try again. " +
			"Tell the server's side that its replies lack their code; capture on the server as well, for a device between may have cut it.",
		against:   "no byte of the server is missing in the capture, and it said no more",
		elsewhere: "Whether the server itself leaves the code out, or a device between, is seen by capturing on the server."}
}

// closedMidReply: the server had begun to answer, and ended the session inside
// its reply.
func (c *Case) closedMidReply(n *session.Event, certainty Certainty) *claim {
	asked := ""
	if e := c.waiting(); e != nil && c.Ended.Phase != "dot" {
		asked = " to " + verb(e.Text)
	} else if c.Ended.Phase == "dot" {
		asked = " to the message (" + size(c.transferred()) + ")"
	} else if c.Ended.Phase == "banner" {
		asked = ", its greeting"
	}
	return &claim{certainty: certainty, severity: c.severityOfEnd(), frames: []int64{n.Frame, c.Ended.Frame},
		summary:   fmt.Sprintf("The server %s in the middle of its reply%s: %s stands there without its end", c.closing(), asked, halfWords(n)),
		against:   "no byte of the server is missing in the capture, and it said no more",
		elsewhere: c.whoClosed()}
}

// explainedOtherwise: another rule knows why.
func (c *Case) explainedOtherwise() bool {
	return c.proxied() || c.clientSpokeTLS() || c.silentOnTLSPort() || c.tooEarly() != nil || c.dropped() != nil || c.chunkUnanswered() != nil
}

func (c *Case) wordlessEnd() string {
	if c.Ended.Unheard {
		return fmt.Sprintf("The server %s without a word, %s; by its acknowledgements nothing of what the client had sent last had come to it", c.closing(), c.soonAfter())
	}
	switch c.Ended.Phase {
	case "banner":
		return fmt.Sprintf("The server accepted the connection and %s after %s without a greeting", c.closingIt(), span(c.idle()))
	case "dot":
		if f := c.Finals(c.message()); f.Partly() {
			return fmt.Sprintf("The server answered the end of the message (%s) %s and %s %s later without %s", size(c.transferred()), answeredFor(f), c.closing(), span(c.idle()), replyFor(f))
		}
		return fmt.Sprintf("The server had the whole message (%s) and %s %s later without a reply", size(c.transferred()), c.closing(), span(c.idle()))
	case "data":
		if c.transferred() == 0 {
			return fmt.Sprintf("The server %s mid-DATA before any content had come, without a word, %s after its 354", c.closing(), span(c.idle()))
		}
		return fmt.Sprintf("The server %s mid-DATA after %s of content, without a word, %s", c.closing(), size(c.transferred()), c.soonAfter())
	}
	if asked := c.waiting(); asked != nil {
		return fmt.Sprintf("The server %s instead of an answer to %s, %s after it", c.closing(), verb(asked.Text), span(c.idle()))
	}
	return fmt.Sprintf("The server %s %s without a word, %s", c.closing(), c.where(), c.soonAfter())
}

func (c *Case) whoClosed() string {
	if c.Ended.How == session.ByRST {
		return "Whether the server itself sent the reset, or a device in its name, is seen by capturing on the server."
	}
	return "Why it closed is in the server's log; the packets do not tell."
}

// looksForeign says how the reset that ended the session differs from the packets
// of the host whose address it bears: too little to say that another sent it.
func (c *Case) looksForeign() string {
	rst := c.endingRST()
	if rst == nil {
		return ""
	}
	v := c.provenanceOf(rst)
	if len(v.scores) == 0 {
		return ""
	}
	return "; but the reset does not look like the " + rst.Side + "'s other packets (" + v.why() + "): a device between may have sent it"
}
