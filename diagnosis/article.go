package diagnosis

import (
	"embed"
	"slices"
	"strings"
)

//go:embed articles/*.txt
var articleFiles embed.FS

// Article is a page that explains a finding, a verdict, or words from a log.
type Article struct {
	Key     string   // a finding's code, or the name of the page
	Title   string   // one line
	Phrases []string // words from logs that lead here, as the products write them
	Sources []string // where it comes from
	Body    string   // lines of at most 80 columns
}

// Articles are all pages, by key.
func Articles() []Article {
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
	a := Article{Key: key, Body: strings.TrimSpace(body)}
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "title":
			a.Title = value
		case "phrase":
			a.Phrases = append(a.Phrases, value)
		case "sources":
			a.Sources = append(a.Sources, value)
		}
	}
	return a
}
