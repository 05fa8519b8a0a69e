package main

import (
	"cmp"
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/live"
	"smtpscope/report"
)

// finish writes what is still open, and the last line.
func (w *watching) finish() error {
	_ = live.Notify("STOPPING=1")
	w.lost(w.source.Summary().Last, w.numbers())
	w.tracker.Close()
	w.logsChanged()
	away := w.outages.Close(capture.Time(time.Now().UnixNano()))
	if err := w.follow.end(); err != nil {
		w.log.Error("the log could not be followed", "error", err)
	}
	w.recording.end()
	w.status.end()
	numbers := w.numbers()
	w.metrics.Set(numbers)
	if w.status == nil { // on a terminal the report says it
		w.log.Info("ended", numbers.Attrs()...)
	}
	err := w.conclude(numbers, away)
	if w.file != nil {
		err = cmp.Or(err, w.file.Close())
	}
	return cmp.Or(w.shown.failed, err)
}

// conclude writes what there is to say of the whole.
func (w *watching) conclude(n live.Numbers, away []live.Away) error {
	w.shown.summary, w.shown.quality = w.source.Summary(), w.tracker.Quality()
	line := w.shown.captureLine()
	line.Log = w.follow.summary()
	for _, a := range away {
		line.Errors = append(line.Errors, fmt.Sprintf("%s: nothing could be seen of it for %s, %s", a.Name, report.Span(a.Long), report.Count(int64(a.Times), "time", "times")))
	}
	for _, a := range w.follow.away() {
		line.Errors = append(line.Errors, fmt.Sprintf("%s: it could not be read for %s, %s", a.Name, report.Span(a.Long), report.Count(int64(a.Times), "time", "times")))
	}
	switch {
	case w.flags.format == "jsonl":
		return report.NewJSONL(w.out).Capture(line)
	case w.in.quiet:
		return nil
	}
	fmt.Fprintln(w.out)
	if err := report.WriteHeader(w.out, line, w.style(w.in, w.flags.input.color), w.asked); err != nil {
		return err
	}
	for _, text := range line.Errors {
		fmt.Fprintln(w.out, report.Printable(text))
	}
	if words := recordedWords(n, w.flags.record.dir); words != "" {
		fmt.Fprintln(w.out, words)
	}
	return nil
}

// recordedWords say what the flight recorder did; "" where there was nothing to do.
func recordedWords(n live.Numbers, dir string) string {
	words := report.Count(n.RecordedFiles, "session was", "sessions were") + " recorded in " + report.Printable(dir)
	switch {
	case n.RecordingFailures > 0:
		return words + ", " + report.Thousands(n.RecordingFailures) + " could not be"
	case n.RecordedFiles > 0:
		return words
	}
	return ""
}
