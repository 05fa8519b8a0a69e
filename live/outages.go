package live

import (
	"cmp"
	"math"
	"slices"
	"time"

	"smtpscope/capture"
)

// Outages remembers when nothing could be seen of an interface, so that a
// session that was open meanwhile can say so. The zero value is ready. Used
// from one goroutine.
type Outages struct {
	list  []outage
	total map[string]Away
}

// outage is one time in which an interface was away; to is the end of time
// while it is.
type outage struct {
	name     string
	from, to capture.Time
}

// Away is how often an interface was away, and for how long together.
type Away struct {
	Name  string
	Times int
	Long  time.Duration
}

// outagesMost bounds the memory of weeks. Beyond it the oldest is forgotten:
// sessions that were open then and still are, are few.
const outagesMost = 1024

// Begin notes that nothing is seen of an interface from now on.
func (o *Outages) Begin(name string, at capture.Time) {
	o.list = append(o.list, outage{name, at, math.MaxInt64})
	if len(o.list) > outagesMost {
		o.list = slices.Delete(o.list, 0, 1)
	}
}

// End notes that it is seen again.
func (o *Outages) End(name string, at capture.Time) {
	for i := len(o.list) - 1; i >= 0; i-- {
		if e := &o.list[i]; e.name == name && e.to == math.MaxInt64 {
			e.to = max(at, e.from)
			if o.total == nil {
				o.total = map[string]Away{}
			}
			t := o.total[name]
			o.total[name] = Away{name, t.Times + 1, t.Long + e.to.Sub(e.from)}
			return
		}
	}
}

// Within is for how long nothing was seen of an interface between two moments.
func (o *Outages) Within(name string, from, to capture.Time) time.Duration {
	var d time.Duration
	for i := range o.list {
		if e := &o.list[i]; e.name == name && e.from < to && e.to > from {
			d += min(e.to, to).Sub(max(e.from, from))
		}
	}
	return d
}

// Close ends what still lasts, and gives the sums by interface.
func (o *Outages) Close(at capture.Time) []Away {
	for i := range o.list {
		if o.list[i].to == math.MaxInt64 {
			o.End(o.list[i].name, at)
		}
	}
	var sums []Away
	for _, a := range o.total {
		sums = append(sums, a)
	}
	slices.SortFunc(sums, func(a, b Away) int { return cmp.Compare(a.Name, b.Name) })
	return sums
}
