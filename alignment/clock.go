package alignment

import (
	"slices"
	"time"

	"smtpscope/gatewaylog"
)

// Clock says how a log's clock stands to the capture's. Each product on each
// host has its own.
type Clock struct {
	Product gatewaylog.Product `json:"product"`
	Host    string             `json:"host,omitempty"`
	// Known: the data, or the user, told. Without it only names that are as
	// good as unique make a match.
	Known bool `json:"known"`
	// Offset is log clock minus capture clock at the moment At; for times
	// whose zone the log does not name it holds the zone too.
	Offset time.Duration `json:"offset"`
	// Spread is half the width that holds half of the differences (their
	// median absolute deviation): delays before logging, and the log's
	// precision.
	Spread time.Duration `json:"spread"`
	// Drift is seconds that the log's clock gains in a second; 0 where none
	// shows.
	Drift float64   `json:"drift,omitempty"`
	At    time.Time `json:"at,omitzero"`
	// Zone is the part of Offset that is a zone's: the nearest quarter of an
	// hour, where the log names no zone.
	Zone      time.Duration `json:"zone,omitempty"`
	ZoneKnown bool          `json:"zone_known"` // the log names its zone
	// By is what told: "given", "ids", "ports", "message-ids", "matches",
	// "envelopes", "addresses", "other log".
	By    string `json:"by,omitempty"`
	Pairs int    `json:"pairs,omitempty"` // how many differences
	// Rough: Offset is the least that it can be, because neither the beginning
	// nor the end of any pair's session was captured.
	Rough bool `json:"rough,omitempty"`
}

// clockwork is a Clock as it is worked with: in nanoseconds.
type clockwork struct {
	key    clockKey
	known  bool
	offset int64 // at moment origin
	origin int64
	drift  float64
	// bend is how far offset and drift together may be off at one end of the log, for
	// want of precision in what told the drift; 0 without one.
	bend   int64
	spread int64
	// ahead is how far before the expected moment a line may lie: half as far
	// again as all but one in fifty of the pairs do. A busy server is late, and
	// what it is quick with lies before that.
	ahead int64
	// behind is how late the server is with the first line of a connection, nine
	// times of ten, where mails that it read tell that.
	behind int64
	by     string
	pairs  int
	rough  bool // see Clock.Rough
	// named: ids in replies are the ids of this log: one pair at least fits.
	named bool
	// within is how far the offset may be off.
	within tolerance
	// scattered: the mails that both sides took lie apart by no one time.
	scattered bool
	// damaged: the log lacks lines.
	damaged bool
}

type clockKey struct {
	product gatewaylog.Product
	host    string
	zoned   bool
}

// expect is the log's time of a moment of the capture.
func (k *clockwork) expect(at int64) int64 { return at + k.at(at) }

// at is the offset at a moment of the capture.
func (k *clockwork) at(at int64) int64 {
	if k.drift == 0 {
		return k.offset
	}
	return k.offset + int64(float64(at-k.origin)*k.drift)
}

// back is the capture's time of a moment of the log.
func (k *clockwork) back(logged int64) int64 {
	if k.drift == 0 {
		return logged - k.offset
	}
	at := float64(logged-k.origin-k.offset) / (1 + k.drift)
	return k.origin + int64(at)
}

// A log of a product that writes both when a connection comes and when it goes
// lacks lines where more than this share of connections have but one of both.
const (
	damagedShare = 0.03
	damagedLeast = 3
)

// inspect looks what the log has: connections, or messages only; all their
// lines, or not.
func (k *clockwork) inspect(traces []*trace) {
	whole, half := 0, 0
	for _, x := range traces {
		switch {
		case x.outbound || x.internal:
		case x.begun && x.closed:
			whole++
		case x.begun || x.closed:
			half++
		}
	}
	connections := slices.ContainsFunc(traces, func(x *trace) bool { return !x.outbound && !x.internal && !x.c.Fragment })
	for _, x := range traces {
		x.piece = connections && x.c.Fragment && !x.outbound
	}
	k.damaged = whole > half && half >= damagedLeast && float64(half) > damagedShare*float64(whole+half)
}

// zoneStep is what zones differ by (IANA: a quarter of an hour since 1972).
const zoneStep = 15 * time.Minute

func (k *clockwork) public() Clock {
	c := Clock{Product: k.key.product, Host: k.key.host, Known: k.known, ZoneKnown: k.key.zoned}
	if !k.known {
		return c
	}
	c.Offset, c.Spread = time.Duration(k.offset).Round(time.Microsecond), time.Duration(k.spread).Round(time.Microsecond)
	c.Drift, c.By, c.Pairs, c.Rough = k.drift, k.by, k.pairs, k.rough
	if k.origin != 0 {
		c.At = time.Unix(0, k.origin).UTC()
	}
	if zone := c.Offset.Round(zoneStep); !k.key.zoned && zone.Abs() <= 14*time.Hour {
		c.Zone = zone
	}
	return c
}

// A difference is log minus capture time of one event, at its capture time.
type difference struct {
	at, d int64
	// read is the same of a mail of that connection that the server took, by the
	// line that the product writes when it has read it; its at is 0 where there is
	// none. A server that comes to a connection late is late with its first line,
	// by as much as it is busy, but not with this one.
	read reading
	// rough: the session had begun before the capture, nobody knows how long. The
	// true difference is no less.
	rough bool
}

type reading struct{ at, d int64 }

// roughOnly: nothing tells how a clock stands but sessions of which the capture
// has neither beginning nor end.
func roughOnly(list []difference) bool {
	return !slices.ContainsFunc(list, func(d difference) bool { return !d.rough })
}

// settle finds offset, drift and spread. The median is not moved by the few
// that are wrong.
func (k *clockwork) settle(list []difference, by string) {
	k.known, k.by, k.pairs, k.drift, k.bend, k.rough = true, by, len(list), 0, 0, roughOnly(list)
	k.offset, k.spread = middle(list)
	k.origin = list[0].at
	limit := max(8*k.spread, int64(2*time.Second))
	kept := slices.DeleteFunc(slices.Clone(list), func(x difference) bool { return abs(x.d-k.offset) > limit })
	k.follow(list, kept)
	k.ahead = max(k.ahead, k.aheadOf(kept)) // those that a later round lacks were the strangest
	k.lateness(list)
}

// unsettle takes back what settle found.
func (k *clockwork) unsettle() {
	k.known, k.by, k.pairs, k.drift, k.bend, k.rough = false, "", 0, 0, 0, false
	k.offset, k.spread, k.origin, k.ahead, k.behind = 0, 0, 0, 0, 0
}

// aheadShare is the share of pairs that may lie further ahead: wrong ones.
const aheadShare = 0.02

// aheadOf is 0 where the pairs are too few to say it.
func (k *clockwork) aheadOf(list []difference) int64 {
	if len(list) < driftPairs {
		return 0
	}
	off := make([]int64, len(list))
	for i, x := range list {
		off[i] = x.d - k.at(x.at)
	}
	slices.Sort(off)
	lead := max(-off[int(aheadShare*float64(len(off)))], 0)
	return lead + lead/2 // these are few
}

// lateness takes from the mails that were read how late the server is with the
// first line of a connection, and how far before the expected moment a line may
// lie of one that it came to at once: the clocks themselves stand so.
func (k *clockwork) lateness(list []difference) {
	k.behind = 0
	late := latenesses(list)
	if len(late) < leastLate {
		return
	}
	var lead []int64
	for _, x := range readsOf(list) {
		lead = append(lead, k.at(x.at)-x.d)
	}
	k.behind = max(late[len(late)*9/10], 0)
	k.ahead = max(k.ahead, medianOf(lead))
}

// latenesses are how much later than a mail that it read the server logged the
// beginning of the mail's connection, the least first.
func latenesses(list []difference) []int64 {
	var late []int64
	for _, x := range list {
		if x.read.at != 0 {
			late = append(late, x.d-x.read.d)
		}
	}
	slices.Sort(late)
	return late
}

// sharpReads is how little the mails that were read may scatter to be believed in any
// case: that connections scatter less yet says that all were as late, not that
// none was.
const sharpReads = float64(20 * time.Millisecond)

// follow looks for a drift: in the differences, or, where that tells it more
// sharply, in those of the mails read. A server that grows busier looks like a
// clock that drifts.
func (k *clockwork) follow(all, kept []difference) {
	through, known := lineThrough(all, driftPairs)
	if reads, ok := lineThrough(readsOf(all), leastReads); ok {
		// How late the server is may have changed by as much as it differs, but for a
		// tenth at each end.
		late := latenesses(all)
		doubt := float64(late[len(late)*9/10]-late[len(late)/10]) / driftSigns
		if !known || reads.err <= max(through.err, sharpReads) || reads.err <= doubt && reads.drifts() {
			through, known = reads, true
		}
	}
	switch {
	case !known:
		return
	case !through.drifts():
		if len(kept) > 0 {
			_, k.spread = middle(kept)
		}
		return
	}
	k.origin, k.offset, k.drift, k.bend = through.from, through.offset, through.slope(), int64(3*through.err) // standard errors
	rest := make([]difference, len(all))
	for i, x := range all {
		rest[i] = difference{at: x.at, d: x.d - k.at(x.at)}
	}
	shift, spread := middle(rest)
	k.offset += shift
	k.spread = spread
}

// readsOf are the differences of the mails that were read.
func readsOf(list []difference) []difference {
	var reads []difference
	for _, x := range list {
		if x.read.at != 0 {
			reads = append(reads, difference{at: x.read.at, d: x.read.d})
		}
	}
	return reads
}

// middle is the median and the median absolute deviation.
func middle(list []difference) (median, spread int64) {
	v := make([]int64, len(list))
	for i, x := range list {
		v[i] = x.d
	}
	median = medianOf(v)
	for i := range v {
		v[i] = abs(v[i] - median)
	}
	return median, medianOf(v)
}

func middleMoment(list []difference) int64 { return list[len(list)/2].at }

func medianOf(v []int64) int64 {
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return v[n/2-1] + (v[n/2]-v[n/2-1])/2
}

func abs(n int64) int64 { return max(n, -n) }

func sign(n int64) int64 {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
