package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// synUnanswered: nobody answered the SYN (causes.md 3.10).
var synUnanswered = rule{
	code:     "connect-unanswered",
	needs:    wrong,
	severity: Error,
	advice: "Check that the server is up and its address right, then look for a firewall that drops the client's packets, " +
		"and for a full listen queue on the server (ss -ltn, nstat TcpExtListenOverflows).",
	find: func(c *Case) *claim {
		if c.Ended.How != session.BySYNUnanswered || c.first(session.EventSYNACK, "") != nil {
			return nil
		}
		n, first, last := c.tally(session.EventSYN, "client")
		if n == 0 {
			return nil
		}
		out := &claim{certainty: Proven, frames: []int64{first.Frame, last.Frame},
			summary: fmt.Sprintf("No answer reached the client: it asked %s %d times in %s for a connection, and no packet that answers is in the capture",
				c.Server, n, span(last.Time.Sub(first.Time))),
			against:   "no SYN-ACK, no reset and no ICMP error was seen, and the client would not ask again had an answer reached it",
			elsewhere: c.captureNear("server", "if the requests do not arrive there, a device between drops them; if they do, the server does not answer, or its answers go another way.")}
		if last.Time.Sub(first.Time) < time.Duration(n-1)*900*time.Millisecond {
			out.certainty = Likely // sooner than a lost SYN is repeated: Windows asks again 500 ms after a refusal
			out.against = "no SYN-ACK, no reset and no ICMP error was seen; that a refusal took another way past the capture is not excluded"
		}
		if n == 1 {
			out.certainty = Likely
			out.summary = fmt.Sprintf("Nothing answered the client's request for a connection to %s while the capture went on", c.Server)
			out.against = "no SYN-ACK, no reset and no ICMP error was seen; that the answer took another way past the capture is not excluded"
			if wait := c.ended().Sub(first.Time); wait >= synPatience {
				out.summary += fmt.Sprintf(", and the client did not ask again in %s, as every host's TCP does: more likely a port scan than a mail", span(wait))
				out.advice = "If the client is a scanner, nothing needs to be done. If it is a mail server, its further requests took another way: capture near it."
			}
		}
		return out
	},
}

// synPatience is a time in which a host has repeated a SYN that nobody answered
// at least once: after 1 s (RFC 6298 section 2), or 3 s by the rule before (RFC
// 1122 section 4.2.3.1).
const synPatience = 5 * time.Second

// tally counts the events of a kind and side.
func (c *Case) tally(kind session.EventKind, side string) (n int, first, last *session.Event) {
	if !c.may(kind) {
		return 0, nil, nil
	}
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == kind && e.Side == side {
			if first == nil {
				first = e
			}
			n, last = n+1, e
		}
	}
	return n, first, last
}
