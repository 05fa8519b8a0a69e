package diagnosis

import (
	"fmt"
)

// oneSidedCapture: only one direction was captured.
var oneSidedCapture = rule{
	code:     "one-sided-capture",
	needs:    hidden,
	severity: Info,
	aside:    true,
	advice: "Mirror both directions of the port, and see that both come the same way: " +
		"with asymmetric routes only the hosts themselves see both.",
	find: func(c *Case) *claim {
		missing := c.oneSided()
		if missing == "" || c.midstream() && of(c.TCP.Missed, missing) == 0 {
			return nil // a side that says nothing more may have gone before the capture began
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary: fmt.Sprintf("Only the %s's packets were captured; what the %s sent is inferred from what is acknowledged to it",
				other(missing), missing),
			against:   fmt.Sprintf("the %s acknowledges packets, so the %s was there", other(missing), missing),
			elsewhere: fmt.Sprintf("What the %s said, and how it closed, is not visible here.", missing)}
	},
}
