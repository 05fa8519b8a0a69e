package diagnosis

import (
	"smtpscope/alignment"
)

// logDisagrees: the gateway's log tells of another end than the packets
// (causes.md 5): then the two did not see the same connection.
var logDisagrees = rule{
	code:     "log-disagrees",
	severity: Warning,
	log:      true,
	advice: "Look for what stands between this capture point and the gateway's program: a proxy, a load balancer, mail inspection. " +
		"Then see whether the log's lines are of this session: compare ids, ports and the clocks (show --log has both side by side).",
	find: func(c *Case) *claim {
		m := c.Match
		if m == nil || m.Status != alignment.Matched || m.Agreement.Agrees != alignment.AgreesNo {
			return nil
		}
		return &claim{certainty: Likely, frames: []int64{c.Frames.First, c.Ended.Frame},
			summary:   "The gateway's log tells another story than the packets: " + plain(m.Agreement.Difference),
			against:   "the lines fit this session better than any other by ids, addresses, times and envelope; that they are another's is not excluded",
			elsewhere: "Who ended which connection is seen by capturing on the gateway itself, behind whatever stands in front of it."}
	},
}
