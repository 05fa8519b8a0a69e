package smtpstate

import "bytes"

// clientMode says what the client's next byte is part of.
type clientMode uint8

const (
	modeLine    clientMode = iota // a command line, or a line of an AUTH exchange
	modeWait                      // undecided until DATA or STARTTLS is answered
	modeFork                      // undecided until a few bytes were read: see fork.go
	modeContent                   // content after 354
	modeChunk                     // a BDAT chunk
	modeMiddle                    // the capture began here: perhaps content
	modeTLS                       // TLS records
	modeNoise                     // TLS records that the server did not ask for
)

// clientSide is what is known of the client's stream.
type clientSide struct {
	delivered int64 // bytes fed, gaps included
	pos       int64 // stream offset of the next byte to be read
	line      lineBuffer
	lineStart int64
	mode      clientMode
	secret    secrecy  // whether the line being read is one of an AUTH exchange
	astray    bool     // what is no command may be content: no command was recognised yet
	unseen    bool     // the last thing that came was a gap
	middle    int32    // modeMiddle: lines read that are no commands
	hole      int64    // missing bytes since the last that came, or the last reply to what they hide
	held      *Command // DATA or STARTTLS whose reply the bytes wait for
	content   *contentScan
	chunk     *Command // whose chunk is being read
	left      int64    // bytes of it to come; unknownSize

	wait  *waitBuffer // nil: none have come
	fork  *fork
	noise *tlsSide // modeNoise: for the tracer
}

// lineBuffer keeps a line that is not whole yet.
type lineBuffer struct {
	buf     []byte // its first Limits.Line bytes; the store's, given back with the line's end
	total   int    // bytes of it so far
	seam    int32  // server: where in it the client spoke, 0 = nowhere; see seam.go
	suspect bool   // it follows missing bytes: perhaps it began inside them
	sealed  bool   // AUTH with an initial response: the rest is not kept
	other   bool   // another command than AUTH: there is nothing to seal
}

func (l *lineBuffer) reset(s *Store) {
	l.release(s)
	l.total, l.suspect, l.sealed, l.other, l.seam = 0, false, false, false, 0
}

// release gives the memory back.
func (l *lineBuffer) release(s *Store) {
	if l.buf != nil {
		s.giveBuffer(l.buf)
		l.buf = nil
	}
}

func (l *lineBuffer) add(s *Store, data []byte, limit int) {
	l.total += len(data)
	if l.sealed {
		return
	}
	if l.buf == nil {
		l.buf = s.buffer()
	}
	if room := limit - len(l.buf); len(data) > room {
		data = data[:room]
	}
	l.buf = append(l.buf, data...)
}

// addLine keeps more of a command line, but for what a seal keeps out.
func (m *Machine) addLine(data []byte) {
	l := &m.client.line
	if l.sealed { // as far as a whole line is kept
		m.withholdCoded(data[:max(0, min(len(data), m.lim.Line-l.total))])
	}
	l.add(m.store, data, m.lim.Line)
}

// opensWord reports whether a word begins in the bytes that come next. Only
// there can an initial response begin: a long line that comes byte by byte is
// not looked through again for each byte.
func (l *lineBuffer) opensWord(data []byte) bool {
	apart := len(l.buf) == 0 || isApart(l.buf[len(l.buf)-1])
	for _, b := range data {
		if isApart(b) {
			apart = true
		} else if apart {
			return true
		}
	}
	return false
}

// isApart: a CR belongs to no word where LF follows it, and that is not known.
func isApart(b byte) bool { return isBlank(b) || b == '\r' }

// seal drops an initial response as soon as its first byte is there. White
// space behind the mechanism is none: the line may end with it.
func (m *Machine) seal() {
	l := &m.client.line
	if l.sealed || l.other {
		return
	}
	n := initialResponse(l.buf)
	l.other = n == never
	if n >= 0 && len(bytes.Trim(l.buf[n:], " \t\r")) > 0 {
		m.withholdCoded(l.buf[n:])
		clear(l.buf[n:])
		l.buf, l.sealed = append(l.buf[:n], '='), true
	}
}

// feed reads bytes of the client that are next in its stream.
func (m *Machine) feed(data []byte, at Mark) {
	c := &m.client
	for len(data) > 0 {
		c.unseen = false
		var n int
		if c.mode == modeLine {
			n = m.readLine(data, at)
		} else {
			n = m.step(data, at)
		}
		c.pos += int64(n)
		data = data[n:]
		if c.mode != modeLine || c.line.total > 0 { // who takes a whole line tells the phase
			m.tell(at)
		}
	}
}

// step reads some of data, which is part of no line, and says how much; 0 only
// where the mode changed.
func (m *Machine) step(data []byte, at Mark) int {
	switch m.client.mode {
	case modeWait:
		w := m.waiting()
		m.traceFrom(&w.scan.header, 0)
		w.add(data, m.client.pos, at, m.lim.Wait)
		return len(data)
	case modeFork:
		return m.readFork(data, at)
	case modeContent:
		return m.readContent(data, at)
	case modeChunk:
		return m.readChunk(data, at)
	case modeMiddle:
		return m.readMiddle(data, at)
	case modeTLS:
		m.odd().TLSBytes += int64(len(data))
		m.tls.feed(m, fromClient, data, m.client.pos, at)
		return len(data)
	}
	m.traceNoise(data, m.client.pos)
	m.odd().SkippedBytes += int64(len(data))
	return len(data)
}

// readLine reads to the end of a line. Nearly all are commands that data holds
// whole and that nothing makes doubtful: these are read here, in place, and what
// others need is kept out of the processor's cache of instructions.
func (m *Machine) readLine(data []byte, at Mark) int {
	c := &m.client
	if c.line.total > 0 || c.line.suspect || m.authOpen || isTLSType(data[0]) {
		return m.readOddLine(data, at)
	}
	i := bytes.IndexByte(data, '\n')
	if i < 1 || i > m.lim.Line || data[i-1] != '\r' {
		return m.readOddLine(data, at)
	}
	c.lineStart, c.secret = c.pos, plain
	var parsed commandLine
	parsed.parse(data[:i-1], i-1, false)
	m.lineRead(&parsed, int64(i)+1, at)
	return i + 1
}

// readOddLine is readLine for any line.
func (m *Machine) readOddLine(data []byte, at Mark) int {
	c := &m.client
	l := &c.line
	if l.total == 0 {
		c.lineStart, c.secret = c.pos, plain
		if m.authOpen {
			c.secret = m.secrecy()
		}
	}
	switch {
	case c.secret != plain:
		return m.readSecret(data, at)
	case sniffing(l.buf, l.total, data[0]):
		l.add(m.store, data[:1], m.lim.Line)
		if len(l.buf) == tlsSniff {
			m.foundTLS(at)
		}
		return 1
	}
	i := bytes.IndexByte(data, '\n')
	switch {
	case i < 0:
		opens := l.total < m.lim.Line && l.opensWord(data) // no more is kept
		m.addLine(data)
		if opens {
			m.seal()
		}
		return len(data)
	case l.total == 0 && i <= m.lim.Line:
		m.endLine(data[:i], i, at)
		return i + 1
	}
	m.addLine(data[:i])
	m.endLine(l.buf, l.total, at)
	return i + 1
}

// endLine takes a whole line, its LF cut off. total is its length with what
// was not kept.
func (m *Machine) endLine(line []byte, total int, at Mark) {
	l := &m.client.line
	size := int64(total) + 1
	switch n := len(line); {
	case total > m.lim.Line:
		m.note("command line is over-long", sideClient, at)
	case n > 0 && line[n-1] == '\r':
		line, total = line[:n-1], total-1
	case !l.suspect && initialResponse(line) < 0: // of a line with credentials the end is not kept
		m.note("command line ends in a bare LF", sideClient, at)
	}
	var parsed commandLine
	parsed.parse(line, total, false)
	m.lineRead(&parsed, size, at)
}

// lineRead takes a line that was read, of size bytes with its end.
func (m *Machine) lineRead(parsed *commandLine, size int64, at Mark) {
	l := &m.client.line
	if parsed.row == rowUnknown && (l.suspect || m.behindHole()) {
		m.skipLine(parsed, size, at)
	} else {
		m.tally.commandBytes += size
		m.command(parsed, at)
	}
	l.reset(m.store)
}

// skipLine passes over a line that may be part of another, or of content.
func (m *Machine) skipLine(parsed *commandLine, size int64, at Mark) {
	m.odd().SkippedBytes += size
	m.withholdCoded(parsed.raw)
	m.withholdUnseen()
	if m.client.line.suspect {
		m.note("part of a line behind missing bytes is skipped", sideClient, at)
	}
	m.tell(at)
}

// abandon gives up what is undecided: from here on the stream is something
// else.
func (m *Machine) abandon() {
	c := &m.client
	m.odd().SkippedBytes += c.waitingBytes()
	c.line.reset(m.store)
	if c.fork != nil {
		c.fork.buf = c.fork.buf[:0]
	}
	m.dropWait()
	c.held = nil
}
