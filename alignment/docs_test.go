package alignment

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/session"
)

var update = flag.Bool("update", false, "write the tables in docs/ that come from tests")

const docsFile = "../docs/alignment.md"

// TestAlignmentDocs writes the tables of docs/alignment.md, or holds them
// against the program. The numbers of the recorded Postfix are held only where
// the recording is at hand.
func TestAlignmentDocs(t *testing.T) {
	section(t, "wordings", wordingTable())
	section(t, "mail wordings", mailWordingTable())
	section(t, "worlds", worldTable())
	section(t, "retries", retryTable())
	if _, err := os.Stat(postfixFolder); err == nil {
		section(t, "postfix", postfixTable(t))
	}
}

// section is the text between two marks of the document.
func section(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
	before, rest, ok1 := strings.Cut(string(text), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for %s", docsFile, name)
	}
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s: %s differs (make docs writes it):\n%s\nwant\n%s", docsFile, name, got, want)
		return
	}
	if err := os.WriteFile(docsFile, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func wordingTable() string {
	var b strings.Builder
	b.WriteString("| product | its words | the packets must show | ended | by |\n| --- | --- | --- | --- | --- |\n")
	for _, w := range wordings {
		product, words := string(w.product), w.words
		if product == "" {
			product = "any"
		}
		if words == "" {
			words = "(kind: " + string(w.how) + ")"
		} else {
			words = "`" + words + "`"
		}
		ends := "any"
		if w.ends != nil {
			ends = joined(w.ends)
		}
		by := w.by
		if by == "" {
			by = "either"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", product, words, w.shows, ends, by)
	}
	return b.String()
}

func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = string(x)
	}
	return strings.Join(words, ", ")
}

func mailWordingTable() string {
	var b strings.Builder
	b.WriteString("| product | its words | the packets must show | outcome |\n| --- | --- | --- | --- |\n")
	for _, w := range mailWordings {
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", w.product, w.words, w.shows, joined(w.fits))
	}
	for _, r := range outcomeRows {
		shows := ""
		if r.early {
			shows = " decided before its end had come, and told behind it, if it comes"
		}
		fmt.Fprintf(&b, "| any | (kind: %s) |%s | %s |\n", r.kind, shows, joined(r.fits))
	}
	return b.String()
}

const tallyHeading = " | owed | matched | wrong | ambiguous | precision | recall |\n| --- | --- | --- | --- | --- | --- | --- |\n"

func (y *tally) row() string {
	return fmt.Sprintf(" %d | %d | %d | %d | %.3f | %.3f |\n", y.owed, y.right, y.wrong, y.ambiguous, y.precision(), y.recall())
}

func worldTable() string {
	var b strings.Builder
	b.WriteString("| made-up traffic, five times 2,000 sessions" + tallyHeading)
	for _, v := range worlds {
		var all tally
		for seed := range uint64(5) {
			w := makeWorld(seed, 2000, v.habit)
			all.add(w.judge(Align(w.records, w.conns, Config{})))
		}
		b.WriteString("| " + v.name + " |" + all.row())
	}
	return b.String()
}

func postfixTable(t *testing.T) string {
	t.Helper()
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	var b strings.Builder
	b.WriteString("| capture and log" + tallyHeading)
	for _, v := range postfixRuns {
		records := readRecords(t, filepath.Join(postfixFolder, v.capture))
		conns := readLog(t, around(records), fileSources(t, filepath.Join(postfixFolder, v.log))...)
		y := judge(rows, records, Align(records, conns, Config{}), nil, v.clock)
		fmt.Fprintf(&b, "| %s, %s |%s", v.capture, v.log, y.row())
	}
	for _, name := range []string{"maillog", "maillog.iso"} {
		y := thirdDeleted(t, name, rows, readRecords(t, filepath.Join(postfixFolder, "all.pcap")), 20)
		fmt.Fprintf(&b, "| all.pcap, %s, a third of the lines deleted, 20 times |%s", name, y.row())
	}
	return b.String()
}

// TestEveryWordingIsReached: no row stands behind one that takes all its
// words.
func TestEveryWordingIsReached(t *testing.T) {
	for i := range wordings {
		w := &wordings[i]
		for j := range i {
			o := &wordings[j]
			if (o.product == "" || o.product == w.product) && (o.how == "" || o.how == w.how) && strings.HasPrefix(w.words, o.words) {
				t.Errorf("row %d (%s %q) is hidden by row %d (%q)", i, w.product, w.words, j, o.words)
			}
		}
		if len(w.ends) > 0 && w.by == "server" && w.ends[0] == session.ByQuit {
			t.Errorf("row %d: a server does not say QUIT", i)
		}
	}
}
