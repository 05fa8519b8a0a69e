package smtpstate

import "bytes"

// serverSide is what is known of the server's stream.
type serverSide struct {
	delivered int64
	unheard   int64 // bytes of the client that had not arrived when what comes was sent: see crossing.go
	pos       int64
	line      lineBuffer
	lineStart int64    // where the line began that is being taken
	reply     *Reply   // of which there are some lines
	partial   *Reply   // a reply that missing bytes ended: its last lines may come yet
	unclear   *unclear // nil: nothing is
	at        Mark     // of the last bytes
	text      []byte   // of reply, joined; the store's, given back with the reply's end
	mixed     []byte   // reply as it is sent, where its lines have different codes
	shortest  int32    // bytes of the shortest whole reply to a command so far: what missing bytes can hide at least
	opaque    bool     // TLS
	turned    bool     // the client spoke since reply's last line
	gapped    bool     // missing bytes since the client last spoke
	lossy     bool     // missing bytes at any time
	presumed  bool     // the end of a message rests on a refusal behind missing bytes: see presumed.go
	sought    bool     // the reply that comes was looked for in the lexicon, as it came
	fray      fray     // of reply
}

// A fray is where a reply may not be whole, or not one: what it quotes may be no reply's
// own words then. Only echoes are judged by it.
type fray struct {
	midway bool // the last missing bytes are not known to end with a segment, or with a line
	torn   bool // the reply begins behind such, or behind one that found fault and was cut: it may be the rest of a line that quotes
	varied bool // lines of the reply found fault, and those behind them have other codes
}

// mend: the reply is over. What bytes are missing before the next one stays.
func (f *fray) mend() { f.torn, f.varied = false, false }

func (f *fray) whole() bool { return !f.torn && !f.varied }

// listen reads bytes of the server that are next in its stream.
func (m *Machine) listen(data []byte, at Mark) {
	for len(data) > 0 {
		n := m.hearPhrase(data, at)
		if n == 0 {
			n = m.hear(data, at)
			m.server.pos += int64(n)
			m.tell(at)
		}
		data = data[n:]
	}
}

// hear reads some bytes of the server and says how many; 0 only where it
// turned out that they are, or are not, TLS.
func (m *Machine) hear(data []byte, at Mark) int {
	s := &m.server
	if s.opaque {
		if m.tls.plainServer(m, data[0], at) || m.tls.plainBoth(m, data[0], at) {
			return 0
		}
		m.tls.feed(m, fromServer, data, s.pos, at)
		return len(data)
	}
	l := &s.line
	if sniffing(l.buf, l.total, data[0]) && m.mayBeTLSServer() {
		l.add(m.store, data[:1], m.lim.Line)
		if len(l.buf) == tlsSniff {
			m.foundTLSServer(at)
		}
		return 1
	}
	if l.seam > 0 && m.hearSeam(data[0], at) {
		return 1
	}
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		l.add(m.store, data, m.lim.Line)
		return len(data)
	}
	s.pos += int64(i) + 1 // the reply ends behind this line
	line := data[:i]
	s.lineStart = s.pos - 1 - int64(l.total+i)
	if l.total > 0 || i > m.lim.Line {
		l.add(m.store, line, m.lim.Line)
		line = l.buf
	}
	m.hearLine(trimCR(line), at)
	l.reset(m.store)
	s.pos -= int64(i) + 1
	return i + 1
}

// hearLine takes a whole line of the server.
func (m *Machine) hearLine(line []byte, at Mark) {
	s := &m.server
	parsed, ok := parseReplyLine(line)
	if !ok {
		if !s.line.suspect {
			words := m.codelessWords(line)
			m.note("server line that is no reply"+words, sideServer, at)
			if words != "" && m.trace != nil {
				m.trace.Shown(true, s.lineStart, line[:min(len(line), codelessMax)])
			}
		}
		return
	}
	m.endTurned(parsed)
	if s.reply == nil && !parsed.more && !s.line.suspect {
		m.measure(int32(len(line)) + 2)
	}
	m.traceLine(line)
	m.addReplyLine(parsed, at)
	if !parsed.more {
		m.heard(m.endReply(false))
	}
}

// codelessMax is how much of a line without a code a note repeats.
const codelessMax = 200

// codelessWords are the words of a line that lacks its code and still is one of
// a mail server: it begins with an enhanced status code (RFC 3463). They may be
// all that is ever said of why it refuses. Where anything of the client was
// dropped, or was not captured, it may be repeated here, and they are dropped too.
func (m *Machine) codelessWords(line []byte) string {
	if len(line) == 0 || enhancedCode(line, classOf(line[0])) == 0 || m.withheld != nil || m.doubt || m.behindHole() {
		return ""
	}
	return ": " + string(line[:min(len(line), codelessMax)])
}

// measure notes the size of a whole reply of one line. The greeting and the
// reply to a hello hold a host's name and are longer than those of a transaction.
func (m *Machine) measure(size int32) {
	s := &m.server
	if s.shortest > minReplyBytes && size >= s.shortest || len(m.queue) == 0 {
		return
	}
	if first := m.queue[0].row; first != rowGreeting && !first.isHello() {
		s.shortest = max(size, minReplyBytes)
	}
}

// addReplyLine adds a line to the reply being read (RFC 5321 section 4.2.1).
func (m *Machine) addReplyLine(l replyLine, at Mark) {
	s := &m.server
	r := s.reply
	if r == nil {
		r = m.newReply()
		r.First, r.enhanced = at, enhancedCode(l.text, l.class)
		s.reply, s.text = r, m.store.buffer()
		s.fray.torn = s.line.suspect && (s.fray.midway || s.partial != nil && (findsFault(s.partial) || s.partial.Code == 421))
	} else {
		if r.Code != l.code && l.code != 0 {
			m.note("lines of one reply with different codes", sideServer, at)
			s.fray.varied = s.fray.varied || findsFault(r) || aboutAuth(r)
			r.enhanced = enhancedCode(l.text, l.class)
			if len(s.mixed) == 0 && r.Code != 0 && len(s.text) < m.lim.ReplyText {
				s.mix()
			}
		}
		s.text = append(s.text, '\n')
	}
	if len(s.mixed) > 0 && l.code != 0 && len(s.text) < m.lim.ReplyText {
		s.mixLine(l)
	}
	if l.code != 0 || l.class != r.Class { // else the line was cut: it has the code of those before it
		r.Code, r.Class = l.code, l.class
	}
	r.Last, s.turned = at, false
	if l.code != 334 { // a challenge is part of the secret
		s.text = append(s.text, l.text...)
	}
	if len(s.text) > m.lim.ReplyText {
		s.text = s.text[:m.lim.ReplyText]
	}
}

// endReply takes the reply that was read.
func (m *Machine) endReply(partial bool) *Reply {
	s := &m.server
	r := s.reply
	r.Partial, r.EndOffset = partial, s.pos
	if r.Code != 334 {
		m.word(r, s.text)
	}
	if len(s.mixed) > 0 {
		if r.Code != 334 {
			r.Sent = m.text.keep(s.mixed)
		}
		s.mixed = nil
	}
	m.store.giveBuffer(s.text)
	s.reply, s.text, s.turned, s.sought = nil, nil, false, false
	s.line.suspect = false
	return r
}

// heard takes a reply. What nearly all are, a positive one to the oldest entry
// while nothing is in doubt, goes to its entry at once; assign says the same at
// greater length.
func (m *Machine) heard(r *Reply) {
	switch s := &m.server; {
	case s.partial == nil && s.unclear == nil && !r.Partial && r.positive() && r.Code != 235 && m.withheld == nil && len(m.queue) > 0 && m.queue[0].row.plain &&
		m.crossing == nil && m.trace == nil && s.unheard == 0 && !m.outOfStep && !s.presumed && !m.holed && s.fray.whole():
		m.answer(m.queue[0], r)
	case s.partial == nil || !m.continues(r):
		m.assign(r)
	}
	m.server.fray.mend()
	m.forget(r)
}

// assign gives a reply to the oldest entry, unless missing bytes have made
// unclear which it belongs to.
func (m *Machine) assign(r *Reply) {
	if s := &m.server; s.partial != nil || s.unclear != nil || r.Partial {
		m.assignPart(r)
	}
	if m.crossing != nil {
		m.crossing = nil
	}
	if m.server.presumed {
		m.heardBehindEnd(r)
	}
	if r.Code == 421 {
		m.closing = m.keep(r)
	}
	c, floats := m.find(r)
	if e := m.echoes(c, r); e != echoNone || m.trace != nil {
		m.unsay(r, e)
	}
	if floats {
		return
	}
	switch {
	case c == nil, r.Code == 421 && c.row == rowBDAT && c.chunk.begun && c.comes(): // it waits for the chunk in vain
		m.unasked(r)
	case c.row == rowHidden:
		m.answerHidden(r)
	case m.server.unheard > 0 && m.unheard(c, r):
		m.crossed(c, r)
	case c != m.queue[0]:
		m.answerQuit(c, r)
	default:
		inAuth := c.row == rowCredentials || c.row.auth // answer gives c back
		if m.answer(c, r); !inAuth {
			m.challenged(r)
		}
	}
}

// challenged: a 334 asks for credentials, whatever it answers (RFC 4954 section
// 4). The command may have been AUTH behind bytes of telnet, or beyond a
// capture's snap length; what the client says next is not kept.
func (m *Machine) challenged(r *Reply) {
	switch {
	case r.Code != 334 || m.authOpen:
	case m.client.mode == modeLine:
		m.hiddenAuth(r)
	default:
		m.holed = true // what looks like content is heard as credentials
	}
}

// assignPart notes what of a reply may come yet.
func (m *Machine) assignPart(r *Reply) {
	s := &m.server
	s.partial = nil
	if s.unclear != nil {
		s.unclear.copies = s.unclear.copies[:0]
	}
	if r.Partial {
		s.partial = m.keep(r)
	}
}

// take puts down what a reply says. Of one that missing bytes have cut more may
// come.
func (m *Machine) take(to *Answer, r *Reply) {
	*to = r.Answer
	if r.Partial {
		u := m.server.open()
		u.copies = append(u.copies, to)
	}
}

// unsay takes out of a reply what may be an echo.
func (m *Machine) unsay(r *Reply, e echo) {
	m.traceReply(r, e)
	if e != echoNone {
		if text := m.scrub(r.Text, e); text != r.Text {
			r.Text, r.Sent = text, ""
		}
	}
}

// mayEcho reports whether a reply's text may repeat credentials: replies of an
// AUTH exchange, to what is no command, to nothing, and those that find fault
// with a line.
func mayEcho(c *Command, r *Reply) bool {
	switch {
	case c != nil && (c.row == rowCredentials || c.row.auth), r.Code == 235: // whatever it seems to answer
		return true
	case r.positive():
		return !usual(r.Code)
	case c == nil, c.row == rowHidden, c.row == rowUnknown, c.row == rowXClient:
		return true
	}
	return findsFault(r) || r.Class == 5 && r.Code == 0
}

// usual: the code is one of the positive ones that RFC 5321 section 4.2.3 has.
func usual(code int16) bool {
	switch code {
	case 211, 214, 220, 221, 250, 251, 252:
		return true
	}
	return false
}

// findsFault: the reply is about the line itself, or about authentication (RFC
// 5321 section 4.2.3: 500 to 504; RFC 4954 section 6: 53x).
func findsFault(r *Reply) bool {
	return r.Code >= 500 && r.Code <= 504 || r.Code >= 530 && r.Code <= 539
}

// continues reports whether a reply is the rest of one that missing bytes cut:
// the same code, and nothing was asked in between, or content sent.
func (m *Machine) continues(r *Reply) bool {
	p := m.server.partial
	if p == nil || p.Code != r.Code || r.Code == 0 || len(m.queue) > 0 || m.inContent() && !r.more() {
		return false
	}
	m.unsay(r, m.echoes(nil, r))
	if room := m.lim.ReplyText - len(p.Text) - 1; room > 0 {
		p.Text, p.Sent = p.Text+"\n"+clip([]byte(r.Text), room), ""
		for _, copied := range m.server.open().copies {
			copied.Text = p.Text
		}
	}
	if m.hello != nil && m.hello.Reply == p && m.hello.Verb != "HELO" {
		rest := extensions(&Reply{Answer: Answer{Text: "\n" + r.Text}, Partial: r.Partial})
		m.hello.setExtensions(append(m.hello.Extensions, rest[:min(len(rest), extensionsMax-len(m.hello.Extensions))]...))
	}
	p.Last, p.EndOffset = r.Last, r.EndOffset
	return true
}

// inContent: what the client sends is content, as far as that is known.
func (m *Machine) inContent() bool {
	c := &m.client
	return c.mode == modeContent || c.mode == modeFork && c.fork.kind == forkContent
}
