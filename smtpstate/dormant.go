package smtpstate

import (
	"unsafe"

	"smtpscope/internal/dormant"
)

// The forms of what a Store keeps, for Store.Room.
var (
	machineForm   = dormant.NewForm[Machine]()
	commandForm   = dormant.NewForm[Command]()
	replyForm     = dormant.NewForm[Reply]()
	messageForm   = dormant.NewForm[Message]()
	helloForm     = dormant.NewForm[Hello]()
	scanForm      = dormant.NewForm[contentScan]()
	recipientForm = dormant.NewForm[Recipient]()
)

// MayRest reports whether nothing is half said: no line and no reply has begun, none is
// in doubt, and no bytes wait. Then the machine may be written (package
// dormant) and released, and made again where something comes all the same: its
// Texts stay, Store.Room gives the memory, and Wake follows.
func (m *Machine) MayRest() bool {
	c, s := &m.client, &m.server
	return c.line.total == 0 && s.line.total == 0 && s.reply == nil && s.unclear == nil && len(s.mixed) == 0 &&
		c.wait == nil && m.trace == nil
}

// Rest sees to it that what is written now, of a machine that MayRest, is all its
// own: what was in the queue before may serve another machine already.
func (m *Machine) Rest() {
	if len(m.queue) <= len(m.near) {
		var near [len(m.near)]*Command
		n := copy(near[:], m.queue)
		m.near = near
		m.queue = m.near[:n]
	} else {
		clear(m.near[:])
	}
	m.client.line.release(m.store)
	m.server.line.release(m.store)
}

// Wake completes a machine that was made again.
func (s *Store) Wake(m *Machine, obs Observer) {
	m.obs, m.store, m.lim, m.text.store = obs, s, s.lim, s
}

// Room is dormant.Reader.Room for what the Store keeps.
func (s *Store) Room(f *dormant.Form, n int) (room unsafe.Pointer, holds int) {
	switch f {
	case recipientForm:
		room := s.room(n)
		return unsafe.Pointer(unsafe.SliceData(room)), cap(room)
	case messageForm:
		return unsafe.Pointer(s.messages.take()), 1
	case replyForm:
		return unsafe.Pointer(s.replies.take()), 1
	case machineForm:
		return unsafe.Pointer(s.machines.take()), 1
	case helloForm:
		return unsafe.Pointer(s.hellos.take()), 1
	case commandForm:
		return unsafe.Pointer(s.commands.take()), 1
	case scanForm:
		return unsafe.Pointer(s.scans.take()), 1
	}
	return nil, 0
}

// Keep has a machine's texts stay where they are while the rest of it is written.
func (m *Machine) Keep(w *dormant.Writer) {
	for c := m.text.strip; c != nil; c = c.before {
		w.Stays(unsafe.Pointer(c), unsafe.Sizeof(strip{}))
	}
}

// Kept says so where the machine is made again.
func (t Texts) Kept(r *dormant.Reader) {
	for c := t.last; c != nil; c = c.before {
		r.Stays(unsafe.Pointer(c))
	}
}
