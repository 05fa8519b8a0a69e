package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// rstAfterClose: a RST that ends nothing (causes.md 0.4).
var rstAfterClose = rule{
	code:     "rst-after-close",
	severity: Info,
	advice:   "Nothing needs doing about the reset.",
	find: func(c *Case) *claim {
		for i := range c.Events {
			e := &c.Events[i]
			if e.Kind != session.EventRST || e.Frame == c.Ended.Frame {
				continue
			}
			mine, theirs := c.first(session.EventFIN, e.Side), c.first(session.EventFIN, other(e.Side))
			switch {
			case mine == nil || mine.Frame > e.Frame:
			case theirs != nil && theirs.Frame < e.Frame:
				return &claim{certainty: Proven, frames: []int64{mine.Frame, theirs.Frame, e.Frame},
					summary: fmt.Sprintf("The %s's reset at the end is harmless: both sides had closed before it", e.Side),
					against: "both FINs come before it"}
			default:
				return c.answerAfterClose(e, mine)
			}
		}
		return nil
	},
}

// answerAfterClose: the side had closed; what came for it meets a reset.
func (c *Case) answerAfterClose(e, fin *session.Event) *claim {
	out := &claim{certainty: Proven, frames: []int64{fin.Frame, e.Frame},
		summary: fmt.Sprintf("The %s's reset only answers what came after it had closed, %s before", e.Side, span(e.Time.Sub(fin.Time))),
		against: "its FIN comes before the reset"}
	if c.abnormal() {
		out.summary += "; the close is what matters"
	}
	return out
}

// synUnanswered: nobody answered the SYN (causes.md 3.10).
var synUnanswered = rule{
	code:     "connect-unanswered",
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
			summary: fmt.Sprintf("Nothing answered the client: it asked %s %d times in %s for a connection, and no packet came back",
				c.Server, n, span(last.Time.Sub(first.Time))),
			against:   "no SYN-ACK, no reset and no ICMP error was seen, and the client would not ask again had it been answered",
			elsewhere: c.captureNear("server", "if the requests do not arrive there, a device between drops them; if they do, the server does not answer, or its answers go another way.")}
		if last.Time.Sub(first.Time) < time.Duration(n-1)*900*time.Millisecond {
			out.certainty = Likely // sooner than a lost SYN is repeated: Windows asks again 500 ms after a refusal
			out.against = "no SYN-ACK, no reset and no ICMP error was seen; that a refusal took another way past the capture is not excluded"
		}
		if n == 1 {
			out.certainty = Likely
			out.summary = fmt.Sprintf("Nothing answered the client's request for a connection to %s while the capture went on", c.Server)
			out.against = "no SYN-ACK, no reset and no ICMP error was seen; that the answer took another way past the capture is not excluded"
		}
		return out
	},
}

// tally counts the events of a kind and side.
func (c *Case) tally(kind session.EventKind, side string) (n int, first, last *session.Event) {
	for i := range c.Events {
		if e := &c.Events[i]; e.Kind == kind && e.Side == side {
			if first == nil {
				first = e
			}
			n, last = n+1, e
		}
	}
	return n, first, last
}

// synackUnanswered: the client did not complete the handshake.
var synackUnanswered = rule{
	code:     "synack-unanswered",
	severity: Warning,
	advice: "Look for a firewall or route that keeps the server's answers from the client. " +
		"Many of these from changing addresses are scans or a SYN flood and need no answer.",
	find: func(c *Case) *claim {
		n, first, last := c.tally(session.EventSYNACK, "server")
		gaveUp := c.Ended.How == session.ByRST && c.Ended.By == "server" && c.Ended.Phase == "connect"
		if c.Ended.How != session.BySYNUnanswered && !gaveUp || n == 0 || !c.Seen.Client {
			return nil
		}
		out := &claim{certainty: Proven, frames: []int64{c.Frames.First, first.Frame, last.Frame},
			summary: fmt.Sprintf("The server accepted the connection (%s in %s), but the client never completed it",
				count(int64(n), "answer"), span(last.Time.Sub(first.Time))),
			against:   "no ACK and no data of the client came after the server's answer",
			elsewhere: c.captureNear("client", "it shows whether the answers arrive; a forged source address looks the same here.")}
		if again := c.askedAgain(first.Frame); again > 0 {
			out.severity = Error
			out.summary = fmt.Sprintf("The server accepted the connection (%s in %s), but its answers did not reach the client, which asked %d times again",
				count(int64(n), "answer"), span(last.Time.Sub(first.Time)), again)
			out.elsewhere = c.captureNear("client", "the answers do not arrive there; the device that drops them lies between.")
		}
		return out
	},
}

// askedAgain counts the client's SYNs behind a frame, the server's first
// answer: a client that has it does not ask again.
func (c *Case) askedAgain(frame int64) (n int) {
	for i := range c.Events {
		if e := &c.Events[i]; e.Kind == session.EventSYN && e.Frame > frame {
			n++
		}
	}
	return n
}

// synackReset: the client answers the SYN-ACK with a RST.
var synackReset = rule{
	code:     "synack-reset",
	severity: Info,
	advice:   "Usually a port scan or a load balancer's check; leave it out (--no-probes) unless real clients do it.",
	find: func(c *Case) *claim {
		rst := c.endingRST()
		synack := c.first(session.EventSYNACK, "server")
		if rst == nil || rst.Side != "client" || synack == nil || c.Ended.Phase != "connect" {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{synack.Frame, rst.Frame},
			summary: "The client reset the connection as soon as the server had accepted it: a half-open scan or check, or a host that knows nothing of the request",
			against: "the client did not complete the handshake, and sent no data"}
	},
}
