package smtpstate

import (
	"math/bits"
	"unsafe"
)

// A Store keeps the memory of conversations that are over, and of moments of
// those that go on, for what comes next: machines, and what hangs on them. The
// last that came back is given out first: it is still in the processor's cache.
// A short session then costs one allocation, for its strings
// (BenchmarkDialogue), and an open one holds no more than it needs. The zero
// value is ready; it is not safe for concurrent use.
type Store struct {
	machines stack[Machine]
	commands stack[Command]
	replies  stack[Reply]
	messages stack[Message]
	hellos   stack[Hello]
	scans    stack[contentScan]
	waits    stack[waitBuffer]
	strips   stack[strip]
	rooms    [roomClasses][][]Recipient // by the power of two of recipients that they are for
	buffers  [][]byte
	scratch  []byte // for a line that is put together
	lexicon  *lexicon

	asked Limits // what bounds were last asked for
	lim   *Limits
}

// maxSpare bounds what a Store keeps of each kind, bufferMost the size of a
// buffer and listMost that of a list that stay with it: a burst, or one session
// of a thousand recipients, must not stay in memory, and in weeks all that is
// used again would have grown to the bound.
const (
	maxSpare   = 1024
	bufferMost = 1024
	listMost   = 8

	roomClasses = 4 // up to listMost recipients
)

// stack are values that nobody uses.
type stack[T any] []*T

// take gives the last one, with what was left in it, or a new one.
func (s *stack[T]) take() *T {
	if n := len(*s); n > 0 {
		v := (*s)[n-1]
		*s = (*s)[:n-1]
		return v
	}
	return new(T)
}

func (s *stack[T]) give(v *T) {
	if len(*s) < maxSpare {
		*s = append(*s, v)
	}
}

// Machine is New with memory of the store.
func (s *Store) Machine(obs Observer, limits Limits) *Machine {
	m := s.machines.take()
	m.store, m.reuse = s, true
	m.begin(obs, limits)
	return m
}

// Release takes a machine back from a caller that has let go of it and of all
// that its accessors and the observer were given, strings aside. What a machine has
// beside, a tlsSession say, it may take along when it sleeps (the tag dormant:"ref");
// what is given back here it may not.
func (s *Store) Release(m *Machine) {
	for _, c := range m.queue {
		s.commands.give(c)
	}
	for r := m.kept; r != nil; {
		next := r.next
		s.replies.give(r)
		r = next
	}
	for _, msg := range m.messages {
		s.giveRoom(msg.Recipients)
		msg.Recipients = nil
		s.messages.give(msg)
	}
	if m.hello != nil {
		s.hellos.give(m.hello)
	}
	if clear(m.messages); cap(m.messages) > listMost {
		m.messages = nil
	}
	m.shed()
	m.queue = nil
	m.text.part()
	s.machines.give(m)
}

// shed gives back the working memory that a machine holds.
func (m *Machine) shed() {
	m.dropScan()
	m.dropWait()
	m.client.line.reset(m.store)
	m.server.line.reset(m.store)
	m.store.giveBuffer(m.server.text)
	m.server.text = nil
}

// bounds is limits with the defaults filled in, one for all machines.
func (s *Store) bounds(limits Limits) *Limits {
	if s.lim == nil || s.asked != limits {
		lim := limits.withDefaults()
		s.asked, s.lim = limits, &lim
		s.lexicon = nil // what is in it was read within the others
	}
	return s.lim
}

// buffer is an empty one.
func (s *Store) buffer() []byte {
	if n := len(s.buffers); n > 0 {
		b := s.buffers[n-1]
		s.buffers = s.buffers[:n-1]
		return b
	}
	return nil
}

// giveBuffer takes a buffer back, blank: it may have held credentials.
func (s *Store) giveBuffer(b []byte) {
	clear(b)
	if cap(b) > 0 && cap(b) <= bufferMost && len(s.buffers) < maxSpare {
		s.buffers = append(s.buffers, b[:0])
	}
}

// blankCommand is a command to be filled in: what each line makes is not carried
// about by value.
func (m *Machine) blankCommand() *Command {
	c := m.store.commands.take()
	*c = Command{}
	return c
}

// newCommand is c on the heap.
func (m *Machine) newCommand(c Command) *Command {
	p := m.store.commands.take()
	*p = c
	return p
}

// pushNew lets a new entry wait.
func (m *Machine) pushNew(c Command) { m.push(m.newCommand(c)) }

// retire takes back a command that was answered: nothing points to it any more,
// and the next one finds it in the cache. A machine without a shared store
// leaves it to whoever heard of it.
func (m *Machine) retire(c *Command) {
	if m.reuse && c != m.client.chunk && c != m.client.held {
		m.store.commands.give(c)
	}
}

// newReply is an empty reply.
func (m *Machine) newReply() *Reply {
	r := m.store.replies.take()
	*r = Reply{}
	return r
}

// keep marks a reply as one that something points to from now on.
func (m *Machine) keep(r *Reply) *Reply {
	if !r.kept {
		r.kept, r.next = true, m.kept
		m.kept = r
	}
	return r
}

// forget takes back a reply that nothing has kept: of most replies a code and a
// text are all that is wanted behind their moment (Answer).
func (m *Machine) forget(r *Reply) {
	if m.reuse && !r.kept {
		m.store.replies.give(r)
	}
}

// newMessageAt is a message on the heap.
func (m *Machine) newMessageAt(at Mark) *Message {
	p := m.store.messages.take()
	*p = Message{}
	p.At = at
	return p
}

// moreRecipients makes room for another recipient. It does not stay with the
// message: in time each would have held a room for eight, where nearly all need one
// for one or two.
func (m *Machine) moreRecipients(msg *Message) {
	held := msg.Recipients
	if len(held) < cap(held) {
		return
	}
	room := m.store.room(len(held) + 1)
	if room == nil {
		return // append finds it
	}
	msg.Recipients = append(room, held...)
	if m.reuse {
		m.store.giveRoom(held)
	}
}

// room is an empty one for n recipients or more, nil for more than listMost.
func (s *Store) room(n int) []Recipient {
	class := bits.Len(uint(n - 1))
	if class >= roomClasses {
		return nil
	}
	list := s.rooms[class]
	if len(list) == 0 {
		return make([]Recipient, 0, 1<<class)
	}
	s.rooms[class] = list[:len(list)-1]
	return list[len(list)-1]
}

// giveRoom takes the room of recipients back that nobody has any more.
func (s *Store) giveRoom(room []Recipient) {
	class := bits.TrailingZeros(uint(cap(room)))
	if cap(room) == 0 || class >= roomClasses || cap(room) != 1<<class || len(s.rooms[class]) >= maxSpare {
		return
	}
	clear(room)
	s.rooms[class] = append(s.rooms[class], room[:0])
}

// newScan begins to read content.
func (m *Machine) newScan(s contentScan) *contentScan {
	if m.client.content == nil {
		m.client.content = m.store.scans.take()
	}
	*m.client.content = s
	m.client.content.header.text = &m.text
	return m.client.content
}

// scan is the content that is being read, begun where it is not.
func (m *Machine) scan() *contentScan {
	if m.client.content == nil {
		m.newScan(contentScan{})
	}
	return m.client.content
}

// dropScan: no content is read any more.
func (m *Machine) dropScan() {
	if s := m.client.content; s != nil {
		*s = contentScan{}
		m.store.scans.give(s)
		m.client.content = nil
	}
}

// text keeps strings of a conversation side by side, so that a session of a
// few hundred bytes needs one piece of memory, not thirty.
type text struct {
	store *Store `dormant:"-"`
	strip *strip `dormant:"known"` // the last of the conversation's
	used  int    // bytes of it
}

// A strip is a part of that memory.
type strip struct {
	before *strip
	bytes  [stripBytes]byte
}

// stripBytes is what the strings of a session with two mails need that other
// sessions do not share (lexicon), in bytes. What is left of it serves the next,
// where strips do not come back (Texts).
const stripBytes = 512 - 8

func (t *text) renew() {
	c := t.store.strips.take()
	c.before, t.strip, t.used = t.strip, c, 0
}

// keep is b as a string.
func (t *text) keep(b []byte) string {
	n := len(b)
	switch {
	case n == 0:
		return ""
	case t == nil || n > stripBytes/2:
		return string(b)
	case t.strip == nil || stripBytes-t.used < n:
		t.renew()
	}
	kept := t.strip.bytes[t.used : t.used+copy(t.strip.bytes[t.used:], b)]
	t.used += n
	return unsafe.String(unsafe.SliceData(kept), n)
}

// Texts are the strings that a conversation has kept.
type Texts struct{ last *strip }

// Texts takes them from a conversation that is over, for Store.GiveTexts. Without
// it the room that they leave serves the machine's next conversation.
func (m *Machine) Texts() Texts {
	t := Texts{m.text.strip}
	m.text.strip, m.text.used = nil, 0
	return t
}

// GiveTexts takes strings back that nobody has any more: they are written over, and
// cleared at once, so that whoever kept one all the same sees it gone and does not
// see another session's.
func (s *Store) GiveTexts(t Texts) {
	for c := t.last; c != nil; {
		before := c.before
		*c = strip{}
		s.strips.give(c)
		c = before
	}
}

// part lets the strips go of each other: what is left of the last serves another
// conversation, and must not keep this one's in memory.
func (t *text) part() {
	for c := t.strip; c != nil; {
		before := c.before
		c.before = nil
		c = before
	}
}
