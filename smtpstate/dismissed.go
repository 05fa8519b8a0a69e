package smtpstate

// dismissed takes a 221 where the reply to the end of a message, or to a chunk, is
// due. It says that the server closes (RFC 5321 sections 4.2.3 and 4.3.2) and never
// what became of a mail: only a QUIT gets it, which may not have been captured, and
// Postfix says it to a client that speaks no SMTP. The mail waits on.
func (m *Machine) dismissed(c *Command, r *Reply) {
	m.noteCode(c, r)
	if msg := c.Message; c.row == rowEnd && msg != nil && msg.Transfer.Inferred { // the server may have refused DATA, and taken the content for commands
		m.pop()
		msg.ReplyMissed = true
		m.closeMessage(msg)
		m.doubt = true
	}
	m.obs.Reply(r, nil)
	m.tell(r.Last)
}
