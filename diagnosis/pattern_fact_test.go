package diagnosis

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"smtpscope/session"
)

// TestFactWords: a fact has a number for every word that the contract knows,
// and gives it back.
func TestFactWords(t *testing.T) {
	text, err := os.ReadFile("../docs/record.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs struct {
			Ended struct {
				Properties map[string]struct{ Enum []string }
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	for list, name := range map[int]string{wordPhase: "phase", wordHow: "how", wordBy: "by"} {
		words := schema.Defs.Ended.Properties[name].Enum
		if len(words) == 0 {
			t.Errorf("the schema has no words for %s", name)
		}
		for _, word := range words {
			if !slices.Contains(factWords[list], word) {
				t.Errorf("%s: %q has no number", name, word)
			}
		}
	}
	var f fact
	f.fill(new(Patterns), &session.Record{Ended: session.Ended{Phase: "dot", How: session.ByCaptureEnd, By: "server"}, Seen: session.Seen{Client: true}})
	if f.phase() != "dot" || f.how() != session.ByCaptureEnd || f.by() != "server" || f.hidden() != "server" {
		t.Errorf("phase %q, how %q, by %q, hidden %q", f.phase(), f.how(), f.by(), f.hidden())
	}
}
