package gatewaylog

// Where lines are lost, or syslog dropped them, a process's lines run two
// connections together: the end of the first and the beginning of the second
// are gone, and both have the same client. The counts of "disconnect" then
// may know nothing of what the lines before tell.

// contradicts says that the lines of the connection show a recipient accepted,
// or one refused, and that none was counted when it ended.
func (c *conn) contradicts(counts []CommandCount) bool {
	ended := conn{Connection: Connection{Commands: counts}}
	if ended.counted("xclient") {
		return false // the counts begin anew with XCLIENT
	}
	mail, rcpt := ended.countOf("mail"), ended.countOf("rcpt")
	opened, refused := 0, 0
	for _, m := range c.messages {
		if m.ID != "" {
			opened++
		}
	}
	for _, r := range c.Rejections {
		if r.Command == "RCPT" {
			refused++
		}
	}
	switch {
	case opened > 0 && refused == 0:
		return mail.Accepted == 0 || rcpt.Accepted == 0
	case refused > 0 && opened == 0:
		return rcpt.Total == rcpt.Accepted
	}
	return false
}

// another takes the end off a connection that it is not of, with the line of
// the loss right before it.
func (p *postfix) another(c *conn, e *entry) *conn {
	p.b.unname(c)
	p.b.wait(c)
	next := p.newSession(e)
	st := postfixState(c)
	if st.loss == nil || len(c.Lines) == 0 || c.Lines[len(c.Lines)-1] != st.loss {
		return next
	}
	c.Lines = c.Lines[:len(c.Lines)-1]
	next.Lines = append(next.Lines, st.loss)
	next.Start, next.Ended = st.loss.Time, c.Ended
	next.Client, c.Client = st.lost, st.known
	c.Ended, c.about = Ended{}, c.Start
	return next
}
