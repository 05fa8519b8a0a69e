package reassembly

import (
	"unsafe"

	"smtpscope/capture"
	"smtpscope/internal/prefetch"
)

// Segments takes the next segments of the capture, as Segment does one by one.
// It looks up their connections first, all of them, and asks for their memory:
// thousands of connections do not fit the cache, and what a segment waits for
// is on its way while those before it are worked on.
func (a *Assembler) Segments(segments []capture.Segment) {
	for len(segments) > 0 {
		n := min(len(segments), maxAhead)
		ahead := a.ahead[:n]
		a.lookAhead(segments[:n], ahead)
		for i := range ahead {
			seg, at := &segments[i], &ahead[i]
			if at.elsewhere && a.passes(seg) || a.follow(seg, at) {
				continue
			}
			a.next(seg, at)
		}
		segments = segments[n:]
		a.rest()
	}
}

// passes takes a segment of another Assembler's connection that moves the clock and
// ends nothing, as nearly all of these do: next does the same with it.
func (a *Assembler) passes(seg *capture.Segment) bool {
	if !a.started || a.doubted != nil || seg.Time >= a.calm || seg.Time.Sub(a.clock) > maxLeap {
		return false
	}
	a.clock, a.frame = max(a.clock, seg.Time), seg.Frame
	return true
}

// maxAhead is how many segments are looked at ahead.
const maxAhead = 32

// address is where a segment belongs.
type address struct {
	key       flow
	hash      uint64
	fromA     bool
	elsewhere bool   // another Assembler has it (Config.Share); the rest is not told then
	shelf     uint32 // of Assembler.seen
	c         *Conn  // probably its connection; nil = it has none yet
}

// find fills in where a segment belongs, but for c.
func (at *address) find(a *Assembler, seg *capture.Segment) {
	fromA := at.key.between(&seg.Src, &seg.Dst)
	mix := at.key.mix()
	part := partOf(mix)
	at.c, at.fromA, at.elsewhere = nil, fromA, a.cfg.Share.elsewhere(part)
	if !at.elsewhere {
		at.shelf = shelfOf(mix, part, fromA, seg)
		at.hash = a.conns.hash(&at.key)
	}
}

// lookAhead has the table's places in one round, the connections in the next,
// and their handlers in the third: each needs what the one before brought.
func (a *Assembler) lookAhead(segments []capture.Segment, ahead []address) {
	for i := range ahead {
		f := &ahead[i]
		if f.find(a, &segments[i]); !f.elsewhere {
			prefetch.Two(a.conns.place(f.hash), unsafe.Pointer(&a.seen[f.shelf%uint32(len(a.seen))]))
		}
	}
	for i := range ahead {
		f := &ahead[i]
		if f.elsewhere {
			continue
		}
		if f.c = a.conns.guess(f.hash); f.c != nil {
			prefetch.Lines(unsafe.Pointer(f.c), int(warmLines))
		}
	}
	for _, soon := range a.cfg.Soon {
		for i := range ahead {
			if c := ahead[i].c; c != nil && c.handler != nil {
				soon(c.handler)
			}
		}
	}
}

// lookAtClosing does the same for the connections that end next: a session is
// told from memory that nobody has touched for as long as stragglers may come.
// The last in line is asked for itself, those before it for what it pointed to.
func (a *Assembler) lookAtClosing() {
	if s := a.asleep.closed.head; s != nil {
		if s.rest.Soon(); s.next != nil {
			prefetch.Of(s.next)
		}
	}
	c := a.closing.head
	for round := len(a.cfg.Soon); c != nil; round-- {
		switch {
		case round == 0:
			prefetch.Of(c)
			return
		case c.handler != nil:
			a.cfg.Soon[round-1](c.handler)
		}
		c = c.closes.next
	}
}
