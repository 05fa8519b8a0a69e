package main

import (
	"smtpscope/capture"
	"smtpscope/report"
	"smtpscope/session"
)

// captureLine is what the reports say of the input as a whole.
func (r *reading) captureLine() *report.Capture {
	s, q := &r.summary, &r.quality
	c := &report.Capture{
		Type: "capture", Schema: session.Schema,
		Tool:    report.Tool{Name: "smtpscope", Version: version()},
		Files:   []report.File{},
		Packets: s.Frames, Bytes: s.Bytes,
		Sessions: q.Sessions, Selected: r.selected, Abnormal: q.Abnormal, Open: q.Open, OtherTCP: q.OtherTCP,
		AbnormalProbes: r.oddProbes, Probes: r.probes, PatternsCut: r.patterns.Cut(),
		Quality: report.Quality{
			Gapped: q.Gapped, MissedBytes: q.MissedBytes, Cut: q.Cut, OneSided: q.OneSided,
			Duplicates: q.Duplicates, Evicted: q.Evicted,
			Undecodable:   s.Truncated + s.Malformed + s.TooDeep,
			LostFragments: s.FragmentsGivenUp + s.FragmentsOpen,
		},
		Errors:      []string{},
		Interrupted: r.interrupted,
	}
	if s.Frames > 0 {
		c.Start, c.End = moment(s.First), moment(s.Last)
		c.Duration = session.Seconds(s.Last.Sub(s.First))
	}
	for i := range s.Sources {
		c.Files = append(c.Files, fileOf(&s.Sources[i], s.Errors))
		addDrops(&c.Quality, &s.Sources[i])
	}
	if s.Cut > 0 {
		c.Quality.SnapLen = smallestSnaplen(s.Sources)
	}
	for _, err := range r.complaints() {
		c.Errors = append(c.Errors, err.Error())
	}
	return c
}

func fileOf(s *capture.SourceInfo, errors []*capture.FileError) report.File {
	f := report.File{Name: s.Path, Format: s.Format, Packets: s.Packets}
	if s.Packets > 0 {
		f.Start, f.End = moment(s.First), moment(s.Last)
	}
	if s.DropsKnown {
		f.Dropped = &s.Dropped
	}
	for _, e := range errors {
		if e.Path == s.Path && f.Error == "" {
			f.Error = e.Error()
		}
	}
	return f
}

func addDrops(q *report.Quality, s *capture.SourceInfo) {
	if !s.DropsKnown {
		return
	}
	if q.Dropped == nil {
		q.Dropped = new(int64)
	}
	*q.Dropped += s.Dropped
}

// smallestSnaplen is the snap length that the files state, where they do: a
// round number of 64 KiB or more is no limit that anybody set.
func smallestSnaplen(sources []capture.SourceInfo) int {
	least := int64(0)
	for i := range sources {
		if n := sources[i].Snaplen; n > 0 && n < 1<<16-1 && (least == 0 || n < least) {
			least = n
		}
	}
	return int(least)
}

func moment(t capture.Time) *session.Time {
	m := session.Time(t)
	return &m
}
