package gatewaylog

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const wordsDoc = "../docs/gateway-words.md"

const wordsDocHead = `# What the gateways will have logged

For an inbound session that ended abnormally: the words that each product logs of it. The first row of a
product that fits counts. "…" is what differs from session to session, "or" parts alternatives with the
likeliest first. *Sure* rows follow from the product's source, its maker's own article, or lines of the real
program; what the log then says otherwise counts as a difference (alignment.md). Sources: C files are those of
the product; "Cisco", "177182", "37493" are the vendors' articles; formats.md is the collection of log formats
that the program was written from.

This page is written by a test from the tables in ` + "`gatewaylog/expect_*.go`" + `. The words are held against the
lines of real servers: ` + "`gatewaylog/testdata/expect`" + `.
`

// TestGatewayWordsDocs: docs/gateway-words.md is what the tables say.
func TestGatewayWordsDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(wordsDocHead)
	for _, p := range Products() {
		fmt.Fprintf(&b, "\n## %s\n\n| ended by | in phase | it logs | sure | source, and what else to look for |\n| --- | --- | --- | --- | --- |\n", p)
		for i := range expectations[p] {
			b.WriteString(expectations[p][i].markdown())
		}
	}
	if *update {
		if err := os.WriteFile(wordsDoc, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(wordsDoc)
	if err != nil || string(have) != b.String() {
		t.Errorf("%s is not what the tables say (-update writes it): %v", wordsDoc, err)
	}
}

func (x *expected) markdown() string {
	phase := strings.ReplaceAll(x.phases, " ", ", ")
	if phase == "" {
		phase = "any"
	}
	if x.when != nil {
		phase += "; " + x.when.words
	}
	var says []string
	for _, words := range x.says {
		words, without, _ := strings.Cut(words, " ¬ ")
		switch {
		case words == "":
			says = append(says, "nothing")
		case without != "":
			says = append(says, "`"+words+"` without `"+without+"`")
		default:
			says = append(says, "`"+words+"`")
		}
	}
	sure, about := "", x.source
	if x.sure {
		sure = "yes"
	}
	if x.needs != "" {
		about += "; only with " + x.needs
	}
	if x.note != "" {
		about += ". " + x.note
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", x.ends, phase, strings.Join(says, " or "), sure, about)
}
