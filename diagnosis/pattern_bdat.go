package diagnosis

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// bdatFails: between the same two hosts BDAT dies and DATA passes (causes.md
// 2.3). One BDAT that was accepted clears the path, one DATA that died too
// accuses something else.
var bdatFails = patternRule{
	code: "bdat-fails", severity: Error,
	advice: "Switch CHUNKING off on the side you run (Postfix: smtpd_discard_ehlo_keywords = chunking, silent-discard; Exim: chunking_advertise_hosts =), " +
		"and look at the mail inspection of the firewalls between.",
	find: func(e *gathered) []shared {
		carried := onlyFacts(e.facts, func(f *fact) bool { return f.bdat != transferCounts{} || f.data != transferCounts{} })
		pairs := grouped(carried, hostPairOf)
		pairs = slices.DeleteFunc(pairs, func(g factGroup[hostPair]) bool {
			return countFacts(g.facts, func(f *fact) bool { return f.bdat != transferCounts{} }) == 0
		})
		rate := dyingRate(carried)
		var found []shared
		for _, g := range pairs {
			if s, ok := e.bdatDies(g); ok && math.Pow(rate, float64(len(s.facts)))*float64(len(pairs)) < byChance {
				found = append(found, s)
			}
		}
		return found
	},
}

// byChance is how many pairs of hosts may look so for no reason.
const byChance = 0.1

// dyingRate is how often a session breaks off that carries messages by DATA: so
// many of those with BDAT do for other reasons, too.
func dyingRate(carried []*fact) float64 {
	died := countFacts(carried, func(f *fact) bool { return f.data.died > 0 })
	all := countFacts(carried, func(f *fact) bool { return f.data != transferCounts{} })
	return float64(died+1) / float64(all+2) // Laplace: few say little
}

func (e *gathered) bdatDies(g factGroup[hostPair]) (shared, bool) {
	died := onlyFacts(g.facts, func(f *fact) bool { return f.bdat.died > 0 && e.mayChunk(f) })
	passed := countFacts(g.facts, func(f *fact) bool { return f.data.accepted > 0 })
	clears := countFacts(g.facts, func(f *fact) bool { return f.bdat.accepted > 0 || f.data.died > 0 })
	if len(died) < 2 || passed == 0 || clears > 0 {
		return shared{}, false
	}
	certainty := Strong
	if passed < 2 {
		certainty = Likely
	}
	return shared{facts: died, claim: claim{certainty: certainty,
		summary: fmt.Sprintf("From %s to %s messages sent with BDAT die (%d sessions) and those sent with DATA pass (%d): something between does not stand CHUNKING",
			g.key.client, g.key.server, len(died), passed),
		against: "no message sent with BDAT was accepted between these two and none sent with DATA died, the server offers CHUNKING as far as its list was seen, " +
			"and it is more than sessions of this capture break off by chance"}}, true
}

// mayChunk reports whether the server offers CHUNKING, or its list is not
// known: a client that sends BDAT unasked has itself to blame (RFC 3030).
func (e *gathered) mayChunk(f *fact) bool {
	return f.list == 0 || slices.Contains(strings.Fields(e.lists[f.list-1]), "CHUNKING")
}
