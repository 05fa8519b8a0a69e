package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// blackHole: large packets never arrive, small ones do (causes.md 1.1).
var blackHole = rule{
	code:     "mtu-black-hole",
	needs:    lossy,
	severity: Error,
	advice: "Let ICMP \"fragmentation needed\" (IPv6: \"packet too big\") through every firewall on the path, " +
		"or clamp the MSS on the VPN or router (for example to 1360), or lower the MTU of the sending host; " +
		"to check: ping -M do -s 1472 HOST.",
	find: func(c *Case) *claim {
		if c.oneSided() != "" {
			return nil
		}
		for _, side := range []string{"client", "server"} {
			if claim := c.holeBehind(side); claim != nil {
				return claim
			}
			if claim := c.holeBefore(side); claim != nil {
				return claim
			}
		}
		return nil
	},
}

const (
	// fewestTries is the first packet and three repetitions.
	fewestTries = 4
	// safeMSS: packets up to this size pass every tunnel in use; where the
	// MSS is no larger, somebody has cared already.
	safeMSS = 1300
)

// holeBehind is a black hole behind the capture point, seen from the sender.
func (c *Case) holeBehind(side string) *claim {
	w, peer := c.Wire.Side(side), c.Wire.Side(other(side))
	u := &w.Stuck
	switch {
	case u.Tries < fewestTries || u.Least <= w.LargestAcked || c.blind(side):
		return nil // it got through, or has not been tried enough
	case c.offload(side) || c.mss(side) <= safeMSS || u.Size > c.mss(side):
		return nil // sizes are not to be trusted, or another rule's
	case peer.ShutSince.Frame != 0 || u.LaterLost > 0 || peer.Stray.Count > 0:
		return nil // the receiver does not want any; small ones are lost, too; its SACKs are not understood
	}
	out := &claim{frames: []int64{u.First.Frame, u.Last.Frame, c.Ended.Frame},
		against:   "no small packet was lost behind the large one, the receiver's window was open, no packet of that size ever arrived",
		elsewhere: c.captureNear(other(side), "the large packets are missing there, or arrive and their acknowledgements are lost.")}
	repeated := fmt.Sprintf("was sent %d times in %s and never acknowledged", u.Tries, span(since(u.First, u.Last.Time)))
	switch {
	case u.LaterHeard > 0 && u.LaterHeard < u.Least:
		out.certainty = Strong
		out.summary = fmt.Sprintf("Large packets of the %s do not arrive: one of %d bytes %s, while one of %d bytes sent after it was; the path's MTU is smaller than the hosts believe",
			side, u.Size, repeated, u.LaterHeard)
	case u.Size >= safeMSS && w.LargestAcked > 0 && peer.Last.At.Time.Sub(u.First.Time) > time.Second:
		out.certainty = Likely
		out.summary = fmt.Sprintf("Large packets of the %s seem not to arrive: one of %d bytes %s; the largest that was is of %d bytes",
			side, u.Size, repeated, w.LargestAcked)
		out.against = "the other side was still heard, its window was open; that everything is lost in this direction since then is not excluded"
	default:
		return nil
	}
	if icmp := c.tooBig(side); icmp != nil {
		out.frames = append(out.frames, icmp.Frame)
		out.summary += fmt.Sprintf("; %s said so (MTU %d) and the sender did not heed it", icmp.Header.ICMP.From, icmp.Header.ICMP.MTU)
	}
	return out
}

// tooBig is the ICMP error that says that a side's packets are too large.
func (c *Case) tooBig(side string) *session.Event {
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventICMP || e.Side != side {
			continue
		}
		if icmp := e.Header.ICMP; icmp.V6 && icmp.Type == 2 || !icmp.V6 && icmp.Type == 3 && icmp.Code == 4 {
			return e
		}
	}
	return nil
}

// holeBefore is a black hole before the capture point, seen from the receiver:
// a hole of full packets that nobody filled, and small ones around it only.
func (c *Case) holeBefore(side string) *claim {
	w := c.Wire.Side(side)
	lost := c.first(session.EventLost, side)
	if lost == nil || lost.Bytes < safeMSS || c.blind(side) || c.blind(other(side)) {
		return nil
	}
	waited := c.ended().Sub(lost.Time)
	if w.LargestSegment == 0 || w.LargestSegment >= 1200 || waited < 3*time.Second || c.mss(side) <= safeMSS {
		return nil
	}
	return &claim{certainty: Likely, frames: []int64{lost.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("Large packets of the %s seem not to arrive here: %d bytes were lost on the way and did not come in %s, while packets of up to %d bytes came through",
			side, lost.Bytes, span(waited), w.LargestSegment),
		against:   "no packet of 1200 bytes or more of that side is in this session; the receiver did not acknowledge the lost bytes, so they did not merely miss the capture",
		elsewhere: c.captureNear(side, "it shows whether full packets leave there again and again.")}
}
