package diagnosis

import "fmt"

// afterSuccess: the mail was through, the client kept the connection, and the
// server closed it at last. No harm is done.
var afterSuccess = rule{
	code:     "timeout-after-success",
	needs:    wrong | refusal,
	severity: Info,
	advice:   "Nothing needs to be done: every mail of the session was answered. Some senders keep a connection open for the next mail.",
	find: func(c *Case) *claim {
		t := c.serverTimeout()
		if t == nil || c.Ended.Phase != "ready" || !c.gotThrough() || t.trickled() || t.unprovoked() {
			return nil
		}
		certainty := Proven
		if t.guessed {
			certainty = Likely
		}
		return &claim{certainty: certainty, frames: t.frames,
			summary: fmt.Sprintf("Harmless: %s, the client kept the connection for %s and the server %s",
				c.allAnswered(), seconds(t.silence), t.said(c)),
			against: "no mail was open"}
	},
}
