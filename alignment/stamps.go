package alignment

import (
	"slices"
	"time"

	"smtpscope/gatewaylog"
)

// A time of whole seconds is cut: its moment is within the second that it
// names. Each line of a certain match that the packets bound says between what
// the offset of the clocks can be, and many of them leave little: a hundred
// lines that count seconds some hundredths of one. With that a line's own time
// bounds its moment as its place among the lines does.

// leastStamps is from how many lines on the bounds of the offset are believed,
// and jitter what is allowed besides: clocks are slewed.
const (
	leastStamps = 24
	jitter      = int64(20 * time.Millisecond)
)

// A tolerance is how far the offset of a clock may be off, measured from what
// clockwork.at says.
type tolerance struct {
	low, high int64
	known     bool
}

// stamped gathers what lines of certain matches say of one clock's offset.
type stamped struct{ lows, highs []int64 }

// add takes a line that was written between two moments of the capture.
func (s *stamped) add(k *clockwork, l *gatewaylog.Line, low, high int64) {
	if l.Time.IsZero() || low == long || high == never || high-low > int64(time.Second) {
		return
	}
	at, precision := l.Time.At.UnixNano(), int64(l.Time.Precision)
	s.lows = append(s.lows, at-high-k.at(low))
	s.highs = append(s.highs, at+precision-low-k.at(low))
}

// tolerance is what all lines allow; where some contradict each other, what
// lies between them. bend is the clock's.
func (s *stamped) tolerance(bend int64) tolerance {
	n := len(s.lows)
	if n < leastStamps {
		return tolerance{}
	}
	slices.Sort(s.lows)
	slices.Sort(s.highs)
	low, high := s.lows[n-1], s.highs[0]
	if low > high { // some lines were written, or stamped, late
		low, high = high, low
	}
	slack := jitter + bend + high - low // for moments between and behind these lines
	return tolerance{low - slack, high + 3*slack, true}
}

// bracket is between which moments of the capture a line with that time was
// written.
func (k *clockwork) bracket(l *gatewaylog.Line) bracket {
	if !k.within.known || l == nil || l.Time.IsZero() {
		return unbounded
	}
	at := l.Time.At.UnixNano()
	return bracket{k.back(at - k.within.high), k.back(at + int64(l.Time.Precision) - k.within.low)}
}

// and is what both leave; one that would leave nothing is not believed.
func (b bracket) and(o bracket) bracket {
	low, high := max(b.low, o.low), min(b.high, o.high)
	if low > high {
		return b
	}
	return bracket{low, high}
}
