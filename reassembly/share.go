package reassembly

import (
	"cmp"

	"smtpscope/capture"
)

// A Share is a part of all connections, for one of several Assemblers that each
// take every segment of one capture. A segment of another's connection moves
// only the clock, so that each of them ends its connections exactly when one
// Assembler with all connections would; Turn puts their findings in its order.
type Share struct {
	Index int // from 0
	Of    int // Assemblers: 1, 2 or 4; 0 = 1
}

// MaxShares is how many Assemblers may share a capture: each of them looks at
// every segment, so more of them save little.
const MaxShares = 4

// mix is a number for a flow that is the same in every run, or two runs could
// differ.
func (f *flow) mix() uint64 { return blend(blend(f.a1^f.a0, f.b1^f.b0), f.ports) }

// partOf is which of MaxShares parts a flow with this mix belongs to.
func partOf(mix uint64) uint32 { return uint32(mix>>32) % MaxShares }

// elsewhere reports whether the flows of a part are another Assembler's.
func (s Share) elsewhere(part uint32) bool {
	return s.Of > 1 && int(part)&(s.Of-1) != s.Index
}

// divide gives each Assembler its part of the bounds that are in total. Where
// all of them together would have reached one, at least one reaches its part.
func (s Share) divide(l *Limits) {
	if s.Of > 1 {
		l.TotalBytes /= s.Of
		l.Connections /= s.Of
	}
}

// Full reports whether a bound on all connections was reached. What the
// Assembler of a Share finds from then on may differ from what one with all
// connections would find.
func (a *Assembler) Full() bool { return a.full }

// A Turn is the moment of an end among all others.
type Turn struct {
	clock   capture.Time
	frame   int64 // of the segment that brought it; 0 = a limit that ran out before
	session int64 // the first frame of the connection
}

// Compare orders Turns as one Assembler with all connections ends them.
func (t Turn) Compare(o Turn) int {
	return cmp.Or(cmp.Compare(t.clock, o.clock), cmp.Compare(t.frame, o.frame), cmp.Compare(t.session, o.session))
}

// Turn is that of the connection that is just ending: it is asked for from
// within Handler.End.
func (a *Assembler) Turn() Turn { return a.turn }
