package smtpstate

import "strings"

// A hole in the client's stream may hide commands. The queue then holds an
// entry for them, which takes the replies that no visible command explains;
// what such a reply says of its command is believed.

// findPastHidden gives a reply to the first visible command if that can get
// it, and to the hidden ones otherwise.
func (m *Machine) findPastHidden(r *Reply) *Command {
	i := 0
	for i < len(m.queue) && m.queue[i].row == rowHidden {
		i++
	}
	if i == len(m.queue) || !m.queue[i].row.explains(r) {
		return m.queue[0]
	}
	for _, c := range m.queue[:i] {
		m.doubt = m.doubt || !c.weak
	}
	m.queue = m.queue[i:]
	return m.queue[0]
}

// answerHidden takes a reply to a command that was not captured.
func (m *Machine) answerHidden(r *Reply) {
	held, proven := m.leaveMiddle(r)
	if !proven {
		hidden := m.queue[0]
		alone := !hidden.weak && !hidden.first // the first reply since the hole
		hidden.weak, hidden.first = true, false
		m.changed()
		if msg := m.Current(); msg != nil {
			msg.hidden = true
		}
		m.resolve(r, alone)
		m.client.hole = 0
		m.obs.Reply(r, nil)
		m.tell(r.Last)
	}
	m.feed(held, r.Last)
}

// resolve takes what a reply says of its command. The rows are those codes and
// words that only one command gets.
func (m *Machine) resolve(r *Reply, alone bool) {
	p := m.phase
	if m.doubt {
		p = PhaseUnknown
	}
	verb := spokenTo(r)
	switch {
	case r.Code == 354:
		m.hiddenData(r)
	case r.Code == 334 || r.Code == 235 || r.Code == 535 || r.Code == 534:
		m.hiddenAuth(r)
	case r.Code == 221 && r.enhanced != enhancedNoMail: // Postfix throws out what is no mail client with 2.7.0
		m.quitSaid, m.quitsTurn = true, true
		m.sent.withdraw("QUIT")
		m.doubt = m.doubt || !alone
	case r.Code == 220 && m.server.pos == r.EndOffset && m.client.delivered == 0 && m.greeting == nil && !bidsTLS(r):
		m.didGreeting(nil, r)
		m.settleAt(PhaseHello)
		m.spilled, m.client.astray, m.holed, m.helloed = false, false, false, false // it was the beginning after all
	case r.Code == 220 && m.greetsAnew(r):
		m.dropTransaction(m.sent, "XCLIENT")
		m.helloed = false
		m.settleAt(PhaseHello)
	case r.Code == 220:
		m.startTLS("starttls", r.Last)
	case verb == "EHLO", r.Code == 250 && p == PhaseHello:
		m.hiddenHello(r)
	case verb == VerbEndOfData:
		m.hiddenEnd(r)
	case verb == "MAIL":
		m.current = m.newMessage(r.First)
		m.take(&m.current.MailReply, r)
		m.sent = m.current
		m.settleAt(PhaseMail)
	case verb == "RCPT", p == PhaseMail && refusesRecipient(r):
		m.hiddenRcpt(r)
	case r.refused() && (p == PhaseReady || p == PhaseHello || p == PhaseMail || p == PhaseRcpt): // nothing that is refused leads out of these
		if opened.has(p) && m.sent != nil {
			m.sent.turned = true
		}
		m.doubt = m.doubt || p == PhaseMail // but a recipient, perhaps
	default:
		m.doubt = true
	}
}

// refusesRecipient: enhanced codes on the recipient's address or mailbox (RFC
// 3463 sections 3.2 and 3.3), and Postfix's words (smtpd_check.c).
func refusesRecipient(r *Reply) bool {
	if r.refused() && strings.Contains(r.Text, "Recipient address rejected") {
		return true
	}
	code := r.Enhanced()
	if !r.refused() || len(code) < 5 {
		return false
	}
	switch code[1:] {
	case ".1.1", ".1.2", ".1.3", ".1.4", ".1.6", ".2.1", ".2.2":
		return true
	}
	return false
}

// settleAt: a reply has shown where the conversation stands.
func (m *Machine) settleAt(p Phase) { m.phase, m.doubt, m.inferred = p, false, false }

func (m *Machine) hiddenData(r *Reply) {
	c := &m.client
	if m.Current() == nil {
		m.sent = m.newMessage(r.First)
	}
	msg := m.Current()
	m.current, m.sent = msg, msg
	m.answerData(msg, r)
	m.settleAt(PhaseData)
	m.queue = m.queue[:0]
	m.client.astray = false
	if c.mode == modeLine {
		m.odd().SkippedBytes += int64(c.line.total)
		c.line.reset(m.store)
		m.newScan(contentScan{message: msg})
		c.mode = modeContent
		if c.unseen && c.hole >= int64(len("DATA\r\n"))+dotLine { // the content may have come together with DATA
			c.content.missing, c.content.hides = true, true
		}
	}
}

func (m *Machine) hiddenAuth(r *Reply) {
	if r.more() && m.client.mode != modeLine { // DATA or STARTTLS stands behind it: nobody's challenge
		m.doubt = true
		return
	}
	if m.auth == nil || !m.authOpen {
		m.auth = &Auth{}
		m.authOpen = true
	}
	m.didAuth(nil, r)
	if r.more() {
		m.before = PhaseUnknown
		m.queue = m.queue[:0] // what comes next answers it
		if m.client.line.total == 0 {
			m.client.line.suspect = false // and begins a line
		}
		m.settleAt(PhaseAuth)
		return
	}
	m.helloed = true
	m.settleAt(PhaseReady)
}

func (m *Machine) hiddenHello(r *Reply) {
	m.hello = &Hello{Reply: m.keep(r)}
	m.hello.setExtensions(m.extensions(r))
	m.helloed = true
	m.dropTransaction(m.sent, "EHLO")
	m.settleAt(PhaseReady)
}

// hiddenEnd: a queue id was given, so the end of a message was sent.
func (m *Machine) hiddenEnd(r *Reply) {
	msg := m.Current()
	if msg == nil {
		msg = m.newMessage(r.First)
	}
	if t := msg.Transfer; t != nil {
		t.Complete, t.AtLeast = true, true
	}
	m.finish(msg, r)
	m.settleAt(PhaseReady)
}

func (m *Machine) hiddenRcpt(r *Reply) {
	if m.Current() == nil {
		m.sent = m.newMessage(r.First)
	}
	msg := m.Current()
	m.current = msg
	msg.RecipientCount++
	if r.positive() {
		msg.accepted++
	}
	if m.mayKeep(msg) {
		m.weigh(len(r.Text))
		msg.Recipients = append(msg.Recipients, Recipient{Cut: true, At: r.First})
		m.take(&msg.Recipients[len(msg.Recipients)-1].Reply, r)
	}
	m.settleAt(PhaseRcpt)
}

// leaveMiddle takes a reply while what the client sends may be content of
// which the beginning was not captured. A dot that came last and a positive
// reply, or a queue id, prove that it was. held is to be read again.
func (m *Machine) leaveMiddle(r *Reply) (held []byte, proven bool) {
	c := &m.client
	if c.mode != modeMiddle && (c.mode != modeFork || c.fork.kind != forkMiddle) {
		return nil, false
	}
	s := m.scan()
	held = c.unread()
	c.mode, c.astray = modeLine, false
	if !r.positive() || !s.begun || s.soft == noSoftEnd && queueID(r) == "" {
		c.line.suspect = s.begun && s.state != atStart && s.state != atBare
		return held, false
	}
	m.middleIsContent("", r.Last)
	if s.soft != noSoftEnd {
		s.message.Transfer.Command = "DATA"
		held = append(m.takeSoftEnd(r.Last), held...)
	} else {
		m.endContent(c.pos, r.Last)
	}
	m.answer(m.queue[0], r)
	return held, true
}
