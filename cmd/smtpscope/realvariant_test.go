//go:build linux

package main

import (
	"cmp"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"smtpscope/session"
)

// warp moves the capture: all moments of its sessions.
func (r *variantRun) warp(f func(time.Time) time.Time) {
	move := func(t session.Time) session.Time {
		if t == 0 {
			return 0
		}
		return session.Time(f(t.Time()).UnixNano())
	}
	list := make([]*session.Record, len(r.records))
	for i, old := range r.records {
		c := *old
		c.Start, c.End, c.Ended.Time, c.ServerFIN = move(c.Start), move(c.End), move(c.Ended.Time), move(c.ServerFIN)
		if c.Banner != nil {
			b := *c.Banner
			b.Time = move(b.Time)
			c.Banner = &b
		}
		c.Messages = slices.Clone(c.Messages)
		for k, m := range c.Messages {
			x := *m
			x.Begun, x.Answered = move(x.Begun), move(x.Answered)
			if x.Transfer != nil {
				y := *x.Transfer
				y.Start, y.LastByte = moved(y.Start, move), moved(y.LastByte, move)
				x.Transfer = &y
			}
			c.Messages[k] = &x
		}
		list[i] = &c
	}
	r.records = list
}

func moved(t *session.Time, move func(session.Time) session.Time) *session.Time {
	if t == nil {
		return nil
	}
	n := move(*t)
	return &n
}

// stamps are the forms in which the servers of the harness write times.
var stamps = []struct {
	layout string
	length int
}{
	{"2006-01-02T15:04:05.000000Z07:00", 32}, {"2006-01-02 15:04:05", 19}, {time.Stamp, 15},
}

// restamp changes the log's times and cuts them to that precision.
func (r *variantRun) restamp(precision time.Duration, f func(time.Time) time.Time) {
	year := r.records[0].Start.Time().Year()
	lines := make([]string, len(r.log))
	for i, line := range r.log {
		lines[i] = line
		for _, s := range stamps {
			end := min(len(line), s.length)
			if s.length == 32 { // Z or an offset
				end = strings.IndexByte(line, ' ')
			}
			if end <= 0 {
				continue
			}
			at, err := time.Parse(s.layout, line[:end])
			if err != nil {
				continue
			}
			if at.Year() == 0 {
				at = at.AddDate(year, 0, 0)
			}
			at = f(at).Truncate(precision)
			layout := s.layout
			if s.length == 32 && precision == time.Second {
				layout = time.Stamp
			}
			lines[i] = at.Format(layout) + line[end:]
			break
		}
	}
	r.log = lines
}

// spread lays the scenarios of a run five minutes apart, in the capture and in
// the log alike, and lets the log's clock gain 50 millionths.
func (r *variantRun) spread(run *realRun, precision time.Duration) {
	zero := r.records[0].Start.Time()
	places := map[string]int{}
	later := func(ip string) time.Duration {
		if _, there := places[ip]; !there {
			places[ip] = len(places)
		}
		return time.Duration(places[ip]) * 5 * time.Minute
	}
	one := variantRun{}
	for i, rec := range r.records {
		one.records = r.records[i : i+1 : i+1]
		one.warp(func(at time.Time) time.Time { return at.Add(later(rec.Client.IP.String())) })
		r.records = slices.Concat(r.records[:i], one.records, r.records[i+1:])
	}
	type placed struct {
		row, line int
		at        time.Time
		text      string
	}
	var lines []placed
	for row := range r.truth {
		for _, n := range r.truth[row] {
			one := variantRun{records: r.records[:1], log: r.log[n-1 : n : n]}
			p := placed{row: row, line: n}
			one.restamp(precision, func(at time.Time) time.Time {
				at = at.Add(later(run.rows[row].Client.IP))
				p.at = at
				return at.Add(at.Sub(zero) / 20000)
			})
			p.text = one.log[0]
			lines = append(lines, p)
		}
	}
	slices.SortStableFunc(lines, func(a, b placed) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.line, b.line)) })
	r.log, r.truth = nil, make([][]int, len(run.rows))
	for i, p := range lines {
		r.log = append(r.log, p.text)
		r.truth[p.row] = append(r.truth[p.row], i+1)
	}
}

func deleteThird(_ *realRun, r *variantRun, dice *rand.Rand) {
	lines := slices.Clone(r.log)
	for i := range lines {
		if dice.IntN(3) == 0 {
			lines[i], r.gone[i+1] = "", true
		}
	}
	r.log = lines
}

// What Debian's Exim does not log: it has +smtp_protocol_error
// +smtp_syntax_error +tls_certificate_verified +tls_peerdn.
var (
	unselected = regexp.MustCompile(`\(TCP/IP connection count|closed by QUIT|no MAIL in|incomplete transaction|closed by EOF|connection .* lost( \(error: [^)]*\))? D=`)
	portAndPID = regexp.MustCompile(`(\[[0-9.]+\]):\d+|^(\S+ \S+) \[\d+\]`)
)

// fewSelectors makes of the harness's Exim log what Debian's selectors write.
func (r *variantRun) fewSelectors() {
	lines := slices.Clone(r.log)
	for i, line := range lines {
		if unselected.MatchString(line) {
			lines[i], r.gone[i+1] = "", true
			continue
		}
		lines[i] = portAndPID.ReplaceAllString(line, "$1$2")
	}
	r.log = lines
}
