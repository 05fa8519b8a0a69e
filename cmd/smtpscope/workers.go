package main

import (
	"math"
	"math/bits"
	"runtime"
	"sync/atomic"

	"smtpscope/capture"
	"smtpscope/internal/hugepages"
	"smtpscope/reassembly"
	"smtpscope/session"
)

// A worker reads the whole capture, as every other worker does, and follows its
// share of the connections. What one processor has read another would have to
// fetch from it, packet for packet: to decode everything twice costs less. So
// workers share nothing but the order of their sessions.
type worker struct {
	crew     *crew
	reading  *reading
	reader   *capture.Reader
	tracker  *session.Tracker
	origins  origins
	first    session.Time // of the capture
	position atomic.Int64 // the last frame taken

	finished []session.Finished
	out      chan stretch
	back     chan []session.Finished // whose sessions may be written over; with room for all, or some would be lost and made anew

	// What the merging has of it.
	head stretch
	next int // in head.finished
}

// A stretch is the next sessions that a worker has found, in order.
type stretch struct {
	finished []session.Finished
	first    session.Time // of the capture
	full     bool         // a bound was reached: what would come now might not be true
}

// A crew is the workers of one reading.
type crew struct {
	workers []*worker
	until   atomic.Int64 // the frame behind which they stop
}

const (
	// A worker is at most so far ahead of the others. What is ahead is kept, some
	// 4 kB a session: with 512 in place of 128 a tenth of dialogues took 6 MiB more
	// and no less time.
	stretchSessions = 16                 // in a stretch
	stretchesAhead  = 4                  // of a worker before the others
	stretches       = stretchesAhead + 2 // of a worker in all: it fills one, and another is being merged
	// worthSharing is from how many bytes on a second worker saves time that
	// somebody notices: of 100 MB it took 0.12 s with one beside it and 0.10 s
	// without, of 570 MB 2.1 s and 2.3 s. It costs half as much CPU time again.
	worthSharing = 256 << 20
)

// crew gives n workers for a capture, 0 = as many as pay; nil where one alone is
// to read it.
func (r *reading) crew(reader *capture.Reader, n int) *crew {
	if n == 0 && reader.Size() >= worthSharing {
		n = runtime.GOMAXPROCS(0)
	}
	n = 1 << (bits.Len(uint(min(max(n, 1), reassembly.MaxShares))) - 1) // 1, 2 or 4
	if n == 1 {
		return nil
	}
	c := new(crew)
	c.until.Store(math.MaxInt64)
	for i := range n {
		from := reader
		if i > 0 {
			if from = reader.Twin(); from == nil {
				c.close()
				return nil
			}
		}
		c.workers = append(c.workers, r.worker(c, from, reassembly.Share{Index: i, Of: n}))
	}
	return c
}

func (r *reading) worker(c *crew, from *capture.Reader, share reassembly.Share) *worker {
	w := &worker{crew: c, reading: r, reader: from, out: make(chan stretch, stretchesAhead), back: make(chan []session.Finished, stretches)}
	cfg := r.tracking(from)
	cfg.Share, cfg.EmitSome, cfg.ForGood = share, w.take, r.holds
	w.tracker = session.NewTracker(cfg)
	return w
}

// close lets go of what the twins read; the first reader is the reading's own.
func (c *crew) close() {
	for i, w := range c.workers {
		if i > 0 {
			w.reader.Close()
		}
	}
}

// stop lets all workers stop behind the same frame, or nearly so.
func (c *crew) stop() {
	c.until.Store(c.reached() + 1)
}

// reached is the last frame that any of them has taken.
func (c *crew) reached() (last int64) {
	for _, w := range c.workers {
		last = max(last, w.position.Load())
	}
	return last
}

// run lets the workers read, and takes their sessions in order. It reports
// whether that was all; if not, a bound was reached on the way that all sessions
// share, and only one worker alone can tell what is lost by it.
func (c *crew) run(r *reading) (whole bool) {
	for _, w := range c.workers {
		go w.run()
	}
	whole = c.merge(r)
	c.until.Store(0)
	for _, w := range c.workers {
		for range w.out { // until it has ended
		}
		r.quality.Add(w.tracker.Quality())
	}
	return whole
}

// run reads everything, and finds what is the worker's.
func (w *worker) run() {
	defer close(w.out)
	for w.position.Load() < w.crew.until.Load() && !w.tracker.Full() {
		segments, err := w.reader.Batch()
		if err != nil {
			break // io.EOF; what went wrong is in the summary
		}
		w.first = glance(segments, w.first, &w.origins)
		w.tracker.Segments(segments)
		w.position.Store(segments[len(segments)-1].Frame)
	}
	if !w.tracker.Full() {
		hugepages.GiveBackProgram() // what reads is not needed for what is left
		w.tracker.Close()
	}
	w.send(w.tracker.Full())
}

// take takes sessions that have ended.
func (w *worker) take(list []session.Finished) {
	if w.tracker.Full() {
		return
	}
	for i := range list {
		w.reading.judge(list[i].Session, &w.origins)
	}
	if w.finished = append(w.finished, list...); len(w.finished) >= stretchSessions {
		w.send(false)
	}
}

func (w *worker) send(full bool) {
	w.out <- stretch{w.finished, w.first, full}
	w.finished = nil
	for {
		select {
		case used := <-w.back:
			for i := range used {
				w.tracker.Return(used[i].Session)
			}
			w.finished = used[:0]
		default:
			return
		}
	}
}

// merge takes the sessions of all workers in the order in which one worker would
// have found them. It waits for each, so none gets far ahead of the others.
func (c *crew) merge(r *reading) (whole bool) {
	for r.failed == nil {
		var next *worker
		var least reassembly.Turn
		for _, w := range c.workers {
			turn, more := w.turn()
			switch {
			case w.head.full:
				return false
			case more && (next == nil || turn.Compare(least) < 0):
				next, least = w, turn
			}
		}
		if next == nil {
			return true
		}
		if r.first == 0 {
			r.first = next.head.first
		}
		r.take(next.pop())
	}
	return true
}

// turn is that of the worker's next session, for which it waits.
func (w *worker) turn() (t reassembly.Turn, more bool) {
	for w.next == len(w.head.finished) && !w.head.full {
		if !w.reading.holds {
			w.giveBack()
		}
		w.next = 0
		if w.head, more = <-w.out; !more {
			return t, false
		}
	}
	if w.head.full {
		return t, false
	}
	return w.head.finished[w.next].Turn, true
}

// pop takes the session whose turn it is.
func (w *worker) pop() *session.Session {
	w.next++
	return w.head.finished[w.next-1].Session
}

// giveBack lets the worker write over the sessions that were taken, if it still
// wants them.
func (w *worker) giveBack() {
	select {
	case w.back <- w.head.finished:
	default:
	}
}
