package wholefile

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func say(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

type opener func(dir string) (*temporary, error)

// eachRoad tries the files of this system, and those that have a name from the beginning,
// as a file system without O_TMPFILE makes them necessary.
func eachRoad(t *testing.T, try func(*testing.T, opener)) {
	t.Run("begin", func(t *testing.T) { try(t, begin) })
	t.Run("named", func(t *testing.T) { try(t, named) })
}

// holds fails unless the directory has exactly these files with these texts.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		text, expected := want[e.Name()]
		if !expected {
			t.Errorf("%s was left behind", e.Name())
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || string(got) != text {
			t.Errorf("%s holds %q (%v), want %q", e.Name(), got, err, text)
		}
	}
	if len(list) != len(want) {
		t.Errorf("%d files, want %d", len(list), len(want))
	}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWritesWhole(t *testing.T) {
	eachRoad(t, func(t *testing.T, begin opener) {
		dir := t.TempDir()
		name := filepath.Join(dir, "report.html")
		if err := write(begin, name, false, say("all of it")); err != nil {
			t.Fatal(err)
		}
		holds(t, dir, map[string]string{"report.html": "all of it"})
		info, err := os.Lstat(name)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
		}
	})
}

func TestNameWithoutDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := Write("r.txt", false, say("x")); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"r.txt": "x"})
}

// TestLongestName: the temporary name must not be longer than a name may be.
func TestLongestName(t *testing.T) {
	name := strings.Repeat("n", 255)
	dir := t.TempDir()
	if err := Write(filepath.Join(dir, name), false, say("x")); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{name: "x"})
}

func TestExistingFileStays(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "r")
	put(t, name, "old")
	filled := false
	err := Write(name, false, func(io.Writer) error { filled = true; return nil })
	if !errors.Is(err, ErrExists) || filled {
		t.Errorf("error %v, filled %v; want ErrExists before anything is written", err, filled)
	}
	holds(t, dir, map[string]string{"r": "old"})
}

// TestTakenMeanwhile: the name was free at the beginning and is not at the end.
func TestTakenMeanwhile(t *testing.T) {
	eachRoad(t, func(t *testing.T, begin opener) {
		dir := t.TempDir()
		name := filepath.Join(dir, "r")
		err := write(begin, name, false, func(w io.Writer) error { put(t, name, "other"); return say("ours")(w) })
		if !errors.Is(err, ErrExists) {
			t.Errorf("error %v, want ErrExists", err)
		}
		holds(t, dir, map[string]string{"r": "other"})
	})
}

func TestForceReplaces(t *testing.T) {
	eachRoad(t, func(t *testing.T, begin opener) {
		dir := t.TempDir()
		name := filepath.Join(dir, "r")
		put(t, name, "an old and longer text")
		if err := write(begin, name, true, say("new")); err != nil {
			t.Fatal(err)
		}
		holds(t, dir, map[string]string{"r": "new"})
		if info, _ := os.Lstat(name); info.Mode() != 0o600 {
			t.Errorf("mode %v, want 0600 though the old file had 0644", info.Mode())
		}
	})
}

func TestNoLinkIsFollowed(t *testing.T) {
	for _, force := range []bool{false, true} {
		dir := t.TempDir()
		target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
		put(t, target, "keep me")
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		if err := Write(link, force, say("x")); err == nil || !strings.Contains(err.Error(), "symbolic link") {
			t.Errorf("force %v: error %v, want one about a symbolic link", force, err)
		}
		holds(t, dir, map[string]string{"target": "keep me", "link": "keep me"})
	}
}

// TestLinkPlantedMeanwhile: a link that appears while the file is written is
// replaced, not followed.
func TestLinkPlantedMeanwhile(t *testing.T) {
	eachRoad(t, func(t *testing.T, begin opener) {
		dir := t.TempDir()
		target, name := filepath.Join(dir, "target"), filepath.Join(dir, "r")
		put(t, target, "keep me")
		err := write(begin, name, true, func(w io.Writer) error {
			if err := os.Symlink(target, name); err != nil {
				t.Fatal(err)
			}
			return say("x")(w)
		})
		if err != nil {
			t.Fatal(err)
		}
		holds(t, dir, map[string]string{"target": "keep me", "r": "x"})
	})
}

func TestWhatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "file"), "")
	for name, says := range map[string]string{
		dir:                                "is a directory",
		fifo:                               "no regular file",
		filepath.Join(dir, "none", "r"):    "no such file or directory",
		filepath.Join(dir, "file", "r"):    "is no directory",
		"/dev/null":                        "no regular file",
		filepath.Join(dir, "r\x00.html"):   "invalid",
		filepath.Join(dir, longName, "r"):  "too long",
		filepath.Join(dir, longName+".md"): "too long",
	} {
		err := Write(name, true, say("x"))
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "write "+name) {
			t.Errorf("%.40q: error %v, want one that says %q", name, err, says)
		}
	}
}

var longName = strings.Repeat("x", 300)

func TestFillFails(t *testing.T) {
	eachRoad(t, func(t *testing.T, begin opener) {
		dir := t.TempDir()
		name := filepath.Join(dir, "r")
		put(t, name, "old")
		wrong := errors.New("the reading failed")
		if err := write(begin, name, true, func(w io.Writer) error { _ = say("half")(w); return wrong }); err != wrong {
			t.Errorf("error %v, want that of fill", err)
		}
		holds(t, dir, map[string]string{"r": "old"})
	})
}

func TestFillPanics(t *testing.T) {
	eachRoad(t, func(t *testing.T, begin opener) {
		dir := t.TempDir()
		func() {
			defer func() { _ = recover() }()
			_ = write(begin, filepath.Join(dir, "r"), false, func(io.Writer) error { panic("no") })
		}()
		holds(t, dir, map[string]string{})
	})
}

// killed is set in the process that is killed.
const killed = "WHOLEFILE_KILLED"

// TestKilled: a process that is killed while it writes leaves nothing, neither of its file
// nor of the one that it would replace.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(killed); dir != "" {
		_ = Write(filepath.Join(dir, "r"), true, func(w io.Writer) error {
			_ = say("half")(w)
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		})
		return
	}
	dir := t.TempDir()
	file, err := begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	file.discard()
	put(t, filepath.Join(dir, "r"), "old")
	again := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	again.Env = append(os.Environ(), killed+"="+dir)
	if err := again.Run(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("it was not killed: %v", err)
	}
	if file.name != "" { // a file system without files that have no name: the half is left, under its own
		if text, err := os.ReadFile(filepath.Join(dir, "r")); err != nil || string(text) != "old" {
			t.Errorf("r holds %q (%v)", text, err)
		}
		return
	}
	holds(t, dir, map[string]string{"r": "old"})
}

// onSmallDisk is set in the process that runs inside a mount namespace.
const onSmallDisk = "WHOLEFILE_SMALL_DISK"

// TestDiskFull writes 1 MB to a file system of 64 kB. That needs a mount
// namespace of its own.
func TestDiskFull(t *testing.T) {
	if dir := os.Getenv(onSmallDisk); dir != "" {
		fillSmallDisk(t, dir)
		return
	}
	dir := t.TempDir()
	mount := exec.Command("unshare", "--mount", "--map-root-user", "sh", "-c",
		`mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"`, "sh", dir, "true")
	if out, err := mount.CombinedOutput(); err != nil {
		t.Skipf("not run: needs a mount namespace: %v: %s", err, out)
	}
	mount.Args[len(mount.Args)-1] = os.Args[0]
	again := exec.Command(mount.Args[0], append(mount.Args[1:], "-test.run=^TestDiskFull$", "-test.v")...)
	again.Env = append(os.Environ(), onSmallDisk+"="+dir)
	out, err := again.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestDiskFull") {
		t.Errorf("%v\n%s", err, out)
	}
}

func fillSmallDisk(t *testing.T, dir string) {
	eachRoad(t, func(t *testing.T, begin opener) {
		name := filepath.Join(dir, "r")
		put(t, name, "old")
		err := write(begin, name, true, func(w io.Writer) error {
			for range 16 {
				if err := say(strings.Repeat("x", 1<<16))(w); err != nil {
					return errors.New("template: r: " + err.Error())
				}
			}
			return nil
		})
		if !errors.Is(err, syscall.ENOSPC) || err.Error() != "write "+name+": no space left on device" {
			t.Errorf("error %v, want one line about the disk", err)
		}
		holds(t, dir, map[string]string{"r": "old"})
	})
}
