package diagnosis

import (
	"fmt"

	"smtpscope/capture"
	"smtpscope/session"
)

// strangersReset is the RST that ended the session, where it is the answer of who
// knows of no such connection: it bears no ACK (RFC 9293 section 3.10.7.1), and
// nobody had closed. A host that ends a connection which it has, because its
// program died or had enough, sends a FIN, or a RST that bears one (section 3.10.5).
func (c *Case) strangersReset() *session.Event {
	rst := c.endingRST()
	if rst == nil || rst.Header == nil || rst.Header.Flags.Has(capture.ACK) || rst.Header.Prior == nil {
		return nil
	}
	p := rst.Header.Prior
	if !p.Known || p.Peer.At.Frame == 0 || rst.Time.Sub(p.Peer.At.Time) > c.rtt() || c.closed("client", rst.Frame) || c.closed("server", rst.Frame) {
		return nil
	}
	return rst
}

// strangersWords are for the summary, with what else speaks of a stranger.
func (c *Case) strangersWords(rst *session.Event) string {
	words := "; the reset bears no ACK, as that of a host which knows of no such connection, or of a device that rejects its packets"
	if n := c.resetsLike(rst); n > 2 {
		words += fmt.Sprintf("; %d of these came in a row, as one for each packet under way", n)
	}
	if p := rst.Header.Prior; p.Packets >= fewestPackets && p.TTLMin == p.TTLMax && rst.Header.TTL != p.TTLMin {
		words += fmt.Sprintf("; its TTL is %d, that of the %s's %d packets before %d", rst.Header.TTL, rst.Side, p.Packets, p.TTLMin)
	}
	return words
}

// resetsLike counts a RST and those of its side that are like it and came with it.
func (c *Case) resetsLike(rst *session.Event) (n int) {
	_, from := c.around(rst.Side, rst.Frame)
	events := c.events()
	for _, i := range from {
		e := &events[i]
		if !e.Header.Flags.Has(capture.ACK) && e.Time.Sub(rst.Time) <= c.rtt() {
			n++
		}
	}
	return n
}

// strangersAdvice: a program that died is not what to look for first.
func strangersAdvice(side string) string {
	return "See whether the " + side + "'s host was restarted in that second, or another host took over its address (failover, a load balancer), and look on the path for a device that rejects packets with resets " +
		"(a firewall rule that was added, intrusion prevention, a NAT that lost the connection). A process that crashed is less likely: its host would close with a FIN, or with a reset that bears an ACK. " +
		"Capture on the " + side + " as well: a reset that does not leave it comes from a device between."
}
