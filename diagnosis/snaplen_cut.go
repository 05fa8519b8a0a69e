package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// snaplenCut: the snap length cut payload.
var snaplenCut = rule{
	code:     "snaplen-cut",
	severity: Info,
	advice:   "Capture whole packets (tcpdump -s 0) to see what was said.",
	find: func(c *Case) *claim {
		n := c.TCP.Cut.Client + c.TCP.Cut.Server
		if n == 0 || c.Abnormal != nil && !*c.Abnormal {
			return nil
		}
		out := &claim{certainty: Proven,
			summary:   fmt.Sprintf("The capture cut %s off its packets (snap length); how the session ended is sure, what was said there is not", count(n, "byte")),
			against:   "the packets' own lengths say how much was cut",
			elsewhere: "The text of commands and replies behind the cut is not known."}
		if e := c.first(session.EventCut, ""); e != nil {
			out.frames = []int64{e.Frame, e.Last}
		}
		return out
	},
}
