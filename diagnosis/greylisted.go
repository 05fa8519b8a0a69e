package diagnosis

// greylisted: come back later, said to a client that is not known yet.
var greylisted = rule{
	code:     "greylisted",
	needs:    refusal,
	severity: Info,
	advice:   "Nothing needs to be done if the client tries again after some minutes from the same address. One that never does, or comes from another address each time, needs an exception.",
	find: func(c *Case) *claim {
		e := c.refusal("greylisted")
		if e == nil || replyCode(e) >= 500 {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{e.Frame},
			summary: "The server asked the client to come back later (greylisting): it said " + quote(e.Text),
			against: "no mail of the session was accepted"}
	},
}
