package alignment

import (
	"cmp"
	"math"
	"slices"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// A log's lines stand in the order in which they were written, whatever the
// times before them count. And the packets bound when some of them were: a
// product logs a connection when it has come and before it greets, a message
// before it answers, an end when it has seen it. So each line of a certain
// match bounds the lines around it: what stands behind it was written no
// earlier, what stands before it no later. That needs no clock of the log.

// A witness is a line of a certain match, and when it must have been written,
// by the capture's clock.
type witness struct {
	line      int64
	low, high int64 // never = not known
}

const (
	never = int64(math.MaxInt64)
	long  = int64(math.MinInt64 / 2)
)

// brackets are the bounds that a file's witnesses give, in the order of lines.
type brackets struct {
	list  []witness
	lows  []int64 // latest low up to this witness
	highs []int64 // earliest high from this witness on
}

// bracket is between which moments of the capture a line was written.
type bracket struct{ low, high int64 }

var unbounded = bracket{long, never}

// moment is the middle of the bracket and how far it may be off. It is false
// where the line's own time, of that precision, tells it better.
func (b bracket) moment(precision int64) (at, within int64, finer bool) {
	if b.low == long || b.high == never {
		return 0, 0, false
	}
	within = max((b.high-b.low)/2, reordering)
	return b.low/2 + b.high/2, within, within < precision/2
}

// reordering is how far lines may stand out of order, and the packets of a
// capture that were taken on two interfaces.
const reordering = int64(5 * time.Millisecond)

// disorder is the share of witnesses that may contradict the others. A log
// with more of them is not in order, and nothing is taken from its order.
const disorder = 0.05

// leastWitnesses is from how many on the order of a file is believed.
const leastWitnesses = 4

// testify gathers the witnesses of a match.
func testify(t *talk, x *trace, add func(*clockwork, *gatewaylog.Line, int64, int64)) {
	if x.begun && x.first != nil {
		low := t.start
		if x.clock.damaged || !t.r.Seen.Handshake { // the first line may be an earlier connection's, see split
			low = long
		}
		add(x.clock, x.first, low, greetedBy(t, x))
	}
	if x.closed && x.last != nil {
		low := long
		if t.left {
			low = t.end
		}
		high := closedBy(t, x)
		if x.clock.damaged { // the last line may be a later connection's
			high = never
		}
		add(x.clock, x.last, low, high)
	}
	if t.opaque {
		return
	}
	for _, m := range x.c.Messages {
		s := t.byID(m.ID)
		if s == nil || s.Begun == 0 {
			continue
		}
		switch begun := s.Begun.Time().UnixNano(); {
		case m.BeforeAnswer != nil && s.Answered != 0:
			add(x.clock, m.BeforeAnswer, begun, s.Answered.Time().UnixNano())
		case !x.clock.damaged && len(m.Lines) > 0:
			add(x.clock, m.Lines[0], begun, never)
		}
	}
}

// byID is the message that the server's reply named so.
func (t *talk) byID(id string) *session.Message {
	i := slices.IndexFunc(t.r.Messages, func(m *session.Message) bool { return id != "" && m.QueueID == id })
	if i < 0 {
		return nil
	}
	return t.r.Messages[i]
}

// witnesses are those of all certain matches of a direction, by file.
func (a *aligner) witnesses(outbound bool) map[string]*brackets {
	files := map[string]*brackets{}
	stamps := map[*clockwork]*stamped{}
	add := func(k *clockwork, l *gatewaylog.Line, low, high int64) {
		if stamps[k] == nil {
			stamps[k] = new(stamped)
		}
		if k.known {
			stamps[k].add(k, l, low, high)
		}
		f := files[l.File]
		if f == nil {
			f = new(brackets)
			files[l.File] = f
		}
		f.list = append(f.list, witness{l.Number, low, high})
	}
	if outbound {
		return files // this end's lines bound nothing that the other end does
	}
	for _, t := range a.talks {
		if x := t.trace; x != nil && !x.outbound && !x.part {
			testify(t, x, add)
		}
		for _, x := range t.more {
			if !x.outbound && !x.part {
				testify(t, x, add)
			}
		}
	}
	for k, s := range stamps {
		k.within = s.tolerance(k.bend)
	}
	for name, f := range files {
		if !f.prepare() {
			delete(files, name)
		}
	}
	return files
}

// prepare sorts the witnesses, leaves out those that contradict others, and
// is false where there are too few, or too many of these.
func (f *brackets) prepare() bool {
	slices.SortFunc(f.list, func(a, b witness) int { return cmp.Compare(a.line, b.line) })
	before := len(f.list)
	f.bound()
	kept := make([]witness, 0, before)
	for i, w := range f.list {
		if f.lows[i]-reordering <= w.high && w.low-reordering <= f.highs[i] {
			kept = append(kept, w)
		}
	}
	if len(kept) < leastWitnesses || float64(before-len(kept)) > disorder*float64(before) {
		return false
	}
	f.list = kept
	f.bound()
	return true
}

func (f *brackets) bound() {
	n := len(f.list)
	f.lows, f.highs = make([]int64, n), make([]int64, n)
	low, high := long, never
	for i, w := range f.list {
		low = max(low, w.low)
		f.lows[i] = low
	}
	for i := n - 1; i >= 0; i-- {
		high = min(high, f.list[i].high)
		f.highs[i] = high
	}
}

// of is the bracket of a line, widened by what order leaves open.
func (f *brackets) of(l *gatewaylog.Line) bracket {
	if f == nil || l == nil {
		return unbounded
	}
	b := unbounded
	i, _ := slices.BinarySearchFunc(f.list, l.Number, func(w witness, n int64) int { return cmp.Compare(w.line, n) })
	if i > 0 && f.lows[i-1] != long {
		b.low = f.lows[i-1] - reordering
	}
	if i < len(f.list) && f.highs[i] != never {
		b.high = f.highs[i] + reordering
	}
	return b
}

// bracketed gives the traces that have no partner the brackets of their first
// and last lines.
func (a *aligner) bracketed(outbound bool) {
	files := a.witnesses(outbound)
	for _, x := range a.traces {
		if x.outbound != outbound {
			continue
		}
		x.opened, x.shut, x.early = unbounded, unbounded, unbounded
		if x.talk != nil {
			continue
		}
		of := func(l *gatewaylog.Line) bracket { return files[l.File].of(l).and(x.clock.bracket(l)) }
		if len(x.c.Lines) > 0 {
			x.early = of(x.c.Lines[0])
		}
		if x.begun && x.first != nil {
			x.opened = of(x.first)
		}
		if x.closed && x.last != nil {
			x.shut = of(x.last)
		}
	}
}

// inOrder is false where the order of the log's lines excludes that the two
// are the same: the line of the beginning stands before one that was written
// before the session began, or behind one that was written after its
// greeting; or the line of the end stands before one that was written before
// the end, or behind one that was written after the server had closed.
func (e *edge) inOrder() bool {
	t, x := e.talk, e.trace
	if x.early.high < t.start || x.opened.high < t.start || x.opened.low > e.greeting() {
		return false
	}
	if closed := closedBy(t, x); x.closed && (x.shut.low > closed || x.early.low > closed) {
		return false
	}
	return !t.left || x.shut.high >= t.end
}

// logsLast are the products that log the end of a connection before they close
// it (smtpd.c, smtp_session.c). sendmail closes first (srvrsmtp.c, disconnect).
var logsLast = map[gatewaylog.Product]bool{gatewaylog.Postfix: true, gatewaylog.OpenSMTPD: true}

// closedBy is the moment before which the product has logged the end: its
// process closes when it is done; never = that is not known.
func closedBy(t *talk, x *trace) int64 {
	if !logsLast[x.c.Product] {
		return never
	}
	return t.closed
}
