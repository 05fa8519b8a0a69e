package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/internal/canarylog"
)

// TestCanaryLogs writes logs that are full of secrets, some compressed, gives them
// to every command that reads logs, and listens to all that is written: those of
// internal/canarylog, and one whose connections belong to a capture, so that its lines
// come into transcripts and reports.
func TestCanaryLogs(t *testing.T) {
	real, err := os.ReadFile("../../testdata/demo/gateway.log")
	if err != nil {
		t.Fatal(err)
	}
	capture, err := filepath.Abs("../../testdata/demo/capture.pcap")
	if err != nil {
		t.Fatal(err)
	}
	in, out := t.TempDir(), t.TempDir()
	t.Chdir(out)
	t.Setenv("TMPDIR", out)
	lines := strings.Split(strings.TrimSuffix(string(real), "\n"), "\n")
	for seed := range uint64(40) {
		log := canarylog.Make(seed, lines)
		path := filepath.Join(in, fmt.Sprintf("made-%d.log", seed))
		write(t, path, log.Text, seed%5 == 0)
		for _, form := range formats {
			listen(t, log, invoke(nil, "log", "-v", "--log-year", fmt.Sprint(canarylog.Year), "--format", form, path))
		}
		listen(t, log, invoke(nil, "analyze", "--log-only", "--log", path, "--log-year", fmt.Sprint(canarylog.Year), capture))
	}
	for seed := range uint64(8) {
		log := canarylog.Within(seed, lines)
		path := filepath.Join(in, fmt.Sprintf("within-%d.log", seed))
		write(t, path, log.Text, seed%2 == 0)
		shown := invoke(nil, "show", capture, "--client", "0.0.0.0/0", "--log", path)
		if !strings.Contains(shown.stdout, "[blanked]") {
			t.Fatalf("no line of the log is in the transcript: %.2000s%s", shown.stdout, shown.stderr)
		}
		listen(t, log, shown)
		for _, form := range formats {
			listen(t, log, invoke(nil, "analyze", "-v", "--format", form, "--log", path, capture))
		}
		for _, form := range []string{"html", "md", "txt", "json"} {
			listen(t, log, invoke(nil, "report", capture, "--client", "0.0.0.0/0", "--log", path, "--force", "-o", filepath.Join(out, "report."+form)))
		}
		listen(t, log, invoke(nil, "report", capture, "--client", "0.0.0.0/0", "--log", path, "--redact", "--force", "--bundle", filepath.Join(out, "ticket.zip")))
		listenFiles(t, log, out)
	}
}

func write(t *testing.T, path, text string, compressed bool) {
	t.Helper()
	b := []byte(text)
	if compressed {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(b)
		_ = z.Close()
		b = packed.Bytes()
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func listen(t *testing.T, log canarylog.Log, r result) {
	t.Helper()
	for _, text := range []string{r.stdout, r.stderr, strings.ReplaceAll(r.stdout, `\`, "")} {
		if said := log.Ear.Hear(text); said != "" {
			t.Errorf("%s: %s", log.Name, said)
		}
	}
}

// listenFiles listens to every file below a directory.
func listenFiles(t *testing.T, log canarylog.Log, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		texts := map[string]string{"": string(b)}
		if filepath.Ext(path) == ".zip" {
			texts = unzipped(t, b)
		}
		for _, text := range texts {
			if said := log.Ear.Hear(text); said != "" {
				t.Errorf("%s, %s: %s", log.Name, d.Name(), said)
			}
		}
		return err
	})
	if err != nil || files < 5 {
		t.Errorf("%d files were written (%v)", files, err)
	}
}
