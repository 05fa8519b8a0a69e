package document

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"smtpscope/report"
	"smtpscope/session"
)

// Options say what a report is about and how much it may hold.
type Options struct {
	Asked    string // the filters as they were typed; "" = every session
	Zone     *time.Location
	Limits   Limits
	Redactor Redactor
	// Every tells normal sessions in full too, because they were asked for
	// by name.
	Every bool
}

// A Builder takes sessions one by one and makes a Document of them. Beside the
// sessions that are told in full, and a row for each of a bounded number of
// others, its memory does not grow with the number of sessions.
type Builder struct {
	o        Options
	redactor Redactor

	tallies    *tallies
	chart      chart
	findings   causes // of sessions that are not known to have ended as they should
	oddities   causes // of those that are not known to have ended abnormally: what was noticed
	log        logTally
	candidates []*session.Session
	abnormal   rows
	others     rows
	total      int64
	bad        int64
	probes     int64 // of those that ended abnormally
	byLog      int64 // of those that ended abnormally: the packets show an end in order
	open       int64
	first      session.Time
	last       session.Time
	hasLog     bool
}

// rows are the first of a list.
type rows struct {
	kept []row
	all  int64
}

func (r *rows) add(one func() row, limit int) {
	r.all++
	if len(r.kept) < limit {
		r.kept = append(r.kept, one())
	}
}

// NewBuilder gives a Builder.
func NewBuilder(o Options) *Builder {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Limits = o.Limits.orDefault()
	b := &Builder{o: o, redactor: o.Redactor, tallies: newTallies(o.Zone)}
	if b.redactor == nil {
		b.redactor = nothing{}
	}
	return b
}

// Add takes a session. It is told in full if it still has its events (see
// Choice) and there is room.
func (b *Builder) Add(s *session.Session) {
	s = b.redactor.Session(s)
	r := &s.Record
	fate := fateOf(r)
	if b.total == 0 {
		b.first, b.last = r.Start, r.Start
	}
	b.total++
	b.first, b.last = min(b.first, r.Start), max(b.last, r.Start)
	b.tallies.add(r)
	b.chart.add(r, fate)
	if fate != Normal {
		b.findings.add(r)
	}
	if fate == Normal || fate == Open {
		b.oddities.add(r)
	}
	b.log.add(r)
	b.hasLog = b.hasLog || r.Log != nil
	list := &b.others
	switch {
	case fate == Open:
		b.open++
	case fate != Normal:
		b.bad++
		if r.Probe {
			b.probes++
		}
		if !*r.Abnormal {
			b.byLog++
		}
		list = &b.abnormal
	}
	list.add(func() row { return rowOf(r, fate) }, b.o.Limits.Rows)
	if s.Events != nil && (fate != Normal || b.o.Every || b.total == 1) {
		b.candidates = append(b.candidates, s)
	}
}

// Document is the report. capture is the line about the whole input, patterns
// what diagnosis found the sessions to have in common, the most telling first.
func (b *Builder) Document(capture *report.Capture, patterns []Pattern) *Document {
	if b.total > 1 && !b.o.Every {
		b.candidates = slices.DeleteFunc(b.candidates, func(s *session.Session) bool { return fateOf(&s.Record) == Normal })
	}
	b.candidates = choose(b.candidates, b.o.Limits.Details)
	told := make(map[int64]bool, len(b.candidates))
	d := &Document{
		Tool: report.Tool{Name: report.Printable(capture.Tool.Name), Version: report.Printable(capture.Tool.Version)}, Zone: b.o.Zone, Limits: b.o.Limits, Single: b.total == 1 && len(b.candidates) == 1,
		Verdicts: b.tallies.byVerdict(), Clients: b.tallies.byClient(),
	}
	toldBad := int64(0)
	for _, s := range b.candidates {
		told[s.Record.Session] = true
		if f := fateOf(&s.Record); f != Normal && f != Open {
			toldBad++
		}
		d.Details = append(d.Details, detailOf(s, b.o.Zone))
	}
	d.Told = told
	d.Untold = b.bad - toldBad
	d.Groups = b.tallies.bySignature()
	d.Alike = len(d.Groups) > 0 && d.Groups[0].Count > 1
	d.Hours, d.HoursAre = b.tallies.byHour()
	d.Timeline = b.chart.timeline(b.o.Zone, told)
	clock := report.Clock(b.o.Zone, b.first, b.last)
	d.Abnormal, d.Others = b.listing(&b.abnormal, told, clock), b.listing(&b.others, told, clock)
	d.Patterns = b.patterns(patterns)
	b.aboutCapture(d, capture)
	b.firstPage(d, capture)
	if d.Alike {
		d.Groups, d.GroupsLeft = alike(d.Groups, clock)
	}
	return d
}

func (b *Builder) listing(r *rows, told map[int64]bool, clock func(session.Time) string) Listing {
	slices.SortFunc(r.kept, func(x, y row) int { return cmp.Compare(x.Number, y.Number) })
	l := Listing{Rows: make([]Row, len(r.kept)), Left: r.all - int64(len(r.kept)), Log: b.hasLog}
	for i := range r.kept {
		l.Rows[i] = r.kept[i].Row
		l.Rows[i].Start, l.Rows[i].Told = clock(r.kept[i].start), told[l.Rows[i].Number]
	}
	return l
}

func (b *Builder) patterns(list []Pattern) []*Pattern {
	out := make([]*Pattern, len(list))
	for i, p := range list {
		out[i] = &Pattern{Code: report.Printable(p.Code), Severity: report.Printable(p.Severity), Summary: sentence(b.text(p.Summary)), Certainty: report.Printable(p.Certainty), Count: p.Count,
			Sessions: p.Sessions, Advice: b.text(p.Advice)}
	}
	return out
}

// text is a text that is no part of a session, fit to be shown.
func (b *Builder) text(s string) string { return report.Printable(b.redactor.Text(s)) }

// aboutCapture are the facts about the input.
func (b *Builder) aboutCapture(d *Document, c *report.Capture) {
	for i := range c.Files {
		d.Files = append(d.Files, b.file(&c.Files[i]))
	}
	fact := func(name, format string, v ...any) {
		d.Facts = append(d.Facts, Fact{name, report.Printable(fmt.Sprintf(format, v...))})
	}
	if c.Start != nil && c.End != nil {
		fact("span", "%s", report.SpanWords(*c.Start, *c.End, b.o.Zone))
	}
	fact("packets", "%s, %s", report.Count(c.Packets, "packet", "packets"), report.Size(c.Bytes))
	q := &c.Quality
	if q.Dropped != nil {
		fact("dropped by the kernel", "%s", report.Thousands(*q.Dropped))
	} else {
		fact("dropped by the kernel", "not known: the file does not say")
	}
	if q.Gapped > 0 {
		fact("gaps", "%s missed, in %s", report.Size(q.MissedBytes), report.Count(q.Gapped, "session", "sessions"))
	} else {
		fact("gaps", "none")
	}
	byLog := ""
	if b.byLog > 0 {
		byLog = fmt.Sprintf(" by the packets, %s by the log alone", report.Thousands(b.byLog))
	}
	fact("sessions", "%s in the capture, %s abnormal%s, %s in this report", report.Thousands(c.Sessions), report.Thousands(c.Abnormal), byLog, report.Thousands(b.total))
	if c.Log != nil {
		fact("log", "%s, %s matched", report.Count(c.Log.Lines, "line", "lines"), report.Count(c.Log.Matched, "session", "sessions"))
		clocks, more := c.Log.ShownClocks()
		for _, k := range clocks {
			k.Gateway, k.Host = b.text(k.Gateway), b.text(k.Host)
			fact("clocks", "%s", report.ClockLine(k))
		}
		if more > 0 {
			fact("clocks", "%s", report.MoreClocks(more))
		}
	}
	d.Quality = report.QualityLines(c)
	for _, e := range c.Errors {
		d.Errors = append(d.Errors, b.text(withoutFolders(e, c.Files)))
	}
	fact("written by", "%s %s", c.Tool.Name, c.Tool.Version)
}

func (b *Builder) file(f *report.File) File {
	out := File{Name: b.text(filepath.Base(f.Name)), SHA256: report.Printable(f.SHA256),
		Packets: report.Count(f.Packets, "packet", "packets"), Error: b.text(withoutFolders(f.Error, []report.File{*f}))}
	if f.Name == "-" {
		out.Name = "standard input"
	}
	if f.Start != nil && f.End != nil {
		out.Span = report.SpanWords(*f.Start, *f.End, b.o.Zone)
	}
	return out
}
