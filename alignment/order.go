package alignment

import (
	"cmp"
	"slices"
	"time"

	"smtpscope/gatewaylog"
)

// Many logs count whole seconds, but their lines stand in the order in which
// they were written. Connections that are matched already tell when in the
// capture their lines were: the lines between theirs lie in between. That
// makes of a second's precision one of milliseconds on a busy server.

// An anchor is a line of a log whose moment in the capture is known.
type anchor struct {
	line, at int64
}

// anchors of one file, in the order of lines.
type anchors struct {
	list  []anchor
	noise int64 // how far neighbours are from telling an anchor's own moment
}

// The least that makes order worth following, and the finest it can be.
const (
	leastAnchors = 4
	finest       = int64(5 * time.Millisecond)
)

// place finds the moments of the lines of all traces that have no partner.
func (a *aligner) place(outbound bool) {
	files := map[string]*anchors{}
	for _, t := range a.talks {
		x := t.trace
		if x == nil || x.outbound != outbound || !x.begun || x.part || x.first == nil {
			continue
		}
		f := files[x.first.File]
		if f == nil {
			f = new(anchors)
			files[x.first.File] = f
		}
		f.list = append(f.list, anchor{x.first.Number, t.start})
	}
	for _, f := range files {
		f.prepare()
	}
	for _, x := range a.traces {
		if x.talk != nil || x.outbound != outbound {
			continue
		}
		x.fineStart, x.fineEnd = fine{}, fine{}
		if x.begun && x.first != nil {
			x.fineStart = files[x.first.File].moment(x.first.Number, x.precision)
		}
		if x.closed && x.last != nil {
			x.fineEnd = files[x.last.File].moment(x.last.Number, x.precision)
		}
	}
}

// prepare sorts, and measures how well neighbours tell a moment.
func (f *anchors) prepare() {
	slices.SortFunc(f.list, func(a, b anchor) int { return cmp.Compare(a.line, b.line) })
	if len(f.list) < leastAnchors {
		f.list = nil
		return
	}
	var off []int64
	for i := 1; i+1 < len(f.list); i++ {
		before, after := f.list[i-1].at, f.list[i+1].at
		low, high := min(before, after), max(before, after)
		off = append(off, max(low-f.list[i].at, f.list[i].at-high, 0))
	}
	slices.Sort(off)
	f.noise = max(off[len(off)*9/10], finest)
}

// fine is a moment of the capture and how sure it is, in nanoseconds.
type fine struct {
	at, within int64
	known      bool
}

// moment is when a line was written, where its neighbours tell it better than
// its own time does.
func (f *anchors) moment(line, precision int64) fine {
	if f == nil || len(f.list) == 0 {
		return fine{}
	}
	i, _ := slices.BinarySearchFunc(f.list, line, func(a anchor, n int64) int { return cmp.Compare(a.line, n) })
	if i == 0 || i == len(f.list) {
		return fine{}
	}
	before, after := f.list[i-1].at, f.list[i].at
	within := abs(after-before)/2 + f.noise
	if within >= precision/2 {
		return fine{}
	}
	return fine{before/2 + after/2, within, true}
}

// ends are the lines that tell of a connection's beginning and end: the first,
// and the last that is about no message.
func ends(c *gatewaylog.Connection) (first, last *gatewaylog.Line) {
	if len(c.Lines) == 0 {
		return nil, nil
	}
	mails := map[*gatewaylog.Line]bool{}
	for _, m := range c.Messages {
		for _, l := range m.Lines {
			mails[l] = true
		}
	}
	for i := len(c.Lines) - 1; i >= 0; i-- {
		if l := c.Lines[i]; !mails[l] && l.Time.At.Equal(c.End.At) {
			return c.Lines[0], l
		}
	}
	return c.Lines[0], nil
}
