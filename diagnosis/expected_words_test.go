package diagnosis

import (
	"path/filepath"
	"slices"
	"testing"
)

// ordinary are expected words that lines of sessions without trouble have, too:
// no page explains them.
var ordinary = []string{
	"close", "lost", "ready … bytes from …", "<,QUIT", "closed by QUIT", "dropped", "too many", "disconnect from …", "disconnect from … quit=1",
	"from=… size=0 … nrcpts=…", "a=a/eom", "ICID 0 TCPREFUSE SG",
}

// TestExpectedWordsAreExplained: whatever the program says that a gateway will
// have logged, explain has a page for, of that product or of the cause.
func TestExpectedWordsAreExplained(t *testing.T) {
	scripts, err := filepath.Glob("../testdata/*/session.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	asked := map[string]bool{"": true}
	for _, path := range scripts {
		for _, s := range sessionsOf(t, path) {
			for _, x := range Expectations(&s.Record) {
				for _, p := range x.Phrases {
					if asked[p.Words] || slices.Contains(ordinary, p.Words) {
						continue
					}
					asked[p.Words] = true
					if len(FindArticles(p.Words)) == 0 {
						t.Errorf("%s: no page for %q", x.Product, p.Words)
					}
				}
			}
		}
	}
}
