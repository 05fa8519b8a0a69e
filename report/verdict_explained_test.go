package report

import (
	"testing"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// TestVerdictsAreExplained: every word that a verdict has for phase, how, by and
// outcome, and every verdict as a whole, has its page.
func TestVerdictsAreExplained(t *testing.T) {
	leads := func(words string, kinds ...diagnosis.ArticleKind) {
		t.Helper()
		found := diagnosis.FindArticles(words)
		for i, kind := range kinds {
			if i >= len(found) || found[i].Kind != kind && found[i].Key != "unknown" {
				t.Errorf("%q leads to %d pages, and not to one of a %s", words, len(found), kind)
			}
		}
	}
	for _, e := range possible() {
		r := exampleOf(e)
		leads(phase(r), diagnosis.PhaseArticle)
		leads(event(r), diagnosis.HowArticle)
		leads(Verdict(r), diagnosis.PhaseArticle, diagnosis.HowArticle)
		leads(e.By)
	}
	leads("before MAIL", diagnosis.PhaseArticle)
	leads("inferred", diagnosis.PhaseArticle)
	for _, by := range []string{"client", "server"} {
		leads(by, diagnosis.HowArticle)
	}
	for _, o := range outcomes {
		leads(string(o), diagnosis.OutcomeArticle)
		m := &session.Message{Outcome: o, Code: 250, Reply: &session.Reply{Code: 250}}
		verdict := "after the mail: QUIT from client" + tally([]*session.Message{m}, ", ")
		if o != session.Unknown {
			leads(verdict, diagnosis.PhaseArticle, diagnosis.HowArticle, diagnosis.OutcomeArticle)
		}
	}
}
