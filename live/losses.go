package live

import (
	"slices"

	"smtpscope/capture"
)

// Losses remembers when the capturing machine lost packets, so that a session
// can tell what was lost while it was open. The zero value is ready.
type Losses struct{ list []loss }

// loss is a time in which packets were lost.
type loss struct {
	from, to capture.Time
	n        int64
}

// lossesMost bounds the memory of weeks: beyond it, the two oldest become one,
// whose time is less exact.
const lossesMost = 4096

// Add notes n packets that were lost between two moments. Moments of later
// calls are not earlier.
func (l *Losses) Add(from, to capture.Time, n int64) {
	l.list = append(l.list, loss{from, to, n})
	if len(l.list) > lossesMost {
		l.list[1].from, l.list[1].n = l.list[0].from, l.list[0].n+l.list[1].n
		l.list = slices.Delete(l.list, 0, 1)
	}
}

// Between is how many were lost in times that touch the one from one moment to
// another.
func (l *Losses) Between(from, to capture.Time) int64 {
	n := int64(0)
	for i := len(l.list) - 1; i >= 0 && l.list[i].to >= from; i-- {
		if l.list[i].from <= to {
			n += l.list[i].n
		}
	}
	return n
}
