package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

// slow is how long one small input may take: they are below 100 kB, so a
// second means that something is not linear.
const slow = 5 * time.Second

// look runs one capture through the whole road: read, reassemble, follow,
// diagnose, and write in all forms.
func (o *outcome) look(name string, file []byte) {
	begun := time.Now()
	o.inputs++
	sum, err := through(file)
	if err != nil {
		o.errors++
	}
	if took := time.Since(begun); took > o.longest {
		o.longest, o.at = took, name
		if took > slow && o.wrong == "" {
			o.wrong = fmt.Sprintf("%s took %s", name, took)
		}
	}
	if sum != "" && o.wrong == "" {
		o.wrong = name + ": " + sum
	}
}

// through gives what is wrong with the result, and the error of the input.
func through(file []byte) (wrong string, failed error) {
	reader, err := capture.Open(capture.Config{Paths: []string{"-"}, Stdin: bytes.NewReader(file)})
	if err != nil {
		return "", err
	}
	defer reader.Close()
	var lines bytes.Buffer
	out := report.NewJSONL(&lines)
	table := report.NewTable(io.Discard, report.Style{}, "", true)
	tracker := session.NewTracker(session.Config{Events: true, Emit: func(s *session.Session) {
		s.Record.Findings = diagnosis.Diagnose(s)
		if err := out.Session(s); err != nil && wrong == "" {
			wrong = err.Error()
		}
		_ = table.Session(s)
		if err := report.WriteTranscript(io.Discard, s, report.Style{}); err != nil && wrong == "" {
			wrong = err.Error()
		}
	}})
	for {
		segment, err := reader.Next()
		if err != nil {
			break
		}
		tracker.Segment(segment)
	}
	tracker.Close()
	if err := table.Capture(&report.Capture{}); err != nil && wrong == "" {
		wrong = err.Error()
	}
	for line := range bytes.Lines(lines.Bytes()) {
		if !json.Valid(line) && wrong == "" {
			wrong = "a line is no JSON: " + string(line)
		}
	}
	if errs := reader.Summary().Errors; len(errs) > 0 {
		failed = errs[0]
	}
	return wrong, failed
}
