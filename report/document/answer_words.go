package document

import (
	"fmt"
	"strings"

	"smtpscope/report"
)

// noCause is the second sentence where no rule names a cause.
func noCause(one *Detail) string {
	const only = "he packets show this much and do not force a cause."
	switch {
	case one.fateOfMail != "":
		return capital(one.fateOfMail) + "; t" + only
	case one.noMail:
		return "No mail was sent in it; t" + only
	}
	return "T" + only
}

func evidence(f *Finding) string {
	if f.Frames == "" {
		return ""
	}
	return " (" + f.Frames + ")"
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func endedBadly(bad, all int64) string {
	sessions := report.Count(all, "session", "sessions")
	switch {
	case bad == 0:
		return "Of " + sessions + ", none ended abnormally"
	case bad == all:
		return "All " + sessions + " ended abnormally"
	}
	return fmt.Sprintf("Of %s, %s ended abnormally (%.3g %%)", sessions, report.Thousands(bad), float64(bad)*100/float64(all))
}

func stillOpen(open int64) string {
	if open == 0 {
		return ""
	}
	return ", and of " + report.Thousands(open) + " the capture does not show the end"
}

// endedWords make a half sentence of a verdict, whose first words are a phase.
func endedWords(verdict string) string {
	if strings.HasPrefix(verdict, "no connection") {
		return "came to " + verdict
	}
	if rest, unknown := strings.CutPrefix(verdict, "phase unknown"); unknown {
		return "ended in an unknown phase" + rest
	}
	return "ended " + verdict
}

// waysWords say in which ways the sessions ended, the most frequent first.
func waysWords(groups []Group) string {
	g := &groups[0]
	switch {
	case len(groups) == 1 && g.Count == 1:
		return "It " + endedWords(g.Verdict) + "."
	case len(groups) == 1:
		return fmt.Sprintf("All of these ended alike: %s (%s).", g.Verdict, g.ClientWords())
	case g.Count > 1:
		return fmt.Sprintf("Most often: %s (%s, %s).", g.Verdict, report.Count(g.Count, "session", "sessions"), g.ClientWords())
	}
	var ways []string
	for _, g := range groups[:min(len(groups), 4)] {
		ways = append(ways, g.Verdict)
	}
	words := "Each ended in its own way: " + strings.Join(ways, "; ")
	if len(groups) > 4 {
		words += "; and so on"
	}
	return words + "."
}

// ClientWords says from how many clients the sessions came.
func (g *Group) ClientWords() string {
	words := "from " + report.Count(g.Clients, "client", "clients")
	if g.More {
		words = "from more than " + report.Count(g.Clients, "client", "clients")
	}
	return words
}

// certaintyWords say what a certainty means (docs/diagnosis.md).
func certaintyWords(certainty string) string {
	switch certainty {
	case "proven":
		return "proven: the packets alone force it"
	case "strong":
		return "strong: there is no common innocent explanation, and a counter-check passed"
	case "likely":
		return "likely: it fits, and other explanations remain"
	case hint:
		return "a hint: worth a look"
	}
	return report.Printable(certainty)
}

// capital begins our own words, which are ASCII, with a capital letter.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// lower is the same text within a sentence. What begins with an abbreviation
// (TLS, BDAT) keeps it.
func lower(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
