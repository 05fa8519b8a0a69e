package smtpstate

import "bytes"

// didStartTLS: the server's word is believed, whatever 2yz it is.
func (m *Machine) didStartTLS(c *Command, r *Reply) {
	if r.positive() {
		m.dropTransaction(c.prior, c.Verb)
	}
}

// releaseTLS lets the bytes behind STARTTLS go on: as TLS, or as commands.
func (m *Machine) releaseTLS(accepted bool, at Mark) {
	if !accepted {
		m.release(false, at)
		return
	}
	w := m.client.wait
	m.client.wait, m.client.held = nil, nil
	m.startTLS("starttls", at)
	if w == nil {
		return
	}
	defer m.store.giveWait(w)
	if w.total == 0 {
		return
	}
	// What came ahead of the 220 was sent in clear unless it begins a record:
	// a server that is safe throws it away (CVE-2011-0411).
	if len(w.buf) == 0 || !isTLSType(w.buf[0]) {
		m.note("plain bytes between STARTTLS and its reply", sideClient, at)
		m.odd().SkippedBytes += int64(w.bytes)
		m.client.pos = w.base + w.total
		return
	}
	m.client.pos = w.base
	m.replay(w, 0)
}

// foundTLS: the client sends a TLS record where a command was due.
func (m *Machine) foundTLS(at Mark) {
	c := &m.client
	var held [tlsSniff]byte
	copy(held[:], c.line.buf)
	c.line.reset(m.store)
	mode, ok := m.tlsHere()
	if !ok {
		m.note("TLS record where a command was due", sideClient, at)
		c.mode = modeNoise
		m.odd().SkippedBytes += tlsSniff
		c.noise = new(tlsSide)
		m.traceNoise(held[:], c.lineStart)
		return
	}
	m.startTLS(mode, at)
	m.odd().TLSBytes += tlsSniff
	m.tls.feed(m, fromClient, held[:], c.lineStart, at)
}

// tlsHere decides what a TLS record means: the first bytes of a connection
// without a greeting are implicit TLS (RFC 8314 section 3), never told by
// port; behind missing bytes STARTTLS may be what is missing.
func (m *Machine) tlsHere() (mode string, ok bool) {
	greeted := len(m.queue) == 0 || m.queue[0].row != rowGreeting || m.server.reply != nil || m.server.line.total > 0
	switch {
	case !greeted && m.client.pos == tlsSniff-1 && m.server.delivered == 0:
		return "implicit", true
	case !greeted && m.client.pos == tlsSniff-1: // a greeting was missed
		return "", false
	case m.uncertain():
		return "", true
	}
	return "", false
}

// mayBeTLSServer: the server's next byte may begin a TLS record: nothing was
// said yet, or it is unknown what was.
func (m *Machine) mayBeTLSServer() bool {
	s := &m.server
	if s.line.total >= tlsSniff || s.reply != nil {
		return false
	}
	return m.phase == PhaseBanner && m.greeting == nil && s.pos-int64(s.line.total) == 0 || m.phase == PhaseUnknown || s.line.suspect
}

// foundTLSServer: the server speaks TLS first, as far as the capture shows.
func (m *Machine) foundTLSServer(at Mark) {
	s := &m.server
	var held [tlsSniff]byte
	copy(held[:], s.line.buf)
	mode := ""
	if m.phase == PhaseBanner {
		mode = "implicit"
	}
	if !m.uncertain() && mode == "" {
		s.line.suspect = false // text all the same
		return
	}
	s.line.reset(m.store)
	m.startTLS(mode, at)
	m.tls.feed(m, fromServer, held[:], s.pos-tlsSniff+1, at)
	if m.client.delivered > 0 {
		m.tls.sides[fromClient].hidden = true
	}
}

// plainServer takes implicit TLS back where the server greets in plain text
// after all: a TLS client on a plain port (record.md: that stays "hello").
func (t *tlsSession) plainServer(m *Machine, b byte, at Mark) bool {
	s := &t.sides[fromServer]
	if t.Mode != "implicit" || s.records > 0 || s.reader.have > 0 || s.reader.lost || s.hidden || !isDigit(b) {
		return false
	}
	m.client.noise = &t.sides[fromClient]
	m.tls = nil
	o := m.odd()
	o.SkippedBytes += o.TLSBytes
	o.TLSBytes = 0
	m.server.opaque = false
	m.client.mode = modeNoise
	m.phase, m.doubt, m.inferred = PhaseBanner, false, false
	m.queue = m.queue[:0]
	m.pushNew(Command{Verb: VerbGreeting, row: rowGreeting})
	m.note("the client speaks TLS, the server plain text", sideServer, at)
	return true
}

// plainMax is the longest line that can be a hello behind STARTTLS.
const plainMax = 512

// keepPlain keeps what the client sends in place of a ClientHello, as long as
// it may be the hello with which every client begins anew behind STARTTLS (RFC
// 3207 section 4.2).
func (t *tlsSession) keepPlain(data []byte, at Mark) {
	n := t.bytes[fromClient]
	if t.Mode != "starttls" || int64(len(t.plain)) != n || n == 0 && !isUpper(data[0]) && !isLower(data[0]) || len(t.plain)+len(data) > plainMax {
		return
	}
	if n == 0 {
		t.plainAt = at
	}
	t.plain = append(t.plain, data...)
}

// plainBoth takes TLS back where both sides go on in plain text behind STARTTLS
// as if it were there, with a hello and its reply: so it looks where a device
// decrypts in front of the capture point.
func (t *tlsSession) plainBoth(m *Machine, b byte, at Mark) bool {
	hello := t.plain
	if b != '2' || len(hello) == 0 || int64(len(hello)) != t.bytes[fromClient] || t.bytes[fromServer] > 0 || !wholeHello(hello) {
		return false
	}
	m.tls = nil
	m.server.opaque = false
	m.client.mode = modeLine
	m.phase, m.doubt, m.inferred = PhaseHello, false, false
	m.note("plain text goes on behind STARTTLS: decrypted before the capture, or never encrypted", sideServer, at)
	m.client.pos -= int64(len(hello))
	m.odd().TLSBytes -= int64(len(hello))
	m.feed(hello, t.plainAt)
	return true
}

// wholeHello reports whether these bytes are one line with a hello.
func wholeHello(b []byte) bool {
	word, _, named := bytes.Cut(b, []byte{' '})
	row := rowOf(word)
	return named && row != nil && row.isHello() && bytes.IndexByte(b, '\n') == len(b)-1
}

// keepHead keeps what the server sends first: a code tells its plain text from TLS,
// and is no secret.
func (t *tlsSession) keepHead(m *Machine, data []byte, pos int64) {
	n := t.bytes[fromServer]
	if n != int64(t.headed) || int(n) == len(t.head) {
		return
	}
	t.headed += uint8(copy(t.head[n:], data))
	if m.trace != nil && t.plainCode() != 0 {
		m.trace.Shown(true, pos-n, t.head[:])
	}
}

// plainCode is the code of the reply with which the server went on in plain text, 0
// where it did not. A server may end any session with a 421 (RFC 5321 section 3.8),
// and one that cannot begin TLS has no other way to say so.
func (t *tlsSession) plainCode() int {
	if int(t.headed) < len(t.head) || t.sides[fromServer].hidden {
		return 0
	}
	line, ok := parseReplyLine(t.head[:])
	if !ok {
		return 0
	}
	return int(line.code)
}

// leastFinished is the length of the shortest flight that ends a side's handshake,
// bytes: a record with Finished of TLS 1.2, of a header of 5, 16 for the message and
// an AEAD's tag of 16 (RFC 5246 sections 6.2.3.3 and 7.4.9, RFC 7905). TLS 1.3 takes
// more (RFC 8446 section 4.4.4).
const leastFinished = 5 + 16 + 16

// mayBeComplete reports whether the handshake was not seen to be complete, and may be
// all the same: each side has shown its Finished, or bytes of it are missing that are
// enough for it.
func (t *tlsSession) mayBeComplete() bool {
	if t.Handshake == handshakeComplete || t.Handshake == handshakeFailed {
		return false
	}
	c, s := &t.sides[fromClient], &t.sides[fromServer]
	return c.missing+s.missing >= leastFinished && t.mayBeFinished(c) && t.mayBeFinished(s)
}

func (t *tlsSession) mayBeFinished(s *tlsSide) bool {
	return s.missing >= leastFinished || s.finish || t.modern && s.sealed > 0
}

// InVain says of the gaps that follow whether their bytes were lost on the way: the
// other side never had them, and no handshake is complete by them.
func (m *Machine) InVain(vain bool) {
	if m.tls != nil {
		m.tls.vain = vain
	}
}
