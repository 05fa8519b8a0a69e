package session

import (
	"unsafe"

	"smtpscope/capture"
)

// A teller makes events of stories. Where sessions are let go at once one of
// them tells all stories, in the same memory: the texts of the events lie in
// it, and so are not for keeping.
type teller struct {
	text    []byte
	events  []Event
	headers slab[Header]
}

// teller gives one that is free: the one there is, where the session before
// was let go.
func (t *Tracker) teller() *teller {
	if !t.cfg.Reuse && !t.cfg.OnDemand {
		return new(teller)
	}
	return &t.pool.teller
}

// tell gives the events in order, how many were cut, and where.
func (t *teller) tell(s *story) (events []Event, cut int64, at int) {
	if s.rare != nil {
		s.endRun()
	}
	t.forget()
	t.text = s.pages.gather(t.text)
	r := s.rare
	if r == nil {
		r = new(rareStory)
	}
	if need := int(s.serial - r.cut); cap(t.events) < need {
		t.events = make([]Event, 0, need)
	}
	t.head(r.large)
	at = len(t.events)
	for _, part := range [...][]entry{r.tail[r.next:], r.tail[:r.next]} {
		for i := range part {
			t.events = append(t.events, part[i].event())
		}
	}
	return t.events, r.cut, at
}

// head reads what is written on the pages.
func (t *teller) head(large []Header) {
	var end Event // of content
	var frame int64
	var time capture.Time
	for b := t.text; len(b) > slack; {
		e := &end
		if kindOf(b) != kindContentEnd {
			t.events = t.events[:len(t.events)+1]
			e = &t.events[len(t.events)-1]
		}
		b = e.read(b, frame, time, &t.headers, &large)
		frame, time = e.Frame, e.Time
		if e == &end {
			begun := &t.events[e.Last-1]
			begun.Last, begun.Until, begun.Bytes = e.Frame, e.Time, e.Bytes
			begun.Count = max(begun.Count, e.Count)
		}
	}
}

// firstReply is the frame of the first reply that is written on a story's pages,
// 0 where there is none.
func (t *teller) firstReply(s *story) int64 {
	t.forget()
	t.text = s.pages.gather(t.text)
	var e Event
	var large []Header
	if s.rare != nil {
		large = s.rare.large
	}
	for b := t.text; len(b) > slack; {
		reply := kindOf(b) == kindReply
		b = e.read(b, e.Frame, e.Time, &t.headers, &large)
		if reply {
			return e.Frame
		}
	}
	return 0
}

// usualEvents is how many events a teller keeps room for: few sessions have
// more.
const usualEvents = 256

// forget lets go of the story told before; its memory stays, unless it was
// long.
func (t *teller) forget() {
	clear(t.events)
	if cap(t.events) > usualEvents {
		t.events = nil
	}
	if cap(t.text) > usualEvents*pageBytes {
		t.text = nil
	}
	t.events = t.events[:0]
	t.headers.clear()
}

// asText is b as a string for as long as b stays as it is.
func asText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
