package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestUnit: the flags of the systemd unit are flags of live, what it writes
// lies where the unit lets it write, and systemd, where it is installed, finds
// nothing wrong with it.
func TestUnit(t *testing.T) {
	b, err := os.ReadFile("../../contrib/smtpscope-live.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := strings.ReplaceAll(string(b), "\\\n", "")
	_, command, _ := strings.Cut(unit, "\nExecStart=/usr/local/bin/smtpscope live ")
	command, _, _ = strings.Cut(command, "\n")
	args := strings.Fields(strings.ReplaceAll(command, "$SMTPSCOPE_ARGS", "-i eth1"))
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, env: map[string]string{}}
	c := p.liveCommand()
	if err := c.ParseFlags(args); err != nil || len(args) == 0 {
		t.Fatalf("%q: %v", args, err)
	}
	for flag, dir := range map[string]string{"output": "/var/log/smtpscope/", "record": "/var/lib/smtpscope/"} {
		if name := c.Flag(flag).Value.String(); !strings.HasPrefix(name, dir) {
			t.Errorf("--%s %s is not below %s", flag, name, dir)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return
	}
	// systemd looks for the program and for the manual too, which are not installed here.
	unit = strings.NewReplacer("/usr/local/bin/smtpscope", "/bin/true", "Documentation=man:smtpscope-live(1)\n", "").Replace(unit)
	name := filepath.Join(t.TempDir(), "smtpscope-live.service")
	if err := os.WriteFile(name, []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := exec.Command(analyze, "verify", "--man=no", name)
	if out, err := verify.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
