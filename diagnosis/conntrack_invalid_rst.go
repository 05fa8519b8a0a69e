package diagnosis

import (
	"fmt"
	"slices"

	"smtpscope/capture"
	"smtpscope/session"
)

// conntrackInvalid: a NAT that calls a late segment INVALID hands it on with
// the wrong address; the host behind knows of no such connection and resets it
// (causes.md 1.6; kubernetes#74839).
var conntrackInvalid = rule{
	code:     "conntrack-invalid-rst",
	needs:    reset,
	severity: Error,
	advice: "On the NAT host drop what conntrack calls INVALID (iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP), " +
		"or be liberal (Linux: net.netfilter.nf_conntrack_tcp_be_liberal=1).",
	find: func(c *Case) *claim {
		events := c.events()
		for i := range events {
			e := &events[i]
			if e.Kind != session.EventRST || !c.answersOdd(e) || c.oneSided() != "" {
				continue
			}
			if c.resetItself(e) {
				continue // its later resets answer what was under way
			}
			lives := c.Wire.Side(e.Side).Outlived.RST.Frame == e.Frame
			if c.Bytes.Client+c.Bytes.Server < heavy && !lives {
				continue
			}
			odd := &e.Header.Prior.PeerOdd
			return &claim{certainty: Likely, frames: []int64{odd.At.Frame, e.Frame},
				summary: fmt.Sprintf("The reset in the %s's name answers a late or repeated packet of the %s, %s after it; a NAT that lost track of the connection makes the host behind it do so",
					e.Side, other(e.Side), span(since(odd.At, e.Time))),
				against:   fmt.Sprintf("the %s had not closed, had moved %s, and the reset bears that packet's number; a program on it that died in this moment is not excluded", e.Side, count(c.Bytes.Client+c.Bytes.Server, "byte")),
				elsewhere: c.captureNear(e.Side, "on the inner side of the NAT the late packet appears with an address that was not translated.")}
		}
		return nil
	},
}

// resetItself reports whether a host had ended the connection by a reset with an ACK,
// as hosts do that have one, before another reset in its name.
func (c *Case) resetItself(e *session.Event) bool {
	before, _ := c.around(e.Side, e.Frame)
	return slices.ContainsFunc(before, func(i int) bool { return c.events()[i].Header.Flags.Has(capture.ACK) })
}

// heavy is the traffic from which on conntrack's window check is known to err.
const heavy = 50_000

// answersOdd reports whether a RST looks like the answer of a host that knows
// of no connection to a packet that was late or repeated: its number is that
// packet's, and it bears no ACK (RFC 9293 section 3.10.7.1).
func (c *Case) answersOdd(e *session.Event) bool {
	if e.Header == nil || e.Header.Prior == nil || !e.Header.Prior.Known || e.Header.Flags.Has(capture.ACK) {
		return false
	}
	odd := &e.Header.Prior.PeerOdd
	return odd.At.Frame != 0 && e.Header.Seq == odd.Ack && since(odd.At, e.Time) <= c.rtt() &&
		odd.At.Frame >= e.Header.Prior.Peer.At.Frame &&
		!c.closed("client", e.Frame) && !c.closed("server", e.Frame)
}
