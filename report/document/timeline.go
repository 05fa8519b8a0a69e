package document

import (
	"fmt"
	"time"

	"smtpscope/report"
	"smtpscope/session"
)

// maxBars is how many sessions a timeline shows one by one; of more it counts
// how many began in each slice of time.
const maxBars = 80

// maxBins is how many slices there are at most.
const maxBins = 120

// Timeline is when the sessions were, and how they ended.
type Timeline struct {
	From, To session.Time
	Bars     []Bar // one a session, as they began; nil where there are Bins
	Lanes    int   // rows that the bars take
	Bins     []Bin // one a slice of time, without a hole
	Slice    time.Duration
	Most     int64 // sessions in the fullest slice
	Counts   [Fates]int64
	Ticks    []Tick
	Zone     *time.Location // of all times shown
}

// Bar is one session.
type Bar struct {
	Number   int64
	From, To session.Time
	Lane     int
	Fate     Fate
	Words    string
	Told     bool
}

// Bin counts the sessions that began in a slice of time, by fate.
type Bin struct {
	From   session.Time
	Counts [Fates]int64
}

// Tick is a mark of the axis.
type Tick struct {
	At    session.Time
	Words string
}

// widths are those of bins in seconds; each is a multiple of the one
// before, so that bins can be joined. Beyond the last they double.
var widths = []int64{1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600}

// A chart gathers a timeline in bounded memory: where the time outgrows the
// bins, neighbours are joined.
type chart struct {
	bars   []Bar
	counts [Fates]int64
	from   session.Time
	to     session.Time
	total  int64

	width int64 // of a bin, seconds; 0 = no bin yet
	level int   // index in widths
	first int64 // number of bins[0]: its time divided by width
	bins  []Bin
}

func (c *chart) add(r *session.Record, fate Fate) {
	if c.total == 0 || r.Start < c.from {
		c.from = r.Start
	}
	c.to = max(c.to, r.End, r.Start)
	c.total++
	c.counts[fate]++
	if c.total <= maxBars {
		c.bars = append(c.bars, Bar{Number: r.Session, From: r.Start, To: max(r.End, r.Start), Fate: fate,
			Words: fmt.Sprintf("session %d, %s: %s", r.Session, r.Client, report.Verdict(r))})
	}
	c.bin(int64(r.Start), fate)
}

// bin counts one session.
func (c *chart) bin(start int64, fate Fate) {
	if c.width == 0 {
		c.width = widths[0]
		c.first = floorDiv(start, c.width*int64(time.Second))
		c.bins = make([]Bin, 1, maxBins)
	}
	n := floorDiv(start, c.width*int64(time.Second))
	for min(n, c.first)+maxBins <= max(n, c.first+int64(len(c.bins))-1) {
		c.widen()
		n = floorDiv(start, c.width*int64(time.Second))
	}
	if n < c.first {
		grown := make([]Bin, c.first-n+int64(len(c.bins)), maxBins)
		copy(grown[c.first-n:], c.bins)
		c.bins, c.first = grown, n
	}
	for n >= c.first+int64(len(c.bins)) {
		c.bins = append(c.bins, Bin{})
	}
	c.bins[n-c.first].Counts[fate]++
}

// widen joins neighbouring bins into those of the next width.
func (c *chart) widen() {
	old := c.width
	if c.level++; c.level < len(widths) {
		c.width = widths[c.level]
	} else {
		c.width *= 2
	}
	factor := c.width / old
	first := floorDiv(c.first, factor)
	last := floorDiv(c.first+int64(len(c.bins))-1, factor)
	joined := make([]Bin, last-first+1, maxBins)
	for i := range c.bins {
		to := &joined[floorDiv(c.first+int64(i), factor)-first]
		for f, n := range c.bins[i].Counts {
			to.Counts[f] += n
		}
	}
	c.bins, c.first = joined, first
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// timeline is the finished picture; nil where there is nothing to draw.
func (c *chart) timeline(zone *time.Location, told map[int64]bool) *Timeline {
	if c.total < 2 {
		return nil
	}
	t := &Timeline{Zone: zone, From: c.from, To: max(c.to, c.from+session.Time(time.Millisecond)), Counts: c.counts}
	if c.total <= maxBars {
		t.Bars = c.bars
		t.Lanes = lanes(t.Bars, t.To-t.From)
		for i := range t.Bars {
			t.Bars[i].Told = told[t.Bars[i].Number]
		}
	} else {
		t.Bins, t.Slice = c.bins, time.Duration(c.width)*time.Second
		for i := range t.Bins {
			t.Bins[i].From = session.Time((c.first + int64(i)) * c.width * int64(time.Second))
			t.Most = max(t.Most, t.Bins[i].Sum())
		}
		t.From = t.Bins[0].From
		t.To = t.Bins[len(t.Bins)-1].From + session.Time(t.Slice)
	}
	t.Ticks = ticks(t.From, t.To, zone)
	return t
}

// Sum is all sessions of the slice.
func (b *Bin) Sum() int64 {
	var n int64
	for _, one := range b.Counts {
		n += one
	}
	return n
}

// lanes puts bars that overlap in different rows. What is closer than an
// eightieth of the picture overlaps to the eye.
func lanes(bars []Bar, span session.Time) int {
	sortBars(bars)
	var ends []session.Time
	for i := range bars {
		b := &bars[i]
		lane := 0
		for lane < len(ends) && ends[lane] > b.From {
			lane++
		}
		if lane == len(ends) {
			ends = append(ends, 0)
		}
		ends[lane] = b.To + span/80
		b.Lane = lane
	}
	return len(ends)
}

// ticks are up to five marks at round times.
func ticks(from, to session.Time, zone *time.Location) []Tick {
	steps := []time.Duration{time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond,
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}
	step := steps[0]
	for _, step = range steps {
		if time.Duration(to-from)/step <= 4 {
			break
		}
	}
	for time.Duration(to-from)/step > 4 {
		step *= 2
	}
	layout := "15:04"
	switch {
	case step < time.Second:
		layout = "15:04:05.000"
	case step < time.Minute:
		layout = "15:04:05"
	case step >= 24*time.Hour:
		layout = "01-02"
	case time.Duration(to-from) > 24*time.Hour:
		layout = "01-02 15:04"
	}
	_, offset := from.Time().In(zone).Zone()
	shift := int64(offset) * int64(time.Second)
	var list []Tick
	for n := floorDiv(int64(from)+shift-1, int64(step)) + 1; ; n++ {
		at := session.Time(n*int64(step) - shift)
		if at > to {
			return list
		}
		list = append(list, Tick{At: at, Words: at.Time().In(zone).Format(layout)})
	}
}
