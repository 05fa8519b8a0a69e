package diagnosis

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"smtpscope/session"
)

// clientRestart and serverRestart: several sessions of one host are closed by
// it in the same second (causes.md 4.8).
var clientRestart = patternRule{
	code: "client-restart", severity: Error,
	advice: "Look at the client at that time: its mail service or the host was restarted or crashed, or its network address moved to another node.",
	find:   func(e *gathered) []shared { return e.restarts("client", factClient) },
}

var serverRestart = patternRule{
	code: "server-restart", severity: Error,
	advice: "Look at the gateway's own log at that time: a restart, an update of its rules, a crash, or a failover to another node.",
	find:   func(e *gathered) []shared { return e.restarts("server", func(f *fact) netip.Addr { return f.server }) },
}

// sameMoment is how far the ends of a host's sessions may lie apart.
const sameMoment = time.Second

func (e *gathered) restarts(side string, host func(*fact) netip.Addr) []shared {
	var found []shared
	for _, g := range grouped(e.facts, host) {
		closed := onlyFacts(g.facts, func(f *fact) bool {
			return f.aborted && f.by == side && f.phase != "connect" && (f.how == session.ByFIN || f.how == session.ByRST)
		})
		slices.SortStableFunc(closed, func(a, b *fact) int { return cmp.Compare(a.end, b.end) })
		spans := newSpans(g.facts)
		for i := 0; i < len(closed); {
			j := i
			for j < len(closed) && closed[j].end.Time().Sub(closed[i].end.Time()) <= sameMoment {
				j++
			}
			if together := closed[i:j]; len(together) >= 3 && !oneTimer(together) && spans.allGone(together) {
				found = append(found, e.restart(g.key, side, together))
			}
			i = j
		}
	}
	return found
}

// spans are when a host's sessions began and ended, each in order.
type spans struct{ begun, ended []session.Time }

func newSpans(facts []*fact) *spans {
	s := new(spans)
	for _, f := range facts {
		s.begun, s.ended = append(s.begun, f.start), append(s.ended, f.end)
	}
	slices.Sort(s.begun)
	slices.Sort(s.ended)
	return s
}

// allGone reports whether the host had no other session in that moment: one
// that is restarted loses them all, and begins none meanwhile.
func (s *spans) allGone(closed []*fact) bool {
	first, last := closed[0].end, closed[len(closed)-1].end
	begun, _ := slices.BinarySearch(s.begun, last+1) // until the last end
	ended, _ := slices.BinarySearch(s.ended, first)  // before the first end
	return begun-ended == len(closed) && countFacts(closed, func(f *fact) bool { return f.start >= first }) == 0
}

// oneTimer reports whether silences are long and alike: sessions that began to
// wait together end together by a timer, not by a restart.
func oneTimer(facts []*fact) bool {
	shortest := slices.MinFunc(facts, func(a, b *fact) int { return cmp.Compare(a.silence, b.silence) }).silence
	longest := slices.MaxFunc(facts, func(a, b *fact) int { return cmp.Compare(a.silence, b.silence) }).silence
	return shortest >= leastSilence && longest-shortest <= 2*timerTolerance(shortest)
}

func (e *gathered) restart(host netip.Addr, side string, facts []*fact) shared {
	span := facts[len(facts)-1].end.Time().Sub(facts[0].end.Time())
	return shared{facts: facts, claim: claim{certainty: Strong,
		summary: fmt.Sprintf("%d of %d aborted sessions: the %s %s closed them all within %.1f s at %s UTC: it was restarted, or crashed",
			len(facts), e.allAborted, side, host, max(span.Seconds(), 0.1), facts[0].end.Time().Format("15:04:05")),
		against: "no other session of that host went on or began meanwhile; their silences before the end differ, or are short: no timer closed them"}}
}

// periodicProbes: health checks come at a fixed period (causes.md 4.1).
var periodicProbes = patternRule{
	code: "periodic-probes", severity: Info,
	advice: "Nothing is wrong. Leave them out with --no-probes.",
	find: func(e *gathered) []shared {
		var found []shared
		probes := onlyFacts(e.facts, func(f *fact) bool { return f.probe })
		for _, client := range grouped(probes, factClient) {
			if s, ok := checks(client); ok {
				found = append(found, s)
			}
		}
		return found
	},
}

// checks takes the services together that one client looks at regularly.
func checks(client factGroup[netip.Addr]) (shared, bool) {
	var facts []*fact
	var periods []time.Duration
	var where []string
	for _, g := range grouped(client.facts, factService) {
		if d, ok := probePeriod(g.facts); ok {
			facts, periods, where = append(facts, g.facts...), append(periods, d), append(where, g.key.String())
		}
	}
	if len(facts) == 0 {
		return shared{}, false
	}
	words := where[0] + ", one every " + spanWords(periods[0])
	if len(where) > 1 {
		words = fmt.Sprintf("%d servers, to each one every %s", len(where), spanWords(slices.Min(periods)))
		if most := slices.Max(periods); most > slices.Min(periods)*21/20 {
			words += " to " + spanWords(most)
		}
	}
	return shared{facts: facts, claim: claim{certainty: Strong,
		summary: fmt.Sprintf("%d sessions without a mail from %s to %s: health checks of a monitor or load balancer",
			len(facts), client.key, words),
		against: "the intervals differ by no more than 5 %, and no check waited in vain for the greeting"}}, true
}

// probePeriod is the time from one session's beginning to the next where all
// intervals are within 5 % of their median, of at least four sessions.
func probePeriod(facts []*fact) (time.Duration, bool) {
	if len(facts) < 4 {
		return 0, false
	}
	var intervals []time.Duration
	for i := 1; i < len(facts); i++ {
		intervals = append(intervals, facts[i].start.Time().Sub(facts[i-1].start.Time()))
	}
	slices.Sort(intervals)
	median := intervals[len(intervals)/2]
	regular := 0
	for _, d := range intervals {
		if (d - median).Abs() <= median/20 {
			regular++
		}
	}
	return median, median >= time.Second && regular*10 >= len(intervals)*9
}

func spanWords(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f min", d.Minutes())
}

// scanningClient: one client asks many services once and sends no mail.
var scanningClient = patternRule{
	code: "scanning-client", severity: Info,
	advice: "Nothing is wrong with the mail. Leave such sessions out with --no-probes; whether that client may scan is for you to say.",
	find: func(e *gathered) []shared {
		var found []shared
		for _, g := range grouped(e.facts, factClient) {
			services := grouped(g.facts, factService)
			idle := func(f *fact) bool { return f.probe || f.phase == "connect" }
			if len(services) < 5 || countFacts(g.facts, idle) < len(g.facts) || len(g.facts) > 2*len(services) {
				continue
			}
			found = append(found, shared{facts: g.facts, claim: claim{certainty: Likely,
				summary: fmt.Sprintf("%s connects to %d mail services, none more than twice on average, and sends no mail: a scan",
					g.key, len(services)),
				against: "a monitor would come back at a fixed period"}})
		}
		return found
	},
}
