package diagnosis

import "fmt"

// unrequestedMidData reports a refusal while the client was still sending its
// content, which is no timeout.
func (f *farewell) unrequestedMidData(c *Case) bool {
	switch f.why {
	case "injection-timeout", "connection-time-limit", "idle-timeout":
		return false
	}
	return c.Ended.Phase == "data" && f.unasked && f.after < pause
}

// refusedMidData: the same without a reset: the client could read it.
var refusedMidData = rule{
	code:     "refused-mid-data",
	needs:    refusal,
	severity: Error,
	advice: "Act on the server's words. A refusal in the middle of the content is usually a limit: size, header size, or a filter that had seen enough. " +
		"Compare the advertised SIZE with the size of the mail.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || c.unread(f) || !f.unrequestedMidData(c) || c.resetBehind(f) != 0 || c.leftDataMode() != nil {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The server refused the mail after %s of content, before its end was sent: it said %s",
				size(c.transferred()), quote(f.text)),
			against: "the reply is in the capture; nothing had asked for it"}
	},
}
