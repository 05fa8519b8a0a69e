package live

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOutputFollowsNoLink: neither at the beginning nor when the file is opened
// anew is a link followed that lies where the file should.
func TestOutputFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "out")
	if err := os.WriteFile(target, []byte("keep me"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if o, err := OpenOutput(link, 0, 0); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Fatalf("%v, %v", o, err)
	}
	name := filepath.Join(dir, "file")
	o, err := OpenOutput(name, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
	if err := o.Reopen(); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("reopened: %v", err)
	}
	if _, err := o.Write([]byte("x\n")); err != nil {
		t.Error(err)
	}
	if kept, _ := os.ReadFile(target); string(kept) != "keep me" {
		t.Errorf("the target holds %q", kept)
	}
}
