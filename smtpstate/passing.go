package smtpstate

// drop takes the first entry out of the queue: its reply was missed.
func (m *Machine) drop() {
	c := m.queue[0]
	m.pass(c)
	m.pop()
}

// pass takes the effect of a reply that was missed: what the row says, as far
// as it is not refuted later.
func (m *Machine) pass(c *Command) {
	if c.passed || c.row == rowHidden {
		return
	}
	c.passed = true
	m.changed()
	msg := c.Message
	switch {
	case c.row == rowQuit:
		m.quitsTurn = true
	case c.row == rowEnd, c.row == rowBDAT && c.chunk.last && c.chunk.whole:
		if msg != nil {
			msg.ReplyMissed = msg.Reply == nil
			m.closeMessage(msg)
		}
	case c.row.opensMail():
		msg.unsure = true
		m.current = msg
	case c.row == rowRCPT && msg != nil:
		msg.accepted += 1 + c.repeat
		msg.missed += 1 + c.repeat
		m.current = msg
	case c.row.verb == "RSET":
		m.current = nil
	case c.row.isHello():
		m.helloed = true
	}
	if c.from = m.phase; m.doubt {
		c.from = PhaseUnknown
	}
	if c.row.missed != stay {
		m.move(c.row.missed, c)
		m.inferred = true
	}
}

// found: the reply to a command comes after all, and says itself what it is of.
func (c *Command) found() {
	if c.row == rowRCPT && c.Message != nil {
		c.Message.accepted--
		c.Message.missed--
	}
}

// wentOn: the client says something new. It waits for replies unless it
// pipelines, so what it had asked before missing bytes of the server was
// answered in them, if there was room for that many replies.
func (m *Machine) wentOn(next *Command) {
	s := &m.server
	if s.reply == nil && s.partial == nil && s.unclear == nil && !m.authOpen && !m.doubt && !m.inferred && (len(m.queue) == 0 || m.queue[0].row != rowHidden) {
		s.gapped = false // nothing was missed that could have been answered
		return
	}
	if s.reply != nil && s.reply.Partial && len(m.queue) > 0 && m.queue[0].row == rowGreeting {
		m.heard(m.endReply(true)) // a greeting that missing bytes cut
	}
	s.partial, s.gapped = nil, false
	if len(m.queue) == 1 && m.queue[0].row == rowHidden && (m.queue[0].weak || m.queue[0].first) {
		m.queue = m.queue[:0]
		s.setSpots(nil)
	}
	if spots := s.spots(); spots != nil && spots[len(spots)-1] >= len(m.queue) {
		m.missedEnd(next)
		m.dropAll(len(m.queue))
	}
	if next.row != rowCredentials && !next.row.auth {
		m.stopAuth()
	}
	m.impliedHello(next)
	if next.row == rowQuit && m.phase == PhaseMail && m.inferred && m.Current() != nil && m.Current().RecipientCount == 0 {
		m.doubt = true // a QUIT behind MAIL whose reply was missed: it may have been refused
	}
}

// dropAll takes the first n entries out of the queue.
func (m *Machine) dropAll(n int) {
	for ; n > 0; n-- {
		m.drop()
	}
	m.server.setSpots(nil)
	m.announceFloats()
}

// impliedHello: a client whose hello was refused says another hello or QUIT,
// and no command of mail.
func (m *Machine) impliedHello(next *Command) {
	if !m.doubt || m.phase != PhaseUnknown || len(m.queue) > 0 || !m.inferredHello() {
		return
	}
	switch v := next.row.verb; {
	case v == "HELO":
		m.phase, m.doubt, m.inferred, m.helloed = PhaseHello, false, true, false
	case next.row.in.has(PhaseReady) && v != "QUIT" && v != "NOOP" && v != "RSET" && v != "HELP" && !next.row.isHello() && next.row != rowUnknown:
		m.phase, m.doubt, m.inferred = PhaseReady, false, true
	}
}

// inferredHello: the doubt is only whether a hello was accepted.
func (m *Machine) inferredHello() bool { return m.hello != nil && m.hello.Reply == nil }

// missedEnd: a client opens a transaction behind commands that were not
// captured, nor were their replies. The one before it ended among them.
func (m *Machine) missedEnd(next *Command) {
	msg := m.sent
	if !next.row.opensMail() || next.Message != nil || msg == nil || msg.Reply != nil || len(m.queue) == 0 {
		return
	}
	if last := m.queue[len(m.queue)-1]; last.row == rowHidden && !last.weak && !last.first {
		msg.ReplyMissed = true
		m.closeMessage(msg)
	}
}
