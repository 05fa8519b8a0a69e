package main

import (
	"errors"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/internal/hugepages"
	"smtpscope/report"
	"smtpscope/session"
)

// A reading is one pass over the input.
type reading struct {
	in        *input
	selection *report.Selection
	emit      func(*session.Session) error // takes the sessions that were selected
	events    bool                         // sessions are wanted with their story when diagnosis has read it,
	keep      func(int64) bool             // those with these numbers; nil = all
	trace     bool                         // they are wanted with what each of their bytes is; likewise
	holds     bool                         // emit keeps the sessions
	forgets   bool                         // emit keeps nothing of them, no string either
	flush     func() error                 // hands on what emit has written; nil = that can wait
	progress  func(done, total int64)

	first       session.Time // of the first segment
	taken       int64        // sessions, in this pass
	known       int64        // of these, taken in the pass before as well
	reached     int64        // the last frame of the pass before
	origins     origins
	selected    int64
	probes      int64              // sessions left out because they are probes
	oddProbes   int64              // probes that ended abnormally, left out or not
	patterns    diagnosis.Patterns // of the sessions that gathering saw
	unanswered  int64              // mails of these whose end was not answered
	summary     capture.Summary
	quality     session.Quality
	interrupted bool
	failed      error // of emit
}

// run reads everything, or until the user says stop. It fails where there was
// nothing to read, or where emit failed; what is wrong with single inputs is
// in the summary.
func (r *reading) run() error {
	whole, err := r.pass(r.in.workers)
	if err == nil && !whole {
		// Only one worker alone knows what is given up for a bound. What was
		// taken so far it finds again, as nothing of it hung on that.
		r.known, r.taken, r.quality = r.taken, 0, session.Quality{}
		_, err = r.pass(1)
	}
	return err
}

// pass reads everything with so many workers, 0 = as many as pay. It reports
// whether they could tell everything.
func (r *reading) pass(workers int) (whole bool, err error) {
	hugepages.GiveBackProgram()
	reader, err := capture.Open(capture.Config{
		Paths: r.in.paths, Stdin: r.in.stdin, Filter: r.in.filter, Progress: r.progress,
	})
	if err != nil {
		return false, err
	}
	defer reader.Close()
	if c := r.crew(reader, workers); c != nil {
		defer c.close()
		watch := onSignal(c.stop)
		whole = c.run(r)
		r.interrupted, r.reached = watch.end(), c.reached()
	} else {
		whole = true
		r.alone(reader)
	}
	r.summary = reader.Summary()
	return whole, r.failed
}

// alone reads everything with one worker, in this goroutine, or until the user
// says stop; then as far as the pass before came, as what that has told is told,
// and what was open there is not.
func (r *reading) alone(reader *capture.Reader) {
	var stop atomic.Bool
	if stop.Store(r.interrupted); !r.interrupted {
		watch := onSignal(func() {
			if stop.Store(true); r.reached == 0 {
				reader.Stop() // it may be waiting for a packet
			}
		})
		defer func() { r.interrupted = watch.end() }()
	}
	cfg := r.tracking(reader)
	cfg.Reuse, cfg.ForGood = !r.holds, r.holds
	cfg.EmitSome = func(list []session.Finished) {
		for i := range list {
			r.judge(list[i].Session, &r.origins)
		}
		for i := range list {
			r.take(list[i].Session)
		}
		if r.failed != nil {
			reader.Stop()
		}
	}
	tracker := session.NewTracker(cfg)
	for frame := int64(0); !stop.Load() || frame < r.reached; {
		segments, err := reader.Batch()
		if err != nil {
			break // io.EOF; what went wrong is in the summary
		}
		r.first = glance(segments, r.first, &r.origins)
		tracker.Segments(segments)
		frame = segments[len(segments)-1].Frame
		if r.flush != nil && reader.Size() == 0 && reader.Dry() {
			r.handOn(tracker, reader)
		}
	}
	hugepages.GiveBackProgram() // what reads is not needed for what is left
	tracker.Close()
	r.quality = tracker.Quality()
}

// tracking is how sessions are followed.
func (r *reading) tracking(reader *capture.Reader) session.Config {
	names := reader.Summary().Sources
	return session.Config{
		Limits:     r.in.limits,
		Ports:      r.in.ports,
		Gateways:   r.in.gateways,
		Source:     func(i int) string { return names[i].Path },
		Events:     true, // diagnosis reads them
		KeepEvents: r.keep,
		Trace:      r.trace,
		KeepTrace:  r.keep,
		OnDemand:   !r.events,
		ReuseTexts: r.forgets,
	}
}

// glance takes from segments what is not for the tracker: when the capture began,
// and where the packets were before. It gives the first of all.
func glance(segments []capture.Segment, first session.Time, o *origins) session.Time {
	for i := range segments {
		o.note(&segments[i])
	}
	if first == 0 {
		return session.Time(segments[0].Time)
	}
	return first
}

// judge adds to a session what can be said of it alone.
func (r *reading) judge(s *session.Session, o *origins) {
	diagnose(s)
	o.tell(&s.Record)
	if !r.events {
		s.Events = nil
	}
}

// take takes a session in its turn, and emits it if it is selected.
func (r *reading) take(s *session.Session) {
	if r.taken++; r.taken > r.known && r.chooses(&s.Record) {
		r.failed = r.emit(s)
	}
}

// handOn writes what is finished of what comes by a pipe, where more would have to be
// read. That may be a capture that is still going on: the next packet may be hours
// away, and who reads the output is not kept waiting for it.
func (r *reading) handOn(tracker *session.Tracker, reader *capture.Reader) {
	if tracker.Tell(); r.failed == nil {
		r.failed = r.flush()
	}
	if r.failed != nil {
		reader.Stop()
	}
}

// chooses reports whether a session is to be emitted, and counts it.
func (r *reading) chooses(record *session.Record) bool {
	if record.Probe && record.Abnormal != nil && *record.Abnormal {
		r.oddProbes++
	}
	if r.failed != nil || !r.wants(r.selection, record) {
		return false
	}
	r.selected++
	return true
}

// diagnose names the causes that the session itself shows, and what gateways
// will have logged.
func diagnose(s *session.Session) {
	s.Record.Findings = diagnosis.Diagnose(s)
	s.Record.Gateways = diagnosis.Gateways(&s.Record)
}

// wants reports whether a session is selected, and counts those that would be
// if they were no probes: nothing vanishes silently.
func (r *reading) wants(selection *report.Selection, record *session.Record) bool {
	if !selection.NoProbes || !record.Probe {
		return selection.Match(record, r.first)
	}
	others := *selection
	others.NoProbes = false
	if others.Match(record, r.first) {
		r.probes++
	}
	return false
}

// gathering gives an emit that shows each session to the patterns too, and counts the
// mails that may come again.
func (r *reading) gathering(emit func(*session.Session) error) func(*session.Session) error {
	return func(s *session.Session) error {
		r.patterns.Add(s)
		for _, m := range s.Record.Messages {
			if m.Outcome == session.Unanswered {
				r.unanswered++
			}
		}
		return emit(s)
	}
}

// A signalWatch calls stop at the first SIGINT or SIGTERM. The second one ends
// the program at once, as it does without any of this.
type signalWatch struct {
	signals chan os.Signal
	done    chan bool
}

func onSignal(stop func()) *signalWatch {
	w := &signalWatch{signals: make(chan os.Signal, 1), done: make(chan bool, 1)}
	signal.Notify(w.signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		_, came := <-w.signals
		signal.Stop(w.signals)
		if came {
			stop()
		}
		w.done <- came
	}()
	return w
}

// end ends the watch and reports whether a signal came.
func (w *signalWatch) end() bool {
	signal.Stop(w.signals)
	close(w.signals) // after Stop nobody sends
	return <-w.done
}

// complaints are the errors of the inputs, and of the filter.
func (r *reading) complaints() []error {
	var list []error
	for _, e := range r.summary.Errors {
		list = append(list, e)
	}
	if r.summary.FilterError != nil {
		list = append(list, r.summary.FilterError)
	}
	if r.interrupted {
		list = append(list, errors.New("interrupted: this is what was read so far"))
	}
	return list
}
