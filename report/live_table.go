package report

import (
	"io"

	"github.com/olekukonko/tablewriter"

	"smtpscope/session"
)

// LiveTable writes sessions as a table while they come. It keeps nothing: the
// columns are as wide as rows usually need, and follow the width of the
// terminal, with new headings when that changes.
type LiveTable struct {
	w      *trimmer
	style  func() Style // asked before each row
	width  int
	layout layout
	table  *tablewriter.Table
}

// NewLiveTable gives a LiveTable that writes to w.
func NewLiveTable(w io.Writer, style func() Style) *LiveTable {
	return &LiveTable{w: &trimmer{w: w}, style: style}
}

// The widths of a live table's columns: numbers of sessions up to ten
// millions, IPv4 addresses with a port. What is longer is folded.
var liveExtent = extent{session: 8, start: len("15:04:05"), duration: len("12m 34s"), bytes: len("12.3 MB"),
	client: len("255.255.255.255:65535"), server: len("255.255.255.255:587"), envelope: 60, verdict: 90}

// Session writes the row of one session.
func (t *LiveTable) Session(s *session.Session) error {
	style := t.style()
	if t.table == nil || style.width() != t.width {
		if err := t.begin(style); err != nil {
			return err
		}
	}
	r := newRow(&s.Record)
	if err := t.table.Append(t.layout.cells(&r)); err != nil {
		return err
	}
	return t.w.err
}

func (t *LiveTable) begin(style Style) error {
	if err := t.Close(); err != nil {
		return err
	}
	t.width = style.width()
	t.layout = newLayout(liveExtent, clock{zone: style.zone(), layout: "15:04:05"}, style)
	t.table = t.layout.writer(t.w)
	if err := t.table.Start(); err != nil {
		return err
	}
	heading := make([]string, len(t.layout.heading))
	for i, h := range t.layout.heading {
		heading[i] = style.paint(paintHeading, h)
	}
	t.table.Header(heading)
	return t.w.err
}

// Close ends the table.
func (t *LiveTable) Close() error {
	if t.table == nil {
		return nil
	}
	table := t.table
	t.table = nil
	return table.Close()
}
