package diagnosis

import (
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
		if t == nil || c.Ended.Phase == "ready" && c.gotThrough() || c.gatewayTimeout(t) || c.endLike() != "" {
			return nil
		}
		if c.Ended.Unheard {
			return c.waitedForLost(t)
		}
		return &claim{certainty: t.certainty(c.Ended.Phase), severity: c.severityOfEnd(), frames: t.frames,
			summary: fmt.Sprintf("%s for %s %s, and the server %s%s",
				t.silent(), seconds(t.silence), c.where(), t.said(c), c.serverTimer(t.silence)),
			against: t.against(), elsewhere: c.wherePaused()}
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
// itself has no timers of other products.
func (c *Case) serverTimer(d time.Duration) string {
	product := c.product()
	if product != "" && !slices.ContainsFunc(timersAt(d, "server", c.Ended.Phase), func(t timer) bool {
		return strings.Contains(strings.ToLower(t.whose), product)
	}) {
		return ""
	}
	return whoseTimer(d, "server", c.Ended.Phase)
}
