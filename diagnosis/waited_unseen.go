package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// An unseenWait is a wait for the server of which only the client's packets were
// captured: its acknowledgements say that nothing came to it.
type unseenWait struct {
	asked *session.Event // nil: the greeting
	from  int64          // the frame since which it waited
	wait  time.Duration
	left  string
}

// waitedUnseen finds that: nothing of the server is acknowledged behind what the client
// asked last, up to the packet with which it closed. nil where there is none, or where
// the client repeated packets in that time, so that the server may not have been asked.
func (c *Case) waitedUnseen() *unseenWait {
	if c.oneSided() != "server" || c.midstream() || !c.clientHeard() || c.proxied() || c.TLS != nil || c.silentOnTLSPort() || len(c.events()) >= eventsKept {
		return nil
	}
	end := c.ending()
	if c.Ended.By != "client" || end == nil || end.Header == nil || !end.Header.Flags.Has(capture.ACK) {
		return nil
	}
	w := &unseenWait{left: c.closing()}
	since, until, heard := capture.Time(0), c.ended(), false
	events := c.events()
	for i := range events {
		switch e := &events[i]; {
		case c.behindEnd(e):
		case e.Kind == session.EventGap && e.Side == "server":
			heard = true
		case e.Kind == session.EventEstablished && w.asked == nil:
			w.from, since = e.Frame, e.Time
		case e.Kind == session.EventCommand && isLeave(verb(e.Text)) && w.asked != nil && !heard:
			if e.Time.Sub(since) >= pause-time.Second && until == c.ended() {
				until, w.left = e.Time, "said "+verb(e.Text)+" and "+c.closing()
			}
		case e.Kind == session.EventCommand, e.Kind == session.EventContent && e.Count == 1:
			w.asked, w.from, since = e, e.Last, e.Until
			until, heard, w.left = c.ended(), false, c.closing()
		case e.Kind == session.EventContent:
			return nil // not whole: it was the client's own turn
		}
	}
	if w.wait = until.Sub(since); heard || since == 0 || w.wait < pause-time.Second || c.struggled(until, w.wait) != nil {
		return nil
	}
	return w
}

// claim says it. What is not decided is whether the server was silent, or its answer
// was lost.
func (w *unseenWait) claim(c *Case) *claim {
	what, phase, certainty := "the server's greeting", "banner", Strong
	switch {
	case w.asked == nil:
	case w.asked.Kind == session.EventContent:
		what, phase = "an answer to the end of the message ("+size(c.transferred())+")", "dot"
	default:
		what, phase, certainty = "an answer to "+verb(w.asked.Text), c.Ended.Phase, Likely // as where the server is seen
	}
	timer, severity := whoseRound(w.wait, phase), c.severityOfEnd()
	if w.asked == nil {
		severity = Error
	}
	return &claim{certainty: certainty, severity: severity, frames: []int64{w.from, c.Ended.Frame},
		summary: fmt.Sprintf("The client waited for %s for %s, nothing of the server came to it, and it %s%s", what, seconds(w.wait), w.left, timer),
		against: "only the client's packets were captured: its last packet acknowledges no byte of the server behind those before the wait, and it repeated nothing, as it would have done had the server not acknowledged what it sent (RFC 6298)",
		elsewhere: "Whether the server was silent, or its answer was lost on the way, is not visible here. " +
			c.captureNear("server", "it shows whether an answer leaves it.")}
}
