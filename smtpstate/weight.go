package smtpstate

import "math"

// What is kept for long is weighed, so that many sessions, or a very long one,
// stay within a bound: by what it takes in memory, rounded up.
const (
	machineWeight   = 4 << 10      // the machine with its first commands, the replies and texts that it keeps
	messageWeight   = 512          // a Message and its Transfer
	recipientWeight = 256          // a Recipient, texts apart
	commandWeight   = 256 + argMax // a command that waits
	firstOnes       = 16           // of them are in machineWeight
)

// Weight is about how many bytes of memory the conversation takes. It is cheap:
// a sum of counts that are kept.
func (m *Machine) Weight() int {
	c, s := &m.client, &m.server
	waiting := max(len(m.queue)-firstOnes, 0)
	n := machineWeight + int(m.envelope) + waiting*commandWeight + cap(c.line.buf) + cap(s.line.buf) + cap(s.text)
	if c.wait != nil {
		n += cap(c.wait.buf)
	}
	if d := m.withheld; d != nil {
		n += 8*(cap(d.said.scraps)+cap(d.aside.scraps)+cap(d.decoded.scraps)) + 4*(cap(d.pieces.table)+cap(d.pieces.before))
	}
	return n
}

// weigh counts bytes of envelopes. Replies count also where their message is not kept,
// so a long session would go over the end of the number, and be allowed everything.
func (m *Machine) weigh(n int) { m.envelope = int32(min(int64(m.envelope)+int64(n), math.MaxInt32)) }

// weighReply counts a reply that a message keeps.
func (m *Machine) weighReply(c *Command, r *Reply) {
	if c.Message != nil && (c.rcpt >= 0 || c.row != rowRCPT) {
		m.weigh(len(r.Text))
	}
}

// mayKeep reports whether the session may keep one more recipient, which it
// weighs then.
func (m *Machine) mayKeep(msg *Message) bool {
	if len(msg.Recipients) >= m.lim.Recipients || int(m.envelope)+recipientWeight > m.lim.Envelope {
		return false
	}
	m.weigh(recipientWeight)
	return true
}
