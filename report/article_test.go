package report

import (
	"strings"
	"testing"

	"smtpscope/diagnosis"
)

// TestArticleLists: each step of a list stands on a line of its own, and what
// goes on with it below its text.
func TestArticleLists(t *testing.T) {
	a := diagnosis.Article{Title: "T", Body: "What to do:\n  1. One thing that is said at some length, so that it\n     goes on below.\n  2. Run\n         a command that stays \\\n           on its lines\n  3. Another.\n\n- a\n- b, longer,\n  goes on"}
	var b strings.Builder
	if err := WriteArticle(&b, a, nil, Style{Width: 40}); err != nil {
		t.Fatal(err)
	}
	const want = `T

What to do:
  1. One thing that is said at some
     length, so that it goes on below.
  2. Run
    a command that stays \
    on its lines
  3. Another.

- a
- b, longer, goes on

`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestArticlesAreSet: no page runs the steps of its list together.
func TestArticlesAreSet(t *testing.T) {
	for _, a := range diagnosis.Articles() {
		steps := 0
		for line := range strings.Lines(a.Body) {
			if listMark(line) != "" {
				steps++
			}
		}
		var b strings.Builder
		if err := WriteArticle(&b, a, nil, Style{Width: 80}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if listMark(line) != "" {
				steps--
			}
		}
		if steps != 0 {
			t.Errorf("%s: %d steps are not on lines of their own", a.Key, steps)
		}
	}
}

// TestArticlesInANarrowTerminal: no width is too small for the list of pages.
func TestArticlesInANarrowTerminal(t *testing.T) {
	list := func(width int) string {
		var b strings.Builder
		if err := WriteArticles(&b, diagnosis.Articles(), Style{Width: width}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if list(1) != list(MinWidth) {
		t.Error("1 column is not taken for the least that there is")
	}
}
