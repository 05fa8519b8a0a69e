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
		if t == nil || c.Ended.Phase == "ready" && c.gotThrough() || c.gatewayTimeout(t) || c.endLike() != "" || c.shutToTheEnd("server") {
			return nil
		}
		return &claim{certainty: t.certainty(c.Ended.Phase), severity: c.severityOfEnd(), frames: t.frames,
			summary: fmt.Sprintf("%s for %s %s, and the server %s%s",
				t.silent(), seconds(t.silence), c.where(), t.said(c), c.serverTimer(t.silence)),
			against: t.against(), elsewhere: c.wherePaused()}
	},
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
