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
		if c.lastWordsMissed() && c.Ended.By != "server" && (c.Ended.How == session.ByFIN || c.Ended.How == session.ByRST) {
			out.summary += "; what the server said last is among them, so it may have given the reason, or closed first"
		}
		if late := c.Wire.Client.Belated.Bytes + c.Wire.Server.Belated.Bytes; late > 0 {
			c.cameLate(out, min(late, n), n)
		}
		events := c.events()
		for i := range events {
			if e := &events[i]; e.Kind == session.EventGap {
				out.frames = append(out.frames, e.Frame)
			}
		}
		return out
	},
}

// cameLate: some of what was missed is in the capture after all, or was sent again.
func (c *Case) cameLate(out *claim, late, n int64) {
	out.against = fmt.Sprintf("%s of these come later in the capture, behind the packets that acknowledge them", count(late, "byte"))
	out.certainty = Likely
	out.advice = "Where two interfaces, hosts or files were merged, see that their clocks agree to the millisecond, and merge again by time (mergecap); " +
		"else see whether the capture writes its packets in order. What is missing all the same calls for a larger buffer (tcpdump -B 65536) or a faster disk."
	if late == n {
		out.summary = fmt.Sprintf("%s stand in the capture so far behind the packets that acknowledge them that they were taken for missing", count(n, "byte"))
	}
	for _, y := range []*session.SideWire{&c.Wire.Client, &c.Wire.Server} {
		out.frames = append(out.frames, y.Belated.First.Frame, y.Belated.Last.Frame)
	}
}
