package smtpstate

import (
	"bytes"
	"strconv"
)

// chunk is what a BDAT command announced (RFC 3030 section 2).
type chunk struct {
	size  int64 // bytes; unknownSize where missing bytes cut the number
	last  bool
	whole bool   // all of it was sent
	begun bool   // the observer knows
	early *Reply // a refusal that came before it was whole
}

const unknownSize = -1

// parseChunk reads "size [LAST]". ok is false where there is no size that a
// chunk could have: then no chunk follows.
func parseChunk(arg []byte, cut bool) (ch chunk, ok bool) {
	word := arg[:wordLen(arg)]
	rest := bytes.TrimSpace(arg[len(word):])
	size, err := strconv.ParseInt(string(clip(word, 32)), 10, 64)
	if cut && len(rest) == 0 {
		return chunk{size: unknownSize}, true
	}
	if err != nil || size < 0 || !isDigit(word[0]) {
		return chunk{whole: true}, false
	}
	last := bytes.EqualFold(rest, []byte("LAST")) || cut && bytes.EqualFold(rest, []byte("LAST")[:min(len(rest), 4)])
	return chunk{size: size, last: last, whole: size == 0}, true
}

// comes: it is known that bytes of the chunk are due still.
func (c *Command) comes() bool { return !c.chunk.whole && c.chunk.size != unknownSize }

// saidChunk: the chunk's bytes follow the command at once, whatever the
// server will say to it.
func (m *Machine) saidChunk(c *Command, arg []byte) {
	if m.sent == nil && m.uncertain() {
		m.sent = m.newMessage(c.At)
	}
	c.Message = m.sent
	ch, ok := parseChunk(arg, c.Cut)
	c.chunk = &ch
	if msg := c.Message; msg == nil || msg.Transfer == nil && msg.DataReply.Code != 0 { // DATA was refused: it may be a line of the mail, and its chunk commands to the server
		m.holed = true
	}
	if !ok {
		m.note("BDAT without a size", sideClient, c.At)
		m.spill(c.Offset)
		return
	}
	if c.Message != nil {
		m.scanChunksOf(c.Message)
		t := c.Message.transfer("BDAT")
		t.AtLeast = t.AtLeast || c.Message.holed || ch.size == unknownSize
	}
	if ch.whole {
		m.spill(c.Offset) // as behind any chunk
		m.chunkSent(c)
		return
	}
	m.client.mode, m.client.chunk, m.client.left = modeChunk, c, ch.size
}

// scanChunksOf goes on with the chunks of a message, or begins with its first.
// What was read of another is over: it was taken back between two chunks.
func (m *Machine) scanChunksOf(msg *Message) {
	if s := m.client.content; s != nil && s.message != msg {
		m.dropScan()
	}
	m.scan().message = msg
}

// readChunk reads bytes of a chunk.
func (m *Machine) readChunk(data []byte, at Mark) int {
	s := &m.client
	if s.left != unknownSize && int64(len(data)) > s.left {
		data = data[:s.left]
	}
	m.tally.contentBytes += int64(len(data))
	if s.chunk.Message != nil {
		m.traceFrom(&m.scan().header, s.pos)
		s.content.header.read(data)
	}
	m.traceContent(s.pos, s.pos+int64(len(data)))
	m.countChunk(int64(len(data)), at)
	if s.left == 0 {
		m.endChunk(at)
	}
	return len(data)
}

// countChunk adds bytes of the chunk, seen or missing.
func (m *Machine) countChunk(n int64, at Mark) {
	s := &m.client
	c := s.chunk
	if !c.chunk.begun {
		m.beginChunk(c, at)
	}
	m.scan().raw += n
	if s.left != unknownSize {
		s.left -= n
	}
	if c.Message == nil {
		return
	}
	t := c.Message.transfer("BDAT")
	if t.Bytes += n; t.Start == (Mark{}) {
		t.Start = at
	}
	t.LastByte = at
	c.Message.MessageID = s.content.header.messageID(false)
	m.traceHeader(&s.content.header)
}

// beginChunk: the chunk's first byte, seen or missing.
func (m *Machine) beginChunk(c *Command, at Mark) {
	c.chunk.begun = true
	m.obs.ContentBegin(c.Verb, at)
	if early := c.chunk.early; early != nil { // it comes although it was refused
		if c.Message != nil {
			c.Message.transfer("BDAT").EarlyReply = m.keep(early)
		}
		m.move(toContent, c)
		m.tell(at)
	}
}

// endChunk: all bytes of the chunk were sent.
func (m *Machine) endChunk(at Mark) {
	s := &m.client
	c := s.chunk
	s.mode, s.chunk = modeLine, nil
	m.spill(s.pos) // the chunk may be longer than it was said to be
	c.chunk.whole = true
	m.changed()
	m.obs.ContentEnd(m.scan().raw, true, at)
	s.content.raw = 0
	m.chunkSent(c)
	if c.passed && c.chunk.last { // what the server said of it was missed
		if c.Message != nil {
			c.Message.ReplyMissed = c.Message.Reply == nil
			m.closeMessage(c.Message)
		}
		m.move(toChunked, c)
		m.inferred = true
	}
	if c.chunk.early != nil { // now it counts
		m.sent = c.Message
		m.move(toOpen, c)
	}
	m.tell(at)
}

// chunkSent notes the end of the message after a LAST chunk.
func (m *Machine) chunkSent(c *Command) {
	if !c.chunk.last || c.Message == nil {
		return
	}
	c.Message.transfer("BDAT").Complete = true
	c.Message.MessageID = m.scan().header.messageID(true)
	m.traceHeader(&m.client.content.header)
	if m.sent == c.Message {
		m.sent = nil
	}
	m.dropScan()
}

// answerEarly takes the reply to a chunk of which bytes are due still. One that
// was refused before its first byte was not begun (record.md's "data"): the
// transaction stands where it stood, until bytes of the chunk come after all. A
// client that waited for the reply may go on with a command instead, as Postfix
// and Exim do.
func (m *Machine) answerEarly(c *Command, r *Reply) {
	if r.refused() {
		c.chunk.early = m.keep(r)
	}
	if r.refused() && !c.chunk.begun {
		m.move(toOpen, c)
		if s := &m.client; s.mode == modeChunk && s.chunk == c {
			s.forkTo(forkRefused)
		}
		return
	}
	m.move(toContent, c) // the chunk goes on
}

// didChunk: a chunk was answered.
func (m *Machine) didChunk(c *Command, r *Reply) {
	if c.Message == nil && r.positive() {
		c.Message = m.newMessage(c.At)
		c.Message.transfer("BDAT")
	}
	msg := c.Message
	if msg == nil {
		return
	}
	refusedBefore := msg.DataReply.refused()
	switch {
	case c.comes() && r.refused() && !c.chunk.begun:
		m.answerData(msg, r)
	case c.comes():
		msg.transfer("BDAT").EarlyReply = m.keep(r)
		m.answerData(msg, r)
	case !c.chunk.last:
		m.answerData(msg, r)
	case refusedBefore: // RFC 3030 section 3: it only repeats the refusal
		m.sent = msg
	default:
		m.finish(msg, r)
	}
}

// endUnsizedChunk ends a chunk whose size was not captured at the reply to it.
func (m *Machine) endUnsizedChunk(c *Command, r *Reply) {
	s := &m.client
	last := c.chunk.last || queueID(r) != ""
	m.endChunk(r.Last)
	s.line.suspect = true
	switch {
	case r.positive() && last && c.Message != nil:
		c.chunk.last = true
		m.chunkSent(c)
		c.Message.DataReply, c.Message.DataAt = Answer{}, Mark{}
		m.finish(c.Message, r)
		m.phase = PhaseReady
	case r.positive() && !c.chunk.last:
		m.doubt = true // it may have been the last
	}
	m.tell(r.Last)
}
