package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"

	"smtpscope/internal/livetest"
)

// TestSoak is the short version of make soak.
func TestSoak(t *testing.T) {
	if why := livetest.Missing(); why != "" {
		t.Skip("not run: ", why)
	}
	dir := t.TempDir()
	program, soak := filepath.Join(dir, "smtpscope"), filepath.Join(dir, "soak")
	for to, from := range map[string]string{program: "smtpscope/cmd/smtpscope", soak: "."} {
		if out, err := exec.Command("go", "build", "-o", to, from).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	cmd := exec.Command(soak, "-program", program, "-packets", "150000", "-rate", "18000", "-max-memory", "128")
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("| received |")) {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
