package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// refusedAndClosed: a refusal, and the server did not wait for the client's
// next word.
var refusedAndClosed = rule{
	code:  "refused-and-closed",
	needs: refusal,
	advice: "The reason is in the server's words. That it closed at once is the server's own policy; " +
		"a client that was still sending may report a lost connection and not the refusal.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || !c.serverHeard() || !c.clientHeard() || !c.endedBy("server") || !f.plain() || f.greeting || f.unrequestedMidData(c) || c.resetBehind(f) != 0 {
			return nil
		}
		to := "a command"
		switch {
		case f.answers == nil:
			to = "what it had received"
		case f.answers.Kind == session.EventCommand:
			to = verb(f.answers.Text)
		default:
			to = "the message"
		}
		return &claim{certainty: Proven, severity: Warning, frames: []int64{f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The server refused %s with %s and %s at once", to, quote(f.text), c.closing()),
			against: "nothing else was under way"}
	},
}

// plain: a refusal whose words no other rule reads.
func (f *farewell) plain() bool { return f.why == "" && f.code != 421 }
