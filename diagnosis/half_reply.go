package diagnosis

import (
	"strings"

	"smtpscope/session"
)

// halfReply is the note of a reply, or a greeting, that the server began and did
// not end before the session was over; nil where there is none.
func (c *Case) halfReply() *session.Event {
	if !c.may(session.EventNote) {
		return nil
	}
	n := c.last(session.EventNote, "server")
	if n == nil || !strings.HasPrefix(n.Text, session.NoteHalfReply) && !strings.HasPrefix(n.Text, session.NoteHalfGreeting) {
		return nil
	}
	return n
}

// halfWords are what there is of it, with its code: "250 2.0.0 Ok: que".
func halfWords(n *session.Event) string {
	head, text, _ := strings.Cut(n.Text, ": ")
	code := head[strings.LastIndexByte(head, ' ')+1:]
	return quote(strings.TrimSpace(code + " " + text))
}

// begunReply says, behind another clause, that the server had begun to answer.
func (c *Case) begunReply() string {
	n := c.halfReply()
	if n == nil {
		return ""
	}
	return "; it had begun to answer, " + halfWords(n) + ", and did not come to the end of its reply"
}
