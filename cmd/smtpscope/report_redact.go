package main

import (
	"bufio"
	"io"

	"smtpscope/report"
	"smtpscope/report/bundle"
	"smtpscope/report/document"
)

// document is the report on all sessions that were added.
func (g *reporting) document() *document.Document {
	var patterns []document.Pattern
	for _, p := range g.reading.patterns.Found() {
		patterns = append(patterns, document.Pattern{Code: p.Code, Severity: p.Severity, Summary: p.Summary, Certainty: p.Certainty, Count: p.Count, Sessions: p.Sessions, Advice: p.Advice})
	}
	d := g.builder.Document(g.line(), patterns)
	if g.names != nil {
		d.Key = g.names.Fingerprint()
		for _, c := range g.names.Counts() {
			d.Redactions = append(d.Redactions, document.Redaction{Kind: c.Name, Count: int64(c.N)})
		}
	}
	return d
}

// patternLines are what the sessions have in common, as in JSON Lines.
func (g *reporting) patternLines() []any {
	var lines []any
	for _, p := range g.reading.patterns.Found() {
		lines = append(lines, p)
	}
	return lines
}

// writeBundle writes the report in two forms with the evidence, the records
// and the log's lines as one zip file.
func (g *reporting) writeBundle(to io.Writer) error {
	d := g.document()
	line := g.line()
	form := func(name string) func(io.Writer) error {
		return func(w io.Writer) error {
			out := bufio.NewWriterSize(w, 1<<16)
			if err := documentWriters[name](out, d); err != nil {
				return err
			}
			return out.Flush()
		}
	}
	t := &ticket{in: g.in, bodies: g.bodies, sessions: g.kept, names: g.names, asked: g.shown, line: line, inputs: inputsOf(line, g.logs),
		html: form("html"), text: form("txt")}
	return t.write(to)
}

// inputsOf are the captures and logs as a manifest names them.
func inputsOf(line *report.Capture, logs []string) []bundle.File {
	var list []bundle.File
	for i := range line.Files {
		f := &line.Files[i]
		if f.SHA256 != "" {
			list = append(list, bundle.File{Name: f.Name, Bytes: sizeOf(f.Name), SHA256: f.SHA256})
		}
	}
	for _, name := range logs {
		if hash := hashOf(name); hash != "" {
			list = append(list, bundle.File{Name: name, Bytes: sizeOf(name), SHA256: hash})
		}
	}
	return list
}
