package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// bdatBlocked: the server offers CHUNKING, and BDAT goes nowhere (causes.md
// 2.3).
var bdatBlocked = rule{
	code:     "bdat-blocked",
	needs:    wrong | refusal,
	severity: Error,
	advice: "Look for a device or a proxy between that passes the keyword CHUNKING and cannot handle BDAT (content inspection, antivirus). " +
		"Until it is repaired let the server not offer CHUNKING (Postfix: smtpd_discard_ehlo_keywords = chunking), so that clients use DATA.",
	find: func(c *Case) *claim {
		if !c.bothHeard() || !c.serverHeard() {
			return nil
		}
		if e := c.bdatUnknown(); e != nil {
			return &claim{certainty: Strong, frames: []int64{e.Frame},
				summary:   "The EHLO reply offers CHUNKING, and yet BDAT is answered by " + quote(e.Text) + ": the offer and the refusal do not come from the same program",
				against:   "the reply says that the command is not known, not that the mail is too large or refused",
				elsewhere: "Who of the two is the server itself is seen by capturing on the server."}
		}
		chunk := c.chunkUnanswered()
		if chunk == nil || c.open() || c.idle() < pause-time.Second || c.Ended.Phase != "data" && c.Ended.Phase != "dot" || !c.clientHeard() || c.endStuck() {
			return nil
		}
		return &claim{certainty: Likely, frames: []int64{chunk.Frame, chunk.Last, c.Ended.Frame},
			summary: fmt.Sprintf("A BDAT chunk of %s arrived whole and was not answered for %s: something between, or the server, does not handle BDAT",
				size(chunk.Bytes), seconds(c.idle())),
			against:   "the chunk has all the bytes that it announced, so the server is not waiting for more; a slow filter looks the same",
			elsewhere: "Sessions of the same two hosts with DATA decide: if they succeed, it is BDAT." + c.orLost()}
	},
}

// bdatUnknown is a reply to BDAT that does not know the command, though
// CHUNKING is offered.
func (c *Case) bdatUnknown() *session.Event {
	if c.signs&chunks == 0 || !c.offers("CHUNKING") {
		return nil
	}
	asked := false
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventCommand:
			asked = asked || verb(e.Text) == "BDAT"
		case e.Kind == session.EventReply && asked:
			if code := replyCode(e); code == 500 || code == 502 {
				return e
			}
			asked = false
		}
	}
	return nil
}
