package diagnosis

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"smtpscope/alignment"
	"smtpscope/capture"
	"smtpscope/gatewaylog"
	"smtpscope/internal/wirescript"
	"smtpscope/session"
)

var update = flag.Bool("update", false, "write the golden files")

// A proof is what a rule is tried on: cases of testdata in which it must fire,
// with the certainty, and near misses in which it must not.
type proof struct {
	fires  map[string]Certainty // case, or case#N for its N-th session
	silent []string
}

// proofs has an entry for every rule; each rule's test file adds its own.
var proofs = map[string]proof{}

func prove(code string, fires map[string]Certainty, silent ...string) bool {
	proofs[code] = proof{fires, silent}
	return true
}

var _ = prove("connection-refused",
	map[string]Certainty{"syn-refused": Proven, "syn-refused-by-icmp": Proven},
	"syn-eight-times", "synack-answered-by-rst")

// TestProofs holds each rule against its cases.
func TestProofs(t *testing.T) {
	found := diagnosed(t)
	for i := range rules {
		code := rules[i].code
		p, there := proofs[code]
		if !there || len(p.fires) == 0 || len(p.silent) == 0 {
			t.Errorf("%s: a rule needs a case in which it fires and a near miss", code)
			continue
		}
		for name, want := range p.fires {
			if got := certaintyIn(t, found, name, code); got != want {
				t.Errorf("%s in %s: certainty %q, want %q", code, name, got, want)
			}
		}
		for _, name := range p.silent {
			if got := certaintyIn(t, found, name, code); got != "" {
				t.Errorf("%s fires in its near miss %s: %s", code, name, got)
			}
		}
	}
}

// TestFindings lists what is found in every case, so that a new rule shows
// where else it fires. Read the difference before accepting it with -update.
func TestFindings(t *testing.T) {
	var out strings.Builder
	found := diagnosed(t)
	for _, name := range sortedKeys(found) {
		for _, f := range found[name] {
			fmt.Fprintf(&out, "%s %s %s %s\n", name, f.Code, f.Certainty, f.Severity)
		}
	}
	const golden = "testdata/findings.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("findings differ from %s (-update writes it):\n%s", golden, difference(string(want), out.String()))
	}
}

// TestArticles: every rule has its page, and no page is empty or too wide.
func TestArticles(t *testing.T) {
	pages := map[string]bool{}
	for _, a := range Articles() {
		pages[a.Key] = true
		if a.Title == "" || a.Body == "" || len(a.Sources) == 0 {
			t.Errorf("%s: title, sources and text are due", a.Key)
		}
		for line := range strings.Lines(a.Body) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
				t.Errorf("%s: a line has %d columns: %s", a.Key, n, line)
			}
		}
	}
	for i := range rules {
		if !pages[rules[i].code] {
			t.Errorf("%s has no page in articles/", rules[i].code)
		}
	}
}

func difference(want, got string) string {
	have := strings.Split(want, "\n")
	now := strings.Split(got, "\n")
	var out strings.Builder
	for _, line := range have {
		if !slices.Contains(now, line) {
			out.WriteString("-" + line + "\n")
		}
	}
	for _, line := range now {
		if !slices.Contains(have, line) {
			out.WriteString("+" + line + "\n")
		}
	}
	return out.String()
}

// certaintyIn is how sure a finding is in a case, "" where it is not made.
func certaintyIn(t *testing.T, found map[string][]session.Finding, name, code string) Certainty {
	t.Helper()
	if !strings.Contains(name, "#") {
		name += "#1"
	}
	list, there := found[name]
	if !there {
		t.Errorf("no case %s in testdata", name)
	}
	for _, f := range list {
		if f.Code == code {
			return Certainty(f.Certainty)
		}
	}
	return ""
}

// diagnosed gives the findings of every session of every case: "case#1".
func diagnosed(t *testing.T) map[string][]session.Finding {
	t.Helper()
	dirs, err := filepath.Glob("../testdata/*/session.txt")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	found := map[string][]session.Finding{}
	for _, path := range dirs {
		name := filepath.Base(filepath.Dir(path))
		sessions := sessionsOf(t, path)
		matches := matched(t, filepath.Join(filepath.Dir(path), "gateway.log"), sessions)
		for i, s := range sessions {
			list := Diagnose(s)
			if matches != nil {
				list = append(list, DiagnoseWithLog(s, &matches[i])...)
				Sort(list)
			}
			found[fmt.Sprintf("%s#%d", name, i+1)] = list
		}
	}
	return found
}

// matched lines sessions up with the log beside their capture; nil without one.
func matched(t *testing.T, log string, sessions []*session.Session) []alignment.Match {
	t.Helper()
	if _, err := os.Stat(log); err != nil {
		return nil
	}
	sources, err := gatewaylog.Files(log)
	if err != nil {
		t.Fatal(err)
	}
	var records []*session.Record
	for _, s := range sessions {
		records = append(records, &s.Record)
	}
	var lines []*gatewaylog.Connection
	o := gatewaylog.Options{From: sessions[0].Record.Start.Time(), To: sessions[len(sessions)-1].Record.End.Time()}
	if _, err := gatewaylog.Read(sources, o, func(c *gatewaylog.Connection) error {
		lines = append(lines, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return alignment.Align(records, lines, alignment.Config{}).Matches
}

// sessionsOf plays a script and gives its sessions, by number.
func sessionsOf(t testing.TB, path string) []*session.Session {
	t.Helper()
	return read(t, captureOf(t, path))
}

// captureOf is a script as the file of a capture.
func captureOf(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	script, err := wirescript.Parse(bytes.NewReader(text), path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	frames, err := script.Frames()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var b bytes.Buffer
	if err := wirescript.WritePcapng(&b, frames, wirescript.PcapngOptions{}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "c.pcapng")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// read gives the sessions of a capture file with their events.
func read(t testing.TB, file string) (list []*session.Session) {
	t.Helper()
	readWith(t, file, session.Config{Events: true, Emit: func(s *session.Session) { list = append(list, s) }})
	slices.SortFunc(list, func(a, b *session.Session) int { return int(a.Record.Session - b.Record.Session) })
	return list
}

func readWith(t testing.TB, file string, config session.Config) {
	t.Helper()
	reader, err := capture.Open(capture.Config{Paths: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	tracker := session.NewTracker(config)
	for {
		segment, err := reader.Next()
		if err != nil {
			break
		}
		tracker.Segment(segment)
	}
	tracker.Close()
}

func sortedKeys(m map[string][]session.Finding) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
