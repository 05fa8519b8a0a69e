package wirescript

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const testdata = "../../testdata"

var update = flag.Bool("update", false, "write the case table of testdata/README.md")

// cases are the scripts of testdata, by the name of their folder.
func cases(t *testing.T) map[string]*Script {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testdata, "*", "session.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no case in %s: %v", testdata, err)
	}
	out := map[string]*Script{}
	for _, path := range paths {
		script, err := ParseFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		out[filepath.Base(filepath.Dir(path))] = script
	}
	return out
}

// TestEveryCasePlays: every script says what it pins and what is expected of
// each of its sessions, and gives frames.
func TestEveryCasePlays(t *testing.T) {
	for name, script := range cases(t) {
		if script.About == "" {
			t.Errorf("%s does not say what it pins", name)
		}
		for _, s := range script.Sessions {
			if s.Expect == nil {
				t.Errorf("%s: session %d at line %d expects nothing", name, s.Number, s.Line)
			}
		}
		if _, err := script.Frames(); err != nil {
			t.Error(err)
		}
	}
}

// TestEveryPhaseAndHow: the cases hold each phase with each way to end in it
// that can occur (record.md). A QUIT whose turn came is always answered in
// hello, ready, mail, rcpt or, between two chunks, data.
func TestEveryPhaseAndHow(t *testing.T) {
	want := map[string]bool{
		"connect syn-refused server": false, "connect syn-unanswered unknown": false,
		"connect capture-end unknown": false, "connect rst client": false,
	}
	for _, phase := range phases {
		if phase == "connect" || phase == "unknown" {
			continue
		}
		for _, how := range []string{"fin client", "fin server", "rst client", "rst server", "silence unknown", "replaced client", "capture-end unknown"} {
			want[phase+" "+how] = false
		}
	}
	for _, phase := range []string{"hello", "ready", "mail", "rcpt", "data"} {
		want[phase+" quit client"] = false
	}
	for _, script := range cases(t) {
		for _, s := range script.Sessions {
			if e := s.Expect; e != nil {
				key := e.Phase + " " + e.How + " " + e.By
				if _, ok := want[key]; ok {
					want[key] = true
				}
			}
		}
	}
	for key, found := range want {
		if !found {
			t.Errorf("no case ends in %s", key)
		}
	}
}

// TestCasesForTshark: tshark finds no malformed packet below SMTP in what the
// scripts give. Frames cut by a snap length are short on purpose; so are two
// checksums wrong. The cases stand one behind the other in one capture, always in
// the same order: most use the same addresses and ports, and what tshark
// remembers of one conversation colours how it reads the next.
func TestCasesForTshark(t *testing.T) {
	scripts := cases(t)
	var all []Frame
	for _, name := range slices.Sorted(maps.Keys(scripts)) {
		script := scripts[name]
		if script.snaplen > 0 || name == "wrong-checksum" || name == "repeat-with-other-bytes-behind-the-fin" || name == "offload-large-segments" {
			continue
		}
		frames, err := script.Frames()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, frames...)
	}
	for i, line := range complaints(t, all) {
		if i < 10 {
			t.Error(line)
		}
	}
}

const tableHead = "<!-- cases -->\n"

// TestCaseTable: README.md has one row a case. "go test -run TestCaseTable
// -update" writes the rows from the scripts' head comments; rows of cases
// without a script are kept.
func TestCaseTable(t *testing.T) {
	path := filepath.Join(testdata, "README.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, table, found := strings.Cut(string(b), tableHead)
	if !found {
		t.Fatalf("%s has no line %q", path, tableHead)
	}
	scripts := cases(t)
	rows := []string{}
	for name, script := range scripts {
		about := strings.ReplaceAll(strings.ReplaceAll(script.About, "\n", " "), "|", "\\|")
		rows = append(rows, fmt.Sprintf("| %s | %s | script |", name, about))
	}
	for _, row := range strings.Split(table, "\n") {
		if strings.HasPrefix(row, "| ") && !strings.HasPrefix(row, "| case ") && !strings.HasPrefix(row, "| ---") && !strings.HasSuffix(row, "| script |") {
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	want := before + tableHead + "| case | what it pins | capture |\n| --- | --- | --- |\n" + strings.Join(rows, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(b) {
		t.Errorf("%s does not match the scripts: go test ./internal/wirescript -run TestCaseTable -update", path)
	}
	entries, err := os.ReadDir(testdata)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.Contains(want, "| "+e.Name()+" |") {
			t.Errorf("%s has no row for %s", path, e.Name())
		}
	}
}

// TestLinksForTshark: through every link layer and tunnel tshark finds the
// same TCP segments, among them one RST of the client.
func TestLinksForTshark(t *testing.T) {
	for name, script := range cases(t) {
		if !strings.HasPrefix(name, "link-") && !strings.HasPrefix(name, "tunnel-") {
			continue
		}
		frames, err := script.Frames()
		if err != nil {
			t.Fatal(err)
		}
		ports := map[string]int{}
		for _, line := range tshark(t, frames, "-Y", "tcp.flags.reset == 1", "-T", "fields", "-e", "tcp.srcport") {
			ports[line]++
		}
		if len(ports) != 1 || ports["41234"] != 1 {
			t.Errorf("%s: tshark finds RSTs from %v", name, ports)
		}
		if n := len(tshark(t, frames, "-Y", "tcp")); n != len(frames) {
			t.Errorf("%s: tshark finds TCP in %d of %d frames", name, n, len(frames))
		}
	}
}
