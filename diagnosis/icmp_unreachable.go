package diagnosis

import (
	"fmt"

	"smtpscope/capture"
	"smtpscope/session"
)

// icmpUnreachable: somebody on the way says, in the middle of a session, that
// its packets go no further (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section
// 3.1). TCP does not end a connection for that (RFC 1122 section 4.2.3.9): it goes
// on repeating until a timer runs out, and neither host's log has the reason.
var icmpUnreachable = rule{
	code:     "icmp-unreachable",
	needs:    lossy,
	severity: Error,
	find: func(c *Case) *claim {
		for _, side := range []string{"client", "server"} {
			if claim := c.refusedOnTheWay(side); claim != nil {
				return claim
			}
		}
		return nil
	},
}

// fewestRefusals are no accident of a route that changes.
const fewestRefusals = 3

// refusals are what ICMP errors say of one side's packets.
type refusals struct {
	first, last *session.Event
	n           int64
	others      bool // another host, or another error, among them
}

// refusedOnTheWay is the claim where packets of a side were refused until the
// end of the session: what it sent was never acknowledged.
func (c *Case) refusedOnTheWay(side string) *claim {
	u := &c.Wire.Side(side).Stuck
	if u.Tries < 2 || c.oneSided() == side {
		return nil
	}
	r := c.refusalsOf(side)
	if r.n == 0 || r.last.Frame < u.First.Frame {
		return nil // nothing, or it was before: what was refused has arrived since
	}
	icmp := r.last.Header.ICMP
	whose, peer := icmp.From.String(), c.Record.Server.IP
	if side == "server" {
		peer = c.Record.Client.IP
	}
	if icmp.From == peer {
		whose = fmt.Sprintf("%s, the %s itself,", icmp.From, other(side))
	}
	also := ""
	if r.others {
		also = ", and the like"
	}
	out := &claim{certainty: Proven, frames: []int64{r.first.Frame, u.First.Frame, r.last.Frame},
		summary: fmt.Sprintf("Packets of the %s are refused on the way: in the middle of the session %s said of %s: %s%s; %s of the %s were sent %s and never acknowledged",
			side, whose, count(r.n, "packet"), icmpWords(icmp), also, bytesOf(u.Least), side, times(int(u.Tries))),
		against:   "the ICMP errors quote packets of this connection, whose packets had passed before; no acknowledgement of what they quote came behind them",
		elsewhere: fmt.Sprintf("Why %s refuses them is only known there: its rules and their log, its routes, its neighbours.", icmp.From),
		advice:    refusalAdvice(icmp)}
	if r.n < fewestRefusals {
		out.certainty = Likely
		if int64(r.n) < int64(u.Tries) {
			out.against += fmt.Sprintf("; but only %s of %d tries were refused: the others may have been lost elsewhere", times(int(r.n)), u.Tries)
		} else {
			out.against += fmt.Sprintf("; but it was tried only %s", times(int(u.Tries)))
		}
	}
	switch {
	case c.open():
		out.severity = Warning
		out.summary += "; the capture ends before the session does"
	case c.Abnormal != nil && !*c.Abnormal:
		out.severity = Info // no mail suffers
	}
	return out
}

// refusalsOf are the ICMP errors about a side's packets behind the handshake.
// Those that refuse a SYN belong to connection-refused.
func (c *Case) refusalsOf(side string) (r refusals) {
	if !c.may(session.EventICMP) {
		return r
	}
	begun := c.first(session.EventEstablished, "")
	if begun == nil && !c.midstream() {
		return r
	}
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventICMP || e.Side != side || begun != nil && e.Frame < begun.Frame || !refuses(e.Header.ICMP) {
			continue
		}
		if r.first == nil {
			r.first = e
		}
		was := r.first.Header.ICMP
		r.others = r.others || was.From != e.Header.ICMP.From || was.Type != e.Header.ICMP.Type || was.Code != e.Header.ICMP.Code
		r.last = e
		r.n++
	}
	return r
}

// refuses reports whether an ICMP error says that a packet goes no further for
// another reason than its size.
func refuses(i capture.ICMP) bool {
	if i.V6 {
		return i.Type == 1 || i.Type == 3 && i.Code == 0
	}
	return i.Type == 3 && i.Code != 4 || i.Type == 11 && i.Code == 0
}

// byRule reports whether a filter says so, not a route or a neighbour. Linux'
// REJECT says "port unreachable" unless it is told otherwise (iptables-extensions(8)).
func byRule(i capture.ICMP) bool {
	if i.V6 {
		return i.Type == 1 && (i.Code == 1 || i.Code == 4 || i.Code == 5 || i.Code == 6)
	}
	return i.Type == 3 && (i.Code == 3 || i.Code == 9 || i.Code == 10 || i.Code == 13)
}

func refusalAdvice(i capture.ICMP) string {
	switch {
	case byRule(i):
		return fmt.Sprintf("Look on %s for the rule that rejects these packets, and at what changed in that second: rules that were loaded anew, a state table that lost the connection "+
			"(flushed, full, failed over) so that packets in its middle match no rule, a block by an intrusion prevention or fail2ban. The mail programs on both sides have nothing to do with it.", i.From)
	case i.V6 && i.Type == 3 || !i.V6 && i.Type == 11:
		return fmt.Sprintf("Packets run in a circle: compare the routes on %s and its neighbours towards that host (traceroute -T -p 25 HOST), and what routing protocol or link changed in that second.", i.From)
	}
	return fmt.Sprintf("Look on %s, in that second, for the way to that host: whether the host was up and answered ARP (IPv6: neighbour discovery), whether a route or a tunnel (VPN) went away. "+
		"See whether other connections through it broke at the same time.", i.From)
}
