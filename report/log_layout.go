package report

import "github.com/olekukonko/tablewriter/tw"

// The columns of the log: its id, and its words.
const (
	minLogID    = 10
	maxLogID    = 24
	minLogWords = 36
)

// withLog adds the log's columns to a layout that leaves room for them; room
// is their width together, without the gap before them.
func (l *layout) withLog(e extent, room int, style Style) {
	id := min(max(e.logID, minLogID), maxLogID)
	words := room - id - columnGap
	l.heading = append(l.heading, "LOG ID", "LOG SAYS")
	l.widths = append(l.widths, id, words)
	l.aligns = append(l.aligns, tw.AlignLeft, tw.AlignLeft)
	before := l.cells
	l.cells = func(r *row) []string {
		return append(before(r), wrap(r.logID, id, 2), r.logText(style, words))
	}
}

// logText is the log's words, coloured where they differ from the packets.
func (r *row) logText(style Style, limit int) string {
	text := wrap(r.logWords, limit, 2)
	switch r.logAgrees {
	case "no":
		return style.paint(paintOdd, text)
	case "yes":
		return text
	}
	return style.paint(paintFaint, text)
}

// logRoom is what the log's columns need together, gap included, at least.
func (e *extent) logRoom(style Style) int {
	if !e.log {
		return 0
	}
	least := minLogID + columnGap + minLogWords
	return max(least, style.width()/3) + columnGap
}

// logLine is the log's id and words as a third line of a folded row.
func (r *row) logLine(style Style, limit int) string {
	if !r.hasLog {
		return ""
	}
	short := *r
	short.logWords = "log " + r.logID + ": " + r.logWords
	return "\n" + short.logText(style, limit)
}
