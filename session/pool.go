package session

import "smtpscope/smtpstate"

// A pool keeps what a session that is over has worked with, for the next ones.
// It is used from one goroutine, so it is a plain stack.
type pool struct {
	conversations []*conversation
	machines      smtpstate.Store
	stories       []*story
	sheet         *sheet
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

func (p *pool) story() *story {
	if s := pop(&p.stories); s != nil {
		return s
	}
	return new(story)
}

// sheet gives a blank sheet: the one there is, where the session before was
// let go.
func (t *Tracker) sheet() *sheet {
	p := t.pool.sheet
	switch {
	case p == nil || !t.cfg.Reuse:
		p = &sheet{listed: []*Message{}, addressed: []*Recipient{}}
		t.pool.sheet = p
	default:
		p.clear()
	}
	return p
}

// release takes back what a conversation that is over has worked with. Its
// record, which points to none of it but the story's events, may live on.
func (t *Tracker) release(c *conversation) {
	t.weight -= int64(c.weight)
	if c.machine != nil {
		t.pool.machines.Release(c.machine)
	}
	if c.story != nil && t.cfg.Reuse {
		c.story.clear()
		push(&t.pool.stories, c.story)
	}
	clear(c.notes)
	*c = conversation{notes: c.notes[:0]}
	push(&t.pool.conversations, c)
}
