package diagnosis

import "fmt"

// injectionTimeout: Cisco's listener gives a connection 5 minutes for a mail
// that succeeds; a client that is busy with something else is cut off too
// (causes.md 3.8).
var injectionTimeout = rule{
	code:  "injection-timeout",
	needs: refusal,
	advice: "On the ESA set up an injection debug log for each host in the partner's MX, and capture on the appliance. " +
		"The timer is the listener's timeout for unsuccessful inbound connections, 5 minutes by default.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || f.why != "injection-timeout" {
			return nil
		}
		return &claim{certainty: Proven, severity: c.severityOfEnd(), frames: []int64{c.lastSaidFrame(), f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The gateway waited %s for a mail to come through and gave up %s, %s after the last word of either side: it said %s",
				seconds(c.age(f)), c.where(), seconds(f.after), quote(f.text)),
			against: "the gateway's own words; what the client did in that time stands in the conversation", elsewhere: c.wherePaused()}
	},
}
