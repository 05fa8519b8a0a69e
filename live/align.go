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
	most  int64 // bytes
	emit  func(*session.Session, *alignment.Match)

	sessions    []heldSession // the first given are out already
	given       int
	connections []heldConnection
	bytes       int64          // of both, by weight
	waiting     int64          // of those sessions that are not given out
	offset      *time.Duration // the clocks' difference as last estimated
	sight       int            // how many are held at most of what was given out
	next        time.Time      // no sooner is anything lined up again
	used        map[*gatewaylog.Connection]bool
	counts      AlignCounts
}

// AlignCounts are what became of the sessions that were given out, and of the
// log's connections that are out of sight; and how the clocks stood last.
type AlignCounts struct {
	alignment.Counts
	LogOnly int64 // connections without a session
	Clocks  []alignment.Clock
}

type heldSession struct {
	*session.Session
	came   time.Time
	weight int64
}

type heldConnection struct {
	*gatewaylog.Connection
	came   time.Time
	weight int64
}

const (
	// alignSight is how long what was given out stays in sight.
	alignSight = 2 * time.Minute
	// alignMost is how many sessions and how many log connections are held at
	// most, waiting ones included; their bytes have a bound too.
	alignMost = 8192
	// To line up takes longer the more there is in sight, and the watching
	// stands still meanwhile. Where it takes more than alignSlow less is kept
	// in sight, though never less than alignLeast; and between two times
	// alignRest times as long is left to the watching.
	alignSlow  = 100 * time.Millisecond
	alignLeast = 256
	alignRest  = 8
	// sureOf is how many pairs the clocks' difference must rest on to be used
	// for later ones that cannot tell it by themselves.
	sureOf = 8
)

// NewAligner gives an Aligner that hands sessions out after delay. It holds
// sessions and log connections of so many bytes together at most, by weight;
// beyond that the oldest leave its sight, and sessions are handed out earlier.
// A session is the Aligner's: emit may change its findings and must not keep it, for
// what only readers need is taken off when emit has returned.
func NewAligner(cfg alignment.Config, delay time.Duration, bytes int64, emit func(*session.Session, *alignment.Match)) *Aligner {
	return &Aligner{cfg: cfg, delay: delay, most: bytes, emit: emit, sight: alignMost, used: map[*gatewaylog.Connection]bool{}}
}

// Session takes a finished session, without its story.
func (a *Aligner) Session(s *session.Session, now time.Time) {
	held := heldSession{s, now, sessionWeight(s)}
	a.sessions = append(a.sessions, held)
	a.bytes += held.weight
	a.waiting += held.weight
	if wait := len(a.sessions) - a.given; wait >= alignMost/2 || a.waiting > a.most/2 {
		a.give(a.given+(wait+1)/2, now) // a flood: earlier than said
		a.forget(now)
	}
	a.fit(now)
}

// Connection takes a finished log connection.
func (a *Aligner) Connection(c *gatewaylog.Connection, now time.Time) {
	held := heldConnection{c, now, connectionWeight(c)}
	a.connections = append(a.connections, held)
	a.bytes += held.weight
	a.fit(now)
}

// fit lets go of the oldest where there is too much: by a part more than it must,
// so that it is not done for every one that comes.
func (a *Aligner) fit(now time.Time) {
	if a.bytes > a.most || len(a.connections) > alignMost+alignMost/8 {
		a.forget(now)
	}
}

// Beat hands out what has waited long enough.
func (a *Aligner) Beat(now time.Time) {
	due := a.given
	for due < len(a.sessions) && now.Sub(a.sessions[due].came) >= a.delay {
		due++
	}
	if now.After(a.next) {
		a.give(due, now)
	}
	a.forget(now)
}

// Close hands out everything.
func (a *Aligner) Close() {
	a.give(len(a.sessions), time.Time{})
	a.letGo(len(a.connections))
}

// Counts are those so far.
func (a *Aligner) Counts() AlignCounts { return a.counts }

// give hands out the sessions up to one.
func (a *Aligner) give(upTo int, now time.Time) {
	if upTo <= a.given {
		return
	}
	begun := time.Now()
	records := make([]*session.Record, len(a.sessions))
	for i := range a.sessions {
		records[i] = &a.sessions[i].Record
	}
	connections := make([]*gatewaylog.Connection, len(a.connections))
	for i := range a.connections {
		connections[i] = a.connections[i].Connection
	}
	result := a.align(records, connections)
	a.counts.Clocks = result.Clocks
	a.pace(time.Since(begun), now)
	for ; a.given < upTo; a.given++ {
		s, m := a.sessions[a.given].Session, &result.Matches[a.given]
		s.Record.Log, s.LogMoments = m.Log(&s.Record), m.Moments()
		a.counts.Add(m)
		a.use(m)
		a.emit(s, m)
		a.lighten(&a.sessions[a.given])
	}
}

// lighten takes off a session that was given out what lining others up does
// not need.
func (a *Aligner) lighten(h *heldSession) {
	a.waiting -= h.weight
	a.bytes -= h.weight
	h.Record.Findings, h.Record.Gateways, h.Record.Log, h.LogMoments, h.Trace = nil, nil, nil, nil, nil
	h.weight = sessionWeight(h.Session)
	a.bytes += h.weight
}

// pace takes note of how long it took to line up.
func (a *Aligner) pace(took time.Duration, now time.Time) {
	a.next = now.Add(alignRest * took)
	switch {
	case took > alignSlow:
		a.sight = max(min(a.sight, a.given)*3/4, alignLeast)
	case took < alignSlow/4:
		a.sight = min(a.sight+a.sight/8, alignMost)
	}
}

// use notes which connections are no longer the log's alone.
func (a *Aligner) use(m *alignment.Match) {
	if m.Status == alignment.Matched {
		a.used[m.Connection] = true
	}
	for _, list := range [][]*gatewaylog.Connection{m.More, m.Candidates} {
		for _, c := range list {
			a.used[c] = true
		}
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
	for n < a.given && (now.Sub(a.sessions[n].came) > a.delay+alignSight || a.given-n > a.sight) {
		n++
	}
	a.drop(n)
	most := min(len(a.sessions)+a.sight, alignMost) // those of the sessions in sight, and as many without one
	n = 0
	for n < len(a.connections) && (now.Sub(a.connections[n].came) > a.delay+2*alignSight || len(a.connections)-n > most) {
		n++
	}
	a.letGo(n)
	if a.bytes > a.most {
		a.shrink(a.bytes - a.most + a.most/8)
	}
}

// shrink lets go of the oldest of both, until so many bytes are free.
func (a *Aligner) shrink(bytes int64) {
	sessions, connections := 0, 0
	for bytes > 0 && sessions+connections < a.given+len(a.connections) { // what waits stays
		if sessions < a.given && (connections == len(a.connections) || !a.sessions[sessions].came.After(a.connections[connections].came)) {
			bytes -= a.sessions[sessions].weight
			sessions++
		} else {
			bytes -= a.connections[connections].weight
			connections++
		}
	}
	a.drop(sessions)
	a.letGo(connections)
}

// drop lets go of the n oldest sessions, which were given out.
func (a *Aligner) drop(n int) {
	for i := range a.sessions[:n] {
		a.bytes -= a.sessions[i].weight
	}
	a.sessions = slices.Delete(a.sessions, 0, n)
	a.given -= n
}

// letGo lets go of the n oldest connections.
func (a *Aligner) letGo(n int) {
	for i := range a.connections[:n] {
		a.bytes -= a.connections[i].weight
		if c := a.connections[i].Connection; a.used[c] {
			delete(a.used, c)
		} else {
			a.counts.LogOnly++
		}
	}
	a.connections = slices.Delete(a.connections, 0, n)
}
