package smtpstate

// push lets an entry wait. The queue's memory is near, in the machine, unless
// it is long.
func (m *Machine) push(c *Command) {
	if n := len(m.queue); n == cap(m.queue) && n < len(m.near) {
		copy(m.near[:], m.queue)
		clear(m.near[n:])
		m.queue = m.near[:n]
	}
	m.queue = append(m.queue, c)
}

// pop takes the first entry out of the queue. The projection of the others
// stands: it began behind that entry.
func (m *Machine) pop() {
	if len(m.queue) == 1 { // as nearly always: its memory is used again
		m.queue = m.queue[:0]
		m.projection.n = 0
		return
	}
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
