package alignment

import (
	"math"
	"slices"
	"time"
)

// The least that a line through the differences must rest on, and the
// steepest that is believed: quartz stays within 200 parts in a million, a
// virtual machine without time service may do worse.
const (
	driftPairs = 24
	leastReads = 15 // of mails read, which scatter by little
	leastLate  = 5  // of these, to say how late the server is
	driftMost  = 2000e-6
	driftSigns = 4 // standard errors
)

// A trend is the line through the medians of the first and the last third of
// differences.
type trend struct {
	from, to int64 // moments
	offset   int64 // at from
	gain     int64 // from from to to
	err      float64
}

// lineThrough is false where the differences are fewer than least, or of one
// moment.
func lineThrough(list []difference, least int) (trend, bool) {
	if len(list) < least {
		return trend{}, false
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b difference) int { return int(sign(a.at - b.at)) })
	third := len(list) / 3
	first, last := list[:third], list[len(list)-third:]
	d1, s1 := middle(first)
	d2, s2 := middle(last)
	// The standard error of a median is 1.25 standard deviations by the root
	// of the number; a standard deviation is 1.48 median deviations.
	err := 1.25 * 1.48 * float64(s1+s2) / math.Sqrt(float64(third))
	x := trend{middleMoment(first), middleMoment(last), d1, d2 - d1, max(err, float64(5*time.Millisecond))}
	return x, x.to > x.from
}

func (x *trend) slope() float64 { return float64(x.gain) / float64(x.to-x.from) }

func (x *trend) drifts() bool {
	return math.Abs(float64(x.gain)) >= driftSigns*x.err && math.Abs(x.slope()) <= driftMost
}
