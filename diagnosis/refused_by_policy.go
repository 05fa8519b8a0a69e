package diagnosis

import (
	"slices"

	"smtpscope/session"
)

// refusedByPolicy: the greeting refuses the client, or the words of a refusal
// name a list, a reputation or a policy (causes.md 3.7).
var refusedByPolicy = rule{
	code:  "refused-by-policy",
	needs: refusal,
	advice: "The reason is in the server's words. If the client is to be heard, look up its address on the list that is named, its reverse DNS and its reputation, " +
		"or make an exception on the server.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f != nil && c.unread(f) {
			return nil
		}
		if f != nil && f.greeting && (f.code >= 500 && f.why == "" || f.why == "refused-by-policy") && !c.proxied() && c.tooEarly() == nil && !c.clientSpokeTLS() {
			return &claim{certainty: Proven, severity: Error, frames: []int64{f.frame, c.Ended.Frame},
				summary: "The server refused the client before any mail was spoken of: it greeted with " + quote(f.text),
				against: "the client had said nothing before the greeting"}
		}
		if f != nil && f.why == "refused-by-policy" && !f.greeting && !c.proxied() && !f.unrequestedMidData(c) {
			return &claim{certainty: Proven, severity: c.severityOfEnd(), frames: []int64{f.frame, c.Ended.Frame},
				summary: "The server refused by its policy and ended the session: it said " + quote(f.text),
				against: "the server's own words"}
		}
		e := c.refusal("refused-by-policy")
		if e == nil || f != nil {
			return nil
		}
		out := &claim{certainty: Proven, severity: Warning, frames: []int64{e.Frame},
			summary: "The server refused by its policy: it said " + quote(e.Text),
			against: "the server's own words"}
		if !slices.ContainsFunc(c.Messages, func(m *session.Message) bool { return m.Outcome == session.Accepted }) {
			out.against += "; no mail of the session was accepted"
		}
		return out
	},
}
