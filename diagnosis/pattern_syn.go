package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// synTimestamps: SYNs whose timestamp is lower than that of one answered
// before are not answered (causes.md 1.8: PAWS, tcp_tw_recycle behind a NAT).
var synTimestamps = patternRule{
	code: "syn-timestamps", severity: Error,
	advice: "On the server: net.ipv4.tcp_tw_recycle must be 0 (kernels before 4.12 have it). Until then, switch TCP timestamps off on the clients behind the NAT, " +
		"or let the NAT rewrite them.",
	find: func(e *gathered) []shared {
		var found []shared
		for _, g := range grouped(onlyFacts(e.facts, func(f *fact) bool { return f.hasTS }), hostPairOf) {
			if s, ok := splitByTimestamp(g); ok {
				found = append(found, s)
			}
		}
		return found
	},
}

func splitByTimestamp(g factGroup[hostPair]) (shared, bool) {
	var low []*fact
	var highest uint32
	answered := 0
	for _, f := range g.facts {
		ignored := f.phase() == "connect" && f.how() == session.BySYNUnanswered
		older := answered > 0 && int32(f.tsval-highest) < 0 // RFC 7323 section 5.3: modulo 2^32
		switch {
		case ignored != older:
			return shared{}, false // not split by the timestamp
		case ignored:
			low = append(low, f)
		default:
			highest = f.tsval
			answered++
		}
	}
	if len(low) < 2 || len(g.facts) < 5 {
		return shared{}, false
	}
	return shared{facts: low, claim: claim{certainty: Strong,
		summary: fmt.Sprintf("%s answers none of the %d SYNs from %s whose TCP timestamp is older than that of an earlier one, and all %d others: it takes several clients behind one NAT for one",
			g.key.server, len(low), g.key.client, answered),
		against: "loss would hit SYNs whatever their timestamps"}}, true
}
