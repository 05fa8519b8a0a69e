package smtpstate

import "slices"

// A presumed end is one that missing bytes may hold, taken from a refusal that came
// behind them. A server may refuse a message while its content is still coming
// (early.go), so that the dot was sent is only known when the conversation goes on:
// a client that has sent none waits for no reply, and a server that has enough in
// the middle closes.

// presumeEnd notes that the end of msg rests on the reply r alone.
func (m *Machine) presumeEnd(msg *Message, r *Reply) {
	if !provesEnd(r) {
		m.server.presumed, msg.presumed = true, true
	}
}

// heardBehindEnd takes another reply behind a presumed end. What is not refused was
// asked by a client that had its answer; more refusals may each be for a line of
// content, from a server that takes it for commands.
func (m *Machine) heardBehindEnd(r *Reply) {
	if !r.refused() {
		m.endWasSent()
	}
}

// saidBehindEnd takes a command behind a presumed end: the client had its answer.
func (m *Machine) saidBehindEnd(c *Command) {
	if c.row != rowUnknown && c.row != rowHidden {
		m.endWasSent()
	}
}

func (m *Machine) endWasSent() {
	if msg := m.Presumed(); msg != nil {
		msg.presumed = false
	}
	m.server.presumed = false
}

// Presumed is the message whose end may not have been sent, as far as was heard
// until now; nil = none.
func (m *Machine) Presumed() *Message {
	if !m.server.presumed {
		return nil
	}
	for _, msg := range slices.Backward(m.Messages()) {
		if msg.presumed {
			return msg
		}
	}
	return nil
}
