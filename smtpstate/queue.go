package smtpstate

// push lets an entry wait. The queue begins anew where its memory begins as
// often as it is empty.
func (m *Machine) push(c *Command) {
	if len(m.queue) == 0 {
		m.queue = m.queueBase[:0]
	}
	grows := len(m.queue) == cap(m.queue)
	if m.queue = append(m.queue, c); grows {
		m.queueBase = m.queue
	}
}

// pop takes the first entry out of the queue. The projection of the others
// stands: it began behind that entry.
func (m *Machine) pop() {
	c := m.queue[0]
	m.queue[0] = nil
	m.queue = m.queue[1:]
	if p := &m.projection; p.n > 0 && p.head == c {
		p.n--
		if p.from = c.behind; p.n > 0 {
			p.head = m.queue[0]
		}
	}
}
