package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	sample := flag.Bool("sample", false, "a hundredth of it, for make test")
	only := flag.String("only", "", "rows whose name holds this")
	out := flag.String("out", "", "write the table to this file")
	child := flag.String("child", "", "run one row here (internal)")
	program := flag.String("program", "", "smtpscope to try; built if not named")
	root := flag.String("root", ".", "the project's folder")
	flag.Parse()
	t := &trial{sample: *sample, root: *root, program: *program}
	if *child != "" {
		t.child(*child)
		return
	}
	if err := t.run(*only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "robust:", err)
		os.Exit(1)
	}
}

// A trial is one run over all rows.
type trial struct {
	sample  bool
	root    string
	program string
	dir     string
}

// run tries the rows and writes the table. It fails where a row did.
func (t *trial) run(only, out string) error {
	dir, err := os.MkdirTemp("", "robust-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t.dir = dir
	if t.program == "" {
		t.program = filepath.Join(dir, "smtpscope")
		build := exec.Command("go", "build", "-o", t.program, "./cmd/smtpscope")
		build.Dir, build.Stderr = t.root, os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build: %w", err)
		}
	}
	var results []result
	var failed []string
	for _, r := range rows {
		if !strings.Contains(r.name, only) {
			continue
		}
		one := t.try(r)
		fmt.Fprintf(os.Stderr, "%-58s %10s  %8s  %s\n", r.name, one.wall.Round(time.Millisecond), mebibytes(one.peak), one.outcome)
		if one.failed != "" {
			fmt.Fprintf(os.Stderr, "  FAILED: %s\n", one.failed)
			failed = append(failed, r.name)
		}
		results = append(results, one)
	}
	if out != "" {
		if err := os.WriteFile(out, []byte(document(results, t.sample)), 0o644); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d rows failed: %s", len(failed), strings.Join(failed, ", "))
	}
	return nil
}

// result is what came of a row.
type result struct {
	row
	wall, cpu time.Duration
	peak      int64 // bytes
	outcome   string
	failed    string // "" = as it should be
}

func mebibytes(n int64) string { return fmt.Sprintf("%d MiB", (n+1<<19)>>20) }
