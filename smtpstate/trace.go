package smtpstate

import "bytes"

// Tracer is told which bytes of both streams are what, for those who copy the
// packets and must not copy secrets. Offsets count the bytes of a side from
// its first one, missing ones included. What no call names is a credential, or
// something that nobody can know the nature of.
type Tracer interface {
	// Shown: data stands at offset from and is no secret: it is what an
	// Observer may see. It is valid during the call.
	Shown(server bool, from int64, data []byte)
	// Masked: a word of a reply that may repeat a credential; the Observer
	// sees "..." in its place.
	Masked(server bool, from, to int64)
	// Content: bytes of the client that are the content of a message. A part
	// of it that Shown names too is its Message-ID.
	Content(from, to int64)
	// NoContent takes Content back, from here on: the server took what looked
	// like content for commands.
	NoContent(from int64)
	// Opaque: TLS records, as far as they can be told apart, but for the next.
	Opaque(server bool, from, to int64)
	// Handshake: messages of a TLS handshake in clear that may name hosts, as
	// certificates do. The name in a ClientHello is Shown.
	Handshake(server bool, from, to int64)
}

// Trace lets t hear of the bytes that come from now on.
func (m *Machine) Trace(t Tracer) {
	m.trace = nil
	if t != nil {
		m.trace = &tracing{Tracer: t}
	}
}

// tracing is a Tracer and the lines of the reply that is being read.
type tracing struct {
	Tracer
	spoken      []spoken
	spokenBytes int
}

// spokenMax bounds the bytes of one reply that are kept until it is whole.
const spokenMax = 64 << 10

// spoken is a line of the reply that is being read.
type spoken struct {
	from int64
	line []byte
}

// traceCommand names what may be seen of a command line: what the observer
// sees of it, but of words that are none of SMTP only those in capitals.
func (m *Machine) traceCommand(c *Command, l *commandLine) {
	shown := l.raw
	switch {
	case l.row.auth && c.Arg != "" && c.Arg != "?":
		shown = l.raw[:wordsLen(l.raw, 2)]
	case l.row.auth, c.row == rowUnknown && c.Verb != VerbOdd && isUpper(l.word[0]):
		shown = l.raw[:wordsLen(l.raw, 1)]
	case c.row == rowUnknown: // a word in small letters may be one of a body
		shown = nil
	}
	done := 0
	l.eachLogin(shown, func(from, to int) {
		m.trace.Shown(false, c.Offset+int64(done), shown[done:from])
		done = to
	})
	if done < len(shown) {
		m.trace.Shown(false, c.Offset+int64(done), shown[done:])
	}
}

// wordsLen is the length of the first n words of a line, with the white space
// around them.
func wordsLen(line []byte, n int) int {
	rest := bytes.TrimLeft(line, " \t")
	for ; n > 0; n-- {
		rest = bytes.TrimLeft(rest[wordLen(rest):], " \t")
	}
	return len(line) - len(rest)
}

func (m *Machine) traceContent(from, to int64) {
	if m.trace != nil && to > from {
		m.trace.Content(from, to)
	}
}

// traceLine keeps a line of a reply until it is known what the reply answers.
func (m *Machine) traceLine(line []byte) {
	s := m.trace
	if s == nil {
		return
	}
	if m.server.reply == nil {
		s.spoken, s.spokenBytes = s.spoken[:0], 0
	}
	if s.spokenBytes += len(line) + 16; s.spokenBytes <= spokenMax {
		s.spoken = append(s.spoken, spoken{m.server.lineStart, bytes.Clone(line)})
	}
}

// traceReply names what may be seen of a reply's lines. Of a challenge only the
// code is no secret.
func (m *Machine) traceReply(r *Reply, e echo) {
	s := m.trace
	if s == nil {
		return
	}
	for _, l := range s.spoken {
		code := min(len(l.line), len("250 "))
		challenge := r.Code == 334 || bytes.HasPrefix(l.line, []byte("334"))
		if e == echoNone && !challenge {
			code = len(l.line)
		}
		m.trace.Shown(true, l.from, l.line[:code])
		if challenge {
			continue
		}
		text, at := l.line[code:], l.from+int64(code)
		m.hide(string(text), e, func(from, to int, hide bool) {
			if hide {
				m.trace.Masked(true, at+int64(from), at+int64(to))
			} else {
				m.trace.Shown(true, at+int64(from), text[from:to])
			}
		})
	}
	s.spoken, s.spokenBytes = s.spoken[:0], 0
}

// traceRecord names bytes of a TLS record, of which header at most belong to
// its header.
func (m *Machine) traceRecord(s *tlsSide, from side, data []byte, header int, pos int64) {
	r := &s.reader
	if m.trace == nil || r.lost {
		return
	}
	server := from == fromServer
	if !r.reading {
		m.trace.Opaque(server, pos, pos+int64(len(data)))
		return
	}
	k := min(header, len(data))
	m.trace.Opaque(server, pos, pos+int64(k))
	s.trace.read(m.trace.Tracer, server, data[k:], pos+int64(k), r.hello.lost)
}

// traceNoise follows the records of TLS that the server did not ask for: their
// hello names a host as any other does.
func (m *Machine) traceNoise(data []byte, pos int64) {
	if m.trace == nil {
		return
	}
	s := m.client.noise
	for len(data) > 0 && !s.reader.lost {
		header := recordHeader - s.reader.have
		n, _ := s.reader.read(data, true)
		m.traceRecord(s, fromClient, data[:n], header, pos)
		pos, data = pos+int64(n), data[n:]
	}
}
