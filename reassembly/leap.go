package reassembly

import (
	"slices"
	"time"

	"smtpscope/capture"
)

// maxLeap is how far one packet alone may put the clock forward. A capture may
// pause for days, but then the packet after next is as late; one stray time
// stamp must not expire every session.
const maxLeap = 24 * time.Hour

// pause ends all connections where one capture ended, and the next began so long
// after it that what is open would count as silent: who was silent meanwhile was
// not seen. Shorter pauses are those of a ring of files on a quiet line.
func (a *Assembler) pause(next capture.Time) {
	if a.started && next.Sub(a.clock) >= a.limits.Idle {
		a.endAll()
	}
}

// A doubted segment is one whose time lies too far ahead to be believed. It
// waits for the next one, which tells what time it is: whatever it does then
// (begin, hold, close), it does by the right clock.
type doubted struct {
	segment capture.Segment
	at      address
}

// doubt puts a segment off.
func (a *Assembler) doubt(seg *capture.Segment, at *address) {
	a.doubted = &doubted{*seg, *at}
	a.doubted.segment.Payload = slices.Clone(seg.Payload)
}

// resolve takes the segment that was put off, now that the time of the next one
// is known: at its own time where that confirms it, otherwise at the next one's
// if that is to be believed.
func (a *Assembler) resolve(next capture.Time) {
	d := a.doubted
	a.doubted = nil
	if leap := d.segment.Time; next.Sub(a.clock) > maxLeap && next.Sub(leap).Abs() <= maxLeap {
		if d.segment.Resumed {
			a.pause(leap)
		}
		a.expire(leap)
	} else {
		a.tick(next)
	}
	a.route(&d.segment, &d.at)
}
