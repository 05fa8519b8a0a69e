package report

import (
	"strconv"

	"github.com/olekukonko/tablewriter/tw"

	"smtpscope/session"
)

// A layout arranges rows in columns that fit the width of the output.
type layout struct {
	heading []string
	widths  []int
	aligns  []tw.Align
	cells   func(r *row) []string
}

// columnGap is the space between two columns.
const columnGap = 2

// The least that the columns of running text must have for the layout of one
// line a session; below that, what belongs together is folded into one column.
const (
	minEnvelope = 30
	minVerdict  = 44
	minFolded   = 80 // of the whole line, for the layout of two columns of text
)

// extent is how wide the columns of a table's rows are by nature.
type extent struct {
	session, start, duration, client, server, bytes int
	envelope, verdict                               int
	cause, noticed                                  int // the leading findings, where they are a cause and where not
	direction                                       bool
	log                                             bool
	logID                                           int
}

func (e *extent) add(r *row, c clock) {
	e.session = max(e.session, len(strconv.FormatInt(r.session, 10)))
	e.start = max(e.start, len(c.layout))
	e.duration = max(e.duration, len(Span(r.duration.Duration())))
	e.client = max(e.client, len(r.client.String()))
	e.server = max(e.server, len(r.server.String()))
	e.bytes = max(e.bytes, len(Size(r.bytes)))
	e.envelope = max(e.envelope, lineWidth(r.envelope))
	e.verdict = max(e.verdict, lineWidth(r.phase)+2+lineWidth(r.ending))
	if r.noticed {
		e.noticed = max(e.noticed, lineWidth(r.cause))
	} else {
		e.cause = max(e.cause, lineWidth(r.cause))
	}
	e.direction = e.direction || r.direction != ""
	e.log = e.log || r.hasLog
	e.logID = max(e.logID, lineWidth(r.logID))
}

func newLayout(e extent, c clock, style Style) layout {
	for _, beside := range []bool{true, false} {
		if l, fits := oneLine(e, c, style, beside); fits {
			return l
		}
	}
	if style.width() >= minFolded {
		return folded(e, c, style)
	}
	return narrow(e, c, style)
}

// oneLine has a column for everything; the cause has its own beside the
// verdict, or else a line below it.
func oneLine(e extent, c clock, style Style, beside bool) (layout, bool) {
	l := layout{
		heading: []string{"#", "START", "LASTED", "CLIENT", "SERVER", "FROM → TO", "BYTES", "HOW IT ENDED"},
		aligns: []tw.Align{tw.AlignRight, tw.AlignLeft, tw.AlignRight, tw.AlignLeft, tw.AlignLeft,
			tw.AlignLeft, tw.AlignRight, tw.AlignLeft},
		widths: []int{e.session, max(5, e.start), max(6, e.duration), max(6, e.client), max(6, e.server),
			0, max(5, e.bytes), 0},
	}
	if e.direction {
		l.widths[4] += len(", outbound")
	}
	room := e.logRoom(style)
	free := style.width() - columnGap*(len(l.widths)-1) - room
	if beside {
		free -= e.causeRoom()
	}
	for _, w := range l.widths {
		free -= w
	}
	if free < minEnvelope+minVerdict {
		return l, false
	}
	// Both get what they need where it is there; else the verdict has its
	// full line first, then the envelope.
	l.widths[7] = min(max(e.verdict, len("HOW IT ENDED")), free-minEnvelope)
	l.widths[5] = min(max(e.envelope, len("FROM → TO")), free-l.widths[7])
	l.cells = func(r *row) []string {
		server := r.server.String()
		if r.direction != "" {
			server += ", " + r.direction
		}
		return []string{
			strconv.FormatInt(r.session, 10), c.format(r.start), Span(r.duration.Duration()),
			r.client.String(), server, wrap(r.envelope, l.widths[5], 2), Size(r.bytes),
			r.verdict(style, l.widths[7]),
		}
	}
	if e.hasCause() {
		l.withCause(e, style, beside)
	}
	if e.log {
		l.withLog(e, room-columnGap, style)
	}
	return l, true
}

// folded has two lines a session: the verdict above the envelope, the client
// above the server. Where a cause is named it has a line between them, for it
// belongs to the verdict.
func folded(e extent, c clock, style Style) layout {
	l := layout{
		heading: []string{"#", "START\nLASTED", "CLIENT\nSERVER", "HOW IT ENDED\nFROM → TO, BYTES"},
		aligns:  []tw.Align{tw.AlignRight, tw.AlignLeft, tw.AlignLeft, tw.AlignLeft},
		widths:  []int{e.session, max(6, e.start, e.duration), max(6, e.client, e.server), 0},
	}
	used := columnGap * (len(l.widths) - 1)
	for _, w := range l.widths {
		used += w
	}
	// Long IPv6 addresses leave no room at 80 columns: they are broken where
	// they have a colon.
	if most := style.width() * 2 / 5; style.width()-used < minVerdict {
		used -= l.widths[2] - min(l.widths[2], most)
		l.widths[2] = min(l.widths[2], most)
	}
	l.widths[3] = style.width() - used
	l.cells = func(r *row) []string {
		about := r.envelope + ", " + Size(r.bytes)
		if r.direction != "" {
			about = r.direction + ", " + about
		}
		return []string{
			strconv.FormatInt(r.session, 10),
			c.format(r.start) + "\n" + style.paint(paintFaint, Span(r.duration.Duration())),
			endpoint(r.client, l.widths[2]) + "\n" + endpoint(r.server, l.widths[2]),
			r.verdict(style, l.widths[3]) + r.causeLine(style, l.widths[3]) + "\n" + style.paint(paintFaint, wrap(about, l.widths[3], 2)) + r.logLine(style, l.widths[3]),
		}
	}
	if e.hasCause() {
		l.heading[3] = "HOW IT ENDED\n" + e.causeHeading() + "\nFROM → TO, BYTES"
	}
	if e.log {
		l.heading[3] += "\nLOG ID: LOG SAYS"
	}
	return l
}

// narrow is for half a terminal: everything of a session stands below each
// other, beside its number.
func narrow(e extent, c clock, style Style) layout {
	l := layout{
		heading: []string{"#", "START, LASTED\nCLIENT → SERVER\nHOW IT ENDED\nFROM → TO, BYTES"},
		aligns:  []tw.Align{tw.AlignRight, tw.AlignLeft},
		widths:  []int{e.session, style.width() - columnGap - e.session},
	}
	limit := l.widths[1]
	l.cells = func(r *row) []string {
		when := c.format(r.start) + ", " + Span(r.duration.Duration())
		ends := r.client.String() + " → " + r.server.String()
		about := r.envelope + ", " + Size(r.bytes)
		if r.direction != "" {
			about = r.direction + ", " + about
		}
		return []string{strconv.FormatInt(r.session, 10), style.paint(paintFaint, when) + "\n" + wrap(ends, limit, 2) + "\n" +
			r.verdict(style, limit) + r.causeLine(style, limit) + "\n" + style.paint(paintFaint, wrap(about, limit, 2)) + r.logLine(style, limit)}
	}
	return l
}

func endpoint(e session.Endpoint, limit int) string { return wrap(e.String(), limit, 2) }
