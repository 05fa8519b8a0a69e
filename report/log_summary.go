package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// LogSummary is what there is to say about the gateway's log as a whole.
type LogSummary struct {
	Lines       int64      `json:"lines"` // read
	Taken       int64      `json:"taken"` // that belong to a connection or message
	Connections int64      `json:"connections"`
	Matched     int64      `json:"matched"` // sessions
	Disagree    int64      `json:"disagree"`
	Ambiguous   int64      `json:"ambiguous"`
	LogOnly     int64      `json:"log_only"` // connections without a session
	Clocks      []LogClock `json:"clocks"`
}

// LogClock is how a log's clock stands to the capture's.
type LogClock struct {
	Gateway string `json:"gateway"`
	Host    string `json:"host,omitempty"`
	By      string `json:"by,omitempty"` // absent = it could not be told
	Pairs   int    `json:"pairs,omitempty"`
	// Rough: Offset is the least that it can be, for neither the beginning nor the
	// end of a pair's session was captured.
	Rough  bool            `json:"rough,omitempty"`
	Offset session.Seconds `json:"offset"`
	Spread session.Seconds `json:"spread"`
	// Zone is the part of the offset that is a zone's, where the log names none.
	Zone session.Seconds `json:"zone,omitempty"`
	// DriftPPM is how much faster the log's clock runs, in millionths.
	DriftPPM float64 `json:"drift_ppm,omitempty"`
}

// NewLogSummary puts together what was read, what became of the sessions, how
// many connections the log has alone, and how its clocks stand.
func NewLogSummary(r *gatewaylog.Report, c alignment.Counts, logOnly int64, clocks []alignment.Clock) *LogSummary {
	s := &LogSummary{Lines: r.Lines, Taken: r.Taken, Connections: r.Connections,
		Matched: c.Matched, Disagree: c.Disagree, Ambiguous: c.Ambiguous, LogOnly: logOnly, Clocks: []LogClock{}}
	for _, k := range clocks {
		s.Clocks = append(s.Clocks, newLogClock(k))
	}
	return s
}

// newLogClock takes a clock of the alignment over.
func newLogClock(k alignment.Clock) LogClock {
	c := LogClock{Gateway: string(k.Product), Host: k.Host}
	if !k.Known {
		return c
	}
	c.By, c.Pairs, c.Rough = k.By, k.Pairs, k.Rough
	c.Offset = session.Seconds(k.Offset.Round(time.Millisecond))
	c.Spread, c.Zone = session.Seconds(k.Spread.Round(time.Millisecond)), session.Seconds(k.Zone)
	c.DriftPPM = math.Round(k.Drift*1e7) / 10
	return c
}

// logLines say how the log and the capture go together.
func logLines(c *Capture) []string {
	l := c.Log
	if l == nil {
		return nil
	}
	if l.Lines > 0 && l.Taken == 0 {
		return []string{fmt.Sprintf("log: %s, none of a mail product that can be read (see smtpscope formats)", Count(l.Lines, "line", "lines"))}
	}
	line := fmt.Sprintf("log: %s, %s matched", Count(l.Lines, "line", "lines"), Count(l.Matched, "session", "sessions"))
	if l.Disagree > 0 {
		line += fmt.Sprintf(", of which %s with the packets", Count(l.Disagree, "disagrees", "disagree"))
	}
	if l.Ambiguous > 0 {
		line += ", " + Thousands(l.Ambiguous) + " ambiguous"
	}
	if l.LogOnly > 0 {
		line += ", " + Count(l.LogOnly, "log connection", "log connections") + " without packets"
		if !c.live() {
			line += " (--log-only)"
		}
	}
	lines := []string{line}
	clocks, more := l.ShownClocks()
	for _, k := range clocks {
		lines = append(lines, clockLine(k))
	}
	if more > 0 {
		lines = append(lines, MoreClocks(more))
	}
	return lines
}

// maxClocks is how many clocks are told to people: a log may be that of a site's
// every host. JSON has them all.
const maxClocks = 8

// ShownClocks are those that people are told of, those of which most is known
// where they are many, and how many there are besides.
func (l *LogSummary) ShownClocks() (clocks []LogClock, more int) {
	if len(l.Clocks) <= maxClocks {
		return l.Clocks, 0
	}
	clocks = slices.Clone(l.Clocks)
	slices.SortStableFunc(clocks, func(a, b LogClock) int { return cmp.Compare(b.Pairs, a.Pairs) })
	return clocks[:maxClocks], len(clocks) - maxClocks
}

// MoreClocks says how many clocks are not shown.
func MoreClocks(n int) string {
	return "and " + Count(int64(n), "clock", "clocks") + " more"
}
