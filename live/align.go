package live

import (
	"slices"
	"time"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Aligner lines sessions up with a log that is still being written. A session
// waits for a stated delay, in which its lines can come; what was given out
// stays in sight for a while, so that a log connection is not given twice.
// Used from one goroutine.
type Aligner struct {
	cfg   alignment.Config
	delay time.Duration
	emit  func(*session.Session, *alignment.Match)

	sessions    []heldSession // the first given are out already
	given       int
	connections []heldConnection
	offset      *time.Duration // the clocks' difference as last estimated
}

type heldSession struct {
	*session.Session
	came time.Time
}

type heldConnection struct {
	*gatewaylog.Connection
	came time.Time
}

const (
	// alignSight is how long what was given out stays in sight.
	alignSight = 2 * time.Minute
	// alignMost is how many sessions and how many log connections are held at
	// most, waiting ones included: about 4 KB each.
	alignMost = 8192
	// sureOf is how many pairs the clocks' difference must rest on to be used
	// for later ones that cannot tell it by themselves.
	sureOf = 8
)

// NewAligner gives an Aligner that hands sessions out after delay.
func NewAligner(cfg alignment.Config, delay time.Duration, emit func(*session.Session, *alignment.Match)) *Aligner {
	return &Aligner{cfg: cfg, delay: delay, emit: emit}
}

// Session takes a finished session.
func (a *Aligner) Session(s *session.Session, now time.Time) {
	a.sessions = append(a.sessions, heldSession{s, now})
	if len(a.sessions)-a.given >= alignMost/2 {
		a.give(len(a.sessions) - alignMost/4) // a flood: earlier than said
	}
}

// Connection takes a finished log connection.
func (a *Aligner) Connection(c *gatewaylog.Connection, now time.Time) {
	a.connections = append(a.connections, heldConnection{c, now})
}

// Beat hands out what has waited long enough.
func (a *Aligner) Beat(now time.Time) {
	due := a.given
	for due < len(a.sessions) && now.Sub(a.sessions[due].came) >= a.delay {
		due++
	}
	a.give(due)
	a.forget(now)
}

// Close hands out everything.
func (a *Aligner) Close() { a.give(len(a.sessions)) }

// give hands out the sessions up to one.
func (a *Aligner) give(upTo int) {
	if upTo <= a.given {
		return
	}
	records := make([]*session.Record, len(a.sessions))
	for i := range a.sessions {
		records[i] = &a.sessions[i].Record
	}
	connections := make([]*gatewaylog.Connection, len(a.connections))
	for i := range a.connections {
		connections[i] = a.connections[i].Connection
	}
	result := a.align(records, connections)
	for ; a.given < upTo; a.given++ {
		s, m := a.sessions[a.given].Session, &result.Matches[a.given]
		s.Record.Log, s.LogMoments = m.Log(), m.Moments()
		a.emit(s, m)
	}
}

// align estimates the clocks anew, and falls back on what it knew where the
// sessions in sight do not tell.
func (a *Aligner) align(records []*session.Record, connections []*gatewaylog.Connection) *alignment.Result {
	result := alignment.Align(records, connections, a.cfg)
	if a.cfg.Offset != nil || len(result.Clocks) != 1 {
		return result
	}
	k := result.Clocks[0]
	switch {
	case k.Known && k.Pairs >= sureOf:
		a.offset = &k.Offset
	case !k.Known && a.offset != nil:
		cfg := a.cfg
		cfg.Offset = a.offset
		return alignment.Align(records, connections, cfg)
	}
	return result
}

// forget lets go of what has been in sight long enough, and of the oldest
// where it is too much.
func (a *Aligner) forget(now time.Time) {
	n := 0
	for n < a.given && (now.Sub(a.sessions[n].came) > a.delay+alignSight || len(a.sessions)-n > alignMost) {
		n++
	}
	a.sessions = slices.Delete(a.sessions, 0, n)
	a.given -= n
	n = 0
	for n < len(a.connections) && (now.Sub(a.connections[n].came) > a.delay+2*alignSight || len(a.connections)-n > alignMost) {
		n++
	}
	a.connections = slices.Delete(a.connections, 0, n)
}
