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

// withCause adds the cause to a layout: as a column, for which it leaves room,
// or as a line below the verdict, which is the last column.
func (l *layout) withCause(e extent, style Style, beside bool) {
	before, last := l.cells, len(l.widths)-1
	if !beside {
		l.heading[last] += "\n" + causeHeading
		l.cells = func(r *row) []string {
			cells := before(r)
			cells[last] += r.causeLine(style, l.widths[last])
			return cells
		}
		return
	}
	limit := e.causeWidth()
	l.heading = append(l.heading, causeHeading)
	l.widths = append(l.widths, limit)
	l.aligns = append(l.aligns, tw.AlignLeft)
	l.cells = func(r *row) []string { return append(before(r), r.causeText(style, r.cause, limit)) }
}

func (r *row) causeText(style Style, text string, limit int) string {
	if r.harmless {
		return style.paint(paintFaint, wrap(text, limit, 2))
	}
	return style.paint(paintOdd, wrap(text, limit, 2))
}

// causeLine is the cause as a line behind the verdict, "" where none is named.
func (r *row) causeLine(style Style, limit int) string {
	if r.cause == "" {
		return ""
	}
	return "\n" + r.causeText(style, "cause: "+r.cause, limit)
}
