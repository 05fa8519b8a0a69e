package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// document is docs/robustness.md.
func document(results []result, sample bool) string {
	var b strings.Builder
	b.WriteString(`# Robustness

What was given to the program that a broken appliance, or somebody who knows that others will look, could
give it: written by ` + "`make robust`" + `, which runs each row in a process of its own. Time is wall time on a
machine that does other things too; memory is the peak that the kernel saw of the whole process, and the
bound is what the row fails at. "4 times" is how the processor time grows from a quarter of the input to the
whole: 4 is linear, and the row fails beyond 6; it is empty where that was too short to tell. A panic, a hang, a wrong exit code, or output that is no JSON
fails it as well.

`)
	what := "whole"
	if sample {
		what = "a sample"
	}
	version, _ := exec.Command("go", "version").Output()
	fmt.Fprintf(&b, "Run of %s (%s): %s, %d cores.\n\n", time.Now().UTC().Format("2006-01-02"), what,
		strings.TrimSpace(strings.TrimPrefix(string(version), "go version ")), runtime.NumCPU())
	b.WriteString("| input | time | memory | bound | 4 times | outcome |\n| --- | ---: | ---: | ---: | ---: | --- |\n")
	for _, r := range results {
		outcome := r.outcome
		if r.failed != "" {
			outcome = "FAILED: " + r.failed
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.name, spent(r.wall), mebibytes(r.peak), mebibytes(r.bound), growth(r.growth),
			strings.ReplaceAll(outcome, "|", "\\|"))
	}
	b.WriteString(limits)
	return b.String()
}

func spent(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f min", d.Minutes())
}

// byHand is what a person wrote into the document behind the table: it stays
// when the table is written anew.
func byHand(name string) string {
	old, _ := os.ReadFile(name) // the first time there is none
	if i := strings.Index(string(old), "\n"+fuzzing); i >= 0 {
		return string(old[i:])
	}
	return ""
}

// fuzzing begins that part.
const fuzzing = "## Fuzzing"

const limits = "\nThe bounds themselves are in [limits.md](limits.md).\n"
