package smtpstate

import "slices"

// skipUnanswered takes the entries out of the queue that a server, of which no
// byte is missing, has left without an answer, as its reply r shows.
func (m *Machine) skipUnanswered(r *Reply) {
	switch {
	case m.noGreeting(r):
		m.note("no greeting", sideServer, r.Last)
		greeting := m.queue[0]
		m.pop()
		m.move(toHello, greeting)
	case r.Code == 354:
		m.skipToData(r)
		m.late354(r)
	}
}

// noGreeting reports whether a reply to the first command stands where the
// greeting is due. A greeting is 220 or 554 (RFC 5321 section 4.3.2), 421
// (section 3.8), or another refusal; any other reply that fits the command
// which waits is that command's.
func (m *Machine) noGreeting(r *Reply) bool {
	if m.queue[0].row != rowGreeting || len(m.queue) < 2 || r.Code == 220 || r.refused() {
		return false
	}
	next := m.queue[1].row
	return next != rowHidden && (r.positive() || r.more()) && next.explains(r)
}

// skipToData: nothing but DATA gets a 354 (RFC 5321 section 4.3.2), so what was
// asked before it will not be answered any more.
func (m *Machine) skipToData(r *Reply) {
	data := m.client.held
	if m.client.mode != modeWait || data.row != rowData {
		return
	}
	i := slices.Index(m.queue, data)
	if i <= 0 || slices.ContainsFunc(m.queue[:i], func(c *Command) bool { return c.row == rowHidden }) {
		return
	}
	m.note("354 before earlier commands were answered", sideServer, r.Last)
	for ; i > 0; i-- {
		m.drop()
	}
}

// late354 notes a 354 to a DATA that another reply stands behind already. Nothing
// but DATA gets a 354 (RFC 5321 section 4.3.2): the server has said one reply too
// many, and each since then answers the command before the one that it follows.
func (m *Machine) late354(r *Reply) {
	msg := m.Current()
	if msg == nil || msg.Transfer != nil || !msg.DataReply.positive() || m.client.mode != modeLine {
		return
	}
	msg.adrift = true
	m.note("354 behind another reply to DATA", sideServer, r.Last)
}
