package diagnosis

import (
	"fmt"
)

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
