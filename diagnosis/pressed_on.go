package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// A pressing client sends its message although DATA was refused: the server takes
// its lines for commands, and minds them.
type pressing struct {
	refusal *session.Event // of DATA
	first   *session.Event // line of the message
	lines   int
	answer  *session.Event // the first reply to them; nil = none
}

// pressedOn finds that. A line that is no command may stand alone, several behind a
// refused DATA are a message (RFC 5321 section 4.1.1.4: only 354 asks for it). nil
// = there is nothing of the kind.
func (c *Case) pressedOn() *pressing {
	if c.signs&refusal == 0 || !c.serverHeard() || !c.clientHeard() || c.tooEarly() != nil {
		return nil
	}
	var p *pressing
	asked := false // DATA is what was said last
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventCommand && verb(e.Text) == "DATA":
			p, asked = nil, true
		case e.Kind == session.EventReply && asked && replyCode(e) >= 400 && replyCode(e) != 421:
			p, asked = &pressing{refusal: e}, false
		case e.Kind == session.EventCommand && p != nil && verb(e.Text) == noCommand:
			if p.first == nil {
				p.first = e
			}
			p.lines++
		case e.Kind == session.EventReply && p != nil && p.lines > 0 && p.answer == nil:
			p.answer = e
		case e.Kind != session.EventReply && p != nil && p.lines < fewestLines:
			p, asked = nil, false
		case e.Kind != session.EventReply:
			asked = false
		}
	}
	if p == nil || p.lines < fewestLines {
		return nil
	}
	return p
}

// fewestLines is how many lines that are no commands count as a message: header
// and body are two and more.
const fewestLines = 3

func (c *Case) pressedOnClaim(p *pressing) *claim {
	out := &claim{certainty: Strong, frames: []int64{p.refusal.Frame, p.first.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("The client sent its message although the server had refused DATA with %s: the server took %d lines of it for commands",
			quote(p.refusal.Text), p.lines),
		against: "the client had waited for the refusal, and what followed it is no command of SMTP",
		advice: "Act on the refusal of DATA, and on what was refused before it: that is the cause. And let the client be repaired: " +
			"a program that sends the content without having read 354 does not notice that its mail was not taken."}
	if p.first.Frame < p.refusal.Frame {
		out.against = "the client had not waited for the refusal, and what it sent is no command of SMTP"
	}
	if p.answer != nil {
		out.frames = append(out.frames, p.answer.Frame)
		out.summary += " and answered " + quote(p.answer.Text)
	}
	return out
}
