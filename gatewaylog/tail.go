package gatewaylog

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// Trouble is a followed file of which nothing can be read, or, with Err nil,
// one that is read again.
type Trouble struct {
	File  string
	Since time.Time // host's clock
	Err   error
}

const (
	// tailPoll is how often a file is looked at for more.
	tailPoll = 200 * time.Millisecond
	// tailPatience is how long a file may be gone at most before that is told:
	// who rotates takes a moment to make the new one, and to give it its owner.
	tailPatience = 10 * time.Second
)

// tail reads a file that grows and is rotated.
type tail struct {
	ctx     context.Context
	path    string
	file    *os.File    // nil while it cannot be read
	info    os.FileInfo // of the file that is read, or was last
	at      int64       // how far it was read
	lines   int64       // lines in front of where the reading began
	partial bool        // the last byte that was read was no line's end
	rotated func()

	patience time.Duration
	tell     func(Trouble)
	since    time.Time // of the trouble; zero = none
	told     bool
}

// errNotFollowed: a device or a pipe, which has no end to go on from.
var errNotFollowed = errors.New("is no file that can be followed")

// openTail opens a file at its end. One that cannot be opened is tried for
// later, as one that is gone.
func openTail(ctx context.Context, path string) *tail {
	t := &tail{ctx: ctx, path: path, rotated: func() {}, tell: func(Trouble) {}}
	if t.open() != nil {
		return t
	}
	var err error
	if t.lines, t.at, err = countLines(t.file); err != nil {
		t.at = t.info.Size()
		t.Close()
	}
	return t
}

// open opens the file that has the name now.
func (t *tail) open() error {
	info, err := os.Stat(t.path) // first: to open a pipe would wait for who writes to it
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return &os.PathError{Op: "follow", Path: t.path, Err: errors.New("is a directory")}
	case !info.Mode().IsRegular():
		return &os.PathError{Op: "follow", Path: t.path, Err: errNotFollowed}
	}
	file, err := os.Open(t.path)
	if err != nil {
		return err
	}
	if info, err = file.Stat(); err != nil {
		file.Close()
		return err
	}
	t.Close()
	t.file, t.info, t.at = file, info, 0
	return nil
}

// countLines reads to the end of the last whole line, so that line numbers are
// those of the file, and tells where that is.
func countLines(file *os.File) (n, end int64, err error) {
	buffer := make([]byte, 64<<10)
	var at int64
	for {
		k, err := file.Read(buffer)
		n += int64(bytes.Count(buffer[:k], []byte{'\n'}))
		if i := bytes.LastIndexByte(buffer[:k], '\n'); i >= 0 {
			end = at + int64(i) + 1
		}
		at += int64(k)
		if err == io.EOF {
			_, err = file.Seek(end, io.SeekStart)
			return n, end, err
		}
		if err != nil {
			return n, end, err
		}
	}
}

// Read waits for more, and answers io.EOF when the following ends. It does not
// fail: what cannot be read may come back.
func (t *tail) Read(p []byte) (int, error) {
	for {
		n, err := t.read(p)
		if n > 0 {
			t.partial = p[n-1] != '\n'
			if !t.told {
				t.since = time.Time{} // the name may be gone, and lines come all the same
			}
			return n, nil
		}
		moved, gone := t.succeed()
		t.note(cmp.Or(err, gone))
		switch {
		case moved && t.partial: // the old file's last line is whole now, whatever it was
			t.partial = false
			p[0] = '\n'
			return 1, nil
		case moved && err == nil:
			continue
		}
		select {
		case <-t.ctx.Done():
			return 0, io.EOF
		case <-time.After(tailPoll):
		}
	}
}

// read reads what is there. A file that fails is let go.
func (t *tail) read(p []byte) (int, error) {
	if t.file == nil {
		return 0, nil
	}
	n, err := t.file.Read(p)
	t.at += int64(n)
	if err == nil || err == io.EOF {
		return n, nil
	}
	t.Close()
	return n, err
}

// succeed goes over to the file that has taken the name, or back to the
// beginning of one that was cut short, or on in one that had failed. Where the name
// is gone for a moment the old file is kept. The error is why there is nothing
// that could be followed.
func (t *tail) succeed() (moved bool, err error) {
	now, err := os.Stat(t.path)
	if err != nil {
		return false, err
	}
	same := os.SameFile(t.info, now)
	if t.file != nil {
		if same && now.Size() >= t.at {
			return false, nil
		}
		if old, err := t.file.Stat(); !same && err == nil && t.at < old.Size() {
			return false, nil // written to since; read that first
		}
	}
	at := t.at
	if err := t.open(); err != nil {
		return false, err
	}
	if same && now.Size() >= at {
		if _, err := t.file.Seek(at, io.SeekStart); err != nil {
			return false, err
		}
		t.at = at
		return false, nil // nothing between was missed
	}
	t.rotated()
	return true, nil
}

// note tells of trouble that lasts, once, and of its end.
func (t *tail) note(err error) {
	switch {
	case err == nil && t.told:
		t.told, t.since = false, time.Time{}
		t.tell(Trouble{File: t.path, Since: time.Now()})
	case err == nil:
		t.since = time.Time{}
	case t.since.IsZero():
		t.since = time.Now()
	case !t.told && time.Since(t.since) >= t.patience:
		t.told = true
		t.tell(Trouble{File: t.path, Since: t.since, Err: err})
	}
}

// Close closes the file. A second call does nothing.
func (t *tail) Close() error {
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	t.file = nil
	return err
}
