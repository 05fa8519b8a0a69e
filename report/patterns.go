package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"smtpscope/diagnosis"
)

// What is shown of patterns above a table: a handful, each with the sessions
// to look at first.
const (
	shownPatterns        = 5
	shownPatternSessions = 5
)

// writePatterns says first what many sessions have in common. Hints are no
// headline: JSON Lines have them.
func writePatterns(w io.Writer, list []diagnosis.Pattern, style Style) error {
	var lead []*diagnosis.Pattern
	for i := range list {
		if list[i].Certainty != string(diagnosis.Hint) {
			lead = append(lead, &list[i])
		}
	}
	if len(lead) == 0 {
		return nil
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b)
	for _, p := range lead[:min(len(lead), shownPatterns)] {
		writePattern(b, p, style)
	}
	if more := len(lead) - shownPatterns; more > 0 {
		fmt.Fprintln(b, wrap("and "+Count(int64(more), "pattern more", "patterns more")+" (--format jsonl has all)", style.width(), 2))
	}
	return b.Flush()
}

func writePattern(b *bufio.Writer, p *diagnosis.Pattern, style Style) {
	text := wrap(Printable(p.Summary), style.width(), 2)
	fmt.Fprintln(b, style.paint(severityPaint[p.Severity], text))
	about := fmt.Sprintf("%s (%s), %s", Printable(p.Code), Printable(p.Certainty), patternSessions(p))
	for line := range strings.SplitSeq(wrap(about, style.width()-2, 0), "\n") {
		fmt.Fprintln(b, "  "+style.paint(paintFaint, line))
	}
}

func patternSessions(p *diagnosis.Pattern) string {
	var words []string
	for _, n := range p.Sessions[:min(len(p.Sessions), shownPatternSessions)] {
		words = append(words, number(n))
	}
	text := "session " + strings.Join(words, ", ")
	if p.Count > 1 {
		text = "sessions " + strings.Join(words, ", ")
	}
	if more := p.Count - int64(len(words)); more > 0 {
		text += fmt.Sprintf(" and %s more", Thousands(more))
	}
	return text
}
