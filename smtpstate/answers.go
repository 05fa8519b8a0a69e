package smtpstate

// answer gives a reply to the entry that it belongs to, which must be the
// first of the queue: the table says where it leads, the row's function does
// the rest.
func (m *Machine) answer(c *Command, r *Reply) {
	if c.row == rowEnd || c.row == rowBDAT {
		if r.Code == 221 {
			m.dismissed(c, r)
			return
		}
		if m.answerParts(c, r) {
			return
		}
	}
	if c.repeat > 0 { // the rest of the run waits on
		m.splitRun(c)
	} else {
		m.pop()
	}
	m.weighReply(c, r)
	if c.row == rowQuit {
		m.answeredQuit(c, r)
	}
	passed := c.passed
	if passed {
		c.passed = false
		c.found()
	}
	if c.row.done != nil {
		c.row.done(m, c, r)
	}
	if says := c.row.says; len(says) == 0 || int(r.Code) != says[0] {
		m.noteCode(c, r)
	}
	switch to := c.row.leads(int(r.Class)); {
	case c.row == rowBDAT && c.comes():
		m.answerEarly(c, r)
	case passed && to == stay && c.row.missed != stay: // what was assumed was wrong
		m.doubt = true
	default:
		m.move(to, c)
	}
	m.obs.Reply(r, c)
	m.tell(r.Last)
	if c.row == rowData || c.row == rowStartTLS || c.row == rowBDAT {
		m.goOn(c, r)
	}
	m.retire(c)
}

// answeredQuit: Exim refuses "QUIT now" and goes on (smtp_in.c, 501 unexpected
// argument data); others let it pass, and nobody refuses QUIT alone.
func (m *Machine) answeredQuit(c *Command, r *Reply) {
	m.quitsTurn = c.Arg == "" || r.Code != 501
	if m.quitsTurn {
		return
	}
	m.quitSaid = false
	c.prior.reinstate(c.Verb)
	if m.sent == nil {
		m.sent = c.prior
	}
}

// splitRun leaves the rest of a run of like commands in the first one's place.
func (m *Machine) splitRun(c *Command) {
	rest := m.newCommand(*c)
	rest.repeat, rest.rcpt = c.repeat-1, -1
	c.repeat = 0
	m.queue[0] = rest
	if m.projection.head == c {
		m.projection.head = rest // it leads where the first one did
	}
}

// leads is the target of a reply's class.
func (w *row) leads(class int) target {
	switch class {
	case 2:
		return w.yes
	case 3:
		return w.more
	case 4, 5:
		return w.no
	}
	return stay
}

// noteCode says when a reply is none that the standard has for the command.
func (m *Machine) noteCode(c *Command, r *Reply) {
	if c.row == rowHidden || c.row == rowUnknown || r.Code == 0 || r.refused() {
		return
	}
	for _, code := range c.row.says {
		if code == int(r.Code) {
			return
		}
	}
	m.note("odd reply to "+string(c.row.verb), sideServer, r.Last)
}

// answerParts takes LMTP's replies to the end of a message, one for each
// accepted recipient (RFC 2033 section 4.2): all but the last leave the entry
// in the queue. A 421 is the last: the server ends the connection (RFC 5321
// section 3.8).
func (m *Machine) answerParts(c *Command, r *Reply) (more bool) {
	msg := c.Message
	if !m.lmtp || msg == nil || c.row != rowEnd && !(c.chunk.last && c.chunk.whole) {
		return false
	}
	first := msg.finals == 0
	if more := msg.nextFinal(m.keep(r)); !more || r.Code == 421 {
		return false
	}
	m.weighReply(c, r)
	if first {
		m.setFinal(msg, r)
	}
	m.obs.Reply(r, c)
	return true
}

// goOn lets what waited for a reply go on.
func (m *Machine) goOn(c *Command, r *Reply) {
	switch c.row {
	case rowData:
		if m.client.mode == modeFork && m.client.fork.kind == forkData {
			if !r.more() {
				m.spill(c.Offset)
			}
			m.takeFork(!r.more(), r.Last)
		} else if m.client.mode == modeWait && m.client.held == c {
			if !r.more() {
				m.spill(c.Offset)
			}
			m.stray = m.stray || !r.more() && m.client.wait != nil && m.client.wait.total > 0
			m.release(r.more(), r.Last)
		}
	case rowStartTLS:
		if m.client.mode == modeFork && m.client.fork.kind == forkTLS {
			m.takeFork(!r.positive(), r.Last)
		} else if m.client.mode == modeWait && m.client.held == c {
			m.releaseTLS(r.positive(), r.Last)
		}
	case rowBDAT:
		if s := &m.client; s.chunk == c && s.left == unknownSize && (s.mode == modeChunk || s.mode == modeFork) {
			held := s.unread()
			m.endUnsizedChunk(c, r)
			m.feed(held, r.Last)
		}
	}
}

func (m *Machine) didGreeting(_ *Command, r *Reply) {
	m.greeting = m.keep(r)
}

func (m *Machine) didHello(c *Command, r *Reply) {
	if !r.positive() {
		if m.hello != nil && m.hello.Verb == c.Verb && m.hello.Reply == nil {
			m.hello.Reply = m.keep(r)
		}
		return
	}
	m.sayHello(c)
	m.hello.Reply = m.keep(r)
	if m.hello.Name != "" {
		m.accepted(c)
	}
	if c.Verb != "HELO" {
		m.hello.setExtensions(m.extensions(r))
	}
	m.helloed = true
	m.dropTransaction(c.prior, c.Verb)
}

// dropTransaction: the server has cleared what was open (RFC 5321 sections
// 4.1.1.1 and 4.1.4).
func (m *Machine) dropTransaction(msg *Message, by Verb) {
	msg.withdraw(by)
	if m.sent == msg {
		m.sent = nil
	}
	m.current = nil
}

func (m *Machine) didMail(c *Command, r *Reply) {
	msg := c.Message
	m.take(&msg.MailReply, r)
	switch {
	case r.positive():
		m.current = msg
		m.accepted(c)
	case r.refused():
		c.prior.reinstate("MAIL")
		var before *Message
		if open := m.current; open != nil && !open.Withdrawn && !open.complete() {
			before = open // it goes on
			m.fallBack(msg, before)
		}
		if m.sent == msg {
			m.sent = before
		}
	}
}

// fallBack lets the commands that are on their way behind a refused MAIL mean
// the transaction before it, as they do for the server. Recipients go when they
// are answered (moveRecipient): only some of them may be there still.
func (m *Machine) fallBack(refused, before *Message) {
	for _, later := range m.queue {
		if later.prior == refused {
			later.prior = before
			if later.Verb == "MAIL" || later.Verb == "RSET" {
				before.withdraw(later.Verb)
			}
		}
		switch {
		case later.row == rowQuit && before.Transfer == nil:
			before.withdraw(later.Verb)
		case later.Message != refused:
		case later.row == rowBDAT:
			m.moveChunks(refused, before)
			later.Message = before
		case later.row == rowData:
			later.Message = before
		}
	}
}

// moveChunks takes content that was sent in chunks to the transaction that it
// belongs to.
func (m *Machine) moveChunks(from, to *Message) {
	if from.Transfer == nil || to.Transfer != nil {
		return
	}
	to.content, to.MessageID = from.content, from.MessageID
	to.Transfer, from.Transfer, from.MessageID = &to.content, nil, ""
	if s := m.client.content; s != nil && s.message == from {
		s.message = to
	}
}

func (m *Machine) didRcpt(c *Command, r *Reply) {
	switch open := m.current; {
	case c.Message == nil && r.positive(): // the server took it without MAIL
		m.sent = m.newMessage(c.At)
		c.Message = m.sent
		m.addRecipient(c, []byte(c.Arg))
	case c.Message != nil && c.Message.refusedMail() && open != nil && open != c.Message:
		m.moveRecipient(c, open)
	}
	msg := c.Message
	if msg == nil {
		return
	}
	if c.rcpt >= 0 {
		m.take(&msg.Recipients[c.rcpt].Reply, r)
	}
	if r.positive() {
		msg.accepted++
	}
	if !msg.refusedMail() || r.positive() {
		m.current = msg
	}
}

// moveRecipient puts a recipient where it belongs after all: a second MAIL was
// refused, so the server has counted it to the first.
func (m *Machine) moveRecipient(c *Command, to *Message) {
	from := c.Message
	c.Message = to
	from.RecipientCount--
	to.RecipientCount++
	if c.rcpt < 0 {
		return
	}
	// Replies come in order, so it is the first that is left there.
	moved := from.Recipients[c.rcpt]
	from.Recipients = append(from.Recipients[:c.rcpt:c.rcpt], from.Recipients[c.rcpt+1:]...)
	for _, later := range m.queue {
		if later.Message == from && later.row == rowRCPT && later.rcpt > c.rcpt {
			later.rcpt--
		}
	}
	if c.rcpt = -1; len(to.Recipients) < m.lim.Recipients {
		c.rcpt = int32(len(to.Recipients))
		to.Recipients = append(to.Recipients, moved)
	}
}

func (m *Machine) didData(c *Command, r *Reply) {
	if c.Message == nil && r.more() {
		c.Message = m.newMessage(c.At)
	}
	msg := c.Message
	if msg == nil {
		return
	}
	m.answerData(msg, r)
	if r.more() {
		m.current, m.sent = msg, msg
		m.newScan(contentScan{message: msg})
		if r.Code != 354 { // it may be another's, and what looks like content has been heard as commands
			m.holed = true
		}
	}
}

func (m *Machine) didEnd(c *Command, r *Reply) {
	if msg := c.Message; msg != nil {
		if m.lmtp && msg.finals == 0 {
			msg.nextFinal(m.keep(r))
		}
		m.finish(msg, r)
	}
}

// answerData takes the reply to DATA, or to a chunk.
func (m *Machine) answerData(msg *Message, r *Reply) {
	m.take(&msg.DataReply, r)
	msg.DataAt = r.Last
}

// finish takes the reply to the end of a message.
func (m *Machine) finish(msg *Message, r *Reply) {
	if msg.Reply == nil {
		m.setFinal(msg, r)
	}
	m.closeMessage(msg)
}

func (m *Machine) setFinal(msg *Message, r *Reply) {
	msg.Reply, msg.ReplyMissed = m.keep(r), false
	if r.positive() {
		msg.QueueID = queueID(r)
	}
}

// closeMessage: the transaction is over.
func (m *Machine) closeMessage(msg *Message) {
	if m.current == msg {
		m.current = nil
	}
	if m.sent == msg {
		m.sent = nil
	}
}

func (m *Machine) didReset(c *Command, r *Reply) {
	switch {
	case r.positive():
		c.prior.withdraw(c.Verb)
		m.current = nil
	case r.Code != 421:
		c.prior.reinstate(c.Verb)
		if m.sent == nil {
			m.sent = c.prior
		}
	}
}

func (m *Machine) didXClient(c *Command, r *Reply) {
	if !r.positive() {
		return
	}
	m.tookProxied(c)
	m.dropTransaction(m.sent, c.Verb)
	m.helloed = false
}

func (m *Machine) didXForward(c *Command, r *Reply) {
	if r.positive() {
		m.tookProxied(c)
	}
}

func (m *Machine) tookProxied(c *Command) {
	if m.xclient == nil {
		m.xclient = &XClient{}
	}
	m.xclient.merge(c.Verb, c.Arg)
}
