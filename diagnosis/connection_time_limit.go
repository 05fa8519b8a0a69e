package diagnosis

import "fmt"

// connectionTimeLimit: the listener's limit for a whole connection.
var connectionTimeLimit = rule{
	code:  "connection-time-limit",
	needs: refusal,
	advice: "See why the session took so long: a slow path, a slow client, or many mails in one connection. " +
		"The limit is the listener's total time limit for inbound connections, 15 minutes by default.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || f.why != "connection-time-limit" {
			return nil
		}
		severity := c.severityOfEnd()
		if c.Ended.Phase == "ready" && c.gotThrough() {
			severity = Info
		}
		return &claim{certainty: Proven, severity: severity, frames: []int64{f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The gateway allows a connection only so much time, and ended this one at the age of %s, %s: it said %s",
				seconds(c.age(f)), c.where(), quote(f.text)),
			against: "the gateway's own words"}
	},
}
