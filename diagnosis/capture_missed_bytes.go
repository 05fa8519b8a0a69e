package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// captureMissed: bytes were acknowledged and are not in the capture, so they
// arrived and the capture lost them (causes.md 0.2).
var captureMissed = rule{
	code:     "capture-missed-bytes",
	needs:    hidden,
	severity: Info,
	aside:    true,
	advice: "Capture again with a larger buffer (tcpdump -B 65536), to a fast disk, with a filter for the mail port; " +
		"on a mirror port see that its speed is not exceeded.",
	find: func(c *Case) *claim {
		n := c.TCP.Missed.Client + c.TCP.Missed.Server
		if n == 0 || c.oneSided() != "" {
			return nil
		}
		atLeast := ""
		if c.midstream() {
			atLeast = "at least " // what a side said before its first packet here is not counted
		}
		out := &claim{certainty: Proven,
			summary:   fmt.Sprintf("The capture missed "+atLeast+"%s that arrived: the other side acknowledged them", count(n, "byte")),
			against:   "the bytes do not come later in the capture either",
			elsewhere: "What was said in the missing bytes is not known; nothing of it is blamed on the network."}
		events := c.events()
		for i := range events {
			if e := &events[i]; e.Kind == session.EventGap {
				out.frames = append(out.frames, e.Frame)
			}
		}
		return out
	},
}
