package smtpstate

// Crossing says that the server had not received the last n bytes of the client
// when it sent what the next calls of Server and ServerGap bring; 0 ends that.
// What it had not received it cannot have answered, whatever stands first in the
// queue: a server whose timer runs out says 421 (RFC 5321 section 3.8) while the
// client's segments are lost on the way to it, or still under way.
func (m *Machine) Crossing(n int64) {
	m.server.unheard = n
}

// unheard reports whether not one byte of c had come to the server when it sent
// r. It is believed where the reply would say what became of a message, and of a
// 421, which a server says of itself. Of others the client, which counts replies,
// makes the same as of any reply.
func (m *Machine) unheard(c *Command, r *Reply) bool {
	if c.passed || c.row == rowGreeting || m.client.delivered-m.server.unheard > c.Offset {
		return false
	}
	return c.row == rowEnd || r.Code == 421
}

// Unreceived reports whether not one byte of the first thing that waits for a
// reply can have come to the server, which has not received the last n bytes of
// the client.
func (m *Machine) Unreceived(n int64) bool {
	for _, c := range m.queue {
		if !c.passed && !c.early {
			return c.row != rowGreeting && c.row != rowHidden && m.client.delivered-n <= c.Offset
		}
	}
	return false
}

// crossed takes a reply that crossed c on the way, which goes on to wait. The
// client finds the refusal where the reply to c is due: it stands for a
// recipient's (cross), and for a message's unless it is a 421, which speaks of
// the connection.
func (m *Machine) crossed(c *Command, r *Reply) {
	switch {
	case c.row == rowEnd && r.refused():
		t := c.Message.Transfer
		if t.EarlyReply == nil {
			t.EarlyReply = m.keep(r)
		}
		m.outOfStep = true
		if r.Code != 421 {
			m.takeEarly(c)
		}
	case c.row == rowBDAT && c.Message != nil:
		c.Message.transfer("BDAT").EarlyReply = m.keep(r)
	case c.row == rowRCPT && c.rcpt >= 0:
		c.Message.Recipients[c.rcpt].Reply = r.Answer
	case r.Code != 421:
		m.note("reply that nothing asked for", sideServer, r.Last)
	}
	m.obs.Reply(r, nil)
	m.tell(r.Last)
}
