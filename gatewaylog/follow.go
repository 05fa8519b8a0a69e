package gatewaylog

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Follow reads logs as they grow, from their present end on, until ctx is
// done, and hands out every connection as soon as it is finished: Options.Grace
// after its last line, in log time, or as much later by the host's clock where
// the log is silent. A file that is renamed or cut short is read to its end and
// then from the beginning of its successor. emit and tick are called from the
// same goroutine, tick about once a second; an error of emit ends the
// following. Lines that are broken over several are not joined.
func Follow(ctx context.Context, paths []string, o Options, emit func(*Connection) error, tick func()) (*Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.From.IsZero() {
		o.From, o.To = time.Now(), time.Now() // the year of times that have none
	}
	r := newReader(o, emit)
	f := &following{reader: r, entries: make(chan *entry, 256), tick: tick}
	for _, path := range paths {
		t, err := openTail(ctx, path)
		if err != nil {
			cancel()
			f.wait.Wait()
			return r.report, err
		}
		f.start(ctx, t, path)
	}
	go func() {
		f.wait.Wait()
		close(f.entries)
	}()
	f.run()
	if r.shelf.err == nil {
		r.shelf.flush()
	}
	cancel()
	for range f.entries { // the files' goroutines end
	}
	r.report.Lines = f.lines.Load()
	r.report.finish()
	return r.report, r.shelf.err
}

// following is one call of Follow.
type following struct {
	*reader
	entries chan *entry
	wait    sync.WaitGroup
	tick    func()
	lines   atomic.Int64 // read, of all files
	lastLog time.Time    // the latest time of a line
	lastAt  time.Time    // when it came, by the host's clock
}

// start reads one file in a goroutine of its own.
func (f *following) start(ctx context.Context, t *tail, path string) {
	in := &feed{report: newReport(), accept: func(*entry) bool { return false },
		source: Source{Name: path, Once: true, Open: func() (io.ReadCloser, error) { return t, nil }}}
	in.clock.zone = f.options.Zone
	chooseYears([]*feed{in}, f.options)
	f.wait.Go(func() {
		defer t.Close()
		if in.open() != nil {
			return
		}
		in.lines.number = t.lines
		t.rotated = func() { in.lines.number = 0 }
		for in.advance() == nil {
			e := in.entry
			f.lines.Add(1)
			select {
			case f.entries <- &e:
			case <-ctx.Done():
				return
			}
		}
	})
}

// run takes lines as they come, and looks at the time when none does.
func (f *following) run() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for f.shelf.err == nil {
		select {
		case e, open := <-f.entries:
			if !open {
				return
			}
			if at := e.time.At; at.After(f.lastLog) {
				f.lastLog, f.lastAt = at, time.Now()
			}
			f.line(e)
		case <-second.C:
			f.idle()
			f.tick()
		}
	}
}

// idle lets the log's time go on while nothing is logged.
func (f *following) idle() {
	if f.lastLog.IsZero() {
		return
	}
	now := f.lastLog.Add(time.Since(f.lastAt)).UnixNano()
	for _, b := range f.shelf.books {
		f.shelf.tick(b, now)
	}
}

// tailPoll is how often a file is looked at for more.
const tailPoll = 200 * time.Millisecond

// tail reads a file that grows and is rotated.
type tail struct {
	ctx     context.Context
	path    string
	file    *os.File
	lines   int64 // lines in front of where the reading began
	partial bool  // the last byte that was read was no line's end
	rotated func()
}

// openTail opens a file at its end.
func openTail(ctx context.Context, path string) (*tail, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = errors.New("is a directory")
	case !info.Mode().IsRegular():
		err = errors.New("is no file that can be followed")
	}
	if err != nil {
		file.Close()
		return nil, &os.PathError{Op: "follow", Path: path, Err: err}
	}
	t := &tail{ctx: ctx, path: path, file: file, rotated: func() {}}
	t.lines, err = countLines(file)
	return t, err
}

// countLines reads to the end of the last whole line, so that line numbers are
// those of the file.
func countLines(file *os.File) (n int64, err error) {
	buffer := make([]byte, 64<<10)
	var at, end int64
	for {
		k, err := file.Read(buffer)
		n += int64(bytes.Count(buffer[:k], []byte{'\n'}))
		if i := bytes.LastIndexByte(buffer[:k], '\n'); i >= 0 {
			end = at + int64(i) + 1
		}
		at += int64(k)
		if err == io.EOF {
			_, err = file.Seek(end, io.SeekStart)
			return n, err
		}
		if err != nil {
			return n, err
		}
	}
}

// Read waits for more, and answers io.EOF when the following ends.
func (t *tail) Read(p []byte) (int, error) {
	for {
		n, err := t.file.Read(p)
		if n > 0 {
			t.partial = p[n-1] != '\n'
			return n, nil
		}
		if err != nil && err != io.EOF {
			return 0, err
		}
		if t.succeed() {
			if t.partial { // the old file's last line is whole now, whatever it was
				t.partial = false
				p[0] = '\n'
				return 1, nil
			}
			continue
		}
		select {
		case <-t.ctx.Done():
			return 0, io.EOF
		case <-time.After(tailPoll):
		}
	}
}

// succeed goes over to the file that has taken the name, or back to the
// beginning of one that was cut short. Where the name is gone for a moment the
// old file is kept.
func (t *tail) succeed() bool {
	old, err := t.file.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(t.path)
	if err != nil {
		return false
	}
	if os.SameFile(old, now) {
		at, err := t.file.Seek(0, io.SeekCurrent)
		if err != nil || now.Size() >= at {
			return false
		}
		if _, err := t.file.Seek(0, io.SeekStart); err != nil {
			return false
		}
		t.rotated()
		return true
	}
	if at, err := t.file.Seek(0, io.SeekCurrent); err == nil && at < old.Size() {
		return false // written to since; read that first
	}
	next, err := os.Open(t.path)
	if err != nil {
		return false
	}
	t.file.Close()
	t.file = next
	t.rotated()
	return true
}

func (t *tail) Close() error { return t.file.Close() }
