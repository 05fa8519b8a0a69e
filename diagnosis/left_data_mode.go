package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// leftDataMode gives the replies that a server sent to lines of content, which
// it took for commands; nil where it did not.
func (c *Case) leftDataMode() []*session.Event {
	if c.Ended.Phase != "data" {
		return nil
	}
	var replies []*session.Event
	inContent, syntax := false, 0
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventContent:
			inContent, replies, syntax = e.Text == "DATA" && e.Count == 0, nil, 0
		case e.Kind == session.EventReply && inContent && replyCode(e) >= 400:
			replies = append(replies, e)
			if code := replyCode(e); len(replies) > 1 && code >= 500 && code <= 503 {
				syntax++
			}
		}
	}
	if syntax < 2 {
		return nil
	}
	return replies
}

// leftData: the server had left data mode, the client had not (causes.md 3.6).
var leftData = rule{
	code:     "left-data-mode",
	needs:    refusal,
	severity: Error,
	advice: "Act on the first refusal, not on the last: it is the cause. On a Cisco ESA that is the limit for the header's size (552 #5.3.4); " +
		"the sender's log shows only that the connection was closed.",
	find: func(c *Case) *claim {
		replies := c.leftDataMode()
		if replies == nil {
			return nil
		}
		frames := []int64{c.Ended.Frame}
		for _, r := range replies {
			frames = append(frames, r.Frame)
		}
		return &claim{certainty: Proven, frames: frames,
			summary: fmt.Sprintf("The server refused the mail in the middle of its content with %s, took the lines that followed for commands, and answered %d of them with errors before the end",
				quote(replies[0].Text), len(replies)-1),
			against: "the client had been told to send content (354) and had not sent its end"}
	},
}
