package main

import (
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/report"
	"smtpscope/session"
)

// take takes a finished session.
func (w *watching) take(s *session.Session) {
	diagnose(s)
	w.noteLosses(&s.Record)
	w.metrics.Session(s)
	s.Events = nil
	if w.follow != nil {
		w.follow.aligner.Session(s, time.Now())
		return
	}
	w.emit(s)
}

// noteLosses makes a session say what the capturing machine lost meanwhile.
func (w *watching) noteLosses(r *session.Record) {
	from, to := capture.Time(r.Start), capture.Time(r.End)
	if r.Ended.By == "unknown" {
		to = max(to, w.lastLook) // no packet ended it: the one that did may have been missed
	}
	if n := w.losses.Between(from, to); n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("packets were lost by the capturing machine while this session was open: %d, of this session or of others", n))
	}
	if d := w.outages.Within(r.Source, from, to); d > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("nothing could be seen of the interface for %s while this session was open", report.Span(d)))
	}
}

// emit records a session, and writes it where it was asked for.
func (w *watching) emit(s *session.Session) {
	w.recording.session(s, w.shown.first)
	if w.shown.chooses(&s.Record) {
		w.status.clear()
		w.shown.failed = w.sink(s)
	}
}
