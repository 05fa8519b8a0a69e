package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"smtpscope/alignment"
	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/gatewaylog"
	"smtpscope/live"
	"smtpscope/report"
	"smtpscope/session"
)

// logFollowing reads the gateway's log while it grows. A nil *logFollowing
// does nothing.
type logFollowing struct {
	paths   []string
	options gatewaylog.Options
	aligner *live.Aligner
	bytes   int64 // that all of it holds at most

	found  chan *gatewaylog.Connection
	cancel context.CancelFunc
	done   chan error
	report *gatewaylog.Report // when done has answered
	ended  bool               // nothing comes any more

	delay   time.Duration
	outages live.Outages // times in which a log could not be read
	mu      sync.Mutex
	told    []gatewaylog.Trouble // since the last call of changed
}

// What following may hold of --max-memory, one part in so many: lines of
// connections that are not over, and what is lined up.
const (
	linesPart = 32
	sightPart = 16
)

// following understands the flags; nil where no log was named. most is
// --max-memory.
func (p *program) following(f *liveFlags, most int64, emit func(*session.Session)) (*logFollowing, error) {
	for _, name := range f.log.files {
		if name == "-" {
			return nil, usage("--log -: standard input cannot be followed").hint("name the file that the gateway writes")
		}
	}
	in, err := p.logs(&f.log, nil)
	if err != nil || in == nil {
		return nil, err
	}
	if f.logDelay < time.Second {
		return nil, usage("--log-delay %s is too short", f.logDelay).hint("a second at least; the default is 15s")
	}
	in.options.Grace, in.options.MaxMemory = f.logDelay/2, most/linesPart
	l := &logFollowing{paths: f.log.files, options: in.options, delay: f.logDelay, bytes: most/linesPart + most/sightPart,
		found: make(chan *gatewaylog.Connection, 1024), done: make(chan error, 1)}
	l.aligner = live.NewAligner(in.align, f.logDelay, most/sightPart, func(s *session.Session, m *alignment.Match) {
		l.noteOutages(&s.Record)
		s.Record.Findings = append(s.Record.Findings, diagnosis.DiagnoseWithLog(s, m)...)
		diagnosis.Sort(s.Record.Findings)
		emit(s)
	})
	return l, nil
}

// noteOutages makes a session without its lines say which log could not be
// read when they were written: they may be there.
func (l *logFollowing) noteOutages(r *session.Record) {
	if r.Log.Status == string(alignment.Matched) {
		return
	}
	for _, path := range l.paths {
		if l.outages.Within(path, capture.Time(r.Start), capture.Time(r.End).Add(l.delay)) > 0 {
			r.Log.Reason = path + " could not be read at that time; else " + r.Log.Reason
		}
	}
}

// memory is what following takes at most, bytes.
func (l *logFollowing) memory() int64 {
	if l == nil {
		return 0
	}
	return l.bytes
}

// start begins to read, in a goroutine of its own.
func (l *logFollowing) start(ctx context.Context) error {
	if l == nil {
		return nil
	}
	for _, path := range l.paths { // as whom the program runs now
		file, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("--log: %w", err)
		}
		file.Close()
	}
	ctx, l.cancel = context.WithCancel(ctx)
	go func() {
		report, err := gatewaylog.Follow(ctx, l.paths, l.options, func(c *gatewaylog.Connection) error {
			l.found <- c
			return nil
		}, l.tell)
		close(l.found)
		l.report = report
		l.done <- err
	}()
	return nil
}

// tell is called when a log cannot be read any more, or is read again, from
// any goroutine.
func (l *logFollowing) tell(t gatewaylog.Trouble) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, t)
}

// changed are the logs that cannot be read any more, and those that are read
// again, since the last call.
func (l *logFollowing) changed() []gatewaylog.Trouble {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.told
	l.told = nil
	for _, t := range list {
		if at := capture.Time(t.Since.UnixNano()); t.Err != nil {
			l.outages.Begin(t.File, at)
		} else {
			l.outages.End(t.File, at)
		}
	}
	return list
}

// away is how long which log could not be read.
func (l *logFollowing) away() []live.Away {
	if l == nil {
		return nil
	}
	return l.outages.Close(capture.Time(time.Now().UnixNano()))
}

// beat takes what was found, and hands out the sessions that waited. It
// reports, once, that there is no more to come, which should not be.
func (l *logFollowing) beat(now time.Time) (ended bool) {
	if l == nil {
		return false
	}
	ended = l.take(now)
	l.aligner.Beat(now)
	return ended
}

func (l *logFollowing) take(now time.Time) (ended bool) {
	for !l.ended {
		select {
		case c, open := <-l.found:
			if !open {
				l.ended = true
				return true
			}
			l.aligner.Connection(c, now)
		default:
			return false
		}
	}
	return false
}

// summary is what there is to say of the log when all is read; nil without a log.
func (l *logFollowing) summary() *report.LogSummary {
	if l == nil || l.report == nil {
		return nil
	}
	c := l.aligner.Counts()
	return report.NewLogSummary(l.report, c.Counts, c.LogOnly, c.Clocks)
}

// end reads what is there and hands out everything.
func (l *logFollowing) end() error {
	if l == nil || l.cancel == nil {
		return nil
	}
	l.cancel()
	for c := range l.found {
		l.aligner.Connection(c, time.Now())
	}
	l.aligner.Close()
	return <-l.done
}
