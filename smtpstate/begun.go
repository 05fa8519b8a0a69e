package smtpstate

import "bytes"

// HalfReply is the reply that the server has begun and not ended, when no more
// bytes will come: what there is of its lines, the last perhaps without its end.
// ok is false where there is none. What may repeat a credential is not in it.
func (m *Machine) HalfReply() (said Answer, at Mark, greeting, ok bool) {
	r, _, e, ok := m.begun()
	if !ok {
		return Answer{}, Mark{}, false, false
	}
	if r.Code == 334 || e == echoAll {
		r.Text = "" // a challenge is part of the secret, and half of a word has no hash
	} else if e != echoNone {
		r.Text = m.scrub(r.Text, e)
	}
	return r.Answer, r.First, len(m.queue) > 0 && m.queue[0].row == rowGreeting, true
}

// HalfAnswered reports whether there is such a reply.
func (m *Machine) HalfAnswered() bool {
	if s := &m.server; s.reply == nil && s.line.total == 0 {
		return false
	}
	_, _, _, ok := m.begun()
	return ok
}

// begun is that reply, the line of it that has not ended (nil = all have), and
// what must be hidden of both.
func (m *Machine) begun() (r Reply, line []byte, e echo, ok bool) {
	s := &m.server
	if s.reply != nil {
		r, ok = *s.reply, true
		r.Text = string(s.text)
	}
	if l := &s.line; l.total > 0 && !l.suspect && !s.opaque {
		if said, is := parseHalfLine(trimCR(l.buf)); is {
			line = trimCR(l.buf)
			if r.Code, r.Class = said.code, said.class; ok {
				r.Text += "\n"
			} else {
				r.First = s.at
			}
			r.Text, ok = r.Text+string(said.text), true
		}
	}
	if r.Partial = true; ok {
		e = m.echoesHalf(&r)
	}
	return r, line, e, ok
}

// parseHalfLine reads what there is of a reply's line that has not ended.
func parseHalfLine(line []byte) (l replyLine, ok bool) {
	if l, ok = parseReplyLine(line); ok {
		return l, l.class != 0
	}
	l, digits := parseReplyStart(line)
	return l, l.class != 0 && digits == len(line)
}

// echoesHalf is echoes for a reply that was cut: half of a word that was dropped
// is not found by its hash, so where any was dropped, or may have been missed,
// all is hidden.
func (m *Machine) echoesHalf(r *Reply) echo {
	if m.withheld != nil || m.authOpen || m.holed || m.stray || len(m.queue) == 0 || m.queue[0].row == rowHidden || m.queue[0].row == rowUnknown {
		return echoAll
	}
	return m.echoes(m.queue[0], r)
}

// EndTrace names what is left when no more bytes will come: the lines of a
// reply that did not end.
func (m *Machine) EndTrace() {
	r, line, e, ok := m.begun()
	if !ok || m.trace == nil {
		return
	}
	if line != nil {
		m.server.lineStart = m.server.pos - int64(m.server.line.total)
		m.traceLine(bytes.Clone(line))
	}
	m.traceReply(&r, e)
}
