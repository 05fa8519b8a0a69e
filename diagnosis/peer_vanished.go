package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// vanished: one side was not heard any more (causes.md 0.4 "silence").
var vanished = rule{
	code:     "peer-vanished",
	needs:    lossy | wrong,
	severity: Error,
	advice: "See whether the host was up, and whether other connections to it broke at the same time: " +
		"if so the host or its network failed, if not a device on the path lost this connection.",
	find: func(c *Case) *claim {
		if !c.whole() || c.Ended.How == session.ByEvicted {
			return nil
		}
		for _, better := range []*rule{&icmpUnreachable, &idleState, &blackHole, &mssExceeded, &sackRewritten, &fastOpen} {
			if better.find(c) != nil {
				return nil
			}
		}
		for _, side := range []string{"client", "server"} {
			if claim := c.unheard(side); claim != nil {
				return claim
			}
			if claim := c.deafToProbes(side); claim != nil {
				return claim
			}
		}
		return c.silent()
	},
}

// unheard: side repeats a packet, and nothing at all comes back: no packet, no
// SACK of what it sent behind the one that is missing, no RST.
func (c *Case) unheard(side string) *claim {
	u, peer := &c.Wire.Side(side).Stuck, c.Wire.Side(other(side))
	waited := since(u.First, u.Last.Time)
	if u.Tries < fewestTries || waited < 2*time.Second || u.Block > 0 || u.LaterHeard > 0 || peer.Packets == 0 || c.left(other(side), u.First.Frame) || peer.Last.At.Time.Sub(u.First.Time) > c.rtt() {
		return nil
	}
	if rst := c.first(session.EventRST, side); rst != nil && rst.Frame < u.First.Frame {
		return nil // the other side was told to go, whoever said it
	}
	if c.resetFrom(other(side), u.First.Frame) {
		return nil // it was heard
	}
	size, tries := u.Size, u.Tries
	if u.LeastTries > 1 { // the first try may have been more than one packet
		size, tries = u.Least, u.LeastTries
	}
	out := &claim{certainty: Proven, frames: []int64{peer.Last.At.Frame, u.First.Frame, u.Last.Frame},
		summary: fmt.Sprintf("The %s was not heard any more: the %s sent the same %s %d times in %s, and nothing came back, neither an acknowledgement nor a reset",
			other(side), side, count(int64(size), "byte"), tries, span(waited)),
		against:   "both directions were captured before, and nothing acknowledged is missing from the capture",
		elsewhere: c.captureNear(other(side), "it shows whether the packets arrive and whether answers leave; that the host failed or the path did is not told apart here.")}
	if icmp := c.last(session.EventICMP, side); icmp != nil && icmp.Frame > u.First.Frame {
		out.frames = append(out.frames, icmp.Frame)
		out.summary += fmt.Sprintf("; but %s said: %s", icmp.Header.ICMP.From, icmpWords(icmp.Header.ICMP))
	}
	c.lastShut(out, other(side))
	return c.suffered(out)
}

// lastShut adds that a side had shut its window before it was not heard any more: one
// that merely does not read answers each probe (RFC 9293 section 3.8.6.1).
func (c *Case) lastShut(out *claim, side string) {
	if shut := c.Wire.Side(side).ShutSince; shut.Frame != 0 {
		out.frames = append(out.frames, shut.Frame)
		out.against += fmt.Sprintf("; the %s had announced that it takes no more (window 0), but a host that merely does not read answers what is sent all the same", side)
	}
}

// suffered weighs that a side was not heard any more.
func (c *Case) suffered(out *claim) *claim {
	switch {
	case c.Abnormal != nil && !*c.Abnormal:
		out.severity = Info // no mail suffers
	case c.open():
		out.severity = Warning
		out.summary += "; the capture ends before the session does"
	}
	return out
}

// fewestProbes that nobody answers: single packets get lost (RFC 9293 section 3.8.4).
const fewestProbes = 3

// deafToProbes: side probes whether the other is still there, and nothing at all comes
// back. A host that has the connection answers each keep-alive probe with an ACK, one
// that has not, with a reset (RFC 9293 section 3.8.4).
func (c *Case) deafToProbes(side string) *claim {
	y, peer := &c.Wire.Side(side).Probes, c.Wire.Side(other(side))
	if y.Count < fewestProbes || peer.Packets == 0 || peer.Last.At.Frame > y.First.Frame || c.left(other(side), y.First.Frame) ||
		c.resetFrom(other(side), y.First.Frame) || c.left(side, y.First.Frame) {
		return nil
	}
	probes := count(y.Count, "keep-alive probe")
	if y.Window == y.Count {
		probes = count(y.Count, "window probe")
	}
	out := &claim{certainty: Proven, frames: []int64{peer.Last.At.Frame, y.First.Frame, y.Last.Frame},
		summary: fmt.Sprintf("The %s was not heard any more: the %s sent %s in %s, and nothing came back, neither an acknowledgement nor a reset",
			other(side), side, probes, span(since(y.First, y.Last.Time))),
		against:   "both directions were captured before, and nothing acknowledged is missing from the capture; a host that still has the connection answers each probe",
		elsewhere: c.captureNear(other(side), "it shows whether the probes arrive and whether answers leave; that the host failed or the path did is not told apart here.")}
	if c.Ended.How == session.ByRST && c.endedBy(side) && c.Ended.Frame > y.Last.Frame {
		out.frames = append(out.frames, c.Ended.Frame)
		out.summary += fmt.Sprintf("; then the %s's TCP gave the connection up (RST)", side)
	}
	c.lastShut(out, other(side))
	return c.suffered(out)
}

// resetFrom reports whether a RST of a side came behind a frame, believed or not.
func (c *Case) resetFrom(side string, frame int64) bool {
	for _, kind := range []session.EventKind{session.EventRST, session.EventRSTIgnored} {
		if e := c.last(kind, side); e != nil && e.Frame > frame {
			return true
		}
	}
	return false
}

// silent: nobody sent anything until the idle limit ran out.
func (c *Case) silent() *claim {
	if c.Ended.How != session.BySilence || !c.Seen.Client || !c.Seen.Server {
		return nil
	}
	last, peer := "client", "server"
	if c.Wire.Server.Last.At.Frame > c.Wire.Client.Last.At.Frame {
		last, peer = peer, last
	}
	lastAt := c.Wire.Side(last).Last.At
	out := &claim{certainty: Likely, frames: []int64{lastAt.Frame},
		summary: fmt.Sprintf("The session fell silent without an end: for %s neither side sent anything, not even a close; the last packet was the %s's",
			span(since(lastAt, c.ended())), last),
		against:   "no FIN, no RST and no repeated packet came; both sides' timers for mail are shorter than that",
		elsewhere: "Whether a host went down or a device on the path swallowed the close is seen by capturing near either host."}
	if n := len(c.Messages); n > 0 && c.Ended.Phase == "ready" && c.Messages[n-1].Outcome == session.Accepted {
		out.severity = Info // no mail suffers
	}
	return out
}
