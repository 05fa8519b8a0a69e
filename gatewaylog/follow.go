package gatewaylog

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Follow reads logs as they grow, from their present end on, until ctx is
// done, and hands out every connection as soon as it is finished: Options.Grace
// after its last line, in log time, or as much later by the host's clock where
// the log is silent. A file that is renamed or cut short is read to its end and
// then from the beginning of its successor. emit is called from one goroutine;
// an error of it ends the following, and is Follow's. trouble is called from any, when nothing
// can be read of a file any more, and when it can again; until then it is tried
// for. Lines that are broken over several are not joined.
func Follow(ctx context.Context, paths []string, o Options, emit func(*Connection) error, trouble func(Trouble)) (*Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.From.IsZero() {
		o.From, o.To = time.Now(), time.Now() // the year of times that have none
	}
	r := newReader(o, emit)
	f := &following{reader: r, entries: make(chan *entry, 256)}
	for _, path := range paths {
		t := openTail(ctx, path)
		t.patience, t.tell = min(r.options.Grace, tailPatience), trouble
		f.start(ctx, t)
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
	lines   atomic.Int64 // read, of all files
	lastLog time.Time    // the latest time of a line
	lastAt  time.Time    // when it came, by the host's clock
}

// start reads one file in a goroutine of its own.
func (f *following) start(ctx context.Context, t *tail) {
	in := &feed{report: newReport(), accept: func(*entry) bool { return false },
		source: Source{Name: t.path, Once: true, Open: func() (io.ReadCloser, error) { return t, nil }}}
	in.clock.zone = f.options.Zone
	chooseYears([]*feed{in}, f.options)
	f.wait.Go(func() {
		defer t.Close()
		if err := f.feed(ctx, in, t); err != nil && ctx.Err() == nil {
			t.tell(Trouble{File: t.path, Since: time.Now(), Err: err}) // for good: what is written there is no log
		}
	})
}

// feed takes a file's lines until the following ends.
func (f *following) feed(ctx context.Context, in *feed, t *tail) error {
	if err := in.open(); err != nil {
		return err
	}
	in.lines.number = t.lines
	t.rotated = func() { in.lines.number = 0 }
	for {
		if err := in.advance(); err != nil {
			return err
		}
		e := in.entry
		f.lines.Add(1)
		select {
		case f.entries <- &e:
		case <-ctx.Done():
			return nil
		}
	}
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
