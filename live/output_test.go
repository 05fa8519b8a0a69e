package live

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return "(none)"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestOutputRotates: lines stay whole, the newest are in the file, the oldest
// files go.
func TestOutputRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(path, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := OpenOutput(path, 12, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"one\n", "two two\n", "three\n", "a line that is too long\n", "five\n"} {
		if _, err := o.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	// "before" and "one" make 11 bytes, "two two" does not fit; with it
	// "three" makes 14; then the long line stands alone, and so does "five".
	for name, want := range map[string]string{"": "five\n", ".1": "a line that is too long\n", ".2": "three\n", ".3": "(none)"} {
		if got := content(t, path+name); got != want {
			t.Errorf("out%s holds %q, want %q", name, got, want)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
}

// TestOutputReopens: after logrotate has renamed the file, what comes goes to
// a new one.
func TestOutputReopens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	o, err := OpenOutput(path, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	write := func(line string) {
		if _, err := o.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	write("one\n")
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	write("two\n")
	if err := o.Reopen(); err != nil {
		t.Fatal(err)
	}
	write("three\n")
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if old, now := content(t, path+".old"), content(t, path); old != "one\ntwo\n" || now != "three\n" {
		t.Errorf("old %q, now %q", old, now)
	}
}

// TestOutputFullDisk: a full disk is said by Flush, once for each time, and
// Write goes on.
func TestOutputFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("not run: needs /dev/full")
	}
	o, err := OpenOutput("/dev/full", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := o.Write([]byte("line\n")); n != 5 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if err := o.Flush(); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("it said %v", err)
		}
		if err := o.Flush(); err != nil {
			t.Errorf("it said again %v", err)
		}
	}
	o.note(errors.New("no space left"))
	o.Write([]byte("line\n"))
	if err := o.Close(); err == nil || strings.Count(err.Error(), "no space left") != 1 {
		t.Errorf("at the end it said %v", err)
	}
}

// TestOutputComesBack: a file that cannot be opened is tried again, what was
// written meanwhile is counted, and what comes then is there.
func TestOutputComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out")
	o, err := OpenOutput(path, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, dir+".old"); err != nil {
		t.Fatal(err)
	}
	if err := o.Reopen(); err == nil {
		t.Fatal("opened in a folder that is not there")
	}
	o.Write([]byte("lost\nlost\n"))
	if err := o.Flush(); err == nil {
		t.Error("nothing was said")
	}
	if lost, why := o.Trouble(); why == nil || lost != 2 {
		t.Errorf("%v, %d lost", why, lost)
	}
	if err := os.Rename(dir+".old", dir); err != nil {
		t.Fatal(err)
	}
	o.Write([]byte("kept\n"))
	if err := o.Flush(); err != nil {
		t.Error(err)
	}
	if lost, why := o.Trouble(); why != nil || lost != 2 {
		t.Errorf("%v, %d lost", why, lost)
	}
	if got := content(t, path); got != "kept\n" {
		t.Errorf("it holds %q", got)
	}
}

func TestOutputIsNoFile(t *testing.T) {
	if _, err := OpenOutput(t.TempDir(), 0, 0); err == nil {
		t.Error("a folder was opened")
	}
}
