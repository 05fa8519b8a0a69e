package diagnosis

import (
	"smtpscope/capture"
	"smtpscope/session"
)

// filledIn is the last packet of the client between two moments that was sent again, or
// came out of its order: until then the server may not have had all that stands before
// it, although the end had passed here. nil where there is none.
func (c *Case) filledIn(from, to capture.Time) *session.Event {
	if !c.may(session.EventRetransmission) && !c.may(session.EventOutOfOrder) {
		return nil
	}
	events := c.events()
	for i := len(events) - 1; i >= 0; i-- {
		e := &events[i]
		if e.Side == "client" && (e.Kind == session.EventRetransmission || e.Kind == session.EventOutOfOrder) && e.Until > from && e.Until <= to {
			return e
		}
	}
	return nil
}
