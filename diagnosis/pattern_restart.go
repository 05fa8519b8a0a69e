package diagnosis

import (
	"cmp"
	"fmt"
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
	find:   func(e *gathered) []shared { return e.restarts("server", factServer) },
}

// sameMoment is how far the ends of a host's sessions may lie apart.
const sameMoment = time.Second

func (e *gathered) restarts(side string, of func(*fact) *host) []shared {
	var found []shared
	for _, g := range grouped(e.facts, of) {
		closed := onlyFacts(g.facts, func(f *fact) bool {
			return f.aborted && f.by() == side && f.phase() != "connect" && (f.how() == session.ByFIN || f.how() == session.ByRST)
		})
		if len(closed) < 3 {
			continue
		}
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
	s := &spans{make([]session.Time, 0, len(facts)), make([]session.Time, 0, len(facts))}
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

func (e *gathered) restart(at *host, side string, facts []*fact) shared {
	span := facts[len(facts)-1].end.Time().Sub(facts[0].end.Time())
	return shared{facts: facts, claim: claim{certainty: Strong,
		summary: fmt.Sprintf("%d of %d aborted sessions: the %s %s closed them all within %.1f s at %s UTC: it was restarted, or crashed",
			len(facts), e.allAborted, side, at, max(span.Seconds(), 0.1), facts[0].end.Time().Format("15:04:05")),
		against: "no other session of that host went on or began meanwhile; their silences before the end differ, or are short: no timer closed them"}}
}
