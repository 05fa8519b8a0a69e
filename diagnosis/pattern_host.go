package diagnosis

import "fmt"

// failingHost: transfers of one host die whoever the peer is, those of others
// do not (causes.md 1.10: offload and drivers). Worth a look, no more.
var failingHost = patternRule{
	code: "failing-host", severity: Warning,
	advice: "Compare with the offload functions of that host's network card switched off (ethtool -K), and capture on the switch beside it.",
	find: func(e *gathered) []shared {
		carried := onlyFacts(e.facts, func(f *fact) bool {
			return f.phase() == "data" && f.aborted || f.data.accepted > 0 || f.bdat.accepted > 0
		})
		return append(e.hostFails(carried, factClient, factServer),
			e.hostFails(carried, factServer, factClient)...)
	},
}

func (e *gathered) hostFails(carried []*fact, host, peer func(*fact) *host) []shared {
	var found []shared
	died := func(f *fact) bool { return f.aborted && f.phase() == "data" }
	allDied := countFacts(carried, died)
	for _, g := range grouped(carried, host) {
		others := len(carried) - len(g.facts)
		if len(g.facts) != allDied || others < 3 || countFacts(g.facts, died) < allDied {
			continue
		}
		peers := len(distinctOf(g.facts, peer))
		if peers < 3 {
			continue
		}
		found = append(found, shared{facts: g.facts, claim: claim{certainty: Hint,
			summary: fmt.Sprintf("All %d transfers of %s break off, with %d different peers, and none of the %d others does: something at that host",
				len(g.facts), g.key, peers, others),
			against: "the peers have nothing else in common that the capture shows"}})
	}
	return found
}
