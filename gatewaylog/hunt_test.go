package gatewaylog

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"smtpscope/internal/canarylog"
)

// TestHunt reads logs that are made at random and full of secrets, and listens to
// all that comes out. SMTPSCOPE_HUNT=FROM-TO hunts through other seeds, and
// SMTPSCOPE_HUNT_LOGS names a directory of other logs to mix with.
func TestHunt(t *testing.T) {
	from, to, dir := uint64(0), uint64(600), "testdata"
	if a, b, ok := strings.Cut(os.Getenv("SMTPSCOPE_HUNT"), "-"); ok {
		from, _ = strconv.ParseUint(a, 10, 64)
		to, _ = strconv.ParseUint(b, 10, 64)
	}
	if d := os.Getenv("SMTPSCOPE_HUNT_LOGS"); d != "" {
		dir = d
	}
	real := realLines(t, dir)
	var lines, blanks int64
	leaks := 0
	for seed := from; seed < to; seed++ {
		log := canarylog.Make(seed, real)
		var product Product
		if seed%4 == 0 { // said to be of one
			product = Products()[int(seed/4)%len(Products())]
		}
		conns, report := readText(t, Options{Product: product, Year: canarylog.Year}, log.Text)
		lines += report.Lines
		checkCounted(t, conns, report)
		raw, err := json.Marshal(map[string]any{"connections": conns, "report": report})
		if err != nil {
			t.Fatal(err)
		}
		blanks += int64(strings.Count(string(raw), blanked))
		if said := log.Ear.Hear(strings.ReplaceAll(string(raw), "\\", "")); said != "" {
			leaks++
			word, _, _ := strings.Cut(said, " in …")
			t.Errorf("seed %d, %s, as %q: %s\n%s", seed, log.Name, product, said, linesWith(log.Text, word))
			if leaks >= 40 {
				t.Fatal("enough")
			}
		}
	}
	t.Logf("%d logs, %d lines, %d times blanked, %d leaks", to-from, lines, blanks, leaks)
	if blanks < int64(to-from) {
		t.Error("hardly anything was blanked; were the logs read at all?")
	}
}

// linesWith are the first lines that hold a word, with the one before.
func linesWith(text, word string) string {
	var b strings.Builder
	before, n := "", 0
	for line := range strings.Lines(text) {
		if n < 2 && strings.Contains(strings.ToLower(line), strings.ToLower(word)) {
			b.WriteString("    " + before + "  > " + line)
			n++
		}
		before = line
	}
	return b.String()
}

// realLines are the lines of real logs.
func realLines(t *testing.T, dir string) (lines []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(paths) == 0 {
		t.Fatal(dir, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			lines = append(lines, strings.TrimRight(line, "\r\n"))
		}
	}
	return lines
}
