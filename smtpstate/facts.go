package smtpstate

// Unanswered is how many commands, and ends of messages, have had no reply.
// Commands whose reply was missed are not among them, nor is the greeting.
func (m *Machine) Unanswered() int {
	n := 0
	for _, c := range m.queue {
		if !c.passed && !c.early && c.row != rowHidden && c.row != rowGreeting {
			n += 1 + int(c.repeat)
		}
	}
	return n
}

// QuitSaid reports whether the client sent QUIT.
func (m *Machine) QuitSaid() bool { return m.quitSaid }

// QuitsTurn reports whether QUIT was said and everything sent before it was
// answered, the greeting included.
func (m *Machine) QuitsTurn() bool { return m.quitsTurn || m.quitSaid && m.quitWaits() }

func (m *Machine) quitWaits() bool {
	for _, c := range m.queue {
		switch {
		case c.row == rowQuit:
			m.quitsTurn = true
			return true
		case !c.passed && !c.early && c.row != rowHidden:
			return false
		}
	}
	return false
}

// ClientOffset and ServerOffset are how many bytes of each side were fed,
// gaps included.
func (m *Machine) ClientOffset() int64 { return m.client.delivered }

// ServerOffset: see ClientOffset.
func (m *Machine) ServerOffset() int64 { return m.server.delivered }

// Greeting is the server's greeting; nil until it is complete.
func (m *Machine) Greeting() *Reply { return m.greeting }

// Hello is the last accepted hello, or the last one sent; nil = none.
func (m *Machine) Hello() *Hello { return m.hello }

// Auth is the last AUTH exchange; nil = none.
func (m *Machine) Auth() *Auth { return m.auth }

// Messages are the transactions in the order of their MAIL, at most
// Limits.Messages.
func (m *Machine) Messages() []*Message {
	m.catchUp()
	return m.messages
}

// MessageCount counts all transactions, also those that are not kept.
func (m *Machine) MessageCount() int { return int(m.count) }

// Current is the open transaction, or nil. Between the end of a message and
// its reply that is this message, unless the client has begun the next.
func (m *Machine) Current() *Message {
	m.catchUp()
	if m.sent != nil {
		return m.sent
	}
	return m.current
}

// LMTP reports whether the client said LHLO (RFC 2033).
func (m *Machine) LMTP() bool { return m.lmtp }

// XClient is what the last accepted XCLIENT and XFORWARD said; nil = none.
func (m *Machine) XClient() *XClient { return m.xclient }

// Closing is the last 421: the server said that it closes the connection (RFC
// 5321 section 3.8); nil = none.
func (m *Machine) Closing() *Reply { return m.closing }

// TLS is what was seen of TLS; nil = none.
func (m *Machine) TLS() *TLS {
	if m.tls == nil {
		return nil
	}
	return m.tls.report()
}
