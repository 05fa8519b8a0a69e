package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestReportOfDemo pins what a report says, in its plainest form.
func TestReportOfDemo(t *testing.T) {
	t.Chdir(filepath.Join(casesDir, "demo"))
	text := mustRun(t, nil, "report", "capture.pcap", "--log", "gateway.log", "--format", "txt", "-o", "-")
	golden(t, "want.report.txt", strings.ReplaceAll(text, "smtpscope "+version(), "smtpscope test"))
}

// TestReportOfEveryCase writes every form of every case: nothing fails, and
// the same input gives the same bytes.
func TestReportOfEveryCase(t *testing.T) {
	for _, c := range someCases(t) {
		name := c.prepare(t)
		for _, format := range reportFormats {
			first := mustRun(t, nil, "report", name, "--format", format, "-o", "-")
			if second := mustRun(t, nil, "report", name, "--format", format, "-o", "-"); first != second || first == "" {
				t.Errorf("%s: %s differs from run to run, or is empty", c.name, format)
			}
		}
	}
}
