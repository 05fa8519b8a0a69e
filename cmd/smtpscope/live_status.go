package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"

	"smtpscope/live"
	"smtpscope/report"
)

// statusLine is the last line of the terminal while live runs: it is taken
// away before anything else is written, and drawn again. A nil *statusLine
// shows nothing.
type statusLine struct {
	mu    sync.Mutex
	w     io.Writer
	width func() int
	shown bool

	last      live.Numbers
	lastTime  time.Time
	abnormal  []int64 // of the last minute, a sample a second
	nextPlace int
}

func newStatusLine(p *program, quiet bool) *statusLine {
	if quiet || !isTerminal(p.stderr) {
		return nil
	}
	return &statusLine{w: p.stderr, width: func() int { return p.widthOf(p.stderr) }}
}

// show draws the line anew.
func (s *statusLine) show(n live.Numbers, now time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seconds := now.Sub(s.lastTime).Seconds()
	if s.lastTime.IsZero() || seconds <= 0 {
		s.last, s.lastTime = n, now
		return
	}
	rate := func(now, before int64) int64 { return int64(float64(now-before) / seconds) }
	text := fmt.Sprintf("%s packets/s  %s/s  %s open  %s ended abnormally/min  %s dropped  %s memory",
		report.Thousands(rate(n.Packets, s.last.Packets)), report.Size(rate(n.Bytes, s.last.Bytes)),
		report.Thousands(n.Open), report.Thousands(s.perMinute(n.Abnormal)),
		report.Thousands(n.KernelDrops+n.InterfaceDrops), report.Size(n.Memory))
	if most := s.width() - 1; len(text) > most {
		text = text[:max(most, 0)]
	}
	s.erase()
	fmt.Fprint(s.w, text)
	s.shown, s.last, s.lastTime = true, n, now
}

// perMinute is how many were counted in the last minute.
func (s *statusLine) perMinute(count int64) int64 {
	const minute = 60
	if len(s.abnormal) < minute {
		s.abnormal = append(s.abnormal, count)
		return count - s.abnormal[0]
	}
	oldest := s.abnormal[s.nextPlace]
	s.abnormal[s.nextPlace] = count
	s.nextPlace = (s.nextPlace + 1) % minute
	return count - oldest
}

func (s *statusLine) erase() {
	if s.shown {
		fmt.Fprint(s.w, "\r\x1b[K")
		s.shown = false
	}
}

// clear takes the line away, before a row is written.
func (s *statusLine) clear() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
}

func (s *statusLine) end() { s.clear() }

// above gives a writer whose lines stand above the status line. It may be used
// from any goroutine.
func (s *statusLine) above(w io.Writer) io.Writer {
	if s == nil {
		return w
	}
	return &aboveStatus{status: s, w: w}
}

type aboveStatus struct {
	status *statusLine
	w      io.Writer
}

func (a *aboveStatus) Write(p []byte) (int, error) {
	a.status.mu.Lock()
	defer a.status.mu.Unlock()
	a.status.erase()
	if !bytes.HasSuffix(p, []byte("\n")) {
		p = append(bytes.Clone(p), '\n')
	}
	return a.w.Write(p)
}
