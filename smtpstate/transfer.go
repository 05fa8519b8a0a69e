package smtpstate

import "strconv"

// dotLine is the length of the line that ends content: a dot and CRLF.
const dotLine = 3

// readContent reads content up to its end.
func (m *Machine) readContent(data []byte, at Mark) int {
	c := &m.client
	first := !c.content.begun
	if first {
		m.obs.ContentBegin("DATA", at)
	}
	m.traceFrom(&c.content.header, c.pos)
	n, end := c.content.write(data, at)
	m.traceContent(c.pos, c.pos+int64(n))
	m.tally.contentBytes += int64(n)
	if first || end || m.trace != nil {
		m.updateTransfer()
	}
	if end {
		c.content.message.Transfer.EndLike = ""
		c.content.message.Transfer.EndSplit = n < dotLine+2 && int64(n) < c.content.raw
		m.tell(at)
		m.endContent(c.pos+int64(n)-dotLine, at)
	}
	return n
}

// catchUp writes down how far the content has come, where somebody may ask: the
// message has left the cache, so a segment in the middle of it leaves it alone.
func (m *Machine) catchUp() {
	if s := m.client.content; s != nil && s.begun && s.message != nil {
		m.updateTransfer()
	}
}

// updateTransfer writes down how far the content has come.
func (m *Machine) updateTransfer() {
	s := m.client.content
	t := s.message.transfer("DATA")
	t.Bytes = s.bytes
	t.Start, t.LastByte = s.start, s.last
	t.AtLeast = t.AtLeast || s.missing
	t.EndLike = s.endLike()
	s.message.MessageID = s.header.messageID(false)
	m.traceHeader(&s.header)
}

// endContent takes the end of the message: the final dot was sent, or must
// have been. offset is where its line begins.
func (m *Machine) endContent(offset int64, at Mark) {
	c := &m.client
	s := c.content
	msg := s.message
	msg.Transfer.Complete = true
	msg.MessageID = s.header.messageID(true)
	m.traceHeader(&s.header)
	m.noteContent(s, at)
	m.obs.ContentEnd(msg.Transfer.Bytes, true, at)
	if m.sent == msg {
		m.sent = nil
	}
	m.dropScan()
	c.mode = modeLine
	m.spill(offset) // a dot that was not stuffed (RFC 5321 section 4.5.2) ends less than the client's mail
	m.outOfStep = m.outOfStep || msg.Transfer.EarlyReply != nil
	m.enqueue(m.newCommand(Command{Verb: VerbEndOfData, At: at, Offset: offset, Message: msg, row: rowEnd}), at)
	m.tell(at)
}

// noteContent says what was odd in a message's content, once.
func (m *Machine) noteContent(s *contentScan, at Mark) {
	if s.bareLF|s.nul|s.long == 0 && s.soft != softBareLF && !s.crDotCR {
		return
	}
	o := m.odd()
	o.BareLF += s.bareLF
	o.NUL += s.nul
	o.LongLines += s.long
	for _, odd := range []struct {
		n    int64
		text string
	}{
		{s.bareLF, "lines of content end in a bare LF"},
		{s.nul, "NUL bytes in content"},
		{s.long, "lines of content are longer than 1000 bytes"},
	} {
		if odd.n > 0 {
			m.note(strconv.FormatInt(odd.n, 10)+" "+odd.text, sideClient, at)
		}
	}
	if s.soft == softBareLF {
		m.note("a dot between bare LFs in content: an end for some servers", sideClient, at)
	}
	if s.crDotCR {
		m.note("CR.CR in content: an end for some servers", sideClient, at)
	}
}

// assumeEnd takes the content for ended inside missing bytes. They held the
// final dot's line. Where its reply is missing too they may hold commands as
// well, and what stands before them is all that is sure.
func (m *Machine) assumeEnd(at Mark) {
	m.catchUp()
	s := m.scan()
	unheard := s.unheard
	t := s.message.transfer("DATA")
	t.AtLeast = true
	switch {
	case s.endsMissing():
		t.Bytes = s.softBytes
	case !s.hides:
	case s.whole && m.endUnheard():
		t.Bytes = s.before
	default:
		t.Bytes = max(t.Bytes-dotLine, 0)
	}
	m.endContent(m.client.pos, at)
	if unheard >= minReplyBytes {
		m.missReplies(unheard, false)
	}
}

// endBefore takes the content for ended before a command. One that stands
// inside a transaction shows that the missing bytes began another.
func (m *Machine) endBefore(command []byte, at Mark) {
	unheard := m.endUnheard()
	m.assumeEnd(at)
	if row := rowOf(command[:wordLen(command)]); unheard && row != nil && !row.in.has(PhaseReady) {
		m.doubt = true
	}
}

// takeSoftEnd believes a server that took a doubtful dot for the end: the
// content ended there, and what followed were commands.
func (m *Machine) takeSoftEnd(at Mark) (tail []byte) {
	s := m.client.content
	behind := s.raw - s.softRaw
	m.client.pos -= behind
	if m.trace != nil {
		m.trace.NoContent(m.client.pos)
	}
	s.bytes = s.softBytes
	m.updateTransfer()
	if s.soft == softBareLF {
		m.note("the server took a dot between bare LFs for the end", sideServer, at)
		s.soft = noSoftEnd
		m.holed = true // or at one before, and has heard commands behind that
	}
	whole := s.tailWhole()
	if whole {
		tail = append(tail, s.tail...)
	}
	m.tally.contentBytes -= behind
	m.endContent(m.client.pos-s.softSize, at)
	if !whole {
		m.odd().SkippedBytes += behind
		m.client.pos += behind
		m.client.line.suspect = true
		m.note("what followed the dot was too long to be read again", sideClient, at)
	}
	return tail
}

// LastMayBeFIN says that the last of the missing bytes is none, or may be none. Bytes
// of content that are counted at least must be that.
func (m *Machine) LastMayBeFIN() {
	if s := m.client.content; m.inContent() && m.client.unseen && s.missing && s.bytes > 0 {
		s.bytes--
		m.updateTransfer()
	}
}

// EndMayBeSoft reports whether the content stops with a dot between bare LFs,
// which some servers take for the end: the phase is either data or dot.
func (m *Machine) EndMayBeSoft() bool {
	c := &m.client
	return c.mode == modeContent && c.content.soft == softBareLF && c.content.softRaw == c.content.raw
}

// EndMayBeHidden reports whether the last bytes of the content are missing, and
// the final dot may be among them: the phase is unknown, but it is either data
// or dot.
func (m *Machine) EndMayBeHidden() bool {
	c := &m.client
	switch s := c.content; c.mode {
	case modeContent:
		return c.unseen && s.hides || s.endsMissing()
	case modeFork:
		return c.fork.kind == forkChunk || c.fork.kind == forkContent && s.hides
	}
	return false
}
