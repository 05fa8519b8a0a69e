package report

import "github.com/olekukonko/tablewriter/tw"

// maxCause bounds the column of causes: codes are short.
const maxCause = 40

// causeRoom is what the column of causes needs, gap included.
func (e *extent) causeRoom() int {
	if !e.hasCause() {
		return 0
	}
	return e.causeWidth() + columnGap
}

func (e *extent) hasCause() bool { return e.cause+e.noticed > 0 }

// causeHeading stands above causeWords.
func (e *extent) causeHeading() string {
	if e.cause == 0 {
		return "NOTICED (HOW SURE)"
	}
	return "CAUSE (HOW SURE)"
}

// noticed goes before a finding that is no cause, where it stands among causes.
const noticed = "noticed: "

func (e *extent) causeWidth() int {
	width := max(e.cause, e.noticed, len(e.causeHeading()))
	if e.cause > 0 && e.noticed > 0 {
		width = max(width, len(noticed)+e.noticed)
	}
	return min(width, maxCause)
}

// withCause adds the cause to a layout: as a column, for which it leaves room,
// or as a line below the verdict, which is the last column.
func (l *layout) withCause(e extent, style Style, beside bool) {
	before, last := l.cells, len(l.widths)-1
	if !beside {
		l.heading[last] += "\n" + e.causeHeading()
		l.cells = func(r *row) []string {
			cells := before(r)
			cells[last] += r.causeLine(style, l.widths[last])
			return cells
		}
		return
	}
	limit := e.causeWidth()
	l.heading = append(l.heading, e.causeHeading())
	l.widths = append(l.widths, limit)
	l.aligns = append(l.aligns, tw.AlignLeft)
	l.cells = func(r *row) []string {
		text := r.cause
		if r.noticed && e.cause > 0 && text != "" {
			text = noticed + text
		}
		return append(before(r), r.causeText(style, text, limit))
	}
}

func (r *row) causeText(style Style, text string, limit int) string {
	if r.harmless {
		return style.paint(paintFaint, wrap(text, limit, 2))
	}
	return style.paint(paintOdd, wrap(text, limit, 2))
}

// causeLine is the leading finding as a line behind the verdict, "" where there
// is none.
func (r *row) causeLine(style Style, limit int) string {
	if r.cause == "" {
		return ""
	}
	label := "cause: "
	if r.noticed {
		label = noticed
	}
	return "\n" + r.causeText(style, label+r.cause, limit)
}
