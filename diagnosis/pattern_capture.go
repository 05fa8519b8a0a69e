package diagnosis

import "fmt"

// oneWayCapture: of the sessions of a host, or of all, only one direction
// was captured (causes.md 0.2).
var oneWayCapture = patternRule{
	code: codeOneWay, severity: Warning,
	advice: "Mirror both directions of the port (rx and tx), or all links where the two directions take different ways, and capture again.",
	find: func(e *gathered) []shared {
		seen := onlyFacts(e.all, func(f *fact) bool { return f.phase() != "connect" })
		var found []shared
		for _, side := range []string{"client", "server"} {
			for _, w := range wide(seen, func(f *fact) bool { return f.hidden() == side }) {
				found = append(found, shared{facts: w.facts, claim: claim{certainty: Proven,
					summary: fmt.Sprintf("Only one direction was captured of %s: what the %ss sent is missing, and why a session ended may stand there",
						w.words, side),
					against: "no packet of the missing side is in the capture"}})
			}
		}
		return found
	},
}

// doubledCapture: packets were captured twice (a mirror of both ports, or of
// two VLANs; several interfaces of a router).
var doubledCapture = patternRule{
	code: "doubled-capture", severity: Info,
	advice: "The copies were counted once and judge nothing. To halve the capture, mirror one direction of each port, or one VLAN, or capture on one interface.",
	find: func(e *gathered) []shared {
		var found []shared
		for _, w := range wide(e.all, func(f *fact) bool { return f.doubled }) {
			found = append(found, shared{facts: w.facts, claim: claim{certainty: Proven,
				summary: fmt.Sprintf("The packets of %s were captured twice: a mirror that sees both ports or both VLANs, or several interfaces that one packet passes (-i any). They are no retransmissions", w.words),
				against: "the copies have the same IP-ID, sequence numbers and bytes"}})
		}
		return found
	},
}

// A breadth is how far something goes that the capture does to sessions.
type breadth struct {
	words string
	facts []*fact
}

func partWords(n, of int) string {
	if n == of {
		return fmt.Sprintf("all %d sessions", n)
	}
	return fmt.Sprintf("%d of %d sessions", n, of)
}

// wide finds where something holds: for nearly the whole capture, else for all
// sessions of a server or of a client's network, three at least.
func wide(facts []*fact, is func(*fact) bool) []breadth {
	hit := onlyFacts(facts, is)
	switch {
	case len(hit) < 3:
		return nil
	case len(hit)*5 >= len(facts)*4:
		return []breadth{{partWords(len(hit), len(facts)), hit}}
	}
	var found []breadth
	told := map[*fact]bool{}
	add := func(g []*fact, who string) {
		if len(g) >= 3 && countFacts(g, is) == len(g) && !told[g[0]] {
			found = append(found, breadth{fmt.Sprintf("all %d sessions %s", len(g), who), g})
			for _, f := range g {
				told[f] = true
			}
		}
	}
	for _, g := range grouped(facts, factServer) {
		add(g.facts, "to "+g.key.String())
	}
	for _, g := range grouped(facts, factNetwork) {
		add(g.facts, "from "+g.key.String())
	}
	return found
}
