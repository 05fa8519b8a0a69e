package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"smtpscope/report"
)

// TestLiveMemoryFigures: docs/live.md says how many open sessions fit in the
// default of --max-memory, alone, beside the flight recorder, and beside a log
// as well.
func TestLiveMemoryFigures(t *testing.T) {
	doc, err := os.ReadFile("../../docs/live.md")
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "maillog")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		said string
	}{
		{nil, "some %s fit in the default"},
		{[]string{"--record", t.TempDir()}, "%s beside the flight recorder"},
		{[]string{"--record", t.TempDir(), "--log", log}, "%s beside a log as well"},
	} {
		w := understood(t, test.args...)
		n := w.memory.Connections(w.recording.memory() + w.follow.memory())
		said := fmt.Sprintf(test.said, report.Thousands(int64(n/1000*1000)))
		if text := strings.ReplaceAll(string(doc), "\n", " "); !strings.Contains(text, said) {
			t.Errorf("%v: %d fit; docs/live.md does not say %q", test.args, n, said)
		}
	}
}

// TestLiveHasNoBallast: live counts what is alive, and gives up sessions by it. The
// collector's ballast is memory that nobody has; with --max-memory 64MiB it was all
// that may be alive, so that sessions were given up without end.
func TestLiveHasNoBallast(t *testing.T) {
	defer func(was []byte) { ballast, tuned = was, false }(ballast)
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	t.Setenv("GOGC", "")
	if tuneMemory([]string{"analyze"}); ballast == nil {
		t.Error("analyze has none")
	}
	ballast = nil
	tuneMemory([]string{"live"})
	understood(t)
	if ballast != nil {
		t.Errorf("%d bytes of ballast", len(ballast))
	}
	if percent := debug.SetGCPercent(-1); percent != watchPercent {
		t.Errorf("garbage collected at %d %%", percent)
	}
}

// understood gives a watching that has not begun.
func understood(t *testing.T, args ...string) *watching {
	t.Helper()
	f := &liveFlags{format: "table", keep: 10, buffer: "16MiB", maxMemory: "512MiB", logDelay: 15 * time.Second}
	c := new(cobra.Command)
	f.flags = c.Flags()
	f.log.register(c)
	f.record.register(c.Flags())
	f.filter.register(c.Flags())
	f.input.register(c.Flags())
	if err := c.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	limit := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(limit) })
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, env: map[string]string{}}
	w, err := p.watching(f, "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}
