package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// mirrorDuplicates: a mirror port copied packets twice, or they passed several
// interfaces that were captured (tcpdump -i any on a router, files that were merged).
var mirrorDuplicates = rule{
	code:     "mirror-duplicates",
	needs:    wrong,
	severity: Info,
	aside:    true,
	advice: "On a mirror port mirror one direction only (rx or tx), or one VLAN; on a host or router capture on one interface, not on any, and merge no files of interfaces that one packet passes. " +
		"The copies do no harm to this analysis.",
	find: func(c *Case) *claim {
		if c.TCP.Duplicates < 3 || !c.abnormal() {
			return nil
		}
		if y := c.gotTwice(); y != nil {
			return &claim{certainty: Strong, frames: []int64{c.Frames.First, y.First.Frame, y.Last.Frame},
				summary: fmt.Sprintf("%d of %d packets of this session came twice, and not only to the capture: the receiver reports that it got bytes again which nobody had repeated (D-SACK)",
					c.TCP.Duplicates, c.Frames.Count),
				advice:  "Look for what doubles packets on the path: a bridging loop, two paths to one host, a mirror port that is connected back. TCP throws the copies away.",
				against: "the copies have the same IP-ID and the same bytes, and come within 50 ms; of what a mirror port shows twice a receiver knows nothing"}
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary: fmt.Sprintf("%d of %d packets of this session were captured twice; the copies are not counted as retransmissions",
				c.TCP.Duplicates, c.Frames.Count),
			against: "the copies have the same IP-ID and the same bytes, and come within 50 ms; a repeated packet has a new IP-ID"}
	},
}

// gotTwice is what a side says it got again, where that is more often than the other
// sent anything again; nil where it is not.
func (c *Case) gotTwice() *session.Twice {
	for _, side := range []string{"client", "server"} {
		if y := &c.Wire.Side(side).Twice; y.Count > of(c.TCP.Retransmitted, other(side)) {
			return y
		}
	}
	return nil
}
