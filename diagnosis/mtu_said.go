package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// tooBigSaid: a router says that the packets of a side are too large for the path
// behind it (RFC 1191 section 4, RFC 8201 section 4), and that side goes on to repeat
// one that is: the word did not come to its TCP, or was not heeded.
func (c *Case) tooBigSaid(side string) *claim {
	u := &c.Wire.Side(side).Stuck
	icmp := c.tooBig(side)
	if icmp == nil || u.Tries < 2 || u.Last.Frame < icmp.Frame || c.blind(side) || !exceeds(u.Least, icmp) {
		return nil
	}
	out := &claim{certainty: Likely, frames: []int64{u.First.Frame, icmp.Frame, u.Last.Frame, c.Ended.Frame},
		against: "what was sent again is no smaller than that; no packet of that size was acknowledged behind it",
		advice: fmt.Sprintf("See why the %s goes on with packets of that size: a firewall on it, or a NAT or load balancer between it and this capture point, that drops ICMP \"fragmentation needed\" (IPv6: \"packet too big\"), "+
			"or a system on which path MTU discovery does not work. Until then clamp the MSS on the router, or lower the %s's MTU.", side, side),
		elsewhere: c.captureNear(side, "it shows whether the ICMP error comes to it.")}
	from := icmp.Header.ICMP.From
	what := fmt.Sprintf("%s said that some are too large for the path behind it%s, and one of %s is", from, mtuWords(icmp), bytesOf(u.Size))
	for _, e := range c.allTooBig(side) {
		if e.Header.Seq == u.Seq && e.Frame > u.First.Frame {
			out.certainty = Strong
			out.frames = append(out.frames, e.Frame)
			what = fmt.Sprintf("%s said of one of %s that it is too large for the path behind it%s", from, bytesOf(u.Size), mtuWords(e))
			break
		}
	}
	out.summary = fmt.Sprintf("Large packets of the %s do not arrive: %s; it was sent %d times in %s, never smaller than %s, and not acknowledged",
		side, what, u.Tries, span(since(u.First, u.Last.Time)), bytesOf(u.Least))
	return out
}

// tooBig is the ICMP error that says that a side's packets are too large.
func (c *Case) tooBig(side string) *session.Event {
	if list := c.allTooBig(side); len(list) > 0 {
		return list[0]
	}
	return nil
}

func (c *Case) allTooBig(side string) (list []*session.Event) {
	if !c.may(session.EventICMP) {
		return nil
	}
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventICMP || e.Side != side {
			continue
		}
		if icmp := e.Header.ICMP; icmp.V6 && icmp.Type == 2 || !icmp.V6 && icmp.Type == 3 && icmp.Code == 4 {
			list = append(list, e)
		}
	}
	return list
}

// exceeds reports whether a payload makes a packet larger than the MTU that an ICMP
// error names. Routers from before RFC 1191 name none.
func exceeds(payload int, icmp *session.Event) bool {
	mtu := int(icmp.Header.ICMP.MTU)
	return mtu > 0 && payload > mtu-leastHeaders(icmp)
}

// leastHeaders are those of IP and TCP without options.
func leastHeaders(icmp *session.Event) int {
	if icmp.Header.ICMP.V6 {
		return 40 + 20
	}
	return 20 + 20
}

func mtuWords(icmp *session.Event) string {
	if mtu := icmp.Header.ICMP.MTU; mtu > 0 {
		return fmt.Sprintf(" (MTU %d)", mtu)
	}
	return ""
}

// sizeWords say what there is of a hint that the packet of a side which was never
// acknowledged is too large.
func (c *Case) sizeWords(side string) string {
	icmp, size := c.tooBig(side), c.Wire.Side(side).Stuck.Least
	switch {
	case icmp == nil:
		return "nothing points to a size that does not pass"
	case icmp.Header.ICMP.MTU == 0 || exceeds(size, icmp):
		return fmt.Sprintf("%s said that packets of the %s are too large for the path behind it%s: that this one is, too, is not excluded", icmp.Header.ICMP.From, side, mtuWords(icmp))
	}
	return fmt.Sprintf("%s said that packets of the %s are too large for the path behind it%s, but one of %s did not arrive either", icmp.Header.ICMP.From, side, mtuWords(icmp), bytesOf(size))
}
