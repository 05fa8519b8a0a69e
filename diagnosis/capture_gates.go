package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// captureMissed: bytes were acknowledged and are not in the capture, so they
// arrived and the capture lost them (causes.md 0.2).
var captureMissed = rule{
	code:     "capture-missed-bytes",
	severity: Info,
	advice: "Capture again with a larger buffer (tcpdump -B 65536), to a fast disk, with a filter for the mail port; " +
		"on a mirror port see that its speed is not exceeded.",
	find: func(c *Case) *claim {
		n := c.TCP.Missed.Client + c.TCP.Missed.Server
		if n == 0 || c.oneSided() != "" {
			return nil
		}
		out := &claim{certainty: Proven,
			summary:   fmt.Sprintf("The capture missed %s that arrived: the other side acknowledged them", count(n, "byte")),
			against:   "the bytes do not come later in the capture either",
			elsewhere: "What was said in the missing bytes is not known; nothing of it is blamed on the network."}
		for i := range c.Events {
			if e := &c.Events[i]; e.Kind == session.EventGap {
				out.frames = append(out.frames, e.Frame)
			}
		}
		return out
	},
}

// oneSidedCapture: only one direction was captured.
var oneSidedCapture = rule{
	code:     "one-sided-capture",
	severity: Info,
	advice: "Mirror both directions of the port, and see that both come the same way: " +
		"with asymmetric routes only the hosts themselves see both.",
	find: func(c *Case) *claim {
		missing := c.oneSided()
		if missing == "" || c.midstream() && of(c.TCP.Missed, missing) == 0 {
			return nil // a side that says nothing more may have gone before the capture began
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary: fmt.Sprintf("Only the %s's packets were captured; what the %s sent is inferred from what is acknowledged to it",
				other(missing), missing),
			against:   fmt.Sprintf("the %s acknowledges packets, so the %s was there", other(missing), missing),
			elsewhere: fmt.Sprintf("What the %s said, and how it closed, is not visible here.", missing)}
	},
}

// mirrorDuplicates: a mirror port copied packets twice.
var mirrorDuplicates = rule{
	code:     "mirror-duplicates",
	severity: Info,
	advice:   "Mirror one direction of the port only (rx or tx), or one VLAN; the copies do no harm to this analysis.",
	find: func(c *Case) *claim {
		if c.TCP.Duplicates < 3 || !c.abnormal() {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary: fmt.Sprintf("%d of %d packets of this session were captured twice; the copies are not counted as retransmissions",
				c.TCP.Duplicates, c.Frames.Count),
			against: "the copies have the same IP-ID and the same bytes, and come within 50 ms; a repeated packet has a new IP-ID"}
	},
}

// offloadCapture: the packets in the capture are larger than on the wire.
var offloadCapture = rule{
	code:     "offload-capture",
	severity: Info,
	advice: "To judge packet sizes, capture on a mirror port, or switch offload off on the host while capturing " +
		"(ethtool -K eth0 tso off gso off gro off).",
	find: func(c *Case) *claim {
		if !c.abnormal() || c.TCP.Overlaps.Client+c.TCP.Overlaps.Server > 0 {
			return nil // an edited capture has large packets, too
		}
		for _, side := range []string{"client", "server"} {
			if !c.offload(side) || c.Wire.Side(other(side)).SentMSS == 0 {
				continue // without a SYN's word on it the wire may carry jumbo frames
			}
			w := c.Wire.Side(side)
			out := &claim{certainty: Proven, frames: []int64{c.Frames.First},
				summary: fmt.Sprintf("The capture was taken where a network card cuts and joins packets (up to %d bytes of the %s, where the wire carries %d); nothing is said about packet sizes on the wire",
					w.LargestSegment, side, c.mss(side)),
				against: "larger packets than the agreed size were acknowledged as they were sent"}
			if w.LargestAcked <= c.mss(side) {
				out.certainty = Likely
				out.against = "the packets have twice the agreed size and more, but none was acknowledged as it was sent"
			}
			return out
		}
		return nil
	},
}

// beganMidstream: the capture began inside the connection.
var beganMidstream = rule{
	code:     "began-midstream",
	severity: Info,
	advice:   "Start the capture before the sessions that matter, or keep a ring of files (tcpdump -C 100 -W 50).",
	find: func(c *Case) *claim {
		if !c.midstream() || oneSidedCapture.find(c) != nil || c.Abnormal != nil && !*c.Abnormal {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary:   "The capture began inside this connection; what was said and agreed before is not known",
			against:   "no SYN and no SYN-ACK of this connection was captured",
			elsewhere: "Sender, recipients and TCP options of the beginning are only in an earlier capture."}
	},
}

// snaplenCut: the snap length cut payload.
var snaplenCut = rule{
	code:     "snaplen-cut",
	severity: Info,
	advice:   "Capture whole packets (tcpdump -s 0) to see what was said.",
	find: func(c *Case) *claim {
		n := c.TCP.Cut.Client + c.TCP.Cut.Server
		if n == 0 || c.Abnormal != nil && !*c.Abnormal {
			return nil
		}
		out := &claim{certainty: Proven,
			summary:   fmt.Sprintf("The capture cut %s off its packets (snap length); how the session ended is sure, what was said there is not", count(n, "byte")),
			against:   "the packets' own lengths say how much was cut",
			elsewhere: "The text of commands and replies behind the cut is not known."}
		if e := c.first(session.EventCut, ""); e != nil {
			out.frames = []int64{e.Frame, e.Last}
		}
		return out
	},
}
