package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// noQuit: the client left after its last mail without QUIT. A program that has
// read all resets only where it means to; one that closes or dies with input
// unread resets always (RFC 2525 section 2.17), and its last input was the reply to
// the mail.
var noQuit = rule{
	code:     "no-quit",
	needs:    wrong,
	severity: Info,
	advice:   "Nothing needs to be done: every mail was answered before. The server may log a lost connection.",
	find: func(c *Case) *claim {
		if c.Ended.Phase != "ready" || !c.endedBy("client") || c.wentWrong() || !c.gotThrough() || c.serverOwes() || !c.serverHeard() || !c.clientHeard() {
			return nil
		}
		if c.Ended.How == session.ByRST {
			return &claim{certainty: Likely, frames: []int64{c.Ended.Frame},
				summary: fmt.Sprintf("%s, and the client %s without QUIT %s later: harmless if it had read the last reply",
					capital(c.allAnswered()), c.closing(), span(c.idle())),
				against: "no mail was open, and the client's host acknowledged the last reply; whether the program read it the packets do not say: one that leaves with input unread resets like this",
				advice:  "Look in the client's log or queue whether the mail counts as delivered there; if not it will be sent again. Otherwise nothing needs to be done: the server may log a lost connection."}
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame},
			summary: fmt.Sprintf("Harmless: %s, and the client %s without QUIT %s later", c.allAnswered(), c.closing(), span(c.idle())),
			against: "no mail was open, the last reply was acknowledged"}
	},
}
