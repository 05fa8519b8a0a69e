package live

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Output is a file that lines are appended to. It is opened anew when Reopen
// is called (SIGHUP, after logrotate has renamed the file), or moved aside by
// itself when it has grown to a size. Used from one goroutine.
type Output struct {
	path   string
	limit  int64 // bytes; 0 = never moved aside
	keep   int   // files moved aside that are kept: path.1 is the newest
	file   *os.File
	buffer *bufio.Writer
	size   int64
	failed error
}

// OpenOutput opens path for appending, mode 0600. limit is the size in bytes
// at which the file is moved aside, 0 = none; keep is how many of these stay.
func OpenOutput(path string, limit int64, keep int) (*Output, error) {
	o := &Output{path: path, limit: limit, keep: max(keep, 1)}
	if err := o.open(); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *Output) open() error {
	// Somebody else may have put a link there, for the program, which may run as
	// root, to append to what it points to. Devices, as /dev/stdout, are no files
	// that others put there.
	if info, err := os.Lstat(o.path); err == nil && info.Mode()&os.ModeSymlink != 0 && filepath.Dir(o.path) != "/dev" {
		return fmt.Errorf("%s: is a symbolic link; name the file itself", o.path)
	}
	f, err := os.OpenFile(o.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	if info.Mode().IsDir() || !info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0 && info.Mode()&os.ModeDevice == 0 {
		f.Close()
		return fmt.Errorf("%s: is no file that can be appended to", o.path)
	}
	o.file, o.size, o.buffer = f, info.Size(), bufio.NewWriterSize(f, 1<<16)
	return nil
}

// Write appends; lines must come whole. What the disk did not take is given up
// and said by Flush: a full disk must not stop the watching.
func (o *Output) Write(line []byte) (int, error) {
	if o.file == nil {
		return len(line), nil
	}
	if o.limit > 0 && o.size > 0 && o.size+int64(len(line)) > o.limit {
		o.note(o.rotate())
		if o.file == nil {
			return len(line), nil
		}
	}
	n, err := o.buffer.Write(line)
	o.size += int64(n)
	if err != nil {
		o.note(err)
		o.buffer.Reset(o.file)
	}
	return len(line), nil
}

func (o *Output) note(err error) {
	if err != nil && o.failed == nil {
		o.failed = err
	}
}

// Flush hands what was written to the system, and says what went wrong since
// the last call.
func (o *Output) Flush() error {
	if o.file != nil {
		if err := o.buffer.Flush(); err != nil {
			o.note(err)
			o.buffer.Reset(o.file)
		}
	}
	err := o.failed
	o.failed = nil
	return err
}

// Reopen closes the file and opens its name again.
func (o *Output) Reopen() error {
	return errors.Join(o.Close(), o.open())
}

// rotate moves the file aside: path becomes path.1, path.1 path.2, and so on.
func (o *Output) rotate() error {
	err := o.Close()
	for i := o.keep - 1; i >= 1; i-- {
		from := fmt.Sprintf("%s.%d", o.path, i)
		if e := os.Rename(from, fmt.Sprintf("%s.%d", o.path, i+1)); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, os.Rename(o.path, o.path+".1"), o.open())
}

// Close flushes and closes. Write does nothing from then on.
func (o *Output) Close() error {
	if o.file == nil {
		return nil
	}
	err := errors.Join(o.Flush(), o.file.Close())
	o.file = nil
	return err
}

var _ io.WriteCloser = (*Output)(nil)
