package smtpstate

import "slices"

// After missing bytes of the server it is not known how many replies they
// held. The machine then keeps every place in the queue that the next reply
// may belong to (the spots), strikes out those whose row cannot get such a
// reply, and is in step again once one is left.

// find is the entry that a reply belongs to; nil = none. floats: there are
// several, and the reply is kept until one is left.
func (m *Machine) find(r *Reply) (c *Command, floats bool) {
	if m.server.spots != nil {
		return m.findSpot(r)
	}
	if len(m.queue) == 0 {
		return nil, false
	}
	if m.queue[0].row == rowHidden {
		return m.findPastHidden(r), false
	}
	return m.queue[0], false
}

func (m *Machine) findSpot(r *Reply) (*Command, bool) {
	s := &m.server
	var fit []int
	for _, i := range s.spots {
		if i < len(m.queue) && m.queue[i].row.explains(r) {
			fit = append(fit, i)
		}
	}
	fit = m.prefer(fit, r)
	switch len(fit) {
	case 0:
		return nil, false
	case 1:
		m.inStep(fit[0])
		return m.queue[0], false
	}
	if s.floats = append(s.floats, r); len(s.floats) > floatsMax {
		m.announceFloats()
	}
	for i := range fit {
		fit[i]++
	}
	s.spots = fit
	return nil, true
}

// prefer lets a reply's words decide between places: enhanced codes that name
// the sender's or the recipient's address (RFC 3463 section 3.2), a queue id,
// EHLO's keywords.
func (m *Machine) prefer(fit []int, r *Reply) []int {
	verb := spokenTo(r)
	if verb == "" || len(fit) < 2 {
		return fit
	}
	var better []int
	for _, i := range fit {
		switch row := m.queue[i].row; {
		case row.verb == verb, verb == "EHLO" && row.verb == "LHLO", verb == VerbEndOfData && row.verb == "BDAT":
			better = append(better, i)
		}
	}
	if len(better) == 1 {
		return better
	}
	return fit
}

// spokenTo is the verb that a reply's words give away; "" = none.
func spokenTo(r *Reply) Verb {
	switch {
	case r.Class != 2:
	case r.Enhanced == "2.1.0":
		return "MAIL"
	case r.Enhanced == "2.1.5":
		return "RCPT"
	case looksLikeHello(r):
		return "EHLO"
	case queueID(r) != "":
		return VerbEndOfData
	}
	return ""
}

// inStep makes the queue's entry i the first: the replies to those before it
// are the ones that float, or were missed.
func (m *Machine) inStep(i int) {
	s := &m.server
	floats := s.floats
	s.spots, s.floats = nil, nil
	for i > len(floats) {
		m.drop()
		i--
	}
	for _, r := range floats[len(floats)-i:] {
		m.answer(m.queue[0], r)
	}
}

// drop takes the first entry out of the queue: its reply was missed.
func (m *Machine) drop() {
	c := m.queue[0]
	m.pass(c)
	m.queue = m.queue[1:]
}

func (m *Machine) announceFloats() {
	for _, r := range m.server.floats {
		m.obs.Reply(r, nil)
	}
	m.server.floats = nil
}

// pass takes the effect of a reply that was missed: what the row says, as far
// as it is not refuted later.
func (m *Machine) pass(c *Command) {
	if c.passed || c.row == rowHidden {
		return
	}
	c.passed = true
	m.reproject()
	msg := c.Message
	switch {
	case c.row.verb == "QUIT":
		m.quitsTurn = true
	case c.row == rowEnd, c.row.verb == "BDAT" && c.chunk.last && c.chunk.whole:
		if msg != nil {
			msg.ReplyMissed = msg.Reply == nil
			m.closeMessage(msg)
		}
	case c.row.opensMail():
		m.current = msg
	case c.row.verb == "RCPT" && msg != nil:
		msg.accepted++
		msg.missed++
		m.current = msg
	case c.row.verb == "RSET":
		m.current = nil
	case c.row.isHello():
		m.helloed = true
	}
	if c.from = m.phase; m.doubt {
		c.from = PhaseUnknown
	}
	if c.row.missed != stay {
		m.move(c.row.missed, c)
		m.inferred = true
	}
}

// wentOn: the client says something new. It waits for replies unless it
// pipelines, so what it had asked before missing bytes of the server was
// answered in them, if there was room for that many replies.
func (m *Machine) wentOn(next *Command) {
	s := &m.server
	if s.reply != nil && s.reply.Partial && len(m.queue) > 0 && m.queue[0].row == rowGreeting {
		m.heard(m.endReply(true)) // a greeting that missing bytes cut
	}
	s.partial, s.gapped = nil, false
	if len(m.queue) == 1 && m.queue[0].row == rowHidden && (m.queue[0].weak || m.queue[0].first) {
		m.queue = m.queue[:0]
		s.spots = nil
	}
	if s.spots != nil && s.spots[len(s.spots)-1] >= len(m.queue) {
		m.dropAll(len(m.queue))
	}
	if next.row != rowCredentials && !isAuthRow(next.row) {
		m.stopAuth()
	}
	m.impliedHello(next)
	if next.row.verb == "QUIT" && m.phase == PhaseMail && m.inferred && m.Current() != nil && m.Current().RecipientCount == 0 {
		m.doubt = true // a QUIT behind MAIL whose reply was missed: it may have been refused
	}
}

// dropAll takes the first n entries out of the queue.
func (m *Machine) dropAll(n int) {
	for ; n > 0; n-- {
		m.drop()
	}
	m.server.spots = nil
	m.announceFloats()
}

// impliedHello: a client whose hello was refused says another hello or QUIT,
// and no command of mail.
func (m *Machine) impliedHello(next *Command) {
	if !m.doubt || m.phase != PhaseUnknown || len(m.queue) > 0 || !m.inferredHello() {
		return
	}
	switch v := next.row.verb; {
	case v == "HELO":
		m.phase, m.doubt, m.inferred, m.helloed = PhaseHello, false, true, false
	case next.row.in.has(PhaseReady) && v != "QUIT" && v != "NOOP" && v != "RSET" && v != "HELP" && !next.row.isHello() && next.row != rowUnknown:
		m.phase, m.doubt, m.inferred = PhaseReady, false, true
	}
}

// inferredHello: the doubt is only whether a hello was accepted.
func (m *Machine) inferredHello() bool { return m.hello != nil && m.hello.Reply == nil }

// ServerGap says that n bytes of the server are unknown. cut: the gap ends
// where a TCP segment ended on the wire. The next byte begins a segment.
func (m *Machine) ServerGap(n int64, cut bool, at Mark) {
	if n <= 0 {
		return
	}
	s := &m.server
	s.delivered += n
	s.pos += n
	if s.opaque {
		m.tls.gap(m, fromServer, n, at)
	} else {
		partial := m.hearCut(at)
		m.missReplies(n, partial)
		s.gapped = true
		s.line.reset()
		s.line.suspect = true
	}
	m.tell(at)
}

// hearCut takes what there was of a reply before missing bytes.
func (m *Machine) hearCut(at Mark) bool {
	s := &m.server
	more := s.reply != nil
	if line := bytesTrimCR(s.line.buf); s.line.total > 0 {
		l, ok := parseReplyLine(line)
		if !ok && len(line) <= 3 {
			l = parseReplyStart(line)
			ok = l.class != 0 && (l.digits == len(line))
		}
		if ok {
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

func bytesTrimCR(b []byte) []byte {
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
	if s.spots == nil {
		s.spots = []int{0}
		if !partial && n >= minReplyBytes {
			m.pass(m.queue[0])
		}
		room = max(room, 1)
	}
	if partial && len(m.queue) > 0 && m.queue[0].row == rowGreeting {
		s.spots = nil // still being read
		return
	}
	var spots []int
	for i := 0; i <= len(m.queue); i++ {
		if slices.ContainsFunc(s.spots, func(j int) bool { return j <= i && i <= j+room }) {
			spots = append(spots, i)
		}
	}
	s.spots = spots
	m.forkHeld()
}

// doubtClient: commands are missing, and now replies are: a 354 may be among
// them, so what the client sends next is a command or content.
func (m *Machine) doubtClient() {
	c := &m.client
	if m.queue[len(m.queue)-1].row == rowHidden && c.mode == modeLine && c.line.total == 0 {
		c.astray = true
		c.content = contentScan{state: atLost}
		c.middle = 0
		c.forkTo(forkMiddle)
	}
}

// forkHeld: where the reply that the client's bytes wait for may have been
// missed, the next bytes tell what it was.
func (m *Machine) forkHeld() {
	c := &m.client
	if c.mode != modeWait || c.wait.total > 0 {
		return
	}
	i := slices.Index(m.queue, c.wait.command)
	if i < 0 || i >= m.server.spots[len(m.server.spots)-1] {
		return
	}
	kind := forkData
	if c.wait.command.row.verb == "STARTTLS" {
		kind = forkTLS
	}
	c.forkTo(kind)
}

// inferData takes DATA's reply from what the client did after it was missed.
func (m *Machine) inferData(accepted bool, at Mark) {
	c := m.dropThrough("DATA")
	if !accepted {
		if c != nil {
			m.move(toOpen, c)
			m.inferred = true
		}
		return
	}
	m.client.mode = modeContent
	if c == nil {
		return // it was answered after all
	}
	msg := c.Message
	if msg == nil {
		msg = m.newMessage(c.At)
		c.Message = msg
	}
	m.current, m.sent = msg, msg
	m.client.content = contentScan{message: msg}
	if n := m.client.fork.missed; n > 0 {
		m.client.content.gap(n, at)
		m.obs.ContentBegin("DATA", at)
	}
	msg.transfer("DATA").Inferred = true
	m.phase, m.doubt, m.inferred = PhaseData, false, true
}

// inferTLS takes STARTTLS's reply from what the client did after it was missed.
func (m *Machine) inferTLS(accepted bool, at Mark) {
	c := m.dropThrough("STARTTLS")
	switch {
	case c == nil:
		return
	case !accepted:
		m.phase, m.doubt = c.from, c.from == PhaseUnknown
		return
	}
	m.dropTransaction(c.prior, c.Verb)
	m.startTLS("starttls", at)
	m.inferred = true
}

// dropThrough drops the entries up to the last of a verb, and gives that; nil
// where there is none: it was answered.
func (m *Machine) dropThrough(verb Verb) (found *Command) {
	for i, c := range slices.Backward(m.queue) {
		if c.row.verb == verb {
			m.dropAll(i + 1)
			return c
		}
	}
	return nil
}

// waitedForMissed: the reply to DATA was missed while content was already on
// its way, and now comes one that only the end of the message can get.
func (m *Machine) waitedForMissed(r *Reply) bool {
	w := &m.client.wait
	if m.client.mode != modeWait || !w.ended || !r.positive() || w.command.row.verb != "DATA" || !w.command.passed {
		return false
	}
	m.inferData(true, r.Last)
	m.client.wait.scan.message = m.client.content.message
	m.release(true, r.Last)
	if i := slices.IndexFunc(m.queue, func(c *Command) bool { return c.row == rowEnd }); i == 0 {
		m.answer(m.queue[0], r)
		return true
	}
	return false
}
