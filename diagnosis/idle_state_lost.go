package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// idleState: a NAT or firewall forgot the connection while it was idle
// (causes.md 1.5).
var idleState = rule{
	code:     "idle-state-lost",
	needs:    reset | lossy,
	severity: Error,
	advice: "Raise the idle time-out for the mail port on the NAT, firewall or load balancer above the mail servers' own timers " +
		"(RFC 5321 section 4.5.3.2: 10 minutes), or let the servers send TCP keep-alives more often than it.",
	find: func(c *Case) *claim {
		if !c.whole() || c.Ended.How == session.ByEvicted {
			return nil
		}
		if claim := c.forgottenWithRST(); claim != nil {
			return claim
		}
		if claim := c.forgottenInTLS(); claim != nil {
			return claim
		}
		for _, side := range []string{"client", "server"} {
			if claim := c.forgottenInSilence(side); claim != nil {
				return claim
			}
		}
		return nil
	},
}

// deviceTimers are idle times after which devices forget a connection, in
// seconds (causes.md 0.6): the largest that had run out is named.
var deviceTimers = []struct {
	seconds int
	whose   string
}{
	{3600, "Cisco ASA and many firewalls"},
	{600, "many NAT devices"},
	{350, "AWS load balancers and NAT gateways"},
	{300, "many NAT devices"},
	{240, "Azure load balancers and NAT gateways"},
	{60, "the strictest devices in use"},
}

// timerOf names the device timer that an idle time has run out, "" = none. A
// second is allowed for the time that a packet takes.
func timerOf(idle time.Duration) string {
	for _, t := range deviceTimers {
		if idle >= time.Duration(t.seconds)*time.Second-time.Second {
			return fmt.Sprintf("%d s, %s", t.seconds, t.whose)
		}
	}
	return ""
}

// forgottenWithRST: idle, then a RST in the name of a host that does not look
// like it.
func (c *Case) forgottenWithRST() *claim {
	rst := c.endingRST()
	q := &c.Wire.Quiet
	timer := timerOf(q.For)
	if rst == nil || timer == "" || rst.Frame < q.After.Frame || rst.Time.Sub(q.After.Time) > 5*time.Second {
		return nil
	}
	v := c.provenanceOf(rst)
	if !v.known || len(v.scores) == 0 || rst.Header.Prior.Last.At.Frame > q.Before.Frame {
		return nil // the host's own looks, or it was heard again: it closed of itself
	}
	out := &claim{certainty: Likely, frames: []int64{q.Before.Frame, q.After.Frame, rst.Frame},
		against:   v.compared + "; nothing of that host was heard since the pause",
		elsewhere: c.captureNear(rst.Side, "the reset does not leave that host, and its side of the connection stays open.")}
	if (v.ttl || len(v.scores) >= 2) && q.For >= leastForgetting {
		out.certainty = Strong
	}
	out.summary = fmt.Sprintf("After %s without a packet the connection was reset by something other than the %s, whose address the reset bears (%s): a device on the path had forgotten it (usual timer: %s)",
		span(q.For), rst.Side, v.why(), timer)
	return out
}

// leastForgetting is the shortest idle time that many devices in use have.
const leastForgetting = 239 * time.Second

// forgottenInTLS: idle inside TLS, and the client's first packet behind that met a
// reset that looks like the server's own. In clear text closed-without-reply has the
// pause (behindPause); here nobody can tell that a reply was due.
func (c *Case) forgottenInTLS() *claim {
	rst, q := c.endingRST(), &c.Wire.Quiet
	if rst == nil || c.Ended.Phase != "tls" || rst.Side != "server" || q.By != "client" || q.For < leastForgetting || c.firstFIN("client")+c.firstFIN("server") > 0 {
		return nil
	}
	words, whose := c.behindPause()
	if prior := rst.Header.Prior; words == "" || prior == nil || prior.Last.At.Frame > q.Before.Frame {
		return nil // it was heard again: it closed of itself
	}
	return &claim{certainty: Likely, severity: Warning, frames: []int64{q.Before.Frame, q.After.Frame, rst.Frame},
		summary:   "Inside TLS the client's first packet was met by a reset of the server" + words + ": the connection may have been forgotten in that time",
		against:   "nothing of the server was heard since the pause, neither an end (FIN) nor an acknowledgement; a program on the server that ended without a word is not excluded",
		elsewhere: c.captureNear("server", "it shows whether the reset leaves that host.") + whose}
}

// endingRST is the RST that ended the session, nil where none did.
func (c *Case) endingRST() *session.Event {
	if c.Ended.How != session.ByRST {
		return nil
	}
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventRST && e.Frame == c.Ended.Frame {
			return e
		}
	}
	return nil
}

// forgottenInSilence: idle, then nothing that a side sends is answered.
func (c *Case) forgottenInSilence(side string) *claim {
	u, peer := &c.Wire.Side(side).Stuck, c.Wire.Side(other(side))
	if u.Tries < fewestTries || peer.Packets == 0 || peer.Last.At.Frame > u.First.Frame {
		return nil
	}
	if own := c.Ended.Unasked; side == "server" && own != nil && own.Frame == u.First.Frame {
		return nil // the server's own timer ended the pause: the client may have gone at any time
	}
	if c.resetFrom(other(side), u.First.Frame) {
		return nil // it was answered
	}
	idle := u.First.Time.Sub(peer.Last.At.Time)
	timer := timerOf(idle)
	if timer == "" || c.heardBetween(side, peer.Last.At.Frame, u.First.Frame) {
		return nil
	}
	return &claim{certainty: Likely, frames: []int64{peer.Last.At.Frame, u.First.Frame, u.Last.Frame},
		summary: fmt.Sprintf("After %s without an answer of the %s nothing reached it any more: what the %s sent then was repeated %d times in %s and never answered; a device on the path may have forgotten the connection (usual timer: %s)",
			span(idle), other(side), side, u.Tries-1, span(since(u.First, u.Last.Time)), timer),
		against:   fmt.Sprintf("everything before the pause was acknowledged, no packet of the %s came after it; that it went down meanwhile is not excluded", other(side)),
		elsewhere: c.captureNear(other(side), "if the packets do not arrive there while the host goes on with others, the device between drops them.")}
}

// heardBetween reports whether a side said something between two frames: then
// the connection was not idle.
func (c *Case) heardBetween(side string, from, to int64) bool {
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Side == side && e.Frame > from && e.Frame < to && (e.Bytes > 0 || e.Text != "") {
			return true
		}
	}
	return false
}
