package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// rstAfterClose: a RST that ends nothing (causes.md 0.4).
var rstAfterClose = rule{
	code:     "rst-after-close",
	needs:    reset,
	severity: Info,
	aside:    true,
	advice:   "Nothing needs doing about the reset.",
	find: func(c *Case) *claim {
		events := c.events()
		for i := range events {
			e := &events[i]
			if e.Kind != session.EventRST || e.Frame == c.Ended.Frame {
				continue
			}
			mine, theirs := c.firstFIN(e.Side), c.firstFIN(other(e.Side))
			switch {
			case mine == 0 || mine > e.Frame:
			case theirs != 0 && theirs < e.Frame:
				return &claim{certainty: Proven, frames: []int64{mine, theirs, e.Frame},
					summary: fmt.Sprintf("The %s's reset at the end is harmless: both sides had closed before it", e.Side),
					against: "both FINs come before it"}
			default:
				return c.answerAfterClose(e, c.first(session.EventFIN, e.Side))
			}
		}
		return nil
	},
}

// answerAfterClose: the side had closed; what came for it meets a reset.
func (c *Case) answerAfterClose(e, fin *session.Event) *claim {
	out := &claim{certainty: Proven, frames: []int64{fin.Frame, e.Frame},
		summary: fmt.Sprintf("The %s's reset only answers packets that came after it had closed (%s earlier)", e.Side, span(e.Time.Sub(fin.Time))),
		against: "its FIN comes before the reset"}
	if c.oneSided() != "" {
		out.summary = fmt.Sprintf("The %s's reset ended nothing: it had closed before (FIN, %s earlier)", e.Side, span(e.Time.Sub(fin.Time)))
		out.elsewhere = fmt.Sprintf("What the reset answers is not seen: the %s's packets were not captured.", other(e.Side))
	}
	if c.abnormal() {
		out.summary += "; the close is what matters"
	}
	return out
}
