package diagnosis

import (
	"slices"
	"strings"
)

// pagesByVerdict: the pages of a verdict as it is shown, whole or a part of it:
// "mid-DATA: RST from client after 20 kB", "after the dot", "RST from client".
// The phase leads, then how it ended, then what became of the mails. Only what
// begins as a verdict does is one: a line of a log may hold any of its words.
func pagesByVerdict(pages []Article, asked string) []Article {
	if at := slices.IndexFunc(pages, func(a Article) bool {
		return slices.ContainsFunc(a.Verdicts, func(v string) bool { return plainWords(v) == asked })
	}); at >= 0 {
		return pages[at : at+1]
	}
	var found []Article
	rest := asked
	if phase, ending, ok := strings.Cut(asked, ": "); ok {
		if at := beginning(pages, strings.TrimSuffix(phase, ", inferred"), PhaseArticle, OutcomeArticle); at >= 0 { // "phase unknown" is of both
			found, rest = append(found, pages[at]), ending
		}
	}
	at := beginning(pages, rest, HowArticle)
	if at < 0 {
		return found
	}
	found = append(found, pages[at])
	for _, a := range pages {
		if a.Kind == OutcomeArticle && slices.ContainsFunc(a.Verdicts, func(v string) bool { return holds(rest, plainWords(v)) }) {
			found = append(found, a)
		}
	}
	return found
}

// beginning is the page of those kinds with whose words the text begins, -1 = none.
func beginning(pages []Article, text string, kinds ...ArticleKind) int {
	return slices.IndexFunc(pages, func(a Article) bool {
		return slices.Contains(kinds, a.Kind) && slices.ContainsFunc(a.Verdicts, func(v string) bool {
			rest, begins := strings.CutPrefix(text, plainWords(v))
			return begins && (rest == "" || strings.ContainsAny(rest[:1], " ,:"))
		})
	})
}
