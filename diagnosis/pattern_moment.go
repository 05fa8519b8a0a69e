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
	closed := onlyFacts(e.aborted, func(f *fact) bool {
		return f.by == side && f.phase != "connect" && (f.how == session.ByFIN || f.how == session.ByRST)
	})
	var found []shared
	for _, g := range grouped(closed, host) {
		slices.SortStableFunc(g.facts, func(a, b *fact) int { return cmp.Compare(a.end, b.end) })
		for i := 0; i < len(g.facts); {
			j := i
			for j < len(g.facts) && g.facts[j].end.Time().Sub(g.facts[i].end.Time()) <= sameMoment {
				j++
			}
			if j-i >= 3 && !oneTimer(g.facts[i:j]) && e.allGone(g.facts[i:j], host) {
				found = append(found, e.restart(g.key, side, g.facts[i:j]))
			}
			i = j
		}
	}
	return found
}

// allGone reports whether a host had no other session in that moment: one that
// is restarted loses them all, and begins none meanwhile.
func (e *gathered) allGone(closed []*fact, host func(*fact) netip.Addr) bool {
	first, last := closed[0].end, closed[len(closed)-1].end
	open := countFacts(e.facts, func(f *fact) bool {
		return host(f) == host(closed[0]) && f.start <= last && f.end >= first
	})
	before := countFacts(closed, func(f *fact) bool { return f.start < first })
	return open == len(closed) && before == len(closed)
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
		for _, g := range grouped(onlyFacts(e.facts, func(f *fact) bool { return f.probe }), hostPairOf) {
			period, ok := probePeriod(g.facts)
			if !ok {
				continue
			}
			found = append(found, shared{facts: g.facts, claim: claim{certainty: Strong,
				summary: fmt.Sprintf("%d sessions without a mail from %s to %s, one every %s: health checks of a monitor or load balancer",
					len(g.facts), g.key.client, g.key.server, spanWords(period)),
				against: "the intervals differ by no more than 5 %, and no check waited in vain for the greeting"}})
		}
		return found
	},
}

// period is the time from one session's beginning to the next where all
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
	if d < 2*time.Minute {
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
	return fmt.Sprintf("%.3g min", d.Minutes())
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
