package report

import (
	"time"

	"smtpscope/session"
)

// A clock writes times of the capture in one zone, with as much of the date
// as is needed to tell the capture's days apart.
type clock struct {
	zone   *time.Location
	layout string
}

func newClock(zone *time.Location, first, last session.Time) clock {
	a, b := first.Time().In(zone), last.Time().In(zone)
	c := clock{zone: zone, layout: "01-02 15:04:05"}
	switch {
	case a.Format(time.DateOnly) == b.Format(time.DateOnly):
		c.layout = time.TimeOnly
	case a.Year() != b.Year():
		c.layout = time.DateTime
	}
	return c
}

func (c clock) format(t session.Time) string { return t.Time().In(c.zone).Format(c.layout) }

// zoneName names a zone at a moment as people write it: "UTC", "CEST",
// "+05:30".
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	switch {
	case name != "" && name[0] != '+' && name[0] != '-':
		return name
	case offset == 0:
		return "UTC"
	}
	return t.Format("-07:00")
}
