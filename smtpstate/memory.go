package smtpstate

import "strings"

// A Store keeps the memory of conversations that are over for those to come:
// machines, and the pieces that their commands, replies and messages lie in. A
// short session then costs three allocations in place of twenty
// (BenchmarkDialogue), and an open one holds no more than it needs. The zero value is ready; it is not safe for
// concurrent use.
type Store struct {
	machines []*Machine
	commands stock[Command]
	replies  stock[Reply]
	messages stock[Message]
}

// maxSpare bounds what a Store keeps of each kind: a burst must not stay in
// memory.
const maxSpare = 1024

// Machine is New with memory of the store.
func (s *Store) Machine(obs Observer, limits Limits) *Machine {
	var m *Machine
	if n := len(s.machines); n > 0 {
		m = s.machines[n-1]
		s.machines = s.machines[:n-1]
	} else {
		m = new(Machine)
	}
	k := m.memory
	k.store, k.listed, k.hellos, k.keywords = s, k.listed[:0], k.hellos[:0], k.keywords[:0]
	m.begin(obs, limits, k)
	return m
}

// Release takes a machine back from a caller that has let go of it and of all
// that its accessors and the observer were given, strings aside.
func (s *Store) Release(m *Machine) {
	k := &m.memory
	k.commands.giveTo(&s.commands)
	k.replies.giveTo(&s.replies)
	k.messages.giveTo(&s.messages)
	k.answered = k.answered[:0]
	clear(k.listed)
	clear(k.keywords)
	clear(k.hellos)
	if len(s.machines) < maxSpare {
		s.machines = append(s.machines, m)
	}
}

// memory is what a conversation's commands and what comes of them lie in.
type memory struct {
	store    *Store // nil: none of it is used again
	commands shelf[Command]
	answered []*Command // of them, those that are free again
	replies  shelf[Reply]
	messages shelf[Message]
	listed   []*Message // the machine's list of them
	hellos   []Hello    // the one that was said, the one that was accepted
	keywords []string   // of the accepted one
}

// Values lie side by side in pieces of this many: as many replies as a session
// with one message has, and the commands that wait at once. Beyond maxPieces they are made singly, so
// that a very long session keeps no more than what is still in use.
const (
	pieceReplies  = 8
	pieceCommands = 4
	pieceMessages = 2
	maxPieces     = 16
	firstHellos   = 2
	firstKeywords = 12
)

// stock are pieces that nobody uses.
type stock[T any] struct{ free [][]T }

// shelf are the pieces of one conversation.
type shelf[T any] struct {
	pieces [][]T
	used   int // of the last piece
}

// next is room for another value, with what was left in it by the one before.
func (s *shelf[T]) next(from *stock[T], size int) *T {
	if len(s.pieces) == 0 || s.used == size {
		if len(s.pieces) == maxPieces {
			return new(T)
		}
		s.pieces = append(s.pieces, from.take(size))
		s.used = 0
	}
	s.used++
	return &s.pieces[len(s.pieces)-1][s.used-1]
}

func (s *stock[T]) take(size int) []T {
	if s != nil && len(s.free) > 0 {
		last := len(s.free) - 1
		piece := s.free[last]
		s.free = s.free[:last]
		return piece
	}
	return make([]T, size)
}

func (s *shelf[T]) giveTo(to *stock[T]) {
	for _, piece := range s.pieces {
		if len(to.free) < maxSpare {
			to.free = append(to.free, piece)
		}
	}
	clear(s.pieces)
	s.pieces, s.used = s.pieces[:0], 0
}

// newCommand is c on the heap.
func (m *Machine) newCommand(c Command) *Command {
	if n := len(m.memory.answered); n > 0 {
		p := m.memory.answered[n-1]
		m.memory.answered = m.memory.answered[:n-1]
		*p = c
		return p
	}
	var from *stock[Command]
	if s := m.memory.store; s != nil {
		from = &s.commands
	}
	p := m.memory.commands.next(from, pieceCommands)
	*p = c
	return p
}

// retire takes back a command that was answered: nothing points to it any more,
// and the next one, which comes soon, finds it in the cache. A machine without a
// store leaves it to whoever heard of it.
func (m *Machine) retire(c *Command) {
	if m.memory.store == nil || c == m.client.chunk || c == m.client.wait.command || len(m.memory.answered) == pieceCommands {
		return
	}
	m.memory.answered = append(m.memory.answered, c)
}

// newReply is r on the heap.
func (m *Machine) newReply(r Reply) *Reply {
	var from *stock[Reply]
	if s := m.memory.store; s != nil {
		from = &s.replies
	}
	p := m.memory.replies.next(from, pieceReplies)
	*p = r
	return p
}

// newMessageAt is a message on the heap. Room for recipients is used again.
func (m *Machine) newMessageAt(at Mark) *Message {
	var from *stock[Message]
	if s := m.memory.store; s != nil {
		from = &s.messages
	}
	p := m.memory.messages.next(from, pieceMessages)
	*p = Message{At: at, Recipients: p.Recipients[:0]}
	return p
}

// newHello is h on the heap.
func (m *Machine) newHello(h Hello) *Hello {
	list := &m.memory.hellos
	switch {
	case cap(*list) == 0:
		*list = make([]Hello, 0, firstHellos)
	case len(*list) == cap(*list):
		single := h
		return &single
	}
	*list = append(*list, h)
	return &(*list)[len(*list)-1]
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
