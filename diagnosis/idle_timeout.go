package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

const whoPaused = "Whether the client itself paused, or a device before it held its data back, is seen by capturing at the client, or on the far side of the firewall."

// wherePaused adds mid-DATA what looks the same from the server's side: packets
// that are too large for the path.
func (c *Case) wherePaused() string {
	if c.Ended.Phase == "data" {
		return whoPaused + " So is whether packets of full size got lost on the way (MTU)."
	}
	return whoPaused
}

// idleTimeout: it was the client's turn, it said nothing, and the server's
// timer ran out (causes.md 3.8).
var idleTimeout = rule{
	code:  "idle-timeout",
	needs: wrong | refusal,
	advice: "Find out why the client fell silent: its own log, its filter or its disk at that time, and any device between that buffers or inspects mail. " +
		"Raise the server's timer only where the client has a reason to pause.",
	find: func(c *Case) *claim {
		t := c.serverTimeout()
		if t == nil || c.Ended.Phase == "ready" && c.gotThrough() || c.gatewayTimeout(t) || t.trickled() || t.unprovoked() || c.endLike() != "" || c.shutToTheEnd("server") {
			return nil
		}
		if c.Ended.Unheard {
			return c.waitedForLost(t)
		}
		out := &claim{certainty: t.certainty(c.Ended.Phase), severity: c.severityOfEnd(), frames: t.frames,
			summary: fmt.Sprintf("%s for %s %s, and the server %s%s%s",
				t.silent(), seconds(t.silence), t.until(c), t.said(c), c.serverTimer(t), t.meeting()),
			against: t.against(c), elsewhere: c.wherePaused()}
		if whose := c.possibleTimer(t); whose != "" {
			out.against += "; " + whose
		}
		switch asked, chunk := c.halfChunk(); {
		case chunk != nil:
			out.summary = fmt.Sprintf("The client announced a chunk with %s, sent %s of it and then nothing for %s, and the server, which waits for the rest, %s%s",
				quote(asked.Text), size(chunk.Bytes), seconds(t.silence), t.said(c), c.serverTimer(t))
			out.advice = "Find out why the chunk was not sent whole: a client that announces more than it sends (a wrong count of line ends is the usual fault, RFC 3030 section 2), or one that fell silent in the middle; " +
				"its own log, and any device between that buffers or inspects mail."
		case t.text == "" && c.closesInSilence():
			out.against += "; the greeting names sendmail, which closes without a word when its Timeout.command is over (an hour by default) and logs \"timeout waiting for input\""
		case t.text == "":
			out.against += "; most servers say 421 before they close on a silent client, sendmail and some others do not; a proxy or load balancer before the server may have closed in its place, or its process ended"
		}
		return out
	},
}

// waitedForLost: the client did not fall silent, what it sent did not come to
// the server before its timer ran out.
func (c *Case) waitedForLost(t *serverTimeout) *claim {
	what, safe := "The end of the message", " The client may send the mail again without risk: the server never had it."
	if asked := lastAsked(c.said()); asked != nil && c.Ended.Phase != "dot" {
		what, safe = verb(asked.Text), ""
	}
	return &claim{certainty: Proven, severity: c.severityOfEnd(), frames: t.frames,
		summary:   fmt.Sprintf("%s did not come to the server, which waited for it for %s and then %s", what, seconds(t.silence), t.said(c)),
		advice:    "Look for what keeps the client's packets from the server: loss on the path, or an MTU that is smaller than the hosts believe where only large packets are concerned." + safe,
		against:   "the server acknowledges all that comes to it, and by its last acknowledgement before it closed nothing of this had come",
		elsewhere: c.captureNear("server", "it shows what of the client's packets arrives.")}
}

// serverTimer says whose timer of a server a silence fits. A server that names
// itself, in its greeting or by its wording, has no timers of other products.
// The products whose timers are known say 421 before they close.
func (c *Case) serverTimer(t *serverTimeout) string {
	product := c.timedBy(t)
	if (t.text == "" || product == "") && t.silence < time.Minute {
		return ""
	}
	if product != "" && !slices.ContainsFunc(timersAt(t.silence, "server", c.Ended.Phase), func(t timer) bool {
		return strings.Contains(strings.ToLower(t.whose), product)
	}) {
		return ""
	}
	return whoseTimer(t.silence, "server", c.Ended.Phase)
}

// possibleTimer is the same of a server that shows no product, where the silence
// is shorter than what RFC 5321 asks for and the number alone would name one.
func (c *Case) possibleTimer(t *serverTimeout) string {
	if t.text == "" || c.timedBy(t) != "" || t.silence >= time.Minute {
		return ""
	}
	list := timersAt(t.silence, "server", c.Ended.Phase)
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprintf("%d s is also the default of %s, of which nothing else here is a sign", list[0].seconds, list[0].whose)
}

// timedBy is the product whose timer it was, as far as the server shows it.
func (c *Case) timedBy(t *serverTimeout) string { return cmp.Or(c.product(), worded(t.text)) }
