package main

import (
	"fmt"

	"smtpscope/alignment"
	"smtpscope/diagnosis"
	"smtpscope/gatewaylog"
	"smtpscope/report"
	"smtpscope/session"
)

// An aligned reading is a reading that waits with its sessions until the
// gateway's log was held against them.
type aligned struct {
	*reading
	log       *logInput
	selection *report.Selection
	sessions  []*session.Session

	outside int64 // connections of a long log that are far from the capture
	result  *alignment.Result
	report  *gatewaylog.Report
}

// alignedReading takes a reading's selection over, for a session's log decides
// whether it is selected.
func alignedReading(r *reading, log *logInput) *aligned {
	a := &aligned{reading: r, log: log, selection: r.selection}
	r.selection = &report.Selection{}
	r.holds = true
	r.emit = func(s *session.Session) error {
		a.sessions = append(a.sessions, s)
		return nil
	}
	return a
}

// run reads the captures, then the log, and lines them up.
func (a *aligned) run() error {
	keepAll(logSize(a.log.sources))
	if err := a.reading.run(); err != nil {
		return err
	}
	o := a.log.options
	if a.summary.Frames > 0 {
		o.From, o.To = a.summary.First.Time(), a.summary.Last.Time()
	}
	records := make([]*session.Record, len(a.sessions))
	for i, s := range a.sessions {
		records[i] = &s.Record
	}
	connections, err := a.readLog(o, records)
	if err != nil {
		return err
	}
	a.result = alignment.Align(records, connections, a.log.align)
	for i := range records {
		m := &a.result.Matches[i]
		records[i].Log = m.Log(records[i])
		a.sessions[i].LogMoments = m.Moments()
		records[i].Findings = append(records[i].Findings, diagnosis.DiagnoseWithLog(a.sessions[i], m)...)
		diagnosis.Sort(records[i].Findings)
	}
	return nil
}

// runWith runs a reading, with a log where there is one.
func runWith(r *reading, log *logInput) error {
	if log == nil {
		return r.run()
	}
	emit := r.emit
	a := alignedReading(r, log)
	if err := a.run(); err != nil {
		return err
	}
	return a.emitTo(emit)
}

// emitTo hands the selected sessions on, in the order in which they came.
func (a *aligned) emitTo(emit func(*session.Session) error) error {
	a.selected = 0
	for i, s := range a.sessions {
		if !a.wants(a.selection, &s.Record) {
			continue
		}
		a.selected++
		if err := emit(s); err != nil {
			return err
		}
		a.sessions[i] = nil
	}
	return nil
}

// summaryLine is what the reports say about the log as a whole.
func (a *aligned) summaryLine() *report.LogSummary {
	var c alignment.Counts
	for i := range a.result.Matches {
		c.Add(&a.result.Matches[i])
	}
	return report.NewLogSummary(a.report, c, int64(len(a.result.LogOnly))+a.outside, a.result.Clocks)
}

// logComplaints are what went wrong with the logs.
func logComplaints(r *gatewaylog.Report) []error {
	var list []error
	for _, e := range r.Errors {
		name := e.File
		if name == "-" {
			name = "standard input"
		}
		list = append(list, fmt.Errorf("%s: %w", name, e.Err))
	}
	return list
}
