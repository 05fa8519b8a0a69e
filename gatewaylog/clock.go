package gatewaylog

import "time"

// clock turns stamps into times. It supplies the year that a stamp lacks: the
// first from an anchor, each later one so that it lies nearest to the one
// before, which carries a log over New Year in either direction.
type clock struct {
	zone *time.Location
	// anchor and latest choose the first year: the one nearest to anchor, or
	// with latest the last that is not after it (a file is not written in after
	// its modification time).
	anchor time.Time
	latest bool
	year   int // of the first yearless stamp, if given
	last   time.Time
	sure   bool // a stamp with a year was seen: the log itself says the year

	// The stamp before, as text, and what it was: a busy log repeats the second.
	cachedText string
	cached     Time
	stamp      stamp // the last one resolved
}

// unknownYear is a leap year, so that 29 February can be held.
const unknownYear = 2000

// slack is how far a file's last line may lie after its modification time by
// zones and by clocks that differ.
const slack = 26 * time.Hour

func (c *clock) resolve(st stamp, text string) Time {
	if text != "" && text == c.cachedText {
		return c.cached
	}
	c.stamp = st
	t := Time{Precision: st.precision, ZoneKnown: st.hasZone || c.zone != nil, YearKnown: true}
	if !st.hasYear {
		st.year, t.YearKnown = c.guessYear(st)
	}
	t.At = st.at(c.zone)
	c.sure = c.sure || st.hasYear
	c.last = t.At
	c.cachedText, c.cached = text, t
	return t
}

func (st stamp) at(zone *time.Location) time.Time {
	if st.hasZone || zone == nil {
		t := time.Date(st.year, time.Month(st.month), st.day, st.hour, st.min, st.sec, st.nsec, time.UTC)
		return t.Add(-time.Duration(st.offset) * time.Second)
	}
	return time.Date(st.year, time.Month(st.month), st.day, st.hour, st.min, st.sec, st.nsec, zone).UTC()
}

// guessYear says which year fits, and whether anything but a guess says so.
func (c *clock) guessYear(st stamp) (int, bool) {
	switch {
	case !c.last.IsZero():
		return nearestYear(st, c.last), c.sure || c.year != 0 || !c.anchor.IsZero()
	case c.year != 0:
		return c.year, true
	case c.anchor.IsZero():
		return unknownYear, false
	case c.latest:
		y := c.anchor.Year() + 1
		for y > c.anchor.Year()-8 {
			st.year = y
			if exists(st) && !st.at(c.zone).After(c.anchor.Add(slack)) {
				break
			}
			y--
		}
		return y, true
	}
	return nearestYear(st, c.anchor), true
}

// nearestYear is the year that puts the stamp nearest to t.
func nearestYear(st stamp, t time.Time) int {
	best, distance := t.Year(), time.Duration(1<<63-1)
	for y := t.Year() - 1; y <= t.Year()+1; y++ {
		st.year = y
		if !exists(st) {
			continue
		}
		d := st.at(nil).Sub(t).Abs()
		if d < distance {
			best, distance = y, d
		}
	}
	return best
}

// exists is false for 29 February of a common year.
func exists(st stamp) bool {
	return st.month != 2 || st.day != 29 || st.year%4 == 0 && (st.year%100 != 0 || st.year%400 == 0)
}
