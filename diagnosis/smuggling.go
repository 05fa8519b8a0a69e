package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

const (
	noteBareDot  = "a dot between bare LFs in content: an end for some servers"
	noteCRDot    = "CR.CR in content: an end for some servers"
	noteTookDot  = "the server took a dot between bare LFs for the end"
	noteNotAsked = "reply that nothing asked for"
)

// smuggling: content holds a false end, and the server answered what stands
// behind it as commands.
var smuggling = rule{
	code:     "smuggling",
	needs:    odd,
	severity: Error,
	advice:   "Update or set up the server so that only CRLF.CRLF ends a message (Postfix: smtpd_forbid_bare_newline = normalize), and look at the second mail: it passed the checks that the first one was given.",
	find: func(c *Case) *claim {
		if !c.hasNote(noteBareDot) && !c.hasNote(noteCRDot) && !c.hasNote(noteTookDot) {
			return nil
		}
		answered := c.answeredContent()
		if len(answered) == 0 {
			return nil
		}
		return &claim{certainty: Strong, frames: append(answered, c.noteFrame(noteBareDot), c.noteFrame(noteTookDot), c.noteFrame(noteCRDot)),
			summary: fmt.Sprintf("The content holds a false end (a dot on a line that does not end in CRLF), and the server answered what stands behind it as %d commands: a second mail was smuggled in",
				len(answered)),
			against: "the server sent replies, a 354 among them, that no command outside of the content had asked for"}
	},
}

// answeredContent are replies to commands that stand inside the content, where
// a 354 is among them.
func (c *Case) answeredContent() (frames []int64) {
	begun := false
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventReply || i == 0 || events[i-1].Kind != session.EventNote || events[i-1].Text != noteNotAsked {
			continue
		}
		frames = append(frames, e.Frame)
		begun = begun || replyCode(e) == 354
	}
	if !begun {
		return nil
	}
	return frames
}
