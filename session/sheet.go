package session

import "smtpscope/smtpstate"

// A sheet is what one finished session is written on: the Session and all that
// its record points to. Where the taker lets go of sessions at once
// (Config.Reuse) a single sheet serves them all, and a session costs no
// memory; without it, some dozens of allocations.
type sheet struct {
	session Session
	said    smtpstate.Texts // what its strings lie in, where they are let go with it

	banner    Banner
	hello     Hello
	auth      Auth
	tls       TLS
	alert     Alert
	rtts      RTTSides
	zero      SecSides
	abnormal  bool
	vlans     []uint16
	keywords  []string
	notes     []string
	messages  slab[Message]
	listed    []*Message
	addressed []*Recipient

	recipients slab[Recipient]
	transfers  slab[Transfer]
	replies    slab[Reply]
	texts      slab[string]
	times      slab[Time]
	spans      slab[Seconds]
	sides      slab[Sides]
}

// clear makes the sheet blank; its memory stays.
func (p *sheet) clear() {
	p.session = Session{}
	p.vlans, p.keywords, p.notes = p.vlans[:0], p.keywords[:0], p.notes[:0]
	p.listed, p.addressed = p.listed[:0], p.addressed[:0]
	p.messages.clear()
	p.recipients.clear()
	p.transfers.clear()
	p.replies.clear()
	p.texts.clear()
	p.times.clear()
	p.spans.clear()
	p.sides.clear()
}

// goOnBehind lets the slabs go on where those of the sheet before stopped.
func (p *sheet) goOnBehind(b *sheet) {
	if b != nil {
		p.messages, p.recipients, p.transfers, p.replies = b.messages, b.recipients, b.transfers, b.replies
		p.texts, p.times, p.spans, p.sides = b.texts, b.times, b.spans, b.sides
	}
}

// slab gives out places for values that lie side by side. A place stays where
// it is: a full slab begins another piece of memory.
type slab[T any] struct{ used []T }

func (s *slab[T]) put(v T) *T {
	if len(s.used) == cap(s.used) {
		s.used = make([]T, 0, min(max(2*cap(s.used), 4), maxKept))
	}
	s.used = append(s.used, v)
	return &s.used[len(s.used)-1]
}

// maxKept bounds the room that a slab keeps, in values: one session of a
// thousand messages must not stay in memory.
const maxKept = 256

func (s *slab[T]) clear() {
	if cap(s.used) > maxKept {
		s.used = nil
	}
	if len(s.used) > 0 { // most are blank
		clear(s.used)
		s.used = s.used[:0]
	}
}
