package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// zeroWindow: a side did not read its input (causes.md 1.11).
var zeroWindow = rule{
	code:     "zero-window",
	severity: Warning,
	advice: "Find out what kept the program from reading: a full or slow disk, a content filter or milter that does not take more, " +
		"a process that is stopped, a rate limit. Its own log at this time says it.",
	find: func(c *Case) *claim {
		if !c.whole() {
			return nil // the window may have opened unseen
		}
		for _, side := range []string{"server", "client"} {
			w := c.Wire.Side(side)
			shut := w.ShutSince
			if shut.Frame != 0 && (c.closed(side, shut.Frame+1) || c.closed(other(side), shut.Frame+1)) {
				continue // who has closed reads no more
			}
			if last := w.ShutFor(c.ended()); shut.Frame != 0 && last >= time.Second {
				out := c.didNotRead(side, last, shut.Frame)
				out.summary += " until the session ended"
				if c.abnormal() {
					out.severity = Error
				}
				return out
			}
			if total := c.shutTime(side); total >= time.Second {
				return c.didNotRead(side, total, c.first(session.EventZeroWindow, side).Frame)
			}
		}
		return nil
	},
}

func (c *Case) shutTime(side string) time.Duration {
	if c.TCP.ZeroWindowSec == nil || c.first(session.EventZeroWindow, side) == nil {
		return 0
	}
	if side == "server" {
		return c.TCP.ZeroWindowSec.Server.Duration()
	}
	return c.TCP.ZeroWindowSec.Client.Duration()
}

func (c *Case) didNotRead(side string, d time.Duration, frame int64) *claim {
	out := &claim{certainty: Proven, frames: []int64{frame},
		summary:   fmt.Sprintf("The %s did not read its input for %s: it announced that it takes no more (window 0)", side, span(d)),
		against:   "the window is 0 however it is scaled, and shut for a second or more; shorter stops are usual and not told",
		elsewhere: fmt.Sprintf("Why the program did not read is only visible on the %s itself.", side)}
	if e := c.last(session.EventWindowOpen, side); e != nil && e.Frame > frame {
		out.frames = append(out.frames, e.Frame)
	}
	return out
}

// vanished: one side was not heard any more (causes.md 0.4 "silence").
var vanished = rule{
	code:     "peer-vanished",
	severity: Error,
	advice: "See whether the host was up, and whether other connections to it broke at the same time: " +
		"if so the host or its network failed, if not a device on the path lost this connection.",
	find: func(c *Case) *claim {
		if !c.whole() || c.Ended.How == session.ByEvicted {
			return nil
		}
		for _, better := range []*rule{&idleState, &blackHole, &mssExceeded, &sackRewritten, &fastOpen} {
			if better.find(c) != nil {
				return nil
			}
		}
		for _, side := range []string{"client", "server"} {
			if claim := c.unheard(side); claim != nil {
				return claim
			}
		}
		return c.silent()
	},
}

// unheard: side repeats a packet, and nothing at all comes back.
func (c *Case) unheard(side string) *claim {
	u, peer := &c.Wire.Side(side).Stuck, c.Wire.Side(other(side))
	waited := since(u.First, u.Last.Time)
	if u.Tries < fewestTries || waited < 2*time.Second || u.LaterHeard > 0 || peer.Packets == 0 || c.left(other(side), u.First.Frame) || peer.Last.At.Time.Sub(u.First.Time) > c.rtt() {
		return nil
	}
	out := &claim{certainty: Proven, frames: []int64{peer.Last.At.Frame, u.First.Frame, u.Last.Frame},
		summary: fmt.Sprintf("The %s was not heard any more: the %s sent the same %s %d times in %s, and nothing came back, neither an acknowledgement nor a reset",
			other(side), side, count(int64(u.Size), "byte"), u.Tries, span(waited)),
		against:   "both directions were captured before, and nothing acknowledged is missing from the capture",
		elsewhere: c.captureNear(other(side), "it shows whether the packets arrive and whether answers leave; that the host failed or the path did is not told apart here.")}
	if icmp := c.last(session.EventICMP, side); icmp != nil && icmp.Frame > u.First.Frame {
		out.frames = append(out.frames, icmp.Frame)
		out.summary += fmt.Sprintf("; but %s said: %s", icmp.Header.ICMP.From, icmpWords(icmp.Header.ICMP))
	}
	switch {
	case c.Abnormal != nil && !*c.Abnormal:
		out.severity = Info // no mail suffers
	case c.open():
		out.severity = Warning
		out.summary += "; the capture ends before the session does"
	}
	return out
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

// loss: packets were lost on the way (causes.md 1.12). It is the cause of the
// end only where the last thing before the end was never repaired.
var loss = rule{
	code:     "packet-loss",
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
		for _, side := range []string{"client", "server"} {
			if claim := c.unrepaired(side); claim != nil {
				return claim
			}
		}
		return c.repaired()
	},
}

// explained is what says more of a packet that never arrived than its loss.
func (c *Case) explained() *claim {
	for _, r := range []*rule{&blackHole, &mssExceeded, &sackRewritten, &idleState, &fastOpen, &vanished, &zeroWindow} {
		if claim := r.find(c); claim != nil {
			return claim
		}
	}
	return nil
}

func (c *Case) unrepaired(side string) *claim {
	u := &c.Wire.Side(side).Stuck
	peer := c.Wire.Side(other(side))
	if u.Tries < 3 || c.Ended.How == session.ByEvicted || c.left(other(side), u.First.Frame) || !c.open() && !c.abnormal() || peer.ShutSince.Frame != 0 || u.Last.Time.Sub(c.ended()) > 0 {
		return nil
	}
	if waited := c.ended().Sub(u.First.Time); waited < time.Second {
		return nil
	}
	end := "session ended"
	if c.open() {
		end = "capture ended"
	}
	out := &claim{certainty: Likely, severity: Error, frames: []int64{u.First.Frame, u.Last.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("%s of the %s were sent %d times in %s and not acknowledged before the %s: the path loses packets",
			bytesOf(u.Size), side, u.Tries, span(since(u.First, u.Last.Time)), end),
		against:   "the receiver's window was open and nothing points to a size that does not pass; that the acknowledgements were lost, not the packets, is not excluded",
		elsewhere: c.captureNear(other(side), "it shows whether the packets arrive.")}
	if c.open() {
		out.severity = Warning
	}
	if c.offload(side) {
		out.against = "the receiver's window was open; packets of this side are larger here than on the wire, so that only large ones are lost is not excluded"
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
	if n < 5 || n*100 < c.Frames.Count {
		return nil
	}
	out := &claim{certainty: Proven, frames: frames,
		summary: fmt.Sprintf("%d of %d packets were sent again (%d by the client, %d by the server): packets or their acknowledgements were lost or late",
			n, c.Frames.Count, again.Client, again.Server),
		against: "copies by a mirror port and what was repeated after the session's end are not counted, and nothing acknowledged is missing from the capture"}
	for _, side := range []string{"client", "server"} {
		if icmp := c.tooBig(side); icmp != nil {
			out.frames = append(out.frames, icmp.Frame)
			out.summary += fmt.Sprintf("; %s said that packets of the %s are too large for its way (MTU %d), and smaller ones passed",
				icmp.Header.ICMP.From, side, icmp.Header.ICMP.MTU)
		}
	}
	return out
}

// repetitions counts what was sent again before the session's end: to whom has
// left, repetitions are no loss.
func (c *Case) repetitions() (n session.Sides, frames []int64) {
	for i := range c.Events {
		e := &c.Events[i]
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

// fastOpen: TCP Fast Open and a connection tracker that does not know it
// (causes.md 1.9).
var fastOpen = rule{
	code:     "fast-open-stall",
	severity: Error,
	advice:   "Switch TCP Fast Open off for mail (Linux: net.ipv4.tcp_fastopen=0), or update the firewall's connection tracking.",
	find: func(c *Case) *claim {
		open := c.first(session.EventEstablished, "server")
		if !c.Wire.Client.FastOpen || open == nil || !c.whole() || !c.abnormal() {
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
