package diagnosis

import (
	"fmt"
)

// offloadCapture: the packets in the capture are larger than on the wire.
var offloadCapture = rule{
	code:     "offload-capture",
	needs:    wrong,
	severity: Info,
	aside:    true,
	advice: "To judge packet sizes, capture on a mirror port, or switch offload off on the host while capturing " +
		"(ethtool -K eth0 tso off gso off gro off).",
	find: func(c *Case) *claim {
		if !c.abnormal() || c.TCP.Overlaps.Client+c.TCP.Overlaps.Server > 0 {
			return nil // an edited capture has large packets, too
		}
		for _, side := range []string{"client", "server"} {
			if !c.offload(side) || c.Wire.Side(other(side)).SentMSS == 0 {
				continue // without a SYN's word on it the wire may carry jumbo frames
			}
			w := c.Wire.Side(side)
			out := &claim{certainty: Proven, frames: []int64{c.Frames.First},
				summary: fmt.Sprintf("The capture was taken where a network card cuts and joins packets (up to %d bytes of the %s, where the wire carries %d); nothing is said about packet sizes on the wire",
					w.LargestSegment, side, c.mss(side)),
				against: "larger packets than the agreed size were acknowledged as they were sent"}
			if w.LargestAcked <= c.mss(side) {
				out.certainty = Likely
				out.against = "the packets have twice the agreed size and more, but none was acknowledged as it was sent"
			}
			return out
		}
		return nil
	},
}
