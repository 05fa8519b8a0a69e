package diagnosis

import (
	"fmt"
	"strings"

	"smtpscope/session"
)

// forged: a reset that the host whose address it bears did not send
// (causes.md 1.7, 0.7).
var forged = rule{
	code:     "forged-rst",
	needs:    reset,
	severity: Error,
	advice: "Look in the logs of firewalls, intrusion prevention and antivirus on the path for this connection at this second: " +
		"one of them ends it in the hosts' names. Neither mail server has done it.",
	find: func(c *Case) *claim {
		if c.oneSided() != "" {
			return nil
		}
		var best *claim
		events := c.events()
		for i := range events {
			e := &events[i]
			if e.Kind != session.EventRST && e.Kind != session.EventRSTIgnored || c.closed(e.Side, e.Frame) || c.answersOdd(e) {
				continue
			}
			v := c.provenanceOf(e)
			sure := v.certainty()
			if sure == "" || best != nil && certaintyRank[sure] >= certaintyRank[best.certainty] {
				continue
			}
			best = c.forgery(e, &v)
		}
		return best
	},
}

func (c *Case) forgery(e *session.Event, v *provenance) *claim {
	out := &claim{certainty: v.certainty(), frames: []int64{e.Frame, e.Header.Prior.Last.At.Frame},
		against:   v.compared + "; an IP-ID of 0, missing timestamps, and another initial TTL at the same distance were not counted",
		elsewhere: c.captureNear(e.Side, "if the reset does not leave that host there, the device between is found by capturing on both its sides."),
	}
	end := "ended the session"
	if !c.believed(e) {
		end, out.severity = "was not believed, and the session went on", Warning
	}
	if v.repeats != 0 {
		out.frames = append(out.frames, v.repeats)
		out.against = v.compared + "; that another host behind the same address sent the reset is the same to the client"
	} else if o := c.Wire.Side(e.Side).Outlived; v.outlived != "" || v.heard {
		out.frames = append(out.frames, o.Last.At.Frame)
	}
	out.summary = fmt.Sprintf("A reset in the %s's name %s, but the %s did not send it: %s", e.Side, end, e.Side, v.why())
	if what := c.saidBefore(e); what != "" {
		out.summary += "; just before it came " + what
	}
	return out
}

// saidBefore is what a RST may be the reaction to: the last thing said before
// it, in words that hold nothing of the text.
func (c *Case) saidBefore(rst *session.Event) string {
	events := c.events()
	for i := len(events) - 1; i >= 0; i-- {
		e := &events[i]
		if e.Frame >= rst.Frame {
			continue
		}
		switch e.Kind {
		case session.EventContent:
			return "content of the message"
		case session.EventCommand:
			verb, _, _ := strings.Cut(strings.ToUpper(e.Text), " ")
			if verb == "" || strings.Trim(verb, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				return "a line of the client"
			}
			return "the client's " + verb
		case session.EventReply:
			return "the server's " + e.Text[:min(3, len(e.Text))]
		}
	}
	return ""
}

// believed reports whether a RST ended the session, as far as seen.
func (c *Case) believed(e *session.Event) bool {
	if e.Kind == session.EventRSTIgnored {
		return false
	}
	events := c.events()
	for i := range events {
		if o := &events[i]; o.Kind == session.EventRSTVoid && o.Side == e.Side && o.Frame > e.Frame {
			return false
		}
	}
	return c.Ended.How == session.ByRST
}
