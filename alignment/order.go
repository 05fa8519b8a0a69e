package alignment

import (
	"cmp"
	"slices"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Many logs count whole seconds, but their lines stand in the order in which
// they were written. Connections that are matched already tell when in the
// capture their lines were: the lines between theirs lie in between. That
// makes of a second's precision one of milliseconds on a busy server.

// An anchor is a line of a log of which the moment in the capture is known. A
// product may write late, never early: the line stands at that moment or
// behind it.
type anchor struct {
	line, at int64
	latest   int64 // of the moments of all anchors up to this one
}

// anchors of one file, in the order of lines.
type anchors struct {
	list  []anchor
	noise int64 // how far neighbours are from telling an anchor's own moment
}

// The least that makes order worth following, and the finest it can be.
const (
	leastAnchors = 4
	trusted      = 2 // how many anchors behind a line are believed not to be late together
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
		f.list = append(f.list, anchor{line: x.first.Number, at: t.start})
		if t.r.Ended.How == session.ByQuit && x.c.Ended.How == gatewaylog.HowQuit && x.last != nil && !t.opaque {
			f.list = append(f.list, anchor{line: x.last.Number, at: t.end})
		}
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
	latest := f.list[0].at
	for i := range f.list {
		latest = max(latest, f.list[i].at)
		f.list[i].latest = latest
	}
	var off []int64
	for i := 1; i+1 < len(f.list); i++ {
		low, high := f.between(i-1, i+1)
		off = append(off, max(low-f.list[i].at, f.list[i].at-high, 0))
	}
	slices.Sort(off)
	f.noise = max(off[len(off)*9/10], finest)
}

// between are the moments between which a line behind anchor i and before
// anchor j was written. No earlier than any anchor before it; and no later
// than the next, but that one may have been written late itself, so those
// behind it have a say.
func (f *anchors) between(i, j int) (low, high int64) {
	low = f.list[i].latest
	high = max(low, f.list[j].at)
	for k := j + 1; k < min(j+trusted, len(f.list)); k++ {
		high = max(high, f.list[k].at)
	}
	return low, high
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
	low, high := f.between(i-1, i)
	within := (high-low)/2 + f.noise
	if within >= precision/2 {
		return fine{}
	}
	return fine{low/2 + high/2, within, true}
}

// ends are the lines that tell of a connection's beginning and end: the first,
// and the last that is about no message.
func ends(c *gatewaylog.Connection) (first, last *gatewaylog.Line) {
	if len(c.Lines) == 0 {
		return nil, nil
	}
	ofMail := linesOfMails(c)
	for i := len(c.Lines) - 1; i >= 0; i-- {
		if l := c.Lines[i]; l.Time.At.Equal(c.End.At) && !ofMail(l) {
			return c.Lines[0], l
		}
	}
	return c.Lines[0], nil
}

// linesOfMails tells whether a line is about a message. Few lines are looked
// through, many are indexed.
func linesOfMails(c *gatewaylog.Connection) func(*gatewaylog.Line) bool {
	if len(c.Lines) <= maxKeys {
		return func(l *gatewaylog.Line) bool {
			return slices.ContainsFunc(c.Messages, func(m *gatewaylog.Message) bool { return slices.Contains(m.Lines, l) })
		}
	}
	index := map[*gatewaylog.Line]bool{}
	for _, m := range c.Messages {
		for _, l := range m.Lines {
			index[l] = true
		}
	}
	return func(l *gatewaylog.Line) bool { return index[l] }
}
