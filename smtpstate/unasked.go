package smtpstate

// Replies that nothing asked for: what a server says of itself, and what shows that
// missing bytes held a question.

// unasked takes a reply that nothing asked for.
func (m *Machine) unasked(r *Reply) {
	c := &m.client
	content := m.inContent()
	switch {
	case content && (m.endsContent(r) || m.endsRefused(r)), m.waitedForMissed(r):
		return
	case content && r.more():
		m.note("reply that nothing asked for", sideServer, r.Last)
	case content:
		t := c.content.message.transfer("DATA")
		t.EarlyReply, t.AtLeast = m.keep(r), t.AtLeast || c.content.missing
	case c.mode == modeChunk && c.chunk.Message != nil:
		c.chunk.Message.transfer("BDAT").EarlyReply = m.keep(r)
	case m.quitUnseen(r):
	default:
		if r.Code == 421 {
			m.crossing = m.keep(r)
		} else {
			m.note("reply that nothing asked for", sideServer, r.Last)
		}
	}
	m.challenged(r)
	m.obs.Reply(r, nil)
	m.tell(r.Last)
}

// quitUnseen: a 221 behind missing bytes that held the end of a message, and of which
// nothing more came: QUIT was in them too, sent together with the dot (RFC 2920 section
// 3.1), and is none of the content.
func (m *Machine) quitUnseen(r *Reply) bool {
	c := &m.client
	if r.Code != 221 || r.enhanced == enhancedNoMail || c.mode != modeLine || !c.unseen || c.line.total > 0 || len(m.queue) > 0 {
		return false
	}
	messages := m.Messages()
	if len(messages) == 0 {
		return false
	}
	t := messages[len(messages)-1].Transfer
	if t == nil || !t.Complete || !t.AtLeast {
		return false
	}
	t.Bytes = max(t.Bytes-quitLine, 0)
	m.quitSaid, m.quitsTurn = true, true
	return true
}

// endsContent reports whether a reply in the middle of content shows that it
// had ended: at a dot that the RFC does not take for the end but this server
// does, or inside missing bytes. The reply is then the one to the message.
func (m *Machine) endsContent(r *Reply) bool {
	c := &m.client
	s := c.content
	unseen := c.unseen && s.hides || s.endsMissing()
	var held []byte
	at := r.Last
	switch {
	case c.mode == modeContent && (r.positive() && s.soft != noSoftEnd || r.refused() && r.Code != 421 && s.endsSoftly()):
		held = m.takeSoftEnd(r.Last)
	case s.missing && m.endUnheard() && !provesEnd(r):
		return (unseen || c.mode == modeFork) && m.beyondEnd(r)
	case r.positive() && s.missing && endExplains(r), r.refused() && r.Code != 421 && unseen:
		held = c.unread()
		msg := s.message
		m.assumeEnd(r.Last)
		if r.refused() {
			m.presumeEnd(msg, r)
		}
		c.line.suspect = true
	default:
		return false
	}
	end := m.queue[len(m.queue)-1]
	m.queue = append(m.queue[:0], end)
	m.server.setSpots(nil)
	if r.Code != 221 {
		m.answer(end, r)
	}
	if len(held) > 0 {
		at = c.forkAt()
	}
	m.feed(held, at)
	if r.Code == 221 { // of a QUIT that stood in what was taken for content
		m.assign(r)
	}
	return true
}

// provesEnd: the reply holds a queue id.
func provesEnd(r *Reply) bool { return spokenTo(r) == VerbEndOfData }

// endExplains: nothing in a reply speaks against its being the one to the end
// of a message.
func endExplains(r *Reply) bool {
	verb := spokenTo(r)
	return rowEnd.explains(r) && (verb == "" || verb == VerbEndOfData)
}

// beyondEnd takes a reply behind a gap that held the one to the end of the
// message: it is that of a command which was not captured either.
func (m *Machine) beyondEnd(r *Reply) bool {
	if r.Code == 421 {
		return false
	}
	held, at := m.client.unread(), m.client.forkAt()
	m.assumeEnd(r.Last)
	m.client.line.suspect = true
	m.dropAll(len(m.queue))
	m.pushNew(Command{Verb: VerbHidden, At: r.First, row: rowHidden})
	m.answerHidden(r)
	m.feed(held, at)
	return true
}
