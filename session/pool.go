package session

import (
	"math/bits"
	"unsafe"

	"smtpscope/internal/prefetch"
	"smtpscope/smtpstate"
)

// A pool keeps what a session that is over has worked with, for the next ones.
// It is used from one goroutine, so it is a plain stack.
type pool struct {
	conversations []*conversation
	machines      smtpstate.Store
	pages         []*page
	sheets        []*sheet
	asleep        []*asleep
	lists         [listClasses][][]unsafe.Pointer // by the power of two of pointers that they are for
	written       *sheet                          // the last one that was given for good
	teller        teller
	reply         []byte // scratch: the text of a reply
	header        Header // scratch: that of an event
}

// maxPooled bounds each stack: a burst must not stay in memory.
const maxPooled = 1024

// pop takes the last entry off a stack; nil where it is empty.
func pop[T any](stack *[]*T) *T {
	n := len(*stack)
	if n == 0 {
		return nil
	}
	last := (*stack)[n-1]
	*stack = (*stack)[:n-1]
	return last
}

func push[T any](stack *[]*T, v *T) {
	if len(*stack) < maxPooled {
		*stack = append(*stack, v)
	}
}

func (p *pool) conversation() *conversation {
	if c := pop(&p.conversations); c != nil {
		return c
	}
	return new(conversation)
}

// page gives a free page. The next one is asked for: nobody has touched it since
// a session was told.
func (p *pool) page() *page {
	if b := pop(&p.pages); b != nil {
		if n := len(p.pages); n > 0 {
			prefetch.Of(p.pages[n-1])
		}
		return b
	}
	return new(page)
}

// sheet gives a blank sheet. forGood says that it never comes back.
func (p *pool) sheet(forGood bool) *sheet {
	if s := pop(&p.sheets); s != nil {
		s.clear()
		return s
	}
	s := &sheet{listed: []*Message{}, addressed: []*Recipient{}}
	if forGood {
		s.goOnBehind(p.written)
		p.written = s
	}
	return s
}

// Return takes back a session that was emitted earlier, and all that it points to,
// strings of the Record aside (but see Config.ReuseTexts): another one is written in
// its place. It is what Config.Reuse is for those whose sessions are looked at in
// another goroutine.
func (t *Tracker) Return(s *Session) {
	t.pool.machines.GiveTexts(s.sheet.said)
	s.sheet.said = smtpstate.Texts{}
	push(&t.pool.sheets, s.sheet)
}

// release takes back what a conversation that is over has worked with. Its
// record, which points to none of it, may live on.
func (t *Tracker) release(c *conversation) {
	t.weight -= int64(c.weight)
	if c.machine != nil {
		t.pool.machines.Release(c.machine)
	}
	c.told.pages.release(&t.pool)
	clear(c.notes)
	*c = conversation{notes: c.notes[:0], told: story{pages: c.told.pages}}
	push(&t.pool.conversations, c)
}

// listClasses bounds the lists of pointers that are kept: of 64 at most.
const listClasses = 7

// list gives an empty list for n pointers.
func (p *pool) list(n int) []unsafe.Pointer {
	class := bits.Len(uint(max(n, 1) - 1))
	if class >= listClasses {
		return make([]unsafe.Pointer, 0, n)
	}
	spare := p.lists[class]
	if n := len(spare); n > 0 {
		p.lists[class] = spare[:n-1]
		return spare[n-1]
	}
	return make([]unsafe.Pointer, 0, 1<<class)
}

func (p *pool) giveList(list []unsafe.Pointer) {
	clear(list)
	if class := bits.Len(uint(cap(list) - 1)); cap(list) == 1<<class && class < listClasses && len(p.lists[class]) < maxPooled {
		p.lists[class] = append(p.lists[class], list[:0])
	}
}
