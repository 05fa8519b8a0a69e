package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// pixThreshold is how long Postfix leaves a mail in its queue before it uses its
// PIX workarounds (smtp_pix_workaround_threshold_time): about as long as
// clients wait for the lost dot.
const pixThreshold = 500 * time.Second

// splitByPIX reports whether a dot that was lost behind a masked greeting
// explains the silence.
func (c *Case) splitByPIX() bool {
	m := c.message()
	return c.bannerMasked() && m != nil && m.Transfer != nil && m.Transfer.EndSplit && !endArrived(m)
}

// endArrived reports whether the server answered the end of a message after all: it
// had the dot. A 421 may speak of its own timer, and of no dot.
func endArrived(m *session.Message) bool { return m.Reply != nil && m.Reply.Code != 421 }

// dotSplit: PIX firewalls with bug CSCds90792 lose a final dot that does not
// come in one segment with the line end before it (causes.md 2.2).
var dotSplit = rule{
	code:     "pix-dot-split",
	needs:    wrong,
	severity: Error,
	advice: "Switch SMTP inspection (fixup, Mailguard) off on the firewall. Until then a Postfix client helps itself: smtp_pix_workarounds = delay_dotcrlf, disable_esmtp " +
		"(it pauses before the final dot, and does so by itself where it sees a masked greeting).",
	find: func(c *Case) *claim {
		m := c.message()
		if c.Ended.Phase != "dot" || m == nil || m.Transfer == nil || !m.Transfer.EndSplit || endArrived(m) || m.Outcome != session.Unanswered ||
			!c.endedBy("client") || !c.serverHeard() || c.idle() < pause {
			return nil
		}
		claim := &claim{certainty: Likely, frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary: fmt.Sprintf("The final dot came in a segment of its own or split over two, and no reply came for %s: old PIX firewalls lose such a dot",
				seconds(c.idle())),
			against:   "the same wait is seen where a filter is slow; the greeting is not masked",
			elsewhere: "Whether the dot reached the server is seen by capturing on the server."}
		if !c.bannerMasked() && c.idle() < pixThreshold {
			return nil
		}
		if c.bannerMasked() {
			claim.certainty, claim.against = Strong, "the greeting is masked, as PIX does; the same wait is seen where a filter is slow"
		}
		return claim
	},
}
