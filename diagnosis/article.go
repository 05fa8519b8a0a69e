package diagnosis

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

//go:embed articles/*.txt
var articleFiles embed.FS

// ArticleKind says what a page explains.
type ArticleKind string

// The kinds, in the order in which they are listed.
const (
	CauseArticle   ArticleKind = "cause"   // a finding; a file without a kind
	PhaseArticle   ArticleKind = "phase"   // where a session ended
	HowArticle     ArticleKind = "how"     // how it ended
	OutcomeArticle ArticleKind = "outcome" // what became of a message
	SureArticle    ArticleKind = "sure"    // how sure a finding or a match is
	ReplyArticle   ArticleKind = "reply"   // what a server answers
	WordsArticle   ArticleKind = "words"   // what a gateway logs
)

// Article is a page that explains a finding, a verdict, or words from a log.
type Article struct {
	Key      string      // a finding's code, a word of the verdict, or the name of the page
	Kind     ArticleKind // from "kind:"
	Title    string      // one line
	Also     []string    // other names of it
	Verdicts []string    // words of verdicts that lead here, as they are shown
	Phrases  []string    // words from logs that lead here, as the products write them; "…" is what differs
	Logs     []string    // words that logs may have for it, and for other things: of causes, whose words have pages of their own
	See      []string    // keys of related pages
	Sources  []string    // where it comes from
	Body     string      // lines of at most 80 columns
}

// Articles are all pages, by key. The pages are shared, and not to be changed.
func Articles() []Article { return slices.Clone(articles()) }

// articles are read where a page is first asked for: to list sessions needs none.
var articles = sync.OnceValue(readArticles)

func readArticles() []Article {
	files, err := articleFiles.ReadDir("articles")
	if err != nil {
		panic(err) // embedded: it is there
	}
	var list []Article
	for _, f := range files {
		text, err := articleFiles.ReadFile("articles/" + f.Name())
		if err != nil {
			panic(err)
		}
		list = append(list, parseArticle(strings.TrimSuffix(f.Name(), ".txt"), string(text)))
	}
	slices.SortFunc(list, func(a, b Article) int { return strings.Compare(a.Key, b.Key) })
	return list
}

// parseArticle reads fields up to a line "---", then the body. A field may
// come more than once.
func parseArticle(key, text string) Article {
	head, body, _ := strings.Cut(text, "\n---\n")
	a := Article{Key: key, Kind: CauseArticle, Body: strings.TrimSpace(body)}
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "title":
			a.Title = value
		case "kind":
			a.Kind = ArticleKind(value)
		case "also":
			a.Also = append(a.Also, value)
		case "logs":
			a.Logs = append(a.Logs, value)
		case "verdict":
			a.Verdicts = append(a.Verdicts, value)
		case "see":
			a.See = append(a.See, value)
		case "phrase":
			a.Phrases = append(a.Phrases, value)
		case "sources":
			a.Sources = append(a.Sources, value)
		}
	}
	return a
}
