package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// snaplenCut: the snap length cut payload.
var snaplenCut = rule{
	code:     "snaplen-cut",
	needs:    wrong,
	severity: Info,
	aside:    true,
	advice:   "Capture whole packets (tcpdump -s 0) to see what was said.",
	find: func(c *Case) *claim {
		n := c.TCP.Cut.Client + c.TCP.Cut.Server
		if n == 0 || c.Abnormal != nil && !*c.Abnormal {
			return nil
		}
		ended := "; how the connection was closed is seen all the same"
		if c.Ended.How != session.ByQuit && c.Ended.How != session.ByFIN && c.Ended.How != session.ByRST {
			ended = ""
		}
		out := &claim{certainty: Proven,
			summary:   fmt.Sprintf("The capture cut its packets (snap length): %s of what was said are not in it%s", count(n, "byte"), ended),
			against:   "the packets' own lengths say how much was cut",
			elsewhere: "The text of commands and replies behind the cut is not known."}
		if e := c.first(session.EventCut, ""); e != nil {
			out.frames = []int64{e.Frame, e.Last}
		}
		return out
	},
}
