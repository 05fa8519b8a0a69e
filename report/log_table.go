package report

import (
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/tw"

	"smtpscope/gatewaylog"
)

// maxSaid is how many columns of a log's words a table shows: a client that is
// no mail server is quoted in a log at any length. The other forms have all.
const maxSaid = 400

// LogTable writes log connections as a table for people, in the order in
// which they come. It keeps rows of words until Close.
type LogTable struct {
	w     io.Writer
	style Style
	rows  []logRow
}

// A logRow is what the table keeps of one log connection.
type logRow struct {
	id, start, peer string
	ids, envelopes  string // of its mails, in columns of their own
	mails           string // both together, in one
	end             string
}

// NewLogTable gives a LogTable that writes to w.
func NewLogTable(w io.Writer, style Style) *LogTable { return &LogTable{w: w, style: style} }

// Connection takes one row.
func (t *LogTable) Connection(c LogConnection) error {
	end := shorten(Printable(c.Words()), maxSaid)
	if end == "" {
		end = "(nothing about its end)"
	}
	if c.Reason != "" {
		end += " [" + Printable(c.Reason) + "]"
	}
	who := c.Client
	if c.Direction == gatewaylog.Outbound {
		who = c.Server
	}
	t.rows = append(t.rows, logRow{
		id: Printable(c.ID), start: t.time(c.Start), peer: Printable(arrowOf(c.Direction) + peerWords(who)),
		ids:       Printable(shortList(logEach(c, func(m *gatewaylog.Message) string { return m.ID }))),
		envelopes: logEach(c, logEnvelope), mails: logEach(c, logMail), end: end})
	return nil
}

// logEnvelope says from whom to whom a mail went.
func logEnvelope(m *gatewaylog.Message) string {
	return shortenAddress(Printable(logSender(m)), maxAddress) + " → " + shortenAddress(Printable(logRecipients(m)), maxAddress)
}

// logMail is a mail's id and envelope, as far as the log has them.
func logMail(m *gatewaylog.Message) string {
	switch {
	case m.ID == "":
		return logEnvelope(m)
	case !m.HasFrom && len(m.Recipients) == 0:
		return Printable(m.ID)
	}
	return Printable(m.ID) + ": " + logEnvelope(m)
}

// time is as the log's clock has it: in the style's zone where the log names
// its own.
func (t *LogTable) time(at gatewaylog.Time) string {
	switch {
	case at.IsZero():
		return ""
	case at.ZoneKnown:
		return at.At.In(t.style.zone()).Format("2006-01-02 15:04:05")
	case at.YearKnown:
		return at.At.Format("2006-01-02 15:04:05")
	}
	return at.At.Format("01-02 15:04:05")
}

// Close writes everything.
func (t *LogTable) Close() error {
	if len(t.rows) == 0 {
		return nil
	}
	if l, cells, fits := t.oneLine(); fits {
		return t.write(&l, cells)
	}
	l, cells := t.folded()
	return t.write(&l, cells)
}

// widest is the greatest width of what value gives for the rows and of its
// heading, at most most.
func (t *LogTable) widest(heading string, most int, value func(*logRow) string) int {
	n := lineWidth(heading)
	for i := range t.rows {
		n = max(n, lineWidth(value(&t.rows[i])))
	}
	return min(n, most)
}

// The most that the columns take which are no running text.
const (
	maxLogRowID   = 18
	maxLogRowPeer = 26
)

// oneLine has a column for everything. It fits where the two columns of
// running text have what they need, or what a table of sessions gives them.
func (t *LogTable) oneLine() (layout, func(*logRow) []string, bool) {
	l := layout{heading: []string{"ID", "START", "PEER", "MAIL IDS", "FROM → TO", "HOW THE LOG SAYS IT ENDED"}}
	l.widths = []int{
		t.widest("ID", maxLogRowID, func(r *logRow) string { return r.id }),
		t.widest("START", len("2006-01-02 15:04:05"), func(r *logRow) string { return r.start }),
		t.widest("PEER", maxLogRowPeer, func(r *logRow) string { return r.peer }),
		t.widest("MAIL IDS", maxLogRowID, func(r *logRow) string { return r.ids }),
		t.widest("FROM → TO", maxSaid, func(r *logRow) string { return r.envelopes }),
		t.widest("HOW THE LOG SAYS IT ENDED", maxSaid, func(r *logRow) string { return r.end }),
	}
	free := t.style.width() - columnGap*(len(l.widths)-1)
	for _, w := range l.widths[:4] {
		free -= w
	}
	envelope, end := l.widths[4], l.widths[5]
	if envelope+end > free {
		end = max(free-envelope, free*minVerdict/(minEnvelope+minVerdict))
		envelope = free - end
	}
	fits := free >= min(l.widths[4]+l.widths[5], minEnvelope+minVerdict)
	l.widths[4], l.widths[5] = envelope, end
	return l, func(r *logRow) []string { return []string{r.id, r.start, r.peer, r.ids, r.envelopes, r.end} }, fits
}

// folded has the peer below the time, and the mails below the end; in half a
// terminal all stands below each other, beside the id.
func (t *LogTable) folded() (layout, func(*logRow) []string) {
	const end, mails = "HOW THE LOG SAYS IT ENDED", "MAIL IDS: FROM → TO"
	id := t.widest("ID", maxLogRowID, func(r *logRow) string { return r.id })
	if t.style.width() < minFolded {
		id = min(id, maxLogRowID/2)
		limit := t.style.width() - id - columnGap
		l := layout{heading: []string{"ID", "START, PEER\n" + end + "\n" + mails}, widths: []int{id, limit}}
		return l, func(r *logRow) []string {
			return []string{r.id, t.style.paint(paintFaint, wrap(strings.Trim(r.start+", "+r.peer, ", "), limit, 2)) + "\n" + r.ending(t.style, limit)}
		}
	}
	start := max(t.widest("START", len("2006-01-02 15:04:05"), func(r *logRow) string { return r.start }),
		t.widest("PEER", maxLogRowPeer, func(r *logRow) string { return r.peer }))
	limit := t.style.width() - id - start - 2*columnGap
	l := layout{heading: []string{"ID", "START\nPEER", end + "\n" + mails}, widths: []int{id, start, limit}}
	return l, func(r *logRow) []string {
		return []string{r.id, r.start + "\n" + wrap(r.peer, start, 2), r.ending(t.style, limit)}
	}
}

// ending is how it ended, and the mails below it.
func (r *logRow) ending(style Style, limit int) string {
	text := wrap(r.end, limit, 2)
	if r.mails != "" {
		text += "\n" + style.paint(paintFaint, wrap(r.mails, limit, 2))
	}
	return text
}

func (t *LogTable) write(l *layout, cells func(*logRow) []string) error {
	l.aligns = make([]tw.Align, len(l.heading))
	for i := range l.aligns {
		l.aligns[i] = tw.AlignLeft
	}
	return l.stream(t.w, t.style, len(t.rows), func(i int) []string {
		row := cells(&t.rows[i])
		for k := range row {
			if !strings.Contains(row[k], "\n") { // else it is laid out
				row[k] = wrap(row[k], l.widths[k], 1)
			}
		}
		return row
	})
}
