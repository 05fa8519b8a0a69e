package diagnosis

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"smtpscope/session"
)

// closedWithoutReply: the server ended the session in the middle and gave no
// reason (causes.md 3.10). That it crashed is one explanation of several.
var closedWithoutReply = rule{
	code: "closed-without-reply",
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
		case "banner", "dot", "data-command":
		case "hello", "auth", "ready", "mail", "rcpt", "data":
			if !c.serverOwes() && (c.idle() >= pause-time.Second || c.Ended.Phase == "ready") {
				return nil // a timeout, or an end in order
			}
		default:
			return nil
		}
		certainty := Proven
		if c.Ended.How == session.ByRST {
			certainty = Likely // devices send resets in a server's name
		}
		return &claim{certainty: certainty, severity: c.severityOfEnd(), frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary:   c.wordlessEnd(),
			against:   "no reply of the server stands before its " + strings.ToUpper(string(c.Ended.How)) + ", and no byte of it is missing in the capture; " + c.lastLine(),
			elsewhere: c.whoClosed()}
	},
}

// lastReply is the server's last line before the end, nil where it said nothing.
func (c *Case) lastReply() *session.Event {
	said := c.said()
	for i := len(said) - 1; i >= 0; i-- {
		if said[i].Kind == session.EventReply {
			return said[i]
		}
	}
	return nil
}

// explainedOtherwise: another rule knows why.
func (c *Case) explainedOtherwise() bool {
	return c.proxied() || c.clientSpokeTLS() || c.silentOnTLSPort() || c.tooEarly() != nil || c.dropped() != nil || c.chunkUnanswered() != nil
}

func (c *Case) wordlessEnd() string {
	switch c.Ended.Phase {
	case "banner":
		return fmt.Sprintf("The server accepted the connection and %s after %s without a greeting", c.closingIt(), seconds(c.idle()))
	case "dot":
		return fmt.Sprintf("The server had the whole message (%s) and %s %s later without a reply", size(c.transferred()), c.closing(), seconds(c.idle()))
	case "data":
		return fmt.Sprintf("The server %s mid-DATA after %s of content, without a word", c.closing(), size(c.transferred()))
	}
	if asked := c.waiting(); asked != nil {
		return fmt.Sprintf("The server %s instead of an answer to %s, %s after it", c.closing(), verb(asked.Text), seconds(c.idle()))
	}
	return fmt.Sprintf("The server %s %s without a word", c.closing(), c.where())
}

func (c *Case) whoClosed() string {
	if c.Ended.How == session.ByRST {
		return "Whether the server itself sent the reset, or a device in its name, is seen by capturing on the server."
	}
	return "Why it closed is in the server's log; the packets do not tell."
}

// sizeLimit: the content had reached the advertised SIZE when the server ended
// the session without a word (causes.md 3.5).
var sizeLimit = rule{
	code:     "size-limit",
	severity: Error,
	advice:   "Compare the size of the mail with the limits of the server and of every device between; let the sender announce SIZE= at MAIL, so that it is refused before it is sent.",
	find: func(c *Case) *claim {
		limit := c.advertisedSize()
		if limit == 0 || c.Ended.Phase != "data" || !c.endedBy("server") || !c.serverHeard() || c.farewell() != nil {
			return nil
		}
		if n := c.transferred(); n < limit-limit/50 || n > limit+limit/5 {
			return nil
		}
		return &claim{certainty: Likely, frames: []int64{c.Ended.Frame},
			summary: fmt.Sprintf("The server %s after %s of content, just where its advertised limit of %s was reached",
				c.closing(), size(c.transferred()), size(limit)),
			against:   "no reply says so: that it is about the size is told by the number alone",
			elsewhere: c.whoClosed()}
	},
}

// advertisedSize is the limit in EHLO's reply (RFC 1870), 0 = none.
func (c *Case) advertisedSize() int64 {
	if c.Hello == nil {
		return 0
	}
	for _, e := range c.Hello.Extensions {
		word, value, _ := strings.Cut(e, " ")
		if strings.EqualFold(word, "SIZE") {
			n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return n
		}
	}
	return 0
}

// offers reports whether EHLO's reply has a keyword.
func (c *Case) offers(keyword string) bool {
	if c.Hello == nil {
		return false
	}
	for _, e := range c.Hello.Extensions {
		word, _, _ := strings.Cut(e, " ")
		if strings.EqualFold(word, keyword) {
			return true
		}
	}
	return false
}
