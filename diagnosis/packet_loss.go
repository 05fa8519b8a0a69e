package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// loss: packets were lost on the way (causes.md 1.12). It is the cause of the
// end only where the last thing before the end was never repaired.
var loss = rule{
	code:     "packet-loss",
	needs:    lossy,
	severity: Info,
	advice: "Look for errors and drops on the interfaces along the path, a duplex mismatch, a full line or a policer; " +
		"if it goes on at the same hours, the line is too small.",
	find: func(c *Case) *claim {
		if !c.whole() {
			return nil
		}
		if c.explained() != nil {
			return nil
		}
		if c.saidAgain() {
			if claim := c.replyLost(); claim != nil {
				return claim
			}
		}
		for _, side := range []string{"client", "server"} {
			if claim := c.unrepaired(side); claim != nil {
				return claim
			}
			if claim := c.lostBefore(side); claim != nil {
				return claim
			}
		}
		return c.repaired()
	},
}

// explained is what says more of a packet that never arrived than its loss.
func (c *Case) explained() *claim {
	for _, r := range []*rule{&icmpUnreachable, &blackHole, &mssExceeded, &sackRewritten, &idleState, &fastOpen, &vanished, &zeroWindow} {
		if claim := r.find(c); claim != nil {
			return claim
		}
	}
	return nil
}

func (c *Case) unrepaired(side string) *claim {
	u := &c.Wire.Side(side).Stuck
	peer := c.Wire.Side(other(side))
	if u.Tries < 3 || c.Ended.How == session.ByEvicted || c.left(other(side), u.First.Frame) || !c.open() && !c.abnormal() || peer.ShutSince.Frame != 0 || u.Last.Time.Sub(c.ended()) > 0 && !c.Ended.Unheard {
		return nil
	}
	if waited := c.ended().Sub(u.First.Time); waited < time.Second {
		return nil
	}
	end := "session ended"
	if c.open() {
		end = "capture ended"
	}
	size, tries := u.Size, u.Tries
	if c.offload(side) && u.LeastTries > 1 { // the first try was more than one packet
		size, tries = u.Least, u.LeastTries
	}
	out := &claim{certainty: Likely, severity: Error, frames: []int64{u.First.Frame, u.Last.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("%s of the %s were sent %d times in %s and not acknowledged before the %s: the path loses packets",
			bytesOf(size), side, tries, span(since(u.First, u.Last.Time)), end),
		against:   "the receiver's window was open and " + c.sizeWords(side) + "; that the acknowledgements were lost, not the packets, is not excluded",
		elsewhere: c.captureNear(other(side), "it shows whether the packets arrive.")}
	if c.open() {
		out.severity = Warning
	}
	if y := &c.Wire.Side(side).Twice; y.Count >= 3 && y.Last.Frame > u.First.Frame {
		out.certainty = Strong
		out.frames = append(out.frames, y.Last.Frame)
		out.summary = fmt.Sprintf("%s of the %s were sent %d times in %s and not acknowledged before the %s: nothing of the %s arrives at the %s, which meanwhile repeats what the %s had acknowledged",
			bytesOf(size), side, tries, span(since(u.First, u.Last.Time)), end, side, other(side), side)
		out.against = "the receiver's window was open, and the " + side + " reports what it gets again (D-SACK): the other direction passes"
		out.advice = "Look for what stops one direction only: a firewall rule or session that was removed, a route that goes another way, a filter for the " + side + "'s address."
	}
	if c.offload(side) {
		out.against = "the receiver's window was open; packets of this side are larger here than on the wire, so that only large ones are lost is not excluded"
	}
	return out
}

// lostBefore: what a side had sent did not come as far as here.
func (c *Case) lostBefore(side string) *claim {
	n, waited := c.notArrived(side)
	if n == nil || waited < time.Second || c.Ended.How == session.ByEvicted || c.left(other(side), n.First.Frame) || !c.open() && !c.abnormal() {
		return nil
	}
	out := &claim{certainty: Likely, severity: Error, frames: []int64{n.First.Frame, n.Last.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("%s of the %s were sent and did not come here in %s, until %s: the sequence numbers of its later packets count them; the path loses packets",
			count(n.Bytes, "byte"), side, span(waited), c.endWords()),
		against:   "the receiver did not acknowledge them, so they did not merely miss the capture; that only large packets are lost is not excluded",
		elsewhere: c.captureNear(side, "it shows whether they leave there again and again, and how large they are.")}
	if c.open() {
		out.severity = Warning
	}
	return out
}

func bytesOf(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// repaired: loss that TCP repaired, worth a word from some size on.
func (c *Case) repaired() *claim {
	if c.TCP.Overlaps.Client+c.TCP.Overlaps.Server > 0 {
		return nil // the same bytes with other content: this is no plain repetition
	}
	if c.Duration.Duration() < 200*time.Millisecond {
		return nil // below the least time-out (RFC 6298): an edited capture, or one that reorders
	}
	again, frames := c.repetitions()
	n := again.Client + again.Server
	total := c.Frames.Count - c.TCP.Duplicates // without what a mirror port copied
	if n < 5 || n*100 < total {
		return nil
	}
	out := &claim{certainty: Proven, frames: frames,
		summary: fmt.Sprintf("%d of %d packets were sent again (%d by the client, %d by the server): packets or their acknowledgements were lost or late",
			n, total, again.Client, again.Server),
		against: "copies by a mirror port and what was repeated after the session's end are not counted, and nothing acknowledged is missing from the capture"}
	for _, side := range []string{"client", "server"} {
		c.explainBySize(out, side)
	}
	return out
}

// explainBySize adds that packets were too large for the path, where a router
// said so. A sender that has heeded it has lost nothing more than time (RFC
// 1191): to look for faulty lines then would be in vain.
func (c *Case) explainBySize(out *claim, side string) {
	icmp := c.tooBig(side)
	if icmp == nil {
		return
	}
	from := icmp.Header.ICMP.From
	out.frames = append(out.frames, icmp.Frame)
	out.summary += fmt.Sprintf("; %s said that packets of the %s are too large for the path behind it%s", from, side, mtuWords(icmp))
	if largest := c.Wire.Side(side).LargestAcked; largest > 0 && icmp.Header.ICMP.MTU > 0 && !exceeds(largest, icmp) {
		out.summary += ", and smaller ones passed"
		out.advice = fmt.Sprintf("For the packets that were too large nothing needs doing: the %s has learned what passes (path MTU discovery, RFC 1191). "+
			"If that costs time in every session, let the %s's MTU, or the MSS that the firewall writes, be what the path behind %s carries. "+
			"Were packets lost that were not too large, look for errors and drops on the interfaces along the path.", side, side, from)
	}
}

// repetitions counts what was sent again before the session's end: to whom has
// left, repetitions are no loss.
func (c *Case) repetitions() (n session.Sides, frames []int64) {
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventRetransmission || e.Frame >= c.Ended.Frame {
			continue
		}
		frames = append(frames, e.Frame)
		if e.Side == "client" {
			n.Client += e.Count
		} else {
			n.Server += e.Count
		}
	}
	return n, frames
}
