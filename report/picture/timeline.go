package picture

import (
	"fmt"
	"time"

	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/session"
)

// The measures of a timeline. Across it is measured in hundredths of the
// width, so that its text keeps its size on every screen; downwards in pixels.
const (
	laneHeight  = 13
	barHeight   = 9
	chartHeight = 120
	axisHeight  = 22
	topSpace    = 6
	leastBar    = 0.4 // width of the shortest bar, hundredths
)

// Timeline draws sessions as bars over time in the colour of how they ended,
// or, where there are too many, how many began in each slice of time.
func Timeline(t *document.Timeline) string {
	height := chartHeight
	if t.Bars != nil {
		height = t.Lanes * laneHeight
	}
	height += topSpace
	var c canvas
	c.tag(`<svg class="timeline" role="img" width="100%%" height="%d" aria-labelledby="timeline-t timeline-d" xmlns="http://www.w3.org/2000/svg">`, height+axisHeight)
	c.tag(`<title id="timeline-t">Sessions over time</title><desc id="timeline-d">`)
	c.escape(describe(t))
	c.tag(`</desc>`)
	for _, tick := range t.Ticks {
		x := across(t, tick.At)
		c.tag(`<line class="grid" x1="%s%%" y1="0" x2="%s%%" y2="%d"/>`, num(x), num(x), height)
		if x >= 3 && x <= 97 {
			c.tag(`<text class="tick" x="%s%%" y="%d">`, num(x), height+15)
			c.escape(tick.Words)
			c.tag(`</text>`)
		}
	}
	if t.Bars != nil {
		bars(&c, t)
	} else {
		bins(&c, t)
	}
	c.tag(`<line class="axis" x1="0" y1="%d" x2="100%%" y2="%d"/></svg>`, height, height)
	return c.String()
}

func describe(t *document.Timeline) string {
	words := ""
	for f := document.Normal; f < document.Fates; f++ {
		if n := t.Counts[f]; n > 0 {
			words += fmt.Sprintf("; %s: %s", f.Words(), report.Thousands(n))
		}
	}
	if t.Bars != nil {
		return "Each bar is a session from its first to its last packet" + words
	}
	return fmt.Sprintf("Each column counts the sessions that began within %s, at most %s%s", SliceWords(t.Slice), report.Thousands(t.Most), words)
}

// SliceWords is the width of a slice: "5 minutes".
func SliceWords(d time.Duration) string {
	n, one, many := int64(d/time.Second), "second", "seconds"
	switch {
	case d%(24*time.Hour) == 0:
		n, one, many = int64(d/(24*time.Hour)), "day", "days"
	case d%time.Hour == 0:
		n, one, many = int64(d/time.Hour), "hour", "hours"
	case d%time.Minute == 0:
		n, one, many = int64(d/time.Minute), "minute", "minutes"
	}
	return report.Count(n, one, many)
}

// across is where a moment lies, in hundredths.
func across(t *document.Timeline, at session.Time) float64 {
	return float64(at-t.From) / float64(t.To-t.From) * 100
}

func bars(c *canvas, t *document.Timeline) {
	for i := range t.Bars {
		b := &t.Bars[i]
		from, to := across(t, b.From), across(t, b.To)
		from = min(from, 100-leastBar)
		if b.Told {
			c.tag(`<a href="#s%d">`, b.Number)
		}
		c.tag(`<rect class="bar %s" x="%s%%" y="%d" width="%s%%" height="%d" rx="2">`, b.Fate, num(from), topSpace+b.Lane*laneHeight, num(max(to-from, leastBar)), barHeight)
		c.title(b.Words)
		c.tag(`</rect>`)
		if b.Told {
			c.tag(`</a>`)
		}
	}
}

func bins(c *canvas, t *document.Timeline) {
	width := 100 / float64(len(t.Bins))
	for i := range t.Bins {
		b := &t.Bins[i]
		if b.Sum() == 0 {
			continue
		}
		bottom := float64(chartHeight + topSpace)
		c.tag(`<g>`)
		c.title(binWords(b, t.Zone))
		for f := document.Normal; f < document.Fates; f++ {
			if b.Counts[f] == 0 {
				continue
			}
			h := max(float64(b.Counts[f])/float64(t.Most)*chartHeight, 1)
			bottom -= h
			c.tag(`<rect class="bar %s" x="%s%%" y="%s" width="%s%%" height="%s"/>`, f, num(float64(i)*width), num(max(bottom, 0)), num(width*0.86), num(h))
		}
		c.tag(`</g>`)
	}
}

func binWords(b *document.Bin, zone *time.Location) string {
	words := "from " + b.From.Time().In(zone).Format("2006-01-02 15:04:05 MST")
	for f := document.Normal; f < document.Fates; f++ {
		if n := b.Counts[f]; n > 0 {
			words += fmt.Sprintf("; %s: %s", f.Words(), report.Thousands(n))
		}
	}
	return words
}
