package live

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Output is a file that lines are appended to. It is opened anew when Reopen
// is called (SIGHUP, after logrotate has renamed the file), or moved aside by
// itself when it has grown to a size. What the disk does not take is given up,
// line by line, and counted: a full disk must not stop the watching, nor leave
// half a line behind. Used from one goroutine.
type Output struct {
	path   string
	limit  int64 // bytes; 0 = never moved aside
	keep   int   // files moved aside that are kept: path.1 is the newest
	file   *os.File
	buffer []byte
	size   int64 // with what is in buffer
	lost   int64 // lines
	failed error // since the last Flush
	broken error // the last attempt failed with it
	closed bool
}

// outputBuffer is how much is gathered before it is written.
const outputBuffer = 64 << 10

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
	how, device := os.O_WRONLY|os.O_APPEND|os.O_CREATE, filepath.Dir(o.path) == "/dev"
	if !device {
		how |= noFollow
	}
	f, err := os.OpenFile(o.path, how, 0o600)
	if info, none := os.Lstat(o.path); none == nil && info.Mode()&os.ModeSymlink != 0 && !device {
		f.Close() // nil where it could not be opened, which Close knows
		return fmt.Errorf("%s: is a symbolic link; name the file itself", o.path)
	}
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
	o.file, o.size = f, info.Size()
	return nil
}

// Write appends; lines must come whole. It does not fail: Flush and Trouble
// tell.
func (o *Output) Write(line []byte) (int, error) {
	if o.limit > 0 && o.size > 0 && o.size+int64(len(line)) > o.limit && o.file != nil {
		o.note(o.rotate())
	}
	o.buffer = append(o.buffer, line...)
	o.size += int64(len(line))
	if len(o.buffer) >= outputBuffer {
		o.note(o.write())
	}
	return len(line), nil
}

// write hands the buffer to the system. Of what it did not take whole, nothing
// is left.
func (o *Output) write() error {
	if len(o.buffer) == 0 {
		return nil
	}
	defer func() { o.buffer = o.buffer[:0] }()
	if o.file == nil {
		o.lost += int64(bytes.Count(o.buffer, newline))
		return o.broken
	}
	n, err := o.file.Write(o.buffer)
	if err == nil {
		o.broken = nil
		return nil
	}
	whole := bytes.LastIndexByte(o.buffer[:n], '\n') + 1
	o.lost += int64(bytes.Count(o.buffer[whole:], newline))
	if info, e := o.file.Stat(); e == nil && info.Mode().IsRegular() {
		o.size = info.Size() - int64(n-whole)
		_ = o.file.Truncate(o.size) // where even that fails, half a line stays
	}
	return err
}

var newline = []byte{'\n'}

func (o *Output) note(err error) {
	if err == nil {
		return
	}
	o.broken = err
	if o.failed == nil {
		o.failed = err
	}
}

// Flush hands what was written to the system, and says what went wrong since
// the last call. A file that could not be opened is tried again.
func (o *Output) Flush() error {
	if o.file == nil && !o.closed {
		o.broken = o.open()
	}
	o.note(o.write())
	err := o.failed
	o.failed = nil
	return err
}

// Trouble is how many lines were lost so far, and why nothing can be written at
// present, nil where it can.
func (o *Output) Trouble() (lost int64, why error) { return o.lost, o.broken }

// Reopen closes the file and opens its name again.
func (o *Output) Reopen() error {
	err := errors.Join(o.shut(), o.open())
	if o.file == nil {
		o.broken = err
	}
	return err
}

// rotate moves the file aside: path becomes path.1, path.1 path.2, and so on.
func (o *Output) rotate() error {
	err := o.shut()
	for i := o.keep - 1; i >= 1; i-- {
		from := fmt.Sprintf("%s.%d", o.path, i)
		if e := os.Rename(from, fmt.Sprintf("%s.%d", o.path, i+1)); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, os.Rename(o.path, o.path+".1"), o.open())
}

// shut flushes and closes the file.
func (o *Output) shut() error {
	if o.file == nil {
		return nil
	}
	err := errors.Join(o.write(), o.file.Close())
	o.file = nil
	return err
}

// Close flushes and closes. Nothing is written from then on.
func (o *Output) Close() error {
	err := cmp.Or(o.shut(), o.failed) // a full disk is told once
	o.closed = true
	return err
}

var _ io.WriteCloser = (*Output)(nil)
