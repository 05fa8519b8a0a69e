package smtpstate

// A server may leave the line end of a reply away. What it says next then
// stands in the same line, and only the turn of the talk shows that two replies
// were meant: the client spoke in between. Such a place in a line that has not
// ended is a seam. It parts the line where a reply begins right behind it;
// a client that speaks while the pieces of a line arrive moves nothing.

// A seam between two lines of a reply parts them where their codes differ,
// which those of one reply do not (RFC 5321 section 4.2.1).

// seamLook is how many bytes behind a seam decide: "250 " or "250-".
const seamLook = 4

// turn remembers that the client speaks while a line, or a reply, of the
// server has not ended. The first such place in a line counts until it is
// decided.
func (s *serverSide) turn(limit int) {
	l := &s.line
	if s.reply != nil && l.total == 0 {
		s.turned, s.open().turnedAt = true, s.pos
	}
	if s.opaque || l.total == 0 || l.seam > 0 || l.total+seamLook > limit {
		return
	}
	if first, ok := parseReplyLine(trimCR(l.buf)); ok && first.class != 0 {
		l.seam, s.open().seamAt = int32(l.total), s.at
	}
}

// hearSeam reads the next byte behind a seam, and reports whether it may be
// part of a reply's beginning; otherwise there is no seam any more.
func (m *Machine) hearSeam(b byte, at Mark) bool {
	l := &m.server.line
	n := l.total - int(l.seam)
	switch {
	case n == 0 && classOf(b) != 0, (n == 1 || n == 2) && isDigit(b):
		l.add(m.store, []byte{b}, m.lim.Line)
	case n == seamLook-1 && (b == ' ' || b == '-'):
		m.part(b, at)
	default:
		l.seam = 0
		return false
	}
	return true
}

// part ends the line at its seam. b is the last of the bytes behind it.
func (m *Machine) part(b byte, at Mark) {
	s := &m.server
	n := int(s.line.seam)
	seamAt := s.unclear.seamAt
	begin := [seamLook]byte{seamLook - 1: b}
	copy(begin[:], s.line.buf[n:])
	s.pos -= seamLook - 1 // where the line behind the seam begins
	s.lineStart = s.pos - int64(n)
	m.note("reply without a line end", sideServer, seamAt)
	m.hearLine(trimCR(s.line.buf[:n]), seamAt)
	s.line.reset(m.store)
	m.listen(begin[:], at)
	s.pos-- // the caller counts b
}

// endTurned ends a reply of which the last line never came: the client went on
// behind it, and the next line has the code of another reply. A greeting may
// begin with one code and end with another: Postfix's postscreen teases clients
// that do not wait with "220-" lines (POSTSCREEN_README).
func (m *Machine) endTurned(next replyLine) {
	s := &m.server
	if s.reply == nil || !s.turned || next.code == s.reply.Code {
		return
	}
	if teaser := len(m.queue) > 0 && m.queue[0].row == rowGreeting; teaser {
		return
	}
	m.note("reply without its last line", sideServer, s.reply.Last)
	r := m.endReply(false)
	r.EndOffset = s.unclear.turnedAt
	m.heard(r)
}
