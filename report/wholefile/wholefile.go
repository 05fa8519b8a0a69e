// Package wholefile writes files that appear whole or not at all. A report is
// evidence: half of one, or an older one cut short by a full disk, must never
// lie where the whole one is expected.
package wholefile

import (
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
	if err := Check(path, force); err != nil {
		return err
	}
	// CreateTemp opens with O_EXCL and mode 0600, in the same directory, for
	// a rename does not cross file systems.
	file, err := os.CreateTemp(filepath.Dir(path), ".smtpscope-*.part")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	w := &writer{file: file}
	placed := false
	defer func() { // also where fill panics
		_ = file.Close() // a second Close does nothing
		if !placed {
			_ = os.Remove(file.Name())
		}
	}()
	err = fill(w)
	if w.err != nil {
		return fmt.Errorf("write %s: %w", path, cause(w.err))
	}
	if err != nil {
		return err
	}
	if err := settle(file); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	if err := place(file.Name(), path, force); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	placed = true
	return nil
}

// settle brings the bytes to the disk: a file system may say only now that it
// is full, and after a crash a renamed file must not be empty.
func settle(file *os.File) error {
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}

// place gives the finished file its name. Without force that must fail where
// the name was taken meanwhile: link(2) does, rename(2) does not.
func place(temporary, path string, force bool) error {
	if force {
		if err := os.Rename(temporary, path); err != nil {
			return err
		}
		syncDir(filepath.Dir(path))
		return nil
	}
	err := os.Link(temporary, path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	case err != nil: // a file system without hard links, as FAT
		if _, gone := os.Lstat(path); !errors.Is(gone, fs.ErrNotExist) {
			return ErrExists
		}
		if err := os.Rename(temporary, path); err != nil {
			return err
		}
	default:
		_ = os.Remove(temporary) // the file itself is in its place
	}
	syncDir(filepath.Dir(path))
	return nil
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
