package report

import "github.com/olekukonko/tablewriter/tw"

// maxCause bounds the column of causes: codes are short.
const maxCause = 40

// causeRoom is what the column of causes needs, gap included.
func (e *extent) causeRoom() int {
	if e.cause == 0 {
		return 0
	}
	return e.causeWidth() + columnGap
}

func (e *extent) causeWidth() int { return min(max(e.cause, len(causeHeading)), maxCause) }

// withCause adds the column of causes to a layout that leaves room for it.
func (l *layout) withCause(e extent, style Style) {
	limit := e.causeWidth()
	l.heading = append(l.heading, causeHeading)
	l.widths = append(l.widths, limit)
	l.aligns = append(l.aligns, tw.AlignLeft)
	before := l.cells
	l.cells = func(r *row) []string { return append(before(r), r.causeText(style, limit)) }
}

func (r *row) causeText(style Style, limit int) string {
	text := wrap(r.cause, limit, 2)
	if r.harmless {
		return style.paint(paintFaint, text)
	}
	return style.paint(paintOdd, text)
}

// causeLine is the cause as a line of a folded row, "" where none is named.
func (r *row) causeLine(style Style, limit int) string {
	if r.cause == "" {
		return ""
	}
	return "\n" + r.causeText(style, limit)
}
