package main

import (
	"strings"
	"time"
	_ "time/tzdata" // zones are known on machines that have no zone files

	"smtpscope/report"
)

// parseZone understands zone names, "Local", and offsets such as +02:00.
// environment is the variable TZ, which "Local" means where it is set.
func parseZone(name, environment string) (*time.Location, error) {
	if strings.EqualFold(name, "local") {
		if environment == "" {
			return time.Local, nil
		}
		name = strings.TrimPrefix(environment, ":")
	}
	if strings.EqualFold(name, "utc") || name == "Z" {
		return time.UTC, nil
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if t, err := time.Parse(layout, name); err == nil {
			_, offset := t.Zone()
			return time.FixedZone(t.Format("-07:00"), offset), nil
		}
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, usage("%q is no time zone", name).hint("as in Europe/Berlin, Local or +02:00")
	}
	return zone, nil
}

// timeLayouts are what --since and --until understand besides a time of day.
// Those without a zone are meant in --tz.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

// parseMoment understands RFC 3339, dates and times, and times of day.
func parseMoment(flag, text string, zone *time.Location) (report.Moment, error) {
	if text == "" {
		return report.Moment{}, nil
	}
	for _, layout := range timeLayouts {
		t, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if layout == time.DateOnly && flag == "--until" {
			t = t.AddDate(0, 0, 1).Add(-1) // that day included
		}
		return report.Moment{Time: t}, nil
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			clock := t.Sub(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
			return report.Moment{Clock: clock, Zone: zone}, nil
		}
	}
	return report.Moment{}, usage("%s %q is no time", flag, text).
		hint("as in %s 02:30, %s '2006-01-02 15:04' or %s 2006-01-02T15:04:05Z", flag, flag, flag)
}
