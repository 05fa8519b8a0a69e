package smtpstate

import "strings"

// firstOnes is how many commands, and replies, of a session lie side by side: as
// many as a session with one message has. Later ones are made singly, so that
// what keeps one of them keeps no others. firstMessages likewise.
const (
	firstOnes     = 8
	firstMessages = 1
	firstHellos   = 2
)

// newCommand is c on the heap.
func (m *Machine) newCommand(c Command) *Command {
	list := &m.memory.commands
	if len(*list) == cap(*list) {
		single := c
		return &single
	}
	*list = append(*list, c)
	return &(*list)[len(*list)-1]
}

// newReply is r on the heap.
func (m *Machine) newReply(r Reply) *Reply {
	list := &m.memory.replies
	if len(*list) == cap(*list) {
		single := r
		return &single
	}
	*list = append(*list, r)
	return &(*list)[len(*list)-1]
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

// memory is what a conversation's first entries lie in: side by side, and used
// again by Reuse.
type memory struct {
	commands []Command
	replies  []Reply
	messages []Message
	listed   []*Message // the machine's list of them
	hellos   []Hello    // the one that was said, the one that was accepted
	keywords []string   // of the accepted one
}

func newMemory() memory {
	return memory{
		commands: make([]Command, 0, firstOnes),
		replies:  make([]Reply, 0, firstOnes),
		messages: make([]Message, 0, firstMessages),
		hellos:   make([]Hello, 0, firstHellos),
	}
}

func (m memory) again() memory {
	clear(m.keywords)
	clear(m.listed)
	return memory{m.commands[:0], m.replies[:0], m.messages[:0], m.listed[:0], m.hellos[:0], m.keywords[:0]}
}

func (m *Machine) newHello(h Hello) *Hello {
	list := &m.memory.hellos
	if len(*list) == cap(*list) {
		single := h
		return &single
	}
	*list = append(*list, h)
	return &(*list)[len(*list)-1]
}

// newMessageAt is a message on the heap.
func (m *Machine) newMessageAt(at Mark) *Message {
	list := &m.memory.messages
	if len(*list) == cap(*list) {
		return &Message{At: at}
	}
	n := len(*list)
	*list = (*list)[:n+1]
	msg := &(*list)[n]
	*msg = Message{At: at, Recipients: msg.Recipients[:0]}
	return msg
}

// text keeps strings of a conversation side by side, so that a session of a
// few hundred bytes needs one piece of memory, not thirty.
type text struct{ strings.Builder }

// textChunk is half of what the strings of a session with one mail need, in
// bytes: a larger one would lie half empty in each of thousands of sessions.
const textChunk = 512

// keep is b as a string.
func (t *text) keep(b []byte) string {
	switch n := len(b); {
	case n == 0:
		return ""
	case n > textChunk/2:
		return string(b)
	case t.Cap()-t.Len() < n:
		t.Reset()
		t.Grow(textChunk)
	}
	from := t.Len()
	t.Write(b)
	return t.String()[from:]
}
