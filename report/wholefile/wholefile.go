// Package wholefile writes files that appear whole or not at all. A report is
// evidence: half of one, or an older one cut short by a full disk, must never
// lie where the whole one is expected.
package wholefile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Mode is the mode of the files: a report is nobody's business but its
// writer's. The umask can take more away.
const Mode fs.FileMode = 0o600

// ErrExists says that the file is there already and was not to be replaced.
var ErrExists = errors.New("the file exists")

// Check says early, before minutes of reading, what would stop Write: the
// file exists and force is not set (ErrExists), it is a directory, a symbolic
// link or a device, or its directory is not there. Write checks again.
func Check(path string, force bool) error {
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("write %s: the directory %s: %w", path, filepath.Dir(path), cause(err))
	}
	if !dir.IsDir() {
		return fmt.Errorf("write %s: %s is no directory", path, filepath.Dir(path))
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("write %s: %w", path, cause(err))
	case info.IsDir():
		return fmt.Errorf("write %s: it is a directory; name a file in it", path)
	case info.Mode()&fs.ModeSymlink != 0:
		// Somebody else may have put the link there: neither what it points
		// to nor the link itself is overwritten.
		return fmt.Errorf("write %s: it is a symbolic link; name the file itself", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("write %s: it is no regular file; - writes to standard output", path)
	case !force:
		return fmt.Errorf("write %s: %w", path, ErrExists)
	}
	return nil
}

// Write gives fill a file to write to, and puts it at path when fill has
// returned nil and the bytes are on the disk. Whatever goes wrong, what was
// at path is as it was, and nothing is left beside it. An existing file is
// replaced only with force; else the error is ErrExists. The file appears
// with Mode. Errors name path; those of fill come back as they are, but for
// errors of the file itself, as a full disk, which are said once.
func Write(path string, force bool, fill func(io.Writer) error) error {
	return write(begin, path, force, fill)
}

func write(begin func(dir string) (*temporary, error), path string, force bool, fill func(io.Writer) error) error {
	if err := Check(path, force); err != nil {
		return err
	}
	t, err := begin(filepath.Dir(path)) // in the same directory, for a rename does not cross file systems
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	defer t.discard() // also where fill panics
	w := &writer{file: t.file}
	err = fill(w)
	if w.err != nil {
		return fmt.Errorf("write %s: %w", path, cause(w.err))
	}
	if err != nil {
		return err
	}
	if err := t.settle(); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	if err := t.place(path, force); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	return nil
}

// A temporary is a file that is being written. Where the system can, it has no name:
// then whatever ends the process leaves nothing of it.
type temporary struct {
	file *os.File
	name string // "" while it has none
}

// named begins one under a name that nobody can guess: CreateTemp opens with O_EXCL
// and mode 0600.
func named(dir string) (*temporary, error) {
	file, err := os.CreateTemp(dir, ".smtpscope-*.part")
	if err != nil {
		return nil, err
	}
	return &temporary{file, file.Name()}, nil
}

// discard lets go of the file, and of what lies under its temporary name.
func (t *temporary) discard() {
	_ = t.file.Close() // a second Close does nothing
	if t.name != "" {
		_ = os.Remove(t.name)
	}
}

// settle brings the bytes to the disk: a file system may say only now that it
// is full, and after a crash a renamed file must not be empty. Of a network's file
// system Close says it; there files have names.
func (t *temporary) settle() error {
	if err := t.file.Sync(); err != nil || t.name == "" {
		return err
	}
	return t.file.Close()
}

// place gives the finished file its name. Without force that must fail where
// the name was taken meanwhile: link(2) does, rename(2) does not.
func (t *temporary) place(path string, force bool) error {
	switch err := t.link(path, force); {
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	case err != nil:
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

func (t *temporary) link(path string, force bool) error {
	if t.name == "" {
		if !force {
			return linkUnnamed(t.file, path)
		}
		name, err := t.nameIt(filepath.Dir(path)) // only a name can be put in another's place
		if err != nil {
			return err
		}
		t.name = name
	}
	if !force {
		err := os.Link(t.name, path)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		if _, gone := os.Lstat(path); !errors.Is(gone, fs.ErrNotExist) { // a file system without hard links, as FAT
			return ErrExists
		}
	}
	err := os.Rename(t.name, path)
	if err == nil {
		t.name = "" // it is in its place
	}
	return err
}

// nameIt gives a file without a name one that nobody can guess.
func (t *temporary) nameIt(dir string) (string, error) {
	for {
		name := filepath.Join(dir, ".smtpscope-"+rand.Text()+".part")
		if err := linkUnnamed(t.file, name); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// syncDir brings the new name to the disk, where the system can; the file
// itself is there already.
func syncDir(name string) {
	if dir, err := os.Open(name); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}

// writer remembers the file's first error, so that it is not said in the
// words of whatever encoder met it.
type writer struct {
	file *os.File
	err  error
}

func (w *writer) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err
}

// cause takes the name of the temporary file, which nobody knows, out of an
// error.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
