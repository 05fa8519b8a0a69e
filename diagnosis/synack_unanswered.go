package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// synackUnanswered: the client did not complete the handshake.
var synackUnanswered = rule{
	code:     "synack-unanswered",
	needs:    wrong,
	severity: Warning,
	advice: "Look for a firewall or route that keeps the server's answers from the client. " +
		"Many of these from changing addresses are scans or a SYN flood and need no answer.",
	find: func(c *Case) *claim {
		gaveUp := c.Ended.How == session.ByRST && c.Ended.By == "server" && c.Ended.Phase == "connect"
		if c.Ended.How != session.BySYNUnanswered && !gaveUp || !c.Seen.Client || c.has(session.EventEstablished) || c.Bytes.Client > 0 {
			return nil
		}
		n, first, last := c.tally(session.EventSYNACK, "server")
		if n == 0 {
			return nil
		}
		answers := count(int64(n), "answer")
		if c.TCP.Duplicates > 0 {
			answers = "at least " + answers // two within a millisecond look like one captured twice
		}
		out := &claim{certainty: Proven, frames: []int64{c.Frames.First, first.Frame, last.Frame},
			summary: fmt.Sprintf("The server accepted the connection (%s in %s), but the client never completed it",
				answers, span(last.Time.Sub(first.Time))),
			against:   "no ACK and no data of the client came after the server's answer",
			elsewhere: c.captureNear("client", "it shows whether the answers arrive; a forged source address looks the same here.")}
		if again := c.askedAgain(first.Frame); again > 0 {
			out.severity = Error
			out.summary = fmt.Sprintf("The server accepted the connection (%s in %s), but its answers did not reach the client, which asked again %s",
				answers, span(last.Time.Sub(first.Time)), times(again))
			out.elsewhere = c.captureNear("client", "the answers do not arrive there; the device that drops them lies between.")
		}
		return out
	},
}

// askedAgain counts the client's SYNs behind a frame, the server's first
// answer: a client that has it does not ask again.
func (c *Case) askedAgain(frame int64) (n int) {
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventSYN && e.Frame > frame {
			n++
		}
	}
	return n
}
