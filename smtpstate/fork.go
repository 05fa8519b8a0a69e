package smtpstate

import "bytes"

// forkKind says between what the next few bytes decide.
type forkKind uint8

const (
	forkData    forkKind = iota // the reply to DATA was missed: content, or commands because DATA was refused
	forkTLS                     // the reply to STARTTLS was missed: TLS, or commands
	forkContent                 // behind missing bytes in content: more content, or commands because its end was among them
	forkChunk                   // the same in a chunk whose size was not captured
	forkMiddle                  // the capture began here: a command, or perhaps content
	forkRefused                 // a chunk was refused before its first byte: the chunk all the same, or commands
)

// fork holds the bytes that decide.
type fork struct {
	kind   forkKind
	base   int64
	missed int64 // bytes that went missing before the first of buf
	line   int   // forkContent: where in buf the line begins that is being looked at
	buf    []byte
	at     Mark
}

// forkMax is the longest beginning that has to be looked at: "RCPT TO:<".
const forkMax = 16

func (c *clientSide) forkTo(kind forkKind) {
	c.mode = modeFork
	if c.fork == nil {
		c.fork = new(fork)
	}
	*c.fork = fork{kind: kind, buf: c.fork.buf[:0]}
}

// forkAt is where the bytes were seen that unread gives back.
func (c *clientSide) forkAt() (at Mark) {
	if c.fork != nil {
		at = c.fork.at
	}
	return at
}

// readFork reads until the bytes decide.
func (m *Machine) readFork(data []byte, at Mark) int {
	f := m.client.fork
	if len(f.buf) == 0 {
		f.base, f.at = m.client.pos, at
	}
	for i, b := range data {
		f.buf = append(f.buf, b)
		if v := m.forkVerdict(b == '\n'); v != undecided {
			pos := m.client.pos
			m.takeFork(v == isCommand, at)
			m.client.pos = pos
			return i + 1
		}
	}
	return len(data)
}

// forkVerdict says what the bytes so far are. lineEnd: the last is LF.
func (m *Machine) forkVerdict(lineEnd bool) verdict {
	f := m.client.fork
	switch f.kind {
	case forkContent:
		return m.contentVerdict(lineEnd)
	case forkTLS:
		if isTLSType(f.buf[0]) {
			return isContent
		}
	case forkMiddle:
		if isTLSType(f.buf[0]) {
			return isCommand // the line reader knows TLS
		}
	}
	return commandStart(f.buf)
}

// contentVerdict: a line behind a gap in content that looks like a command
// proves nothing, messages quote SMTP. Only the server's reply does; a line that
// is no command proves content, and so do more of them than a client sends
// without a reply.
func (m *Machine) contentVerdict(lineEnd bool) verdict {
	f := m.client.fork
	v := commandStart(f.buf[f.line:])
	switch {
	case v == isCommand && m.endUnheard():
		return isCommand
	case v == isContent || v == isCommand && len(f.buf) >= quotedMax || !m.client.content.hides:
		return isContent
	case v == isCommand && lineEnd:
		f.line = len(f.buf)
	}
	return undecided
}

// quotedMax is how many bytes of commands behind a gap in content wait for a
// reply.
const quotedMax = 1024

// endUnheard: bytes of the server are missing since the content began, which
// can only be the reply to its end: 354 asks for nothing else.
func (m *Machine) endUnheard() bool { return m.scan().unheard >= minReplyBytes }

// takeFork goes the way that the bytes chose, and reads them again there.
func (m *Machine) takeFork(command bool, at Mark) {
	c := &m.client
	held := c.unread()
	kind := c.fork.kind
	c.mode = modeLine
	if kind != forkMiddle {
		m.spill(c.pos)
	}
	switch kind {
	case forkData:
		m.inferData(!command, at)
		if command && c.fork.missed >= dotLine {
			m.missMessage(at)
		}
	case forkTLS:
		m.inferTLS(!command, at)
	case forkContent:
		if c.mode = modeContent; command {
			m.endBefore(held, at)
		} else {
			m.nextContent(at)
		}
	case forkChunk:
		if c.mode = modeChunk; command {
			m.endChunk(at)
		}
	case forkMiddle:
		if !command {
			c.mode = modeMiddle
			m.contentForced(at)
		}
	case forkRefused:
		if c.mode = modeChunk; command {
			c.chunk.chunk.whole = true
			c.mode, c.chunk = modeLine, nil
		}
	}
	m.tell(at)
	if kind == forkContent && len(held) > 0 {
		at = c.fork.at
	}
	m.feed(held, at)
}

// unread empties the fork and puts the stream back to where its bytes began;
// whoever calls it reads them again.
func (c *clientSide) unread() (held []byte) {
	if c.fork != nil && len(c.fork.buf) > 0 {
		c.pos = c.fork.base
		held = append(held, c.fork.buf...)
		c.fork.buf = c.fork.buf[:0]
	}
	return held
}

// verdict of a line's beginning.
type verdict uint8

const (
	undecided verdict = iota
	isCommand
	isContent
)

// commandStarts are the beginnings that only commands have. The words that
// stand alone in a line count with the line's end behind them.
var commandStarts = [][]byte{
	[]byte("MAIL FROM:"), []byte("RCPT TO:"), []byte("MAIL FROM <"), []byte("RCPT TO <"),
	[]byte("RSET\r"), []byte("QUIT\r"), []byte("DATA\r"), []byte("NOOP\r"), []byte("STARTTLS\r"),
	[]byte("RSET\n"), []byte("QUIT\n"), []byte("DATA\n"), []byte("NOOP\n"), []byte("STARTTLS\n"),
	[]byte("EHLO "), []byte("HELO "), []byte("LHLO "), []byte("AUTH "), []byte("X-EXPS "),
	[]byte("XCLIENT "), []byte("XFORWARD "), []byte("VRFY "), []byte("ETRN "),
	[]byte("BDAT 0"), []byte("BDAT 1"), []byte("BDAT 2"), []byte("BDAT 3"), []byte("BDAT 4"),
	[]byte("BDAT 5"), []byte("BDAT 6"), []byte("BDAT 7"), []byte("BDAT 8"), []byte("BDAT 9"),
}

// commandStart decides whether bytes begin a command line.
func commandStart(b []byte) verdict {
	v := isContent
	for _, start := range commandStarts {
		n := min(len(b), len(start))
		if !bytes.EqualFold(b[:n], start[:n]) {
			continue
		}
		if n == len(start) {
			return isCommand
		}
		v = undecided
	}
	return v
}
