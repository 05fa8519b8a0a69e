package main

import (
	"bufio"
	"io"

	"smtpscope/report"
)

// sinkOrNone is sink, nil where no session is to be written.
func (p *program) sinkOrNone(f *analyzeFlags, in *input, out *bufio.Writer, asked string) (sink, error) {
	if f.logOnly {
		_, err := p.logSink(f.format, io.Discard, report.Style{})
		return nil, err
	}
	return p.sink(f, in, out, asked)
}

// analyzeWithLog is analyze where a log is held against the capture: sessions
// are written when all of both is read.
func (p *program) analyzeWithLog(f *analyzeFlags, a *aligned, sink sink, out *bufio.Writer, progress *progress) error {
	err := a.run()
	progress.end()
	if err != nil {
		return err
	}
	if f.logOnly {
		err = p.logOnly(a, f.format, out, p.style(a.in, f.input.color), a.in.quiet)
	} else {
		err = a.emitTo(a.gathering(sink.Session))
	}
	if err != nil {
		return err
	}
	if a.in.verbose && f.format == "table" {
		report.WriteUntaken(p.stderr, a.report, true)
	} else if !a.in.quiet {
		report.WriteLogOddities(p.stderr, a.report, false)
	}
	failed := p.complainAll(logComplaints(a.report))
	if f.logOnly {
		err = out.Flush()
	} else {
		line := a.captureLine()
		line.Log = a.summaryLine()
		err = p.finishAnalyze(f, a.reading, line, sink, out)
	}
	if err != nil {
		return err
	}
	return failed
}
