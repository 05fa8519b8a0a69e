package diagnosis

import (
	"fmt"
	"strings"

	"smtpscope/session"
)

// A hostPair is a client and the service that it speaks to.
type hostPair struct {
	client *host
	server service
}

func (p hostPair) number() uint64 { return p.client.place<<32 ^ p.server.number() }

func hostPairOf(f *fact) hostPair { return hostPair{f.client, factService(f)} }

// failingPath: all clients of one network fail the same way with a server that
// serves others.
var failingPath = patternRule{
	code: "failing-path", severity: Error,
	advice: "Look at what only these clients pass: their firewall, its mail inspection, their VPN or provider. " +
		"Capture on both sides of it at the same time.",
	find: func(e *gathered) []shared {
		var found []shared
		for _, service := range grouped(onlyFacts(e.facts, judgedWell), factService) {
			networks := grouped(service.facts, factNetwork)
			isWell := func(f *fact) bool { return f.normal }
			all := countFacts(service.facts, isWell)
			for _, n := range networks {
				well := all - countFacts(n.facts, isWell)
				if s, ok := e.pathFails(n, service.key, well); ok {
					found = append(found, s)
				}
			}
		}
		return found
	},
}

// judgedWell are the sessions of which it is known whether all was well.
func judgedWell(f *fact) bool { return f.aborted || f.normal && !f.probe }

func (e *gathered) pathFails(n factGroup[*network], to service, well int) (shared, bool) {
	if len(n.facts) < 3 || well < 2 || countFacts(n.facts, func(f *fact) bool { return f.aborted }) < len(n.facts) {
		return shared{}, false
	}
	clients := len(distinctOf(n.facts, factClient))
	manner := e.commonManner(n.facts)
	if clients < 2 || manner == "" {
		return shared{}, false
	}
	certainty := Likely
	if len(n.facts) >= 5 && well >= 3 {
		certainty = Strong
	}
	return shared{facts: n.facts, claim: claim{certainty: certainty,
		summary: fmt.Sprintf("All %d sessions of %d clients in %s to %s end the same way (%s), while %d from elsewhere went well: the fault seems to lie on the way of these clients",
			len(n.facts), clients, n.key, to, manner, well),
		against:   "no session of that network went well, and the server serves others; the same software on these clients would look alike",
		elsewhere: "That these clients share a way is concluded from their addresses."}}, true
}

// commonManner is how all sessions ended, where it is one way: the same close
// in the same phase, or the same cause. "" = they differ.
func (e *gathered) commonManner(facts []*fact) string {
	type manner struct {
		phase, by string
		how       session.How
	}
	if manners := distinctOf(facts, func(f *fact) manner { return manner{f.phase(), f.by(), f.how()} }); len(manners) == 1 {
		return strings.ToUpper(string(manners[0].how)) + closingSide(facts) + patternPhases[manners[0].phase]
	}
	if causes := distinctOf(facts, func(f *fact) uint8 { return f.cause }); len(causes) == 1 {
		return e.causes.word(causes[0])
	}
	return ""
}
