package session

import (
	"smtpscope/capture"
	"smtpscope/reassembly"
)

// together is how many sessions are told together (Config.EmitSome). What is
// done with a session runs through more code than the processor's first cache
// holds, and what packets do through as much again: a session that is told
// alone finds none of it there, and waits for that longer than it works.
const together = 16

// Finished is a session and its place among those of all Shares.
type Finished struct {
	Session *Session
	Turn    reassembly.Turn
}

// An ending is the end of a conversation whose session is still to be told.
type ending struct {
	c      *conversation
	reason reassembly.EndReason
	now    capture.Time
	turn   reassembly.Turn
}

// ended takes a conversation that has ended. Its connection stays as it is
// until its session was told.
func (t *Tracker) ended(c *conversation, reason reassembly.EndReason, now capture.Time) {
	c.conn.Keep()
	soonTold(c)
	t.endings = append(t.endings, ending{c, reason, now, t.assembler.Turn()})
	if len(t.endings) >= t.together {
		t.tellAll()
	}
}

// Tell tells at once what waits to be told together with others (Config.EmitSome): for
// when the next packet may be hours away.
func (t *Tracker) Tell() {
	if len(t.endings) > 0 {
		t.tellAll()
	}
}

// tellAll tells the sessions that wait for it, step by step.
func (t *Tracker) tellAll() {
	for i := range t.endings {
		soonSaid(t.endings[i].c)
	}
	for i := range t.endings {
		soonReplies(t.endings[i].c)
	}
	for i := range t.endings {
		soonTexts(t.endings[i].c)
	}
	list := t.finished[:0]
	for i := range t.endings {
		e := &t.endings[i]
		list = append(list, Finished{e.c.tell(e.reason, e.now), e.turn})
	}
	for i := range list {
		t.count(&list[i].Session.Record)
	}
	t.emit(list)
	for i := range list {
		s := list[i].Session
		if s.untold, s.teller = nil, nil; t.cfg.Reuse { // too late now
			t.Return(s)
		}
	}
	for i := range t.endings {
		c := t.endings[i].c
		c.conn.Free()
		t.release(c)
	}
	clear(list)
	clear(t.endings)
	t.finished, t.endings = list[:0], t.endings[:0]
}

func (t *Tracker) emit(list []Finished) {
	switch {
	case t.cfg.EmitSome != nil:
		t.cfg.EmitSome(list)
	case t.cfg.Emit != nil:
		for i := range list {
			t.cfg.Emit(list[i].Session)
		}
	}
}
