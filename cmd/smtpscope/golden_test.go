package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestCases runs the program on every case of testdata: what a person sees
// must be in want.txt, the records in want.jsonl, and what the case's script
// expects must be in the records, whatever want.jsonl says.
func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			name := c.prepare(t)
			records := mustRun(t, nil, "analyze", "--format", "jsonl", name)
			lines := strings.Split(strings.TrimSuffix(records, "\n"), "\n")
			seen := mustRun(t, nil, "analyze", name)
			for _, line := range sessionLines(lines) {
				seen += "\n" + mustRun(t, nil, "show", name, "--session", strconv.FormatInt(number(t, line), 10))
			}
			golden(t, filepath.Join(c.dir, "want.txt"), seen)
			golden(t, filepath.Join(c.dir, "want.jsonl"), strings.Replace(records, `"version":"`+version()+`"`, `"version":"test"`, 1))
		})
	}
}

// prepare goes where the case's capture is and gives its name there.
func (c *testCase) prepare(t *testing.T) string {
	t.Helper()
	if c.script == nil {
		t.Chdir(c.dir)
		return c.capture
	}
	t.Chdir(t.TempDir())
	const name = "capture.pcap"
	if err := os.WriteFile(name, captureBytes(t, c.frames(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestExpectations holds the records against what the scripts' authors expect.
// The sessions of a script stand in the order of their first packets, as
// their records do when sorted by number.
func TestExpectations(t *testing.T) {
	for _, c := range cases(t) {
		if c.script == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lines := analyzed(t, captureBytes(t, c.frames(t)))
			for _, s := range c.script.Sessions {
				switch {
				case s.Expect != nil && s.Expect.None:
					continue
				case len(lines) == 0:
					t.Fatalf("session %d has no record", s.Number)
				case s.Expect != nil:
					for _, difference := range s.Expect.Check([]byte(lines[0])) {
						t.Errorf("session %d: %s", s.Number, difference)
					}
				}
				lines = lines[1:]
			}
			for _, line := range lines {
				t.Errorf("a record that the script has no session for: %s", line)
			}
		})
	}
}

// TestSameInputSameBytes: two runs over the same input give the same output.
func TestSameInputSameBytes(t *testing.T) {
	for _, c := range someCases(t) {
		name := c.prepare(t)
		for _, format := range []string{"table", "jsonl", "csv"} {
			first := mustRun(t, nil, "analyze", "--format", format, name)
			if second := mustRun(t, nil, "analyze", "--format", format, name); first != second {
				t.Errorf("%s: %s differs from run to run:\n%s\n%s", c.name, format, first, second)
			}
		}
	}
}

// golden holds text against a file, or writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		g, w := "(nothing)", "(nothing)"
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Fatalf("%s differs in line %d (run with -update to accept):\n got %s\nwant %s", filepath.Base(name), i+1, g, w)
		}
	}
}
