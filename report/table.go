package report

import (
	"bytes"
	"cmp"
	"io"
	"slices"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// Table writes sessions as a table for people, in the order of their first
// frames, below lines about the capture. It keeps a row of words for each
// session until Capture is called.
type Table struct {
	w      io.Writer
	style  Style
	filter string
	quiet  bool
	rows   []row
	shared []diagnosis.Pattern
}

// NewTable gives a Table that writes to w. filter is what the user asked to
// see, in words; "" = everything. quiet leaves the lines about the capture out.
func NewTable(w io.Writer, style Style, filter string, quiet bool) *Table {
	return &Table{w: w, style: style, filter: filter, quiet: quiet}
}

// Session takes the row of one session.
func (t *Table) Session(s *session.Session) error {
	t.rows = append(t.rows, newRow(&s.Record))
	return nil
}

// Patterns takes what the sessions have in common: it stands above the rows.
func (t *Table) Patterns(list []diagnosis.Pattern) error {
	t.shared = list
	return nil
}

// Capture writes everything.
func (t *Table) Capture(c *Capture) error {
	if !t.quiet {
		if err := WriteHeader(t.w, c, t.style, t.filter); err != nil {
			return err
		}
		if err := writePatterns(t.w, t.shared, t.style); err != nil {
			return err
		}
	}
	if len(t.rows) == 0 {
		return nil
	}
	if !t.quiet {
		if _, err := io.WriteString(t.w, "\n"); err != nil {
			return err
		}
	}
	slices.SortStableFunc(t.rows, func(a, b row) int { return cmp.Compare(a.session, b.session) })
	return t.writeRows()
}

func (t *Table) writeRows() error {
	clock := newClock(t.style.zone(), t.rows[0].start, t.rows[len(t.rows)-1].start)
	var e extent
	for i := range t.rows {
		e.add(&t.rows[i], clock)
	}
	l := newLayout(e, clock, t.style)
	return l.stream(t.w, t.style, len(t.rows), func(i int) []string { return l.cells(&t.rows[i]) })
}

// stream writes the heading and n rows.
func (l *layout) stream(w io.Writer, style Style, n int, cells func(row int) []string) error {
	out := &trimmer{w: w}
	table := l.writer(out)
	if err := table.Start(); err != nil {
		return err
	}
	heading := make([]string, len(l.heading))
	for i, h := range l.heading {
		heading[i] = style.paint(paintHeading, h)
	}
	table.Header(heading)
	for i := range n {
		if err := table.Append(cells(i)); err != nil {
			return err
		}
		if out.err != nil {
			return out.err
		}
	}
	if err := table.Close(); err != nil {
		return err
	}
	return out.err
}

// writer sets tablewriter up to stream rows of known widths without lines:
// nothing is kept, and the text is as easy to cut up as ls's.
func (l *layout) writer(w io.Writer) *tablewriter.Table {
	widths := tw.NewMapper[int, int]()
	for i, width := range l.widths {
		widths.Set(i, width+columnGap) // the padding counts
	}
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    tw.CellPadding{Global: tw.Padding{Right: "  ", Overwrite: true}},
		Alignment:  tw.CellAlignment{PerColumn: l.aligns},
	}
	return tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{
			Header: cell, Row: cell,
			Stream:   tw.StreamConfig{Enable: true},
			Widths:   tw.CellWidth{PerColumn: widths},
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimLine: tw.Off},
		}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone, Symbols: tw.NewSymbols(tw.StyleNone), Streaming: true,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})),
	)
}

// reset ends colour.
const reset = "\x1b[0m"

// trimLine drops the spaces at the end of a line, also those in front of the
// reset that the renderer puts behind a coloured cell.
func trimLine(line []byte) []byte {
	text, colored := bytes.CutSuffix(line, []byte(reset))
	text = bytes.TrimRight(text, " ")
	if colored && !bytes.HasSuffix(text, []byte(reset)) {
		text = append(text, reset...)
	}
	return text
}

// trimmer drops the spaces with which the renderer fills the last column: they
// would wrap in a terminal and trouble who copies a line. It keeps the first
// error, which the renderer does not report.
type trimmer struct {
	w    io.Writer
	line []byte
	err  error
}

func (t *trimmer) Write(p []byte) (int, error) {
	n := len(p)
	for t.err == nil {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			t.line = append(t.line, p...)
			break
		}
		t.line = append(t.line, p[:i]...)
		t.line = append(trimLine(t.line), '\n')
		_, t.err = t.w.Write(t.line)
		t.line, p = t.line[:0], p[i+1:]
	}
	return n, t.err
}
