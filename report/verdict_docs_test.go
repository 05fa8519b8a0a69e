package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"smtpscope/session"
)

var update = flag.Bool("update", false, "write the files that the tests compare with")

// possible are the verdicts that docs/record.md allows: how a session may end
// in each phase, and by whom.
func possible() []session.Ended {
	var list []session.Ended
	for _, phase := range Phases {
		for _, how := range Hows {
			for _, by := range []string{"client", "server", "unknown"} {
				if allowed(phase, how, by) {
					list = append(list, session.Ended{Phase: phase, How: how, By: by})
				}
			}
		}
	}
	return list
}

func allowed(phase string, how session.How, by string) bool {
	switch how {
	case session.ByQuit:
		return by == "client" && strings.Contains(" hello ready mail rcpt unknown ", " "+phase+" ")
	case session.ByFIN:
		return by != "unknown"
	case session.ByRST:
		return by != "unknown"
	case session.BySYNRefused:
		return phase == "connect" && by != "client"
	case session.BySYNUnanswered:
		return phase == "connect" && by == "unknown"
	case session.ByReplaced:
		return by == "client"
	}
	return by == "unknown"
}

// TestVerdictDocs holds docs/verdicts.md, the list of every verdict
// there can be, against the program.
func TestVerdictDocs(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Every verdict in words\n\nWritten by `make docs`; the tests hold it against the program. " +
		"The words of the record are those of [record.md](record.md).\n\n| phase | how | by | in words |\n| --- | --- | --- | --- |\n")
	seen := map[string]session.Ended{}
	for _, e := range possible() {
		r := exampleOf(e)
		sentence := Verdict(r)
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.Phase, e.How, e.By, sentence)
		if other, twice := seen[sentence]; twice {
			t.Errorf("%v and %v are told in the same words: %s", e, other, sentence)
		}
		seen[sentence] = e
	}
	compare(t, "../docs/verdicts.md", b.Bytes())
}

// exampleOf is a session with a verdict, and with the mail that belongs to it.
func exampleOf(e session.Ended) *session.Record {
	r := made(e.Phase, e.How, e.By)
	switch e.Phase {
	case "connect", "banner":
		r.Bytes, r.Ended.Unspoken = session.Sides{}, true
		r.Seen.Server = e.Phase != "connect"
	case "ready":
		r.Messages = []*session.Message{withReply(withContent(mail(session.Accepted), 41000, true), 250, "ok")}
	case "mail", "rcpt", "data-command":
		r.Messages = []*session.Message{mail(session.Aborted)}
	case "data":
		r.Messages = []*session.Message{withContent(mail(session.Aborted), 41000, false)}
	case "dot":
		r.Messages = []*session.Message{withContent(mail(session.Unanswered), 41000, true)}
	}
	switch e.How {
	case session.ByCaptureEnd, session.ByEvicted, session.BySYNUnanswered:
		r.Ended.Idle = nil
	}
	return r
}

// compare holds what the program says against a file, or writes the file.
func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		g, w := line(gotLines, i), line(wantLines, i)
		if g != w {
			t.Fatalf("%s differs in line %d (run with -update to accept):\n got %s\nwant %s", name, i+1, g, w)
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}
