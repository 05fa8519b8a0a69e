package diagnosis

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const diagnosisDoc = "../docs/diagnosis.md"

// TestDiagnosisDocs holds the tables of docs/diagnosis.md against what the
// rules and patterns do with their proofs; `make docs` writes them.
func TestDiagnosisDocs(t *testing.T) {
	text, err := os.ReadFile(diagnosisDoc)
	if err != nil {
		t.Fatal(err)
	}
	out := between(t, string(text), "causes", causeTable(t))
	out = between(t, out, "patterns", patternTable(t))
	if *update {
		if err := os.WriteFile(diagnosisDoc, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if out != string(text) {
		t.Errorf("%s differs (make docs writes it):\n%s", diagnosisDoc, difference(string(text), out))
	}
}

// between puts text between the marks of a name.
func between(t *testing.T, doc, name, text string) string {
	t.Helper()
	open, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->\n"
	before, rest, found := strings.Cut(doc, open)
	_, after, foundEnd := strings.Cut(rest, end)
	if !found || !foundEnd {
		t.Fatalf("%s has no place for the %s", diagnosisDoc, name)
	}
	return before + open + text + end + after
}

// A trial is what came of a cause's proof.
type trial struct{ cases, hits, near, alarms int }

func causeTable(t *testing.T) string {
	found := diagnosed(t)
	var codes []string
	for i := range rules {
		codes = append(codes, rules[i].code)
	}
	return tableOf(codes, func(code string) trial {
		return tried(proofs[code], func(name string) Certainty { return certaintyIn(t, found, name, code) })
	})
}

func patternTable(t *testing.T) string {
	found := patternsOfCases(t)
	var codes []string
	for i := range patternRules {
		codes = append(codes, patternRules[i].code)
	}
	return tableOf(codes, func(code string) trial {
		return tried(patternProofs[code], func(name string) Certainty { return patternIn(t, found, name, code) })
	})
}

// tried counts what a cause does with its proof.
func tried(p proof, in func(name string) Certainty) (out trial) {
	for name, want := range p.fires {
		out.cases++
		if in(name) == want {
			out.hits++
		}
	}
	for _, name := range p.silent {
		out.near++
		if in(name) != "" {
			out.alarms++
		}
	}
	return out
}

// tableOf is a row for each cause, and one for their sums.
func tableOf(codes []string, of func(code string) trial) string {
	titles := map[string]string{}
	for _, a := range Articles() {
		titles[a.Key] = a.Title
	}
	var b strings.Builder
	b.WriteString("\n| code | cause | cases | hits | misses | near misses | false alarms |\n| --- | --- | --: | --: | --: | --: | --: |\n")
	row := func(code, title string, r trial) {
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d | %d |\n", code, title, r.cases, r.hits, r.cases-r.hits, r.near, r.alarms)
	}
	var sum trial
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for _, code := range codes {
		r := of(code)
		row("`"+code+"`", titles[code], r)
		sum.cases, sum.hits, sum.near, sum.alarms = sum.cases+r.cases, sum.hits+r.hits, sum.near+r.near, sum.alarms+r.alarms
	}
	row(fmt.Sprintf("all %d", len(codes)), "", sum)
	b.WriteString("\n")
	return b.String()
}
