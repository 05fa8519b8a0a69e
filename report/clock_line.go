package report

import (
	"fmt"
	"time"
)

// clockLine says how a log's clock stands to the capture's, what that rests on,
// and what a great difference looks like.
func clockLine(k LogClock) string {
	who := "clock of " + Printable(k.Gateway)
	if k.Host != "" {
		who += " on " + Printable(k.Host)
	}
	if k.By == "" {
		return who + ": could not be told; see --clock-offset"
	}
	rest := (k.Offset - k.Zone).Duration()
	words := fmt.Sprintf("%s: %s the capture's", who, ahead(rest, k.Rough))
	if k.Zone != 0 {
		words += fmt.Sprintf(", and in the zone %s", zoneWord(k.Zone.Duration()))
	}
	if k.DriftPPM != 0 {
		words += fmt.Sprintf(", drifting by %+.1f millionths", k.DriftPPM)
	}
	return words + clockBasis(k) + clockHint(rest)
}

// clockBasis says what told the clock. One pair has no spread, and says nothing
// of how late the log's line was.
func clockBasis(k LogClock) string {
	from := Count(int64(k.Pairs), "pair", "pairs") + " by " + Printable(k.By)
	switch {
	case k.By == "given":
		return " (as given)"
	case k.Rough:
		return " (from " + from + ", of which neither beginning nor end was captured)"
	case k.Pairs == 1:
		return " (from " + from + " alone: nothing else confirms it)"
	case k.Pairs == 0:
		return " (by " + Printable(k.By) + ")"
	}
	return fmt.Sprintf(" (spread %s, from %s)", shortSeconds(k.Spread.Duration()), from)
}

// ahead puts an offset into words; rough is one that may be greater.
func ahead(d time.Duration, rough bool) string {
	least, most := "", ""
	if rough {
		least, most = "at least ", "at most "
	}
	switch d = d.Round(time.Millisecond); {
	case d < 0:
		return most + shortSeconds(-d) + " behind"
	case d > 0:
		return least + shortSeconds(d) + " ahead of"
	case rough:
		return "even with or ahead of"
	}
	return "even with"
}

// The differences that clocks do not have of themselves, and how near to one of
// them an offset must be to be taken for it.
const (
	zoneStep  = 15 * time.Minute
	widestGap = 26 * time.Hour // between two zones: UTC-12 to UTC+14
	day       = 24 * time.Hour
	wrongness = 2 * time.Minute
)

// clockHint says what an offset looks like that no clock has of itself: another
// zone, another day, another year.
func clockHint(d time.Duration) string {
	d = d.Abs()
	switch days := d.Round(day); {
	case d < zoneStep-wrongness:
		return ""
	case days >= 365*day && (d-days).Abs() <= wrongness && (days/day)%365 <= days/day/365:
		return "; that is by years: is its year right? See --log-year"
	case days >= day && (d-days).Abs() <= wrongness:
		return "; that is by whole days: is its date right?"
	case d <= widestGap && (d-d.Round(zoneStep)).Abs() <= wrongness:
		return "; that is as zones differ: is its zone right? See --log-tz"
	}
	return ""
}

// shortSeconds is a time to the millisecond; from ten minutes on by the clock.
func shortSeconds(d time.Duration) string {
	if d < 10*time.Minute {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	days := ""
	if n := d / day; n > 0 {
		days = fmt.Sprintf("%d d ", n)
	}
	d %= day
	return fmt.Sprintf("%s%d:%02d:%06.3f h", days, int(d.Hours()), int(d.Minutes())%60, (d % time.Minute).Seconds())
}

func zoneWord(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%02d:%02d", sign, int(d.Hours()), int(d.Minutes())%60)
}
