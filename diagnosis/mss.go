package diagnosis

import "fmt"

// mssExceeded: packets larger than the receiver allowed, none of which
// arrived (causes.md 1.4).
var mssExceeded = rule{
	code:     "mss-exceeded",
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

// mssClamped: one side's MSS is the one that Cisco's firewalls set.
var mssClamped = rule{
	code:     "mss-clamped",
	severity: Info,
	advice:   "Nothing needs doing; the value tells that a firewall or VPN is on the path.",
	find: func(c *Case) *claim {
		client, server := c.Wire.Client.SentMSS, c.Wire.Server.SentMSS
		if client == 0 || server == 0 || (client == asaMSS) == (server == asaMSS) || max(client, server) < 1400 {
			return nil
		}
		side := "client"
		if server == asaMSS {
			side = "server"
		}
		return &claim{certainty: Hint, frames: c.handshakeFrames(),
			summary: fmt.Sprintf("The %s's MSS arrived as %d, the value that Cisco's firewalls set: such a device may be on its path", side, asaMSS),
			against: "the other side's is another one"}
	},
}

// asaMSS is what Cisco ASA clamps the MSS to by default (sysopt connection tcpmss 1380).
const asaMSS = 1380
