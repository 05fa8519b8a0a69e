package smtpstate

import "bytes"

// ClientGap says that n bytes of the client are unknown. cut: the gap ends
// where a TCP segment ended on the wire. The next byte begins a segment.
func (m *Machine) ClientGap(n int64, cut bool, at Mark) {
	if n <= 0 {
		return
	}
	c := &m.client
	c.delivered += n
	m.odd().MissingBytes += n
	m.holed = true
	m.spill(c.pos) // DATA may be among them
	m.missClient(n, cut, at)
	m.tell(at)
}

// missClient goes on behind n missing bytes.
func (m *Machine) missClient(n int64, cut bool, at Mark) {
	c := &m.client
	if !c.unseen {
		c.hole = 0
	}
	c.hole += n
	m.miss(n, cut, at)
	c.pos += n
	c.unseen = true
}

func (m *Machine) miss(n int64, cut bool, at Mark) {
	c := &m.client
	switch c.mode {
	case modeLine:
		m.missLine(n, cut, at)
	case modeWait:
		m.waiting().gap(n, cut, c.pos, at)
	case modeFork:
		m.missFork(n, cut, at)
	case modeContent:
		m.missContent(n, cut, at)
	case modeChunk:
		m.missChunk(n, cut, at)
	case modeMiddle:
		m.scan().gap(n, cut, at)
		c.forkTo(forkMiddle)
	case modeTLS:
		m.tls.gap(m, fromClient, n, at)
	case modeNoise:
		c.noise.reader.lost = true // nobody knows where a record begins
	}
}

func (m *Machine) missContent(n int64, cut bool, at Mark) {
	c := &m.client
	if !c.content.begun {
		m.obs.ContentBegin("DATA", at)
	}
	c.content.gap(n, cut, at)
	m.updateTransfer()
	c.forkTo(forkContent)
}

// missChunk counts missing bytes to the chunk as far as it goes.
func (m *Machine) missChunk(n int64, cut bool, at Mark) {
	c := &m.client
	k := n
	if c.left != unknownSize {
		k = min(n, c.left)
	}
	if c.chunk.Message != nil {
		c.chunk.Message.transfer("BDAT").AtLeast = true
		m.scan().header.gap()
	}
	m.countChunk(k, at)
	switch {
	case c.left == unknownSize:
		c.forkTo(forkChunk)
	case c.left == 0:
		m.endChunk(at)
		c.line.suspect = true
		m.missBehind(k, n-k, cut, at)
	}
}

// missBehind goes on with n missing bytes that lie behind k others, of which
// it is known what they were.
func (m *Machine) missBehind(k, n int64, cut bool, at Mark) {
	if n > 0 {
		m.client.pos += k
		m.miss(n, cut, at)
		m.client.pos -= k
	}
}

// missFork decides with what there is, or goes on undecided.
func (m *Machine) missFork(n int64, cut bool, at Mark) {
	c := &m.client
	if len(c.fork.buf) > 0 {
		m.takeFork(cutCommand(c.fork.buf, n, cut) && (c.fork.kind != forkContent || m.endUnheard()), at)
		if c.mode != modeFork {
			m.miss(n, cut, at)
		}
		return
	}
	switch c.fork.kind {
	case forkData:
		c.fork.missed += n
	case forkContent, forkMiddle:
		m.scan().gap(n, cut, at)
		if c.fork.kind == forkContent {
			m.updateTransfer()
		}
	case forkChunk:
		m.countChunk(n, at)
	case forkRefused:
		c.mode = modeChunk
		m.missChunk(n, cut, at)
	case forkTLS:
		m.takeFork(false, at)
		m.tls.gap(m, fromClient, n, at)
	}
}

// cutCommand reports whether a segment of which only the beginning was
// captured is a command: its words fit, and so does its length.
func cutCommand(line []byte, n int64, cut bool) bool {
	if !cut {
		return false
	}
	word := line[:wordLen(trimCR(line))]
	row := rowFromPrefix(word)
	if row == nil {
		return false
	}
	if alone(row) {
		return n == remainder(row, line)
	}
	return n <= textLineMax && isUpper(word[0]) && isUpper(word[1])
}

// alone: the command has no argument.
func alone(w *row) bool {
	switch w.verb {
	case "DATA", "RSET", "QUIT", "STARTTLS":
		return true
	}
	return false
}

// remainder is how many bytes a command without argument lacks.
func remainder(w *row, line []byte) int64 { return int64(len(w.verb) + 2 - len(line)) }

// missLine takes what there was of a line, and lets the queue hold a place for
// commands that the missing bytes may hide.
func (m *Machine) missLine(n int64, cut bool, at Mark) {
	c := &m.client
	l := &c.line
	weak, all := false, n
	if l.total > 0 {
		weak, n = m.cutLine(n, cut, at)
	}
	l.reset(m.store)
	l.suspect = true
	if c.mode != modeLine {
		m.missBehind(all-n, n, cut, at)
		return
	}
	if m.missedCredentials(at) {
		return
	}
	m.missChunkCommand(n)
	if last := len(m.queue) - 1; last >= 0 && m.queue[last].row == rowHidden {
		m.queue[last].weak = m.queue[last].weak && weak
		m.changed()
	} else {
		m.pushNew(Command{Verb: VerbHidden, At: at, row: rowHidden, weak: weak})
		m.passHidden()
	}
	if c.astray || !weak && m.server.gapped {
		m.doubtClient()
	}
}

// behindHole: no command was recognised since bytes of the client went missing.
// A BDAT may be among them, so lines that are no commands may be its content.
func (m *Machine) behindHole() bool {
	n := len(m.queue)
	return n > 0 && m.queue[n-1].row == rowHidden && !m.queue[n-1].weak && !m.queue[n-1].first
}

// missChunkCommand: n missing bytes may hold a BDAT, and content with it.
func (m *Machine) missChunkCommand(n int64) {
	if msg := m.sent; msg != nil && msg.RecipientCount > 0 && n >= int64(len("BDAT 1\r\n")) {
		msg.holed = true
		if msg.Transfer != nil {
			msg.Transfer.AtLeast = true
		}
	}
}

// missedCredentials reports whether the missing bytes were the answer to a 334:
// nothing else can come then.
func (m *Machine) missedCredentials(at Mark) bool {
	if !m.authOpen || m.phase != PhaseAuth || m.doubt {
		return false
	}
	m.withholdUnseen()
	switch len(m.queue) {
	case 0:
		m.pushNew(Command{Verb: VerbCredentials, At: at, Offset: m.client.pos, Cut: true, row: rowCredentials, rcpt: -1})
		return true
	case 1:
		return m.queue[0].row == rowCredentials && !m.queue[0].passed
	}
	return false
}

// cutLine takes a line that missing bytes cut. weak: there is no sign that they
// held more than its rest. rest is how many of them lie behind the line.
func (m *Machine) cutLine(n int64, cut bool, at Mark) (weak bool, rest int64) {
	c := &m.client
	l := &c.line
	m.tally.commandBytes += int64(l.total)
	if c.secret != plain {
		m.withholdUnseen()
		if l.reset(m.store); m.authOpen && m.auth != nil {
			m.credentials(false, true, at)
		}
		return cut, 0
	}
	line := trimCR(l.buf)
	var parsed commandLine
	parsed.parse(line, l.total, true)
	if parsed.row == rowUnknown && (l.suspect || len(line) > 0 && isTLSType(line[0])) {
		m.withholdUnseen()
		return false, n
	}
	rest = n - remainder(parsed.row, l.buf)
	m.command(&parsed, at)
	switch {
	case c.mode == modeChunk:
		return cut, max(n-2, 0) // the line's end; of an unknown size all the same
	case alone(parsed.row):
		return rest <= 0, max(rest, 0)
	}
	return cut && n <= textLineMax, 0
}

// readMiddle reads what may be content of which the beginning was not
// captured. Three whole lines that are no commands, and that nobody answered,
// are: a client waits for the reply to each command that it does not know to
// be pipelined, and an AUTH exchange goes line by line.
func (m *Machine) readMiddle(data []byte, at Mark) int {
	c := &m.client
	s := m.scan()
	whole := false
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		data, whole = data[:i+1], true
	}
	m.traceFrom(&s.header, c.pos)
	n, end := s.write(data, at)
	m.withhold(data[:n])
	m.odd().SkippedBytes += int64(n)
	if whole {
		c.middle++
	}
	switch {
	case end:
		m.middleIsContent("DATA", at)
		m.endContent(c.pos+int64(n)-dotLine, at)
	case c.middle >= 3:
		m.middleIsContent("", at)
		c.mode = modeContent
	case c.middle < 3 && whole:
		c.forkTo(forkMiddle)
	}
	return n
}

// contentForced: inside a transaction that has recipients nothing but content
// is no command.
func (m *Machine) contentForced(at Mark) {
	msg := m.Current()
	if msg == nil || msg.Transfer != nil || msg.RecipientCount == 0 || m.scan().begun {
		return
	}
	m.client.content.state = atStart
	m.client.content.start = at
	m.middleIsContent("DATA", at)
	m.client.mode = modeContent
}

// middleIsContent: the capture began inside the content of a message.
func (m *Machine) middleIsContent(command string, at Mark) {
	s := m.scan()
	msg := m.Current()
	if msg == nil {
		msg = m.newMessage(s.start)
	}
	s.message = msg
	t := msg.transfer(command)
	t.Inferred, t.AtLeast = true, true
	s.missing = true
	m.obs.ContentBegin("DATA", s.start)
	seen := s.seen
	m.odd().SkippedBytes -= seen
	m.tally.contentBytes += seen
	m.queue = m.queue[:0]
	m.server.setSpots(nil)
	m.announceFloats()
	m.sent, m.current = msg, msg
	m.phase, m.doubt, m.inferred = PhaseData, false, true
	m.client.astray = false
	m.updateTransfer()
}
