package diagnosis

import (
	"fmt"
)

// mirrorDuplicates: a mirror port copied packets twice.
var mirrorDuplicates = rule{
	code:     "mirror-duplicates",
	needs:    wrong,
	severity: Info,
	aside:    true,
	advice:   "Mirror one direction of the port only (rx or tx), or one VLAN; the copies do no harm to this analysis.",
	find: func(c *Case) *claim {
		if c.TCP.Duplicates < 3 || !c.abnormal() {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary: fmt.Sprintf("%d of %d packets of this session were captured twice; the copies are not counted as retransmissions",
				c.TCP.Duplicates, c.Frames.Count),
			against: "the copies have the same IP-ID and the same bytes, and come within 50 ms; a repeated packet has a new IP-ID"}
	},
}
