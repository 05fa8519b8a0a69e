package smtpstate

import "slices"

// inferData takes DATA's reply from what the client did after it was missed.
func (m *Machine) inferData(accepted bool, at Mark) {
	c := m.dropThrough("DATA")
	m.holed = true // where that is wrong the server has heard other commands
	if !accepted {
		if c != nil {
			m.move(toOpen, c)
			m.inferred = true
		}
		return
	}
	m.client.mode = modeContent
	if c == nil { // it was answered after all
		m.contentBehind(at)
		return
	}
	msg := c.Message
	if msg == nil {
		msg = m.newMessage(c.At)
		c.Message = msg
	}
	m.current, m.sent = msg, msg
	m.newScan(contentScan{message: msg})
	if f := m.client.fork; f != nil && f.missed > 0 {
		n := f.missed
		m.client.content.gap(n, false, at)
		m.obs.ContentBegin("DATA", at)
	}
	msg.transfer("DATA").Inferred = true
	m.phase, m.doubt, m.inferred = PhaseData, false, true
}

// contentBehind makes the content that comes that of the transaction which is
// open, where a reply behind missing bytes answered DATA before the client's
// bytes had shown what they are.
func (m *Machine) contentBehind(at Mark) {
	if m.client.content != nil {
		return
	}
	msg := m.Current()
	if msg == nil {
		msg = m.newMessage(at)
		m.current, m.sent = msg, msg
	}
	m.newScan(contentScan{message: msg})
}

// inferTLS takes STARTTLS's reply from what the client did after it was missed.
func (m *Machine) inferTLS(accepted bool, at Mark) {
	c := m.dropThrough("STARTTLS")
	switch {
	case c == nil:
		return
	case !accepted:
		m.phase, m.doubt = c.from, c.from == PhaseUnknown
		return
	}
	m.dropTransaction(c.prior, c.Verb)
	m.startTLS("starttls", at)
	m.inferred = true
}

// dropThrough drops the entries up to the last of a verb, and gives that; nil
// where there is none: it was answered.
func (m *Machine) dropThrough(verb Verb) (found *Command) {
	for i, c := range slices.Backward(m.queue) {
		if c.row.verb == verb {
			m.dropAll(i + 1)
			return c
		}
	}
	return nil
}

// waitedForMissed: the reply to DATA was missed while content was already on
// its way, and now comes one that only the end of the message can get.
func (m *Machine) waitedForMissed(r *Reply) bool {
	w, held := m.client.wait, m.client.held
	if m.client.mode != modeWait || w == nil || !w.ended || !r.positive() || held.row != rowData || !held.passed {
		return false
	}
	m.inferData(true, r.Last)
	w.scan.message = m.client.content.message
	m.release(true, r.Last)
	if i := slices.IndexFunc(m.queue, func(c *Command) bool { return c.row == rowEnd }); i == 0 {
		m.answer(m.queue[0], r)
		return true
	}
	return false
}

// missMessage: between DATA and this command bytes of both sides are missing.
// DATA was refused, or they held the content and the reply to its end: what
// became of the message is unknown.
func (m *Machine) missMessage(at Mark) {
	msg := m.Current()
	m.client.fork.missed = 0
	m.client.line.suspect = true
	m.doubt = true
	if msg != nil {
		msg.transfer("DATA").Inferred, msg.Transfer.AtLeast, msg.Transfer.Complete = true, true, true
		msg.ReplyMissed = true
		m.closeMessage(msg)
	}
}

// nextContentReplies is how many replies stand between the content of one
// message and that of the next: to the end, MAIL, RCPT, DATA.
const nextContentReplies = 4

// nextContent: content goes on behind missing bytes of both sides. What the
// server said meanwhile answered the end of the message, so this is another's.
func (m *Machine) nextContent(at Mark) {
	c := &m.client
	if s := m.scan(); s.unheard < nextContentReplies*minReplyBytes || !s.hides || !s.whole {
		return
	}
	m.assumeEnd(at)
	m.dropAll(len(m.queue))
	msg := m.newMessage(at)
	m.current, m.sent = msg, msg
	msg.transfer("DATA").Inferred, msg.Transfer.AtLeast = true, true
	m.newScan(contentScan{state: atLost, missing: true, message: msg})
	c.content.header.gap()
	c.mode = modeContent
	m.phase, m.doubt, m.inferred = PhaseData, false, true
}
