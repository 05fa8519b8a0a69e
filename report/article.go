package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"smtpscope/diagnosis"
)

// articleWidth is the widest that pages of text are set.
const articleWidth = 80

// articleGroups are the headings of the list of pages.
var articleGroups = []struct {
	kind  diagnosis.ArticleKind
	title string
}{
	{diagnosis.CauseArticle, "Causes: findings"},
	{diagnosis.PhaseArticle, "Verdicts: where a session ended"},
	{diagnosis.HowArticle, "Verdicts: how it ended"},
	{diagnosis.OutcomeArticle, "Verdicts: what became of a mail"},
	{diagnosis.SureArticle, "How sure"},
	{diagnosis.ReplyArticle, "Servers' replies"},
	{diagnosis.WordsArticle, "Gateways' words"},
}

// WriteArticles lists pages by kind: name and title.
func WriteArticles(w io.Writer, pages []diagnosis.Article, s Style) error {
	limit := min(s.width(), articleWidth)
	column := 0
	for _, a := range pages {
		column = max(column, len(a.Key))
	}
	column = min(column, limit/2) + 2
	var b strings.Builder
	for _, group := range articleGroups {
		first := true
		for _, a := range pages {
			if a.Kind != group.kind {
				continue
			}
			if first && b.Len() > 0 {
				b.WriteByte('\n')
			}
			if first {
				b.WriteString(s.paint(paintHeading, group.title) + "\n")
				first = false
			}
			title := strings.ReplaceAll(wrap(a.Title, limit-column-2, 0), "\n", "\n"+strings.Repeat(" ", column+2))
			fmt.Fprintf(&b, "  %-*s%s\n", column, a.Key, title)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteArticle prints a page. others are pages that fit too.
func WriteArticle(w io.Writer, a diagnosis.Article, others []diagnosis.Article, s Style) error {
	limit := min(s.width(), articleWidth)
	var b strings.Builder
	b.WriteString(s.paint(paintHeading, wrap(a.Title, limit, 0)) + "\n")
	for _, block := range articleBlocks(a.Body) {
		b.WriteByte('\n')
		for _, line := range block {
			b.WriteString(setLine(line, limit) + "\n")
		}
	}
	b.WriteByte('\n')
	for _, source := range a.Sources {
		b.WriteString(s.paint(paintFaint, wrap("Source: "+source, limit, 2)) + "\n")
	}
	if see := seeAlso(a, others); len(see) > 0 {
		b.WriteString(s.paint(paintFaint, wrap("See also: "+strings.Join(see, ", "), limit, 2)) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// seeAlso are the related pages and the others that were found, each once.
func seeAlso(a diagnosis.Article, others []diagnosis.Article) []string {
	list := append([]string(nil), a.See...)
	for _, cause := range diagnosis.LoggedAs(&a) {
		if !slices.Contains(list, cause) {
			list = append(list, cause)
		}
	}
	known := map[string]bool{a.Key: true}
	for _, key := range list {
		known[key] = true
	}
	for _, o := range others {
		if !known[o.Key] {
			list, known[o.Key] = append(list, o.Key), true
		}
	}
	return list
}

// articleBlocks takes a body apart: paragraphs, each with its lines made
// whole again. A line of a list begins a line of its own, and so does one that
// is indented by four columns, which stays as it is, but where it stands below the
// text of a list's line, which it goes on with.
func articleBlocks(body string) (blocks [][]string) {
	for paragraph := range strings.SplitSeq(body, "\n\n") {
		var lines []string
		for line := range strings.SplitSeq(paragraph, "\n") {
			last := ""
			if len(lines) > 0 {
				last = lines[len(lines)-1]
			}
			mark := listMark(last)
			goesOn := mark != "" && indent(line) == len(mark)
			if last == "" || listMark(line) != "" || !goesOn && (verbatim(line) || verbatim(last)) {
				lines = append(lines, line)
			} else {
				lines[len(lines)-1] += " " + strings.TrimSpace(line)
			}
		}
		blocks = append(blocks, lines)
	}
	return blocks
}

// indent is the number of blanks in front of a line.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func verbatim(line string) bool { return strings.HasPrefix(line, "    ") }

// listMark is "- " or "1. " at the beginning of a line of a list, with the blanks
// before it.
func listMark(line string) string {
	if verbatim(line) {
		return ""
	}
	from := indent(line)
	if strings.HasPrefix(line[from:], "- ") {
		return line[:from+2]
	}
	n := from
	for n < len(line) && '0' <= line[n] && line[n] <= '9' {
		n++
	}
	if n > from && strings.HasPrefix(line[n:], ". ") {
		return line[:n+2]
	}
	return ""
}

func setLine(line string, limit int) string {
	if verbatim(line) {
		return "    " + wrap(strings.TrimSpace(line), limit-4, 4)
	}
	lead := line[:indent(line)]
	text := line[len(lead):]
	return lead + strings.ReplaceAll(wrap(text, limit-len(lead), len(listMark(text))), "\n", "\n"+lead)
}
