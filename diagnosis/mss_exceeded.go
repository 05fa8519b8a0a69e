package diagnosis

import (
	"fmt"
)

// mssExceeded: packets larger than the receiver allowed, none of which
// arrived (causes.md 1.4).
var mssExceeded = rule{
	code:     "mss-exceeded",
	needs:    lossy,
	severity: Error,
	advice: "The firewall drops packets above the agreed size (Cisco ASA logs 419001): allow them there (exceed-mss allow), " +
		"and correct the host that ignores the MSS it was told.",
	find: func(c *Case) *claim {
		if !c.Seen.Handshake || !c.whole() {
			return nil
		}
		for _, side := range []string{"client", "server"} {
			w := c.Wire.Side(side)
			u, allowed := &w.Stuck, int(c.Wire.Side(other(side)).SentMSS)
			if allowed == 0 || u.Tries < fewestTries || u.Least <= allowed || c.offload(side) {
				continue
			}
			return &claim{certainty: Strong, frames: append(c.handshakeFrames(), u.First.Frame, u.Last.Frame),
				summary: fmt.Sprintf("The %s sends packets of %d bytes although the %s allowed %d; one was sent %d times and never acknowledged",
					side, u.Size, other(side), allowed, u.Tries),
				against:   "no packet above the allowed size ever arrived, none was made smaller, and none is so large that a network card would have to cut it",
				elsewhere: c.captureNear(other(side), "it shows whether a device between drops them.")}
		}
		return nil
	},
}
