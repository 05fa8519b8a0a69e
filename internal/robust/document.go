package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// A document is docs/robustness.md. Rows that are not tried stay as they are in
// it, and so does what a person wrote behind the table.
type document struct {
	name string
	rows map[string]string // a row's line, by its name
	hand string
}

const (
	tableHead = "| input | time | memory | bound | 4 times | run | outcome |\n| --- | ---: | ---: | ---: | ---: | --- | --- |\n"
	limits    = "\nThe bounds themselves are in [limits.md](limits.md).\n"
)

// openDocument reads what there is; the first time there is none.
func openDocument(name string) *document {
	d := &document{name: name, rows: map[string]string{}, hand: limits}
	old, _ := os.ReadFile(name)
	_, table, found := strings.Cut(string(old), tableHead)
	if !found {
		return d
	}
	lines := strings.SplitAfter(table, "\n")
	for len(lines) > 0 && strings.HasPrefix(lines[0], "| ") {
		name, _, _ := strings.Cut(lines[0][2:], " | ")
		d.rows[name], lines = lines[0], lines[1:]
	}
	d.hand = strings.Join(lines, "")
	return d
}

// set writes a row anew.
func (d *document) set(r *result, sample bool) {
	outcome := r.outcome
	if r.failed != "" {
		outcome = "FAILED: " + r.failed
	}
	run := time.Now().UTC().Format("2006-01-02")
	if sample {
		run += ", a sample"
	}
	d.rows[r.name] = fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |\n", r.name, spent(r.wall), mebibytes(r.peak), mebibytes(r.bound),
		growth(r.growth), run, strings.ReplaceAll(outcome, "|", "\\|"))
}

func (d *document) write() error {
	if d.name == "" {
		return nil
	}
	return os.WriteFile(d.name, []byte(d.text()), 0o644)
}

func (d *document) text() string {
	var b strings.Builder
	b.WriteString(`# Robustness

What was given to the program that a broken appliance, or somebody who knows that others will look, could
give it: written by ` + "`make robust`" + `, which runs each row in a process of its own. Time is wall time on a
machine that does other things too; memory is the peak that the kernel saw of the whole process, and the
bound is what the row fails at. "4 times" is how the processor time grows from a quarter of the input to the
whole: 4 is linear, and the row fails beyond 6; it is empty where that was too short to tell. A panic, a hang, a wrong exit code, or output that is no JSON
fails it as well.

`)
	version, _ := exec.Command("go", "version").Output()
	fmt.Fprintf(&b, "With %s, %d cores; each row says when it ran.\n\n", strings.TrimSpace(strings.TrimPrefix(string(version), "go version ")), runtime.NumCPU())
	b.WriteString(tableHead)
	for _, r := range rows {
		b.WriteString(d.rows[r.name])
	}
	b.WriteString(d.hand)
	return b.String()
}

func spent(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f min", d.Minutes())
}
