package smtpstate

// firstOnes is how many commands, and replies, of a session lie side by side: as
// many as a session with one message has. Later ones are made singly, so that
// what keeps one of them keeps no others.
const firstOnes = 8

// newCommand is c on the heap.
func (m *Machine) newCommand(c Command) *Command {
	if len(m.commands) == cap(m.commands) {
		single := c
		return &single
	}
	m.commands = append(m.commands, c)
	return &m.commands[len(m.commands)-1]
}

// newReply is r on the heap.
func (m *Machine) newReply(r Reply) *Reply {
	if len(m.replies) == cap(m.replies) {
		single := r
		return &single
	}
	m.replies = append(m.replies, r)
	return &m.replies[len(m.replies)-1]
}

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
