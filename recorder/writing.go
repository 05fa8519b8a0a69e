package recorder

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"smtpscope/capture"
	"smtpscope/evidence"
	"smtpscope/report/wholefile"
	"smtpscope/session"
)

// job is a session to be written.
type job struct {
	session *session.Session
	frames  []capture.StoredFrame
	comment string
	sources []capture.SourceInfo
	weight  int64 // of all this in memory, bytes
}

const (
	// jobsMost is how many sessions wait for the disk at most: it may be slow
	// for a while, and under a flood those of each kind that are kept in a minute
	// (Config.PerMinute) all end in its first second. What they hold is jobsPart of
	// Config.Memory at most, one part in so many, so that a large one has room where
	// few wait.
	jobsMost = 1024
	jobsPart = 4
	// retryAfter is how long nothing is tried after the disk took nothing.
	retryAfter = 10 * time.Second
)

// errSlow: sessions end faster than the disk takes them.
var errSlow = errors.New("the disk is too slow for the sessions that are to be recorded")

// writing is the goroutine that writes sessions.
type writing struct {
	cfg   *Config
	shelf *shelf
	jobs  chan *job
	done  chan struct{}
	held  atomic.Int64 // bytes of the sessions that wait

	mu      sync.Mutex
	counted Counts
	again   time.Time // nothing is tried before
}

func startWriting(s *shelf, cfg *Config) *writing {
	w := &writing{cfg: cfg, shelf: s, jobs: make(chan *job, jobsMost), done: make(chan struct{})}
	go w.run()
	return w
}

// ageEvery is how often old files are looked for where nothing is written.
const ageEvery = time.Minute

func (w *writing) run() {
	defer close(w.done)
	ticker := time.NewTicker(ageEvery)
	defer ticker.Stop()
	w.tidy(0)
	for {
		select {
		case j, open := <-w.jobs:
			if !open {
				return
			}
			w.do(j)
			w.held.Add(-j.weight)
		case <-ticker.C:
			w.tidy(0)
		}
	}
}

// tidy keeps the quotas; what it could not remove is an alarm, and no more.
func (w *writing) tidy(more int64) {
	if err := w.shelf.makeRoom(more, time.Now()); err != nil {
		w.cfg.Alarm("old recordings could not be removed", err)
	}
}

// do writes one session, unless the disk has just refused one.
func (w *writing) do(j *job) {
	if w.resting() {
		w.fail()
		return
	}
	w.tidy(j.size())
	name := fileName(&j.session.Record)
	size, err := w.write(w.shelf.path(name), j)
	if err != nil {
		w.stopped(err)
		return
	}
	w.shelf.added(name, size, time.Now())
	w.tidy(0)
	w.wrote(size)
}

// size is about how large the file will be.
func (j *job) size() int64 {
	const blockCost = 32 + 32 // pcapng's block, and the comment with the number
	n := int64(1024 + len(j.comment))
	for i := range j.frames {
		n += int64(len(j.frames[i].Data)) + blockCost
	}
	return n
}

func (w *writing) write(path string, j *job) (int64, error) {
	var size counter
	err := wholefile.Write(path, true, func(to io.Writer) error {
		size = counter{to: to}
		o := w.cfg.Options
		o.Comments = append(o.Comments[:len(o.Comments):len(o.Comments)], "kept by the flight recorder of smtpscope live")
		_, err := evidence.Write(&size, capture.NewReplay(j.frames, j.sources), []evidence.Chosen{{Session: j.session, Comment: j.comment}}, o)
		return err
	})
	return size.n, err
}

type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// fileName tells when, who, and how it ended:
// 20260102T030405.678Z_192.0.2.1-41234_198.51.100.5-25_mid-data_rst-client_790.pcapng
func fileName(r *session.Record) string {
	how := string(r.Ended.How)
	if r.Ended.By != "" {
		how += "-" + r.Ended.By
	}
	at := r.Start.Time().UTC().Format("20060102T150405.000Z")
	name := fmt.Sprintf("%s_%s-%d_%s-%d_%s_%s_%d.pcapng", at, r.Client.IP, r.Client.Port, r.Server.IP, r.Server.Port, r.Ended.Phase, how, r.Session)
	return strings.ReplaceAll(name, ":", ".") // of IPv6: not every system allows colons
}

// take queues a session; where too many wait, or too much, it is not written.
func (w *writing) take(j *job) {
	j.weigh()
	if w.held.Add(j.weight) <= w.cfg.Memory/jobsPart {
		select {
		case w.jobs <- j:
			return
		default:
		}
	}
	w.held.Add(-j.weight)
	w.stopped(errSlow)
}

// weigh adds up what waits: the record, the frames, and what is known of their
// bytes.
func (j *job) weigh() {
	j.weight = recordCost + int64(len(j.session.Record.Messages))*messageCost + j.size()
	for _, side := range j.session.Trace.Runs {
		for i := range side {
			j.weight += int64(runCost + len(side[i].Data))
		}
	}
}

const (
	recordCost  = 6 << 10 // of a session with all that it points to, but for its messages
	messageCost = 1 << 10
	runCost     = 64 // of a run of a Trace beside its bytes
)

func (w *writing) fail() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counted.Failures++
}

func (w *writing) resting() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counted.Stopped && time.Now().Before(w.again)
}

// stopped notes a failure; the first one is an alarm.
func (w *writing) stopped(err error) {
	w.mu.Lock()
	w.counted.Failures++
	first := !w.counted.Stopped
	if err != errSlow {
		w.counted.Stopped = true
		w.again = time.Now().Add(retryAfter)
	} else if w.again.After(time.Now()) {
		first = false
	} else {
		w.again = time.Now().Add(retryAfter)
	}
	w.mu.Unlock()
	if first {
		w.cfg.Alarm("sessions are not recorded", err)
	}
}

func (w *writing) wrote(size int64) {
	w.mu.Lock()
	w.counted.Files++
	w.counted.Bytes += size
	was := w.counted.Stopped
	w.counted.Stopped = false
	w.mu.Unlock()
	if was {
		w.cfg.Alarm("sessions are recorded again", nil)
	}
}

func (w *writing) counts() Counts {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counted
}

func (w *writing) close() {
	close(w.jobs)
	<-w.done
}
