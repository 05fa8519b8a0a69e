package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// fastOpen: TCP Fast Open and a connection tracker that does not know it
// (causes.md 1.9).
var fastOpen = rule{
	code:     "fast-open-stall",
	needs:    lossy,
	severity: Error,
	advice:   "Switch TCP Fast Open off for mail (Linux: net.ipv4.tcp_fastopen=0), or update the firewall's connection tracking.",
	find: func(c *Case) *claim {
		if !c.Wire.Client.FastOpen || !c.whole() || !c.abnormal() {
			return nil
		}
		open := c.first(session.EventEstablished, "server")
		if open == nil {
			return nil
		}
		for _, side := range []string{"client", "server"} {
			u := &c.Wire.Side(side).Stuck
			if u.Tries < fewestTries || c.Wire.Side(other(side)).ShutSince.Frame != 0 {
				continue
			}
			return &claim{certainty: Likely, frames: append(c.handshakeFrames(), open.Frame, u.First.Frame, u.Last.Frame),
				summary: fmt.Sprintf("The client used TCP Fast Open, the server spoke before the handshake was complete, and later %s of the %s were sent %d times without an acknowledgement: a firewall that does not follow Fast Open may drop them",
					bytesOf(u.Size), side, u.Tries),
				against:   "the receiver's window was open; plain loss is not excluded",
				elsewhere: c.captureNear(other(side), "it shows whether the packets arrive.")}
		}
		return nil
	},
}
