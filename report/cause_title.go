package report

import (
	"strings"
	"sync"

	"smtpscope/diagnosis"
)

// titles are those of all articles, by the code of what they are about.
var titles = sync.OnceValue(func() map[string]string {
	list := map[string]string{}
	for _, a := range diagnosis.Articles() {
		title := strings.TrimPrefix(strings.TrimPrefix(a.Title, "Many sessions: "), "Several sessions: ")
		list[a.Key] = strings.ToUpper(title[:1]) + title[1:]
	}
	return list
})

// CauseTitle is a cause, or what many sessions have in common, in one line of
// words that fit all of its sessions; "" where the code is not known.
func CauseTitle(code string) string { return titles()[code] }
