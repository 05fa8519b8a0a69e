package diagnosis

import "fmt"

// noQuit: the client left after its last mail without QUIT.
var noQuit = rule{
	code:     "no-quit",
	needs:    wrong,
	severity: Info,
	advice:   "Nothing needs to be done: every mail was answered before. The server may log a lost connection.",
	find: func(c *Case) *claim {
		if c.Ended.Phase != "ready" || !c.endedBy("client") || c.wentWrong() || !c.gotThrough() || c.serverOwes() || !c.serverHeard() || !c.clientHeard() {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame},
			summary: fmt.Sprintf("Harmless: all mail of the session was accepted, and the client %s without QUIT %s later", c.closing(), span(c.idle())),
			against: "no mail was open, the last reply was acknowledged"}
	},
}
