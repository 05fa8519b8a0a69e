package recorder

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

func ringIn(dir string, said *alarms) Config {
	return Config{Dir: dir, Memory: 1 << 20, Ring: 16 << 20, Alarm: said.say, Sources: func() []capture.SourceInfo { return nil }}
}

// TestTwoRecorders: the second one in a folder is told so, and takes nothing of
// what the first has open; when that was killed the folder is free at once.
func TestTwoRecorders(t *testing.T) {
	const asOther = "SMTPSCOPE_TEST_RECORD"
	if dir := os.Getenv(asOther); dir != "" {
		record(t, dir)
		return
	}
	dir := filepath.Join(t.TempDir(), "made")
	other := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	other.Env = append(os.Environ(), asOther+"="+dir)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Wait()
	defer other.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the other one said %q, %v", line, err)
	}

	var said alarms
	_, err = Open(ringIn(dir, &said))
	if want := "record: " + dir + " is in use by another smtpscope; name another folder, or stop that one"; err == nil || err.Error() != want {
		t.Fatalf("it said %v, want %s", err, want)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "ring", ".smtpscope-*.part")); len(left) != 1 {
		t.Errorf("the other's open files: %v", left)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode() != 0o700|os.ModeDir {
		t.Errorf("%v, %v", info, err)
	}

	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait()
	for range 2 { // after a crash, and after an end in order
		r, err := Open(ringIn(dir, &said))
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(files) != 1 || !strings.HasSuffix(files[0], crashed) {
		t.Errorf("there are %v", files)
	}
	if said.text() != "" {
		t.Error(said.text())
	}
}

// record is the other one: it says when its ring has a file open, and goes on until it is killed.
func record(t *testing.T, dir string) {
	var said alarms
	r, err := Open(ringIn(dir, &said))
	if err != nil {
		t.Fatal(err)
	}
	r.ring.frame(stored(1, 1000, time.Second))
	r.ring.flush()
	for len(r.ring.empty) < ringPieces {
		time.Sleep(time.Millisecond)
	}
	os.Stdout.WriteString("it records\n")
	time.Sleep(time.Minute)
}

// TestLockGoesWithFailure: a folder in which recording could not begin is free.
func TestLockGoesWithFailure(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ring", 1, 0) // where a folder should be
	var said alarms
	if _, err := Open(ringIn(dir, &said)); err == nil {
		t.Fatal("there is a ring in a file")
	}
	c := ringIn(dir, &said)
	c.Ring = 0
	r, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
}
