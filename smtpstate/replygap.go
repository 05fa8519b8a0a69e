package smtpstate

import "slices"

// ServerGap says that n bytes of the server are unknown. cut: the gap ends
// where a TCP segment ended on the wire. The next byte begins a segment.
func (m *Machine) ServerGap(n int64, cut bool, at Mark) {
	if n <= 0 {
		return
	}
	s := &m.server
	s.delivered += n
	s.lineStart = s.pos - int64(s.line.total)
	s.pos += n
	s.lossy = true
	if msg := m.Current(); msg != nil {
		msg.lossy = true
	}
	if m.sent != nil || slices.ContainsFunc(m.queue, func(c *Command) bool { return c.row == rowData }) {
		m.spill(m.client.pos) // a 354 may be among them
	}
	if s.opaque {
		m.tls.gap(m, fromServer, n, at)
	} else {
		partial := m.hearCut(at)
		m.missEnd(n, partial, at)
		m.missReplies(n, partial)
		s.gapped = true
		s.line.reset(m.store)
		s.line.suspect, s.fray.midway = true, !cut || !partial // of a segment of which nothing was seen it is not known how its line ends
	}
	m.tell(at)
}

// missEnd: while content goes on, the server says nothing but the reply to its
// end. What looked like commands behind a gap is such, then.
func (m *Machine) missEnd(n int64, partial bool, at Mark) {
	c := &m.client
	if partial || c.mode != modeContent && (c.mode != modeFork || c.fork.kind != forkContent) {
		return
	}
	c.content.unheard += n
	if f := c.fork; c.mode == modeFork && m.endUnheard() && commandStart(f.buf) == isCommand {
		m.takeFork(true, at)
	}
}

// hearCut takes what there was of a reply before missing bytes.
func (m *Machine) hearCut(at Mark) bool {
	s := &m.server
	more := s.reply != nil
	if line := trimCR(s.line.buf); s.line.total > 0 {
		l, ok := parseReplyLine(line)
		if !ok && len(line) <= 3 {
			var digits int
			l, digits = parseReplyStart(line)
			ok = l.class != 0 && digits == len(line)
		}
		if ok {
			m.traceLine(line)
			m.addReplyLine(l, at)
			more = l.more
		}
	}
	if s.reply == nil {
		return false
	}
	s.reply.EndOffset = s.pos
	if more && len(m.queue) > 0 && m.queue[0].row == rowGreeting {
		s.reply.Partial = true
		return true // "220-" alone is no complete greeting
	}
	m.heard(m.endReply(true))
	return true
}

func trimCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[:n-1]
	}
	return b
}

// missReplies: n missing bytes may hold replies to what waits in the queue.
func (m *Machine) missReplies(n int64, partial bool) {
	s := &m.server
	room := int(min(n/int64(s.shortest), int64(len(m.queue))))
	if len(m.queue) == 0 || room == 0 && partial {
		return
	}
	m.doubtClient()
	if s.spots() == nil {
		s.setSpots([]int{0})
		if !partial && n >= minReplyBytes {
			m.pass(m.queue[0])
		}
		room = max(room, 1)
	}
	if partial && len(m.queue) > 0 && m.queue[0].row == rowGreeting {
		s.setSpots(nil) // still being read
		return
	}
	var spots []int
	for i := 0; i <= len(m.queue); i++ {
		if slices.ContainsFunc(s.spots(), func(j int) bool { return j <= i && i <= j+room }) {
			spots = append(spots, i)
		}
	}
	s.setSpots(spots)
	m.forkHeld()
}

// doubtClient: commands are missing, and now replies are: a 354 may be among
// them, so what the client sends next is a command or content.
func (m *Machine) doubtClient() {
	c := &m.client
	if m.queue[len(m.queue)-1].row == rowHidden && c.mode == modeLine && c.line.total == 0 {
		c.astray = true
		m.newScan(contentScan{state: atLost})
		c.middle = 0
		c.forkTo(forkMiddle)
	}
}

// forkHeld: where the reply that the client's bytes wait for may have been
// missed, the next bytes tell what it was.
func (m *Machine) forkHeld() {
	c := &m.client
	if c.mode != modeWait || c.wait != nil && (c.wait.bytes > 0 || c.wait.ended) {
		return
	}
	i := slices.Index(m.queue, c.held)
	if spots := m.server.spots(); i < 0 || i >= spots[len(spots)-1] {
		return
	}
	kind := forkData
	if c.held.row == rowStartTLS {
		kind = forkTLS
	}
	missed := int64(0)
	if c.wait != nil {
		missed = c.wait.total
	}
	m.dropWait()
	c.forkTo(kind)
	c.fork.missed = missed
}
