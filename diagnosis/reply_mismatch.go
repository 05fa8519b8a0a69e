package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// replyMismatch: the server's replies do not fit what they answer: one too many,
// one too few, or one that its command never gets (RFC 5321 section 4.3.2). A client
// can do nothing about that, and takes one reply for another.
var replyMismatch = rule{
	code:     "reply-mismatch",
	needs:    wrong | odd,
	severity: Error,
	advice: "Read the replies in the session one by one against the commands, and show them to the server's owner: it, or a device that answers in its place, miscounts. " +
		"What became of the mail is in the server's log.",
	find: func(c *Case) *claim {
		if !c.bothHeard() || !c.serverHeard() || !c.clientHeard() {
			return nil // a command, or its reply, may be what is missing
		}
		for _, look := range []func() *claim{c.late354, c.noPermission, c.acceptedEarly, c.finalsMissing} {
			if claim := look(); claim != nil {
				return claim
			}
		}
		return nil
	},
}

// Notes of the machine that tell of replies that do not fit.
const (
	noteOddData = "odd reply to DATA"
	noteLate354 = "354 behind another reply to DATA"
)

// late354: replies are one late.
func (c *Case) late354() *claim {
	late := c.note(noteLate354)
	if late == nil {
		return nil
	}
	return &claim{certainty: Proven, frames: []int64{c.noteFrame(noteOddData), late.Frame, c.Ended.Frame},
		summary: "The server's replies are one late: its 354, which only DATA gets, came behind another reply to that DATA, so each reply before it answered the command before the one that it follows",
		against: "no byte of either side is missing in the capture"}
}

// noPermission: DATA was answered by a 2yz, which permits nothing.
func (c *Case) noPermission() *claim {
	n := c.note(noteOddData)
	if n == nil {
		return nil
	}
	for _, e := range c.said() {
		if e.Kind == session.EventReply && e.Frame == n.Frame && replyCode(e)/100 == 2 {
			return &claim{certainty: Proven, frames: []int64{e.Frame, c.Ended.Frame},
				summary: "The server answered DATA with " + quote(e.Text) + ", which is no permission to send (354) and no refusal: the client could not go on",
				against: "no byte of either side is missing in the capture"}
		}
	}
	return nil
}

// acceptedEarly: the server accepted a message in the middle of its content, and
// said nothing behind its end.
func (c *Case) acceptedEarly() *claim {
	var content *session.Event
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventContent && e.Text == "DATA":
			content = e
		case e.Kind == session.EventReply && content != nil && replyCode(e) == 250 && e.Frame > content.Frame && e.Frame < content.Last && content.Count == 1 && c.unknownMail():
			return &claim{certainty: Proven, frames: []int64{e.Frame, content.Last, c.Ended.Frame},
				summary: fmt.Sprintf("The server accepted the message with %s before its end had been sent, and said nothing behind the end: the client took that for the reply, and whether the mail counts is not to be told",
					quote(e.Text)),
				against: "no byte of either side is missing in the capture"}
		}
	}
	return nil
}

// unknownMail: of a message that was sent whole it is not known what became of it.
func (c *Case) unknownMail() bool {
	for _, m := range c.Messages {
		if m.Outcome == session.Unknown && m.Transfer != nil && m.Transfer.Complete {
			return true
		}
	}
	return false
}

// finalsMissing: an LMTP server owes a reply for each recipient that it had
// accepted (RFC 2033 section 4.2), gave some of them, and took its leave.
func (c *Case) finalsMissing() *claim {
	last := c.lastReply()
	if c.Protocol != "lmtp" || last == nil || replyCode(last) != 221 {
		return nil
	}
	for _, m := range c.Messages {
		f := c.Finals(m)
		if !f.Partly() {
			continue
		}
		return &claim{certainty: Proven, frames: []int64{last.Frame, c.Ended.Frame},
			summary: fmt.Sprintf("The server answered the end of the message %s: %s never came, and QUIT was answered with 221", answeredFor(f), replyFor(f)),
			against: "no byte of the server is missing in the capture"}
	}
	return nil
}
