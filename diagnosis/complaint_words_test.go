package diagnosis

import (
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// TestMarks: whatever a pattern matches has one of its marks. Of each pattern
// all its shortest texts are tried.
func TestMarks(t *testing.T) {
	for _, w := range complaintWords {
		re, err := syntax.Parse(w.pattern().String(), syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range shortest(re) {
			if !w.pattern().MatchString(text) {
				t.Errorf("%s: %q was made from the pattern and does not match it", w.why, text)
			}
			if !slices.ContainsFunc(w.marks, func(m string) bool { return strings.Contains(text, m) }) {
				t.Errorf("%s: %q matches, and has none of the marks", w.why, text)
			}
		}
	}
}

// shortest are texts that a pattern matches: each alternative once, what may
// come several times not at all or once.
func shortest(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return []string{string(re.Rune[0])}
	case syntax.OpAnyCharNotNL:
		return []string{"x"}
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(re.Sub[0])
	case syntax.OpQuest, syntax.OpStar:
		return append([]string{""}, shortest(re.Sub[0])...)
	case syntax.OpAlternate:
		var list []string
		for _, sub := range re.Sub {
			list = append(list, shortest(sub)...)
		}
		return list
	case syntax.OpConcat:
		list := []string{""}
		for _, sub := range re.Sub {
			var longer []string
			for _, head := range list {
				for _, tail := range shortest(sub) {
					longer = append(longer, head+tail)
				}
			}
			list = longer
		}
		return list
	}
	return []string{""} // an edge of a word or of the text
}
