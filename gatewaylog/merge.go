package gatewaylog

import (
	"errors"
	"io"
	"sort"
	"time"
)

// merger gives the entries of several sources in the order of their times, so
// that rotated files may be named in any order and two logs of the same hours
// (message_log and maillog) can be joined. Files are opened when their time
// comes.
type merger struct {
	feeds   []*feed // in the order of their first lines
	active  []*feed
	report  *Report
	started bool
}

func newMerger(sources []Source, o Options, r *Report, accept func(*entry) bool) *merger {
	m := &merger{report: r}
	for _, s := range sources {
		f := &feed{source: s, report: r, accept: accept}
		f.clock.zone = o.Zone
		if len(sources) > 1 || o.Year != 0 {
			f.peek()
		}
		m.feeds = append(m.feeds, f)
	}
	chooseYears(m.feeds, o)
	sort.SliceStable(m.feeds, func(i, j int) bool { return m.feeds[i].begins.At.Before(m.feeds[j].begins.At) })
	return m
}

// chooseYears gives every feed what its clock needs to supply years.
func chooseYears(feeds []*feed, o Options) {
	var yearless []*feed
	for _, f := range feeds {
		switch {
		case o.Year != 0:
			f.clock.year = o.Year
		case !o.From.IsZero() || !o.To.IsZero():
			f.clock.anchor = middle(o.From, o.To)
		case !f.source.ModTime.IsZero():
			f.clock.anchor, f.clock.latest = f.source.ModTime, true
		}
		if f.begins.IsZero() || f.first.hasYear {
			continue
		}
		yearless = append(yearless, f)
		year, _ := f.clock.guessYear(f.first)
		f.first.year = year
		f.begins.At = f.first.at(o.Zone)
	}
	if o.Year != 0 {
		aroundNewYear(yearless, o)
	}
}

// aroundNewYear orders files whose year is that of the oldest: a year is a
// circle, and the log begins after the widest gap in it.
func aroundNewYear(feeds []*feed, o Options) {
	sort.SliceStable(feeds, func(i, j int) bool { return feeds[i].begins.At.Before(feeds[j].begins.At) })
	if len(feeds) < 2 {
		return
	}
	const year = 365 * 24 * time.Hour
	start := 0
	widest := year - feeds[len(feeds)-1].begins.At.Sub(feeds[0].begins.At)
	for i := 1; i < len(feeds); i++ {
		if gap := feeds[i].begins.At.Sub(feeds[i-1].begins.At); gap > widest {
			start, widest = i, gap
		}
	}
	for i := range start {
		f := feeds[i]
		f.clock.year = o.Year + 1
		f.first.year = o.Year + 1
		f.begins.At = f.first.at(o.Zone)
	}
}

func middle(from, to time.Time) time.Time {
	switch {
	case from.IsZero():
		return to
	case to.IsZero():
		return from
	}
	return from.Add(to.Sub(from) / 2)
}

// next is the entry with the earliest time, nil at the end.
func (m *merger) next() *entry {
	if m.started && len(m.active) > 0 {
		m.drain(m.active[0])
	}
	m.started = true
	m.wake()
	if len(m.active) == 0 {
		return nil
	}
	earliest := 0
	for i, f := range m.active {
		if i > 0 && before(&f.entry, &m.active[earliest].entry) {
			earliest = i
		}
	}
	m.active[0], m.active[earliest] = m.active[earliest], m.active[0]
	return &m.active[0].entry
}

// before orders entries; one without a time belongs right after the line
// before it, so it goes at once.
func before(a, b *entry) bool {
	if a.time.IsZero() || b.time.IsZero() {
		return a.time.IsZero() && !b.time.IsZero()
	}
	return a.time.At.Before(b.time.At)
}

// wake opens the sources whose time has come.
func (m *merger) wake() {
	for len(m.feeds) > 0 {
		f := m.feeds[0]
		for _, a := range m.active {
			if f.begins.At.After(a.entry.time.At) || a.entry.time.IsZero() {
				return
			}
		}
		m.feeds = m.feeds[1:]
		if err := f.open(); err != nil {
			m.failed(f, err)
			continue
		}
		m.active = append(m.active, f)
		m.drain(f)
	}
}

// drain moves a feed on and takes it away at its end.
func (m *merger) drain(f *feed) {
	err := f.advance()
	if err == nil {
		return
	}
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		m.failed(f, err)
	}
	m.report.Lines += f.lines.number
	m.report.Bytes += f.lines.bytes
	f.close()
	for i, a := range m.active {
		if a == f {
			m.active = append(m.active[:i], m.active[i+1:]...)
			break
		}
	}
}

func (m *merger) failed(f *feed, err error) {
	m.report.Errors = append(m.report.Errors, FileError{File: f.source.Name, Err: err, Text: err.Error()})
	if f.lines == nil {
		f.close()
	}
}

// stop closes what an error of the caller's left open.
func (m *merger) stop() {
	for _, f := range m.active {
		f.close()
	}
}
