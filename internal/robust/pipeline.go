package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"syscall"
	"time"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

// slow is how much processor time one small input may take: they are below
// 100 kB, so a second means that something is not linear.
const slow = 5 * time.Second

// look runs one capture through the whole road: read, reassemble, follow,
// diagnose, and write; some of them in all forms.
func (o *outcome) look(name string, file []byte) { o.lookAt(name, file, o.inputs%showEvery == 0) }

func (o *outcome) lookAt(name string, file []byte, show bool) {
	begun := spentHere()
	o.inputs++
	sum, err := through(file, show)
	if err != nil {
		o.errors++
	}
	if took := spentHere() - begun; took > o.longest {
		o.longest, o.at = took, name
		if took > slow && o.wrong == "" {
			o.wrong = fmt.Sprintf("%s took %s", name, took)
		}
	}
	if sum != "" && o.wrong == "" {
		o.wrong = name + ": " + sum
	}
}

// showEvery is how many inputs there are to one that is also shown as a table
// and as transcripts.
const showEvery = 16

// spentHere is the processor time of this process: other work on the machine
// does not count.
func spentHere() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// diagnosed reads a capture and hands out its sessions with their findings. It
// gives the error of the input.
func diagnosed(file []byte, emit func(*session.Session)) error {
	reader, err := capture.Open(capture.Config{Paths: []string{"-"}, Stdin: bytes.NewReader(file)})
	if err != nil {
		return err
	}
	defer reader.Close()
	tracker := session.NewTracker(session.Config{Events: true, Emit: func(s *session.Session) {
		s.Record.Findings = diagnosis.Diagnose(s)
		emit(s)
	}})
	for {
		segment, err := reader.Next()
		if err != nil {
			break
		}
		tracker.Segment(segment)
	}
	tracker.Close()
	if errs := reader.Summary().Errors; len(errs) > 0 {
		return errs[0]
	}
	return nil
}

// through gives what is wrong with the result, and the error of the input.
func through(file []byte, show bool) (wrong string, failed error) {
	var lines bytes.Buffer
	out := report.NewJSONL(&lines)
	table := report.NewTable(io.Discard, report.Style{}, "", true)
	var patterns diagnosis.Patterns
	failed = diagnosed(file, func(s *session.Session) {
		patterns.Add(s)
		if err := out.Session(s); err != nil && wrong == "" {
			wrong = err.Error()
		}
		if !show {
			return
		}
		_ = table.Session(s)
		if err := report.WriteTranscript(io.Discard, s, report.Style{}); err != nil && wrong == "" {
			wrong = err.Error()
		}
	})
	if err := out.Patterns(patterns.Found()); err != nil && wrong == "" {
		wrong = err.Error()
	}
	if err := table.Capture(&report.Capture{}); err != nil && wrong == "" {
		wrong = err.Error()
	}
	for line := range bytes.Lines(lines.Bytes()) {
		if !json.Valid(line) && wrong == "" {
			wrong = "a line is no JSON: " + string(line)
		}
	}
	return wrong, failed
}
