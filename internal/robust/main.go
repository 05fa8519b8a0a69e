package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func main() {
	sample := flag.Bool("sample", false, "a hundredth of it, for make test")
	only := flag.String("only", "", "rows whose name matches this regular expression")
	skip := flag.String("skip", "", "no rows whose name matches this one")
	out := flag.String("out", "", "write the table to this file; rows that are not tried stay")
	scale := flag.Float64("scale", 1, "share of the floods' size")
	mutations := flag.Int("mutations", 10_000, "random changes of each golden capture")
	every := flag.Int("every", 1, "cut, flip and set lengths at every so many-th place only")
	write := flag.String("write", "", "write the input of the row that -only names to this file, and try nothing")
	child := flag.String("child", "", "run one row here (internal)")
	program := flag.String("program", "", "smtpscope to try; built if not named")
	root := flag.String("root", ".", "the project's folder")
	flag.Parse()
	t := &trial{sample: *sample, scale: *scale, mutations: *mutations, every: *every, root: *root, program: *program}
	if *sample {
		t.scale, t.mutations = 0.01, 4
	}
	if *child != "" {
		t.child(*child)
		return
	}
	if *write != "" {
		if err := t.write(*only, *write); err != nil {
			fmt.Fprintln(os.Stderr, "robust:", err)
			os.Exit(1)
		}
		return
	}
	if err := t.run(*only, *skip, *out); err != nil {
		fmt.Fprintln(os.Stderr, "robust:", err)
		os.Exit(1)
	}
}

// A trial is one run over all rows.
type trial struct {
	sample    bool
	scale     float64 // of the floods; 1 = as their rows say
	mutations int     // of each golden capture
	every     int     // place of a capture is cut, flipped, set
	root      string
	program   string
	dir       string
}

// run tries the rows and writes the table. It fails where a row did.
func (t *trial) run(only, skip, out string) error {
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
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	unwanted, err := regexp.Compile(skip)
	if err != nil {
		return err
	}
	var failed []string
	table := openDocument(out)
	for _, r := range rows {
		if !wanted.MatchString(r.name) || skip != "" && unwanted.MatchString(r.name) {
			continue
		}
		one := t.try(r)
		fmt.Fprintf(os.Stderr, "%-58s %10s  %8s %5s  %s\n", r.name, one.wall.Round(time.Millisecond), mebibytes(one.peak), growth(one.growth), one.outcome)
		if one.failed != "" {
			fmt.Fprintf(os.Stderr, "  FAILED: %s\n", one.failed)
			failed = append(failed, r.name)
		}
		table.set(&one, t.sample)
		if err := table.write(); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d rows failed: %s", len(failed), strings.Join(failed, ", "))
	}
	return nil
}

// write keeps the input of one row, to look at it by other means.
func (t *trial) write(only, name string) error {
	for _, r := range rows {
		if r.input == nil || !strings.Contains(r.name, only) {
			continue
		}
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return r.input(t, f)
	}
	return fmt.Errorf("no row with an input is called %q", only)
}

// result is what came of a row.
type result struct {
	row
	wall, cpu time.Duration
	peak      int64   // bytes
	growth    float64 // processor time, in times that of a quarter of the input; 0 = not measured
	outcome   string
	failed    string // "" = as it should be
}

// growth is shown as a multiple.
func growth(times float64) string {
	if times == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f×", times)
}

func mebibytes(n int64) string { return fmt.Sprintf("%d MiB", (n+1<<19)>>20) }
