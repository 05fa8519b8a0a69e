package diagnosis

import "smtpscope/session"

// halfClose: the client closed its side behind the final dot and still took
// the reply.
var halfClose = rule{
	code:     "half-close",
	needs:    wrong,
	severity: Info,
	advice:   "Nothing needs to be done here: the mail was accepted and the client knows it. A client that does so loses mail with Exim, which drops a message whose sender has closed before the reply.",
	find: func(c *Case) *claim {
		m := c.message()
		if c.Ended.Phase != "dot" || c.Ended.How != session.ByFIN || !c.endedBy("client") || m == nil || m.Outcome != session.Accepted || c.Finals(m).Open() {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame},
			summary: "Harmless here: the client closed its side right behind the final dot, and still acknowledged the server's acceptance",
			against: "the reply is in the capture, and the client acknowledged it"}
	},
}
