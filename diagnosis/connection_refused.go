package diagnosis

import (
	"fmt"

	"smtpscope/capture"
	"smtpscope/session"
)

// refused: the SYN was answered by a RST or an ICMP error (causes.md 3.10).
// That nobody listens, or that something refuses for the host, is what the
// packets show; which of the two the TTL can only suggest, since the host was
// not heard otherwise.
var refused = rule{
	code:     "connection-refused",
	needs:    wrong,
	severity: Error,
	advice: "Check on the server that the mail service listens on this port and address; " +
		"if it does, look for a firewall rule that rejects the client.",
	find: func(c *Case) *claim {
		if c.Ended.How != session.BySYNRefused {
			return nil
		}
		if icmp := c.first(session.EventICMP, ""); icmp != nil {
			return c.refusedByICMP(icmp)
		}
		out := &claim{certainty: Proven, frames: []int64{c.Frames.First, c.Ended.Frame},
			summary:   fmt.Sprintf("The connection was refused before any mail was spoken: port %d of %s answered with a reset", c.Server.Port, c.Server.IP),
			against:   "no answer that accepts the connection was seen",
			elsewhere: "Whether the host itself or a firewall in front of it refused is seen by capturing on the server"}
		if rst := c.first(session.EventRST, "server"); rst != nil {
			out.elsewhere += "; of the reset, " + fromHere(rst.Header.TTL)
		}
		out.elsewhere += "."
		return out
	},
}

func (c *Case) refusedByICMP(icmp *session.Event) *claim {
	who := icmp.Header.ICMP.From.String()
	elsewhere := "Why that device refuses is only in its own configuration and log."
	if icmp.Header.ICMP.From == c.Server.IP {
		who = "the server's own address"
		elsewhere = "Whether the host itself or a firewall in its name refused is seen by capturing on the server."
	}
	return &claim{certainty: Proven, frames: []int64{c.Frames.First, icmp.Frame},
		summary: fmt.Sprintf("The connection was refused before any mail was spoken: %s answered that the server cannot be reached: %s",
			who, icmpWords(icmp.Header.ICMP)),
		against:   "no answer of the server itself was seen",
		elsewhere: elsewhere, advice: unreachableAdvice(icmp.Header.ICMP)}
}

// unreachableAdvice is what to do about an ICMP error that does not speak of the port
// (RFC 792, RFC 1812 section 5.2.7.1; RFC 4443 section 3.1).
func unreachableAdvice(i capture.ICMP) string {
	const (
		lost   = "See from that device whether the server's address is right, the host is up and a route leads to it (routing table, ARP or neighbour table). Whether the mail service listens was not asked."
		barred = "Look on that device for the rule that rejects the client. Whether the mail service listens was not asked."
	)
	advice := map[[2]uint8]string{{3, 0}: lost, {3, 1}: lost, {3, 6}: lost, {3, 7}: lost, {3, 9}: barred, {3, 10}: barred, {3, 13}: barred}
	if i.V6 {
		advice = map[[2]uint8]string{{1, 0}: lost, {1, 3}: lost, {1, 6}: lost, {1, 1}: barred, {1, 5}: barred}
	}
	return advice[[2]uint8{i.Type, i.Code}]
}
