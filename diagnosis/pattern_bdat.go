package diagnosis

import (
	"fmt"
	"slices"
	"strings"
)

// bdatFails: between the same two hosts BDAT dies and DATA passes (causes.md
// 2.3). One BDAT that was accepted clears the path.
var bdatFails = patternRule{
	code: "bdat-fails", severity: Error,
	advice: "Switch CHUNKING off on the side you run (Postfix: smtpd_discard_ehlo_keywords = chunking, silent-discard; Exim: chunking_advertise_hosts =), " +
		"and look at the mail inspection of the firewalls between.",
	find: func(e *gathered) []shared {
		var found []shared
		for _, g := range grouped(e.facts, hostPairOf) {
			died := onlyFacts(g.facts, func(f *fact) bool { return f.bdat.died > 0 && e.mayChunk(f) })
			passed := countFacts(g.facts, func(f *fact) bool { return f.data.accepted > 0 })
			if len(died) == 0 || passed == 0 || countFacts(g.facts, func(f *fact) bool { return f.bdat.accepted > 0 }) > 0 {
				continue
			}
			certainty := Strong
			if len(died) < 2 || passed < 2 {
				certainty = Likely
			}
			found = append(found, shared{facts: died, claim: claim{certainty: certainty,
				summary: fmt.Sprintf("From %s to %s messages sent with BDAT die (%d sessions) and those sent with DATA pass (%d): something between does not stand CHUNKING",
					g.key.client, g.key.server, len(died), passed),
				against: "no message sent with BDAT was accepted between these two, and the server offers CHUNKING as far as its list was seen"}})
		}
		return found
	},
}

// mayChunk reports whether the server offers CHUNKING, or its list is not
// known: a client that sends BDAT unasked has itself to blame (RFC 3030).
func (e *gathered) mayChunk(f *fact) bool {
	return f.list == 0 || slices.Contains(strings.Fields(e.lists[f.list-1]), "CHUNKING")
}
