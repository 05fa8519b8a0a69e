package diagnosis

import "smtpscope/session"

// Ends that look bad in a log and did no harm (causes.md 4.2).

// resetAfterQuit: QUIT, and the client reset the connection instead of closing
// it. That a host answers the server's 221 with a reset after its own FIN is
// normal (Postfix leaves so each time), and nothing is said of it.
var resetAfterQuit = rule{
	code:     "reset-after-quit",
	needs:    reset,
	severity: Info,
	advice:   "Nothing needs to be done: every mail was answered before. The server may log a reset or a lost connection after QUIT.",
	find: func(c *Case) *claim {
		if c.Ended.How != session.ByQuit || c.wentWrong() || !c.bothHeard() {
			return nil
		}
		rst := c.abortBehindQuit()
		if rst == nil {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame, rst.Frame},
			summary: "Harmless: the client said QUIT and then reset the connection instead of closing it; everything was answered before",
			against: "no mail was open, and the client had sent no FIN"}
	},
}

// abortBehindQuit is the client's RST behind its QUIT, without a FIN of it
// before.
func (c *Case) abortBehindQuit() *session.Event {
	events := c.events()
	for i := range events {
		switch e := &events[i]; {
		case e.Kind == session.EventFIN && e.Side == "client":
			return nil
		case e.Kind == session.EventRST && e.Side == "client" && e.Frame >= c.Ended.Frame:
			if e.Header != nil && c.beyond("client", e.Header.Seq) {
				return nil // its FIN was missed
			}
			return e
		}
	}
	return nil
}
