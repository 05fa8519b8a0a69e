package smtpstate

import "slices"

// A server may refuse a message while its content is still coming. RFC 5321
// section 4.2.5 has it wait for the dot, and there are two worlds: in one the
// early refusal is all that the server says of the message (the dot ends what it
// throws away), in the other the dot is answered as well (sendmail behind a
// filter that refused). The client cannot tell them apart, reads the refusal
// where the reply to its dot is due, and goes on. Which world it is shows in the
// replies that come then: how many, and which command can get their codes.

// A server may also accept too early: what it says behind the dot then tells the
// worlds apart in the same way, but the mail that was not whole is nobody's word.

// early is the reply that came before the end of the message and that the client
// takes for the one to it; nil = none. LMTP has a reply for each recipient, and
// one too many is nobody's.
func (m *Machine) early(end *Command) *Reply {
	if end.row != rowEnd || m.lmtp || end.Message == nil || end.Message.Transfer == nil {
		return nil
	}
	if r := end.Message.Transfer.EarlyReply; r != nil && (r.refused() || r.Code == 250) {
		return r
	}
	return nil
}

// goesOn: the client sends a command behind the end of a message. Where that
// did not come together with the dot it has read the early refusal as the reply.
func (m *Machine) goesOn(at Mark) {
	if end := m.queue[len(m.queue)-1]; end.At.Frame != at.Frame && m.early(end) != nil {
		m.takeEarly(end)
	}
}

// takeEarly lets the early reply stand for the one due, as long as no other
// comes.
func (m *Machine) takeEarly(end *Command) {
	end.early = true
	end.Message.Transfer.EarlyCounts = true
	m.changed()
}

// passEnd is the entry of a reply that is not the first one's, made the first
// but where that is QUIT; nil = it may well be the first one's.
func (m *Machine) passEnd(r *Reply) *Command {
	first := m.queue[0]
	switch {
	case first.row == rowGreeting || first.row == rowHidden:
		return nil
	case len(m.queue) == 1:
		m.outOfStep = first.row == rowEnd
		return nil
	}
	if early := m.early(first); early != nil && m.queue[1].follows(early, r) {
		m.pop()
		if early.refused() {
			m.finish(first.Message, early)
		} else {
			m.closeMessage(first.Message)
		}
		m.move(rowEnd.no, first)
		return m.queue[0]
	}
	if r.Code == 221 && first.row != rowQuit {
		return m.waitingQuit()
	}
	return nil
}

// waitingQuit is the QUIT that waits, to which alone a server says 221 (RFC 5321
// section 4.2.3): what stands before it has no answer.
func (m *Machine) waitingQuit() *Command {
	i := slices.IndexFunc(m.queue, func(c *Command) bool { return c.row == rowQuit })
	if i < 0 {
		return nil
	}
	return m.queue[i]
}

// answerQuit takes the reply to a QUIT behind others that have none. Its turn has
// not come.
func (m *Machine) answerQuit(c *Command, r *Reply) {
	c.passed = true
	m.changed()
	m.obs.Reply(r, c)
	m.tell(r.Last)
}

// follows reports whether a reply is the one to c, which stands behind the end
// of a message that was refused early, and not a second one to the message.
func (c *Command) follows(early, r *Reply) bool {
	switch {
	case c.row == rowUnknown || c.row == rowHidden:
		return false
	case early.positive():
		return spokenTo(r) == c.row.verb || r.Code != 250 && !r.refused() && c.row.explains(r)
	case !r.refused(): // nobody takes a mail that he has refused, unless he says so
		return spokenTo(r) != VerbEndOfData && c.row.explains(r)
	case r.Code == 421: // it ends the session and says nothing of the message
		return true
	case r.Code == early.Code && r.Text == early.Text, c.row == rowQuit, c.row == rowReset:
		return false
	}
	return r.enhanced>>8&1023 == subjectAddress // only MAIL and RCPT are about addresses
}

// subjectAddress is the subject of an enhanced code about an address (RFC 3463
// section 3.2).
const subjectAddress = 1
