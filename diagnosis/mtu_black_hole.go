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
			if claim := c.tooBigSaid(side); claim != nil {
				return claim
			}
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
	// leastMSS: what fits into 576 bytes passes every path (RFC 1122 section 3.3.3,
	// RFC 9293 section 3.7.1).
	leastMSS = 536
)

// holeBehind is a black hole behind the capture point, seen from the sender.
func (c *Case) holeBehind(side string) *claim {
	w, peer := c.Wire.Side(side), c.Wire.Side(other(side))
	u := &w.Stuck
	size, tries := u.Size, u.Tries
	offload := c.offload(side)
	if offload { // the first try may be several packets; those of the repetition count
		size, tries = u.Least, u.LeastTries
	}
	switch {
	case tries < fewestTries || u.Least <= max(w.LargestAcked, leastMSS) || c.blind(side):
		return nil // it got through, or would, or has not been tried enough
	case c.mss(side) <= safeMSS || size > c.mss(side):
		return nil // somebody has cared; sizes are not to be trusted, or another rule's
	case peer.ShutSince.Frame != 0 || u.LaterLost > 0 || peer.Stray.Count > 0:
		return nil // the receiver does not want any; small ones are lost, too; its SACKs are not understood
	case c.refusedOnTheWay(side) != nil:
		return nil // whatever its size
	}
	cut := ""
	if u.Size > c.mss(side) {
		cut = fmt.Sprintf("; captured where a network card cuts packets: the first try was %d bytes in one piece, the repetitions are no larger than the wire carries", u.Size)
	}
	out := &claim{frames: []int64{u.First.Frame, u.Last.Frame, c.Ended.Frame},
		against:   "no small packet was lost behind the large one, the receiver's window was open, no packet of that size ever arrived" + cut,
		elsewhere: c.captureNear(other(side), "the large packets are missing there, or arrive and their acknowledgements are lost.")}
	repeated := fmt.Sprintf("was sent %d times in %s and never acknowledged", tries, span(since(u.First, u.Last.Time)))
	switch {
	case !offload && u.LaterHeard > 0 && u.LaterHeard < u.Least:
		out.certainty = Strong
		out.summary = fmt.Sprintf("Large packets of the %s do not arrive: one of %d bytes %s, while one of %d bytes sent after it was; the path's MTU is smaller than the hosts believe",
			side, size, repeated, u.LaterHeard)
	case u.Block > 0 && u.Block < u.Least:
		out.certainty = Strong
		out.summary = fmt.Sprintf("Large packets of the %s do not arrive: one of %d bytes %s, while %s (SACK); the path's MTU is smaller than the hosts believe",
			side, size, repeated, arrivedBehind(u.Block))
	case c.smallLost(side):
		return nil
	case size >= safeMSS && w.LargestAcked > 0 && (peer.Last.At.Time.Sub(u.First.Time) > time.Second || c.smallArrived(side)):
		heard := "the other side was still heard"
		if c.smallArrived(side) {
			heard = "the other side had sent something again when the large packet was under way, and stopped when a small one had answered it"
		}
		out.certainty = Likely
		out.summary = fmt.Sprintf("Large packets of the %s seem not to arrive: one of %d bytes %s; the largest that was is of %d bytes",
			side, size, repeated, w.LargestAcked)
		out.against = heard + ", its window was open; that everything is lost in this direction since then, or that a device drops them for what they hold, is not excluded" + cut
	default:
		return nil
	}
	if icmp := c.tooBig(side); icmp != nil {
		out.frames = append(out.frames, icmp.Frame)
		out.summary += fmt.Sprintf("; %s said so (MTU %d) and the sender did not heed it", icmp.Header.ICMP.From, icmp.Header.ICMP.MTU)
	}
	return out
}

// arrivedBehind says what a SACK block of some bytes is about. A FIN counts as one.
func arrivedBehind(block int) string {
	if block == 1 {
		return "the FIN, or the single byte, sent behind it was"
	}
	return bytesOf(block) + " sent behind it were"
}

// smallLost: the other side went on repeating what packets without payload had
// acknowledged again and again: these did not arrive either, small as they are.
func (c *Case) smallLost(side string) bool {
	if c.Wire.Side(other(side)).Stuck.Tries > 0 || !c.may(session.EventRetransmission) {
		return false // it was not acknowledged at all
	}
	begun, n := c.Wire.Side(side).Stuck.First.Frame, int64(0)
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventRetransmission && e.Side != side && e.Last > begun {
			n += e.Count
		}
	}
	return n >= fewestTries-1
}

// smallArrived: the other side repeated something when the large packet was
// under way, and stopped when a packet without payload had answered it.
func (c *Case) smallArrived(side string) bool {
	u, peer := &c.Wire.Side(side).Stuck, c.Wire.Side(other(side))
	again := c.last(session.EventRetransmission, other(side))
	return again != nil && again.Frame > u.First.Frame && again.Count == 1 && peer.Stuck.Tries == 0 &&
		peer.Last.At.Frame == again.Frame && u.Last.Time.Sub(again.Time) >= 3*time.Second // it would have doubled its time-out three times
}

// holeBefore is a black hole before the capture point, seen from the receiver:
// full packets that nobody sees, and small ones around them only.
func (c *Case) holeBefore(side string) *claim {
	w := c.Wire.Side(side)
	if c.blind(side) || c.blind(other(side)) || w.LargestSegment == 0 || w.LargestSegment >= 1200 || c.mss(side) <= safeMSS {
		return nil
	}
	if lost := c.first(session.EventLost, side); lost != nil && lost.Bytes >= safeMSS && c.ended().Sub(lost.Time) >= 3*time.Second {
		waited := c.ended().Sub(lost.Time)
		return c.holeClaim(side, []int64{lost.Frame, c.Ended.Frame},
			fmt.Sprintf("%d bytes were lost on the way and did not come in %s, while packets of up to %d bytes came through",
				lost.Bytes, span(waited), w.LargestSegment))
	}
	n, waited := c.notArrived(side)
	if n == nil || n.Bytes < safeMSS || waited < 3*time.Second {
		return nil
	}
	return c.holeClaim(side, []int64{n.First.Frame, n.Last.Frame, c.Ended.Frame},
		fmt.Sprintf("it had sent %d bytes, which the sequence numbers of its later packets count, and none of them came in %s, while packets of up to %s came through",
			n.Bytes, span(waited), bytesOf(w.LargestSegment)))
}

// holeClaim is made for who has something to claim: of the sessions that are asked
// for a hole before the capture point hardly any has.
func (c *Case) holeClaim(side string, frames []int64, what string) *claim {
	return &claim{certainty: Likely, frames: frames,
		summary:   "Large packets of the " + side + " seem not to arrive here: " + what,
		against:   "no packet of 1200 bytes or more of that side is in this session; the receiver did not acknowledge the lost bytes, so they did not merely miss the capture",
		elsewhere: c.captureNear(side, "it shows whether full packets leave there again and again."),
	}
}
