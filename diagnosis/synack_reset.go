package diagnosis

import (
	"smtpscope/session"
)

// synackReset: the client answers the SYN-ACK with a RST.
var synackReset = rule{
	code:     "synack-reset",
	needs:    wrong,
	severity: Info,
	advice:   "Usually a port scan or a load balancer's check; leave it out (--no-probes) unless real clients do it.",
	find: func(c *Case) *claim {
		if c.Ended.Phase != "connect" {
			return nil
		}
		rst := c.endingRST()
		synack := c.first(session.EventSYNACK, "server")
		if rst == nil || rst.Side != "client" || synack == nil {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{synack.Frame, rst.Frame},
			summary: "The client reset the connection as soon as the server had accepted it: a half-open scan or check, or a host that knows nothing of the request",
			against: "the client did not complete the handshake, and sent no data"}
	},
}
