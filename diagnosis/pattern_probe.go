package diagnosis

import (
	"fmt"
	"slices"
	"time"
)

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
func checks(client factGroup[*host]) (shared, bool) {
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
			idle := func(f *fact) bool { return f.probe || f.phase() == "connect" }
			if len(g.facts) < 5 || countFacts(g.facts, idle) < len(g.facts) {
				continue
			}
			services := distinctOf(g.facts, factService)
			if len(services) < 5 || len(g.facts) > 2*len(services) {
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
