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

// leftData: the server had left data mode, or the chunk, and the client had not
// (causes.md 3.6).
var leftData = rule{
	code:     "left-data-mode",
	needs:    refusal,
	severity: Error,
	advice: "Act on the first refusal, not on the last: it is the cause. On a Cisco ESA that is the limit for the header's size (552 #5.3.4); " +
		"the sender's log shows only that the connection was closed.",
	find: func(c *Case) *claim {
		if r := c.leftChunk(); r != nil {
			return c.leftChunkMode(r)
		}
		if p := c.pressedOn(); p != nil {
			return c.pressedOnClaim(p)
		}
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

// A spill is a chunk that the server refused without reading it whole, and what
// it said of the rest, which it took for commands.
type spill struct{ chunk, refusal, fault *session.Event }

// leftChunk finds a BDAT chunk that was refused, and behind the refusal an error
// that answers nothing: the client had said no more. The bytes of a chunk count
// whatever becomes of it (RFC 3030 section 2); Exim 4.96 does not read the rest of
// one that is too large.
func (c *Case) leftChunk() *spill {
	if !c.serverHeard() || !c.clientHeard() {
		return nil
	}
	return c.spilled()
}

// spilled is leftChunk as far as the capture shows what was said.
func (c *Case) spilled() *spill {
	if c.signs&chunks == 0 {
		return nil
	}
	said := c.said()
	for i := len(said) - 1; i >= 2; i-- {
		chunk, refusal, fault := said[i-2], said[i-1], said[i]
		if fault.Kind == session.EventReply && refusal.Kind == session.EventReply && ofChunk(chunk) &&
			replyCode(refusal) >= 400 && replyCode(refusal) != 421 && c.findsFault(fault) &&
			c.owed(said[:i]) == 0 { // else it answers another chunk, sent ahead
			return &spill{chunk, refusal, fault}
		}
	}
	return nil
}

// findsFault: the reply minds how a command was said, or that it came.
func (c *Case) findsFault(e *session.Event) bool {
	code := replyCode(e)
	return code >= 500 && code <= 503 || code > 503 && c.about(e.Text) == "pipelining-fault"
}

func (c *Case) leftChunkMode(r *spill) *claim {
	out := &claim{certainty: Proven, frames: []int64{r.chunk.Last, r.refusal.Frame, r.fault.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("The server refused a chunk of the mail (BDAT) with %s and took the rest of its bytes for commands: its %s answers these, and nothing that the client had said",
			quote(r.refusal.Text), quote(r.fault.Text)),
		against: "no command of the client stands between the two replies",
		advice: "Act on the first refusal, not on the last: it is the cause. That the server does not read the rest of a chunk that it refuses is a fault of its own (RFC 3030 section 2), " +
			"which makes the client report a lost connection or a protocol error in place of the reason."}
	if limit := c.advertisedSize(); limit > 0 && c.chunked() > limit {
		out.summary += fmt.Sprintf("; %s of content had been sent, above the limit of %s that it offers (SIZE)", size(c.chunked()), size(limit))
		out.advice += " Let the client announce SIZE= at MAIL: then it is refused before it sends anything."
	}
	return out
}

// chunked is how much content BDAT has carried since the last MAIL.
func (c *Case) chunked() (n int64) {
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventCommand && verb(e.Text) == "MAIL":
			n = 0
		case ofChunk(e):
			n += e.Bytes
		}
	}
	return n
}
