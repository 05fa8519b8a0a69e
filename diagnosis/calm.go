package diagnosis

import (
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// calm says what was looked for in a silence and not found, besides what struggled
// looks for: packets that were sent again at its beginning explain nothing of the
// rest, but they were there.
func (c *Case) calm(before capture.Time, silence time.Duration) string {
	if again := c.repeatedFirst(before, silence); again != "" {
		return again + "; " + c.noWindow(before, silence)
	}
	return "no repeated segments and " + c.noWindow(before, silence)
}

// calmClient is the same with the client's bytes, of which none is missing.
func (c *Case) calmClient(before capture.Time, silence time.Duration) string {
	if again := c.repeatedFirst(before, silence); again != "" {
		return again + "; " + c.noWindow(before, silence) + " and no missing bytes of the client"
	}
	return "no repeated segments, " + c.noWindow(before, silence) + " and no missing bytes of the client"
}

// noWindow: the server could be sent to. The client's own window stops only the server.
func (c *Case) noWindow(before capture.Time, silence time.Duration) string {
	if c.during(session.EventZeroWindow, before, silence) != nil {
		return "no zero window of the server"
	}
	return "no zero window"
}

// repeatedFirst names the segments that were repeated at the beginning of a silence; ""
// where there are none.
func (c *Case) repeatedFirst(before capture.Time, silence time.Duration) string {
	again := c.during(session.EventRetransmission, before, silence)
	if again == nil {
		return ""
	}
	begin := before - capture.Time(silence)
	arrived := "and what they carried arrived"
	if c.Wire.Side(again.Side).Stuck.Tries > 0 {
		arrived = "not all of which was acknowledged"
	}
	return "segments were repeated in the first " + span(max(again.Until.Sub(begin), 0)) + ", " + arrived
}

// during is the last event of a kind in a time that ends at a moment, nil where
// there is none.
func (c *Case) during(kind session.EventKind, before capture.Time, silence time.Duration) *session.Event {
	if !c.may(kind) {
		return nil
	}
	begin := before - capture.Time(silence)
	events := c.events()
	for i := len(events) - 1; i >= 0; i-- {
		if e := &events[i]; e.Kind == kind && e.Until > begin && e.Time <= before {
			return e
		}
	}
	return nil
}
