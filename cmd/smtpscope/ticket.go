package main

import (
	"bufio"
	"fmt"
	"io"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/evidence"
	"smtpscope/redact"
	"smtpscope/report"
	"smtpscope/report/bundle"
	"smtpscope/session"
)

// A ticket is what one zip file holds for somebody who was not there: the
// report in two forms, the evidence, the records and the log's lines.
type ticket struct {
	in       *input
	sessions []*session.Session // with their traces and, where a log was read, its lines; as they are, not redacted
	names    *redact.Redactor   // nil = names stay
	bodies   bool               // message bodies stay in the packets
	asked    string             // the filters as they were typed
	line     *report.Capture    // about the captures, as the records' last line has it
	inputs   []bundle.File      // the files that were read, with their hashes

	// The report as a page and as text. Whoever makes them redacts them.
	html, text func(io.Writer) error
}

// write writes the zip file. The captures are read again for the evidence.
func (t *ticket) write(to io.Writer) error {
	shown := t.sessions
	if t.names != nil {
		shown = nil
		for _, s := range t.sessions {
			t.names.LearnSession(s)
		}
		for _, s := range t.sessions {
			shown = append(shown, t.names.Session(s))
		}
	}
	line := t.shownLine() // before the evidence is cut, so that every part counts the same names
	info := bundle.Info{Tool: "smtpscope " + version(), Asked: t.asked, Shows: shows(evidence.Options{Bodies: t.bodies}), Inputs: t.inputs, Session: len(t.sessions)}
	if t.names != nil {
		info.Asked, info.Redact = t.names.Text(t.asked), redactWords(t.names)
		for i := range info.Inputs {
			info.Inputs[i].Name = t.names.File(info.Inputs[i].Name)
		}
	}
	parts := []bundle.Part{
		{Name: "report.html", About: "the report as a page", Write: t.html},
		{Name: "report.txt", About: "the report as text", Write: t.text},
		{Name: "evidence.pcapng", About: "the packets of the sessions; " + info.Shows, Write: t.evidence},
		{Name: "records.jsonl", About: "the sessions as JSON Lines (docs/record.md)", Write: func(w io.Writer) error { return writeRecords(w, shown, line) }},
	}
	if hasLog(shown) {
		parts = append(parts, bundle.Part{Name: "gateway-log.txt", About: "the gateway's log lines of the sessions",
			Write: func(w io.Writer) error { return writeLogLines(w, shown) }})
	}
	return bundle.Write(to, info, parts)
}

// evidence cuts the sessions out.
func (t *ticket) evidence(to io.Writer) error {
	reader, err := capture.Open(capture.Config{Paths: t.in.paths, Filter: t.in.filter})
	if err != nil {
		return err
	}
	defer reader.Close()
	_, err = writeEvidence(to, reader, t.sessions, evidence.Options{Names: t.names, Bodies: t.bodies})
	return err
}

// shownLine is the line about the captures, without what names somebody.
func (t *ticket) shownLine() *report.Capture {
	if t.line == nil || t.names == nil {
		return t.line
	}
	return redactedLine(t.line, t.names)
}

// writeRecords writes records as analyze --format jsonl does.
func writeRecords(to io.Writer, sessions []*session.Session, line *report.Capture) error {
	out := bufio.NewWriterSize(to, 1<<16)
	list := report.NewJSONL(out)
	var patterns diagnosis.Patterns // of the sessions as they are shown, so that they name nobody either
	for _, s := range sessions {
		patterns.Add(s)
		if err := list.Session(s); err != nil {
			return err
		}
	}
	if err := list.Patterns(patterns.Found()); err != nil {
		return err
	}
	if line != nil {
		if err := list.Capture(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

func hasLog(sessions []*session.Session) bool {
	for _, s := range sessions {
		if l := s.Record.Log; l != nil && len(l.Entries) > 0 {
			return true
		}
	}
	return false
}

// writeLogLines writes the log's lines of each session under its number.
func writeLogLines(to io.Writer, sessions []*session.Session) error {
	out := bufio.NewWriterSize(to, 1<<16)
	for _, s := range sessions {
		l := s.Record.Log
		if l == nil || len(l.Entries) == 0 {
			continue
		}
		fmt.Fprintf(out, "session %d (%s)\n", s.Record.Session, l.Status)
		for _, e := range l.Entries {
			fmt.Fprintf(out, "%s:%d: %s\n", report.Printable(e.File), e.Line, report.Printable(e.Text))
		}
		if l.EntriesCut > 0 {
			fmt.Fprintf(out, "(%s more)\n", report.Count(l.EntriesCut, "line", "lines"))
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}
