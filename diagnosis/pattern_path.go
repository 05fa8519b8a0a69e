package diagnosis

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/session"
)

func factClient(f *fact) netip.Addr { return f.client }

// A hostPair is a client and the service that it speaks to.
type hostPair struct {
	client netip.Addr
	server netip.AddrPort
}

func hostPairOf(f *fact) hostPair { return hostPair{f.client, factService(f)} }

func factService(f *fact) netip.AddrPort { return netip.AddrPortFrom(f.server, f.port) }

// factNetwork is the network of a client as far as an address tells: a /24 or
// a /64. Clients of one are taken to come the same way.
func factNetwork(f *fact) netip.Prefix {
	bits := 24
	if f.client.Is6() && !f.client.Is4In6() {
		bits = 64
	}
	p, err := f.client.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

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
				if s, ok := pathFails(n, service.key, well); ok {
					found = append(found, s)
				}
			}
		}
		return found
	},
}

// judgedWell are the sessions of which it is known whether all was well.
func judgedWell(f *fact) bool { return f.aborted || f.normal && !f.probe }

func pathFails(n factGroup[netip.Prefix], service netip.AddrPort, well int) (shared, bool) {
	clients := len(distinctOf(n.facts, factClient))
	manner := commonManner(n.facts)
	if len(n.facts) < 3 || clients < 2 || well < 2 || manner == "" || countFacts(n.facts, func(f *fact) bool { return f.aborted }) < len(n.facts) {
		return shared{}, false
	}
	certainty := Likely
	if len(n.facts) >= 5 && well >= 3 {
		certainty = Strong
	}
	return shared{facts: n.facts, claim: claim{certainty: certainty,
		summary: fmt.Sprintf("All %d sessions of %d clients in %s to %s end the same way (%s), while %d from elsewhere went well: the fault seems to lie on the way of these clients",
			len(n.facts), clients, n.key, service, manner, well),
		against:   "no session of that network went well, and the server serves others; the same software on these clients would look alike",
		elsewhere: "That these clients share a way is concluded from their addresses."}}, true
}

// commonManner is how all sessions ended, where it is one way: the same close
// in the same phase, or the same cause. "" = they differ.
func commonManner(facts []*fact) string {
	type manner struct {
		phase, by string
		how       session.How
	}
	if manners := distinctOf(facts, func(f *fact) manner { return manner{f.phase, f.by, f.how} }); len(manners) == 1 {
		return strings.ToUpper(string(manners[0].how)) + closingSide(facts) + patternPhases[manners[0].phase]
	}
	if causes := distinctOf(facts, func(f *fact) string { return f.cause }); len(causes) == 1 {
		return causes[0]
	}
	return ""
}

// failingHost: transfers of one host die whoever the peer is, those of others
// do not (causes.md 1.10: offload and drivers). Worth a look, no more.
var failingHost = patternRule{
	code: "failing-host", severity: Warning,
	advice: "Compare with the offload functions of that host's network card switched off (ethtool -K), and capture on the switch beside it.",
	find: func(e *gathered) []shared {
		carried := onlyFacts(e.facts, func(f *fact) bool { return f.phase == "data" && f.aborted || f.data.accepted+f.bdat.accepted > 0 })
		return append(e.hostFails(carried, factClient, func(f *fact) netip.Addr { return f.server }),
			e.hostFails(carried, func(f *fact) netip.Addr { return f.server }, factClient)...)
	},
}

func (e *gathered) hostFails(carried []*fact, host, peer func(*fact) netip.Addr) []shared {
	var found []shared
	died := func(f *fact) bool { return f.aborted && f.phase == "data" }
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

// ehloDiffers: one server lists different capabilities for clients that come
// another way (causes.md 2.4).
var ehloDiffers = patternRule{
	code: "ehlo-differs", severity: Warning,
	advice: "Ask the server what it offers to these clients (its policy may tell them apart). If it offers the same to all, " +
		"look for mail inspection on the way: Cisco ASA and PIX \"inspect esmtp\", FortiGate and other proxies take STARTTLS, CHUNKING and PIPELINING out.",
	find: func(e *gathered) []shared {
		var found []shared
		listed := onlyFacts(e.facts, func(f *fact) bool { return f.list > 0 })
		for _, g := range grouped(listed, factService) {
			found = append(found, e.differing(g)...)
		}
		return found
	},
}

// A listed is the ways to a server on which it offers the same list.
type listed struct {
	networks []netip.Prefix
	facts    []*fact
	keywords []string
}

func (e *gathered) differing(g factGroup[netip.AddrPort]) []shared {
	lists := e.listsByWay(g.facts)
	var offered []string // to anybody
	for _, l := range lists {
		offered = append(offered, l.keywords...)
	}
	slices.Sort(offered)
	offered = slices.DeleteFunc(slices.Compact(offered), maskedKeyword)
	var found []shared
	for _, l := range lists {
		missing := slices.DeleteFunc(slices.Clone(offered), l.has)
		whole := 0 // sessions that were offered what is missing here
		for _, o := range lists {
			if !slices.ContainsFunc(missing, func(k string) bool { return !o.has(k) }) {
				whole += len(o.facts)
			}
		}
		if len(missing) > 0 && whole > 0 {
			found = append(found, listDiffers(l, g.key, missing, whole))
		}
	}
	return found
}

func (l *listed) has(keyword string) bool { return slices.Contains(l.keywords, keyword) }

// listsByWay takes the networks together that get the same list. One that gets
// several is left out: there the server itself answers differently.
func (e *gathered) listsByWay(facts []*fact) []*listed {
	place := map[int]*listed{}
	var lists []*listed
	for _, n := range grouped(facts, factNetwork) {
		number := n.facts[0].list
		if countFacts(n.facts, func(f *fact) bool { return f.list != number }) > 0 {
			continue
		}
		l := place[number]
		if l == nil {
			l = &listed{keywords: strings.Fields(e.lists[number-1])}
			place[number], lists = l, append(lists, l)
		}
		l.networks, l.facts = append(l.networks, n.key), append(l.facts, n.facts...)
	}
	return lists
}

func listDiffers(l *listed, service netip.AddrPort, missing []string, whole int) shared {
	mask := slices.ContainsFunc(l.keywords, maskedKeyword)
	certainty, severity := Likely, Info
	if mask || len(l.facts) > 1 && whole > 1 {
		certainty = Strong
	}
	if mask || slices.Contains(missing, "STARTTLS") {
		severity = Warning
	}
	where := l.networks[0].String()
	if more := len(l.networks) - 1; more > 0 {
		where += fmt.Sprintf(" and %d other networks", more)
	}
	return shared{facts: l.facts, claim: claim{certainty: certainty, severity: severity,
		summary: fmt.Sprintf("%s offers %s to others (%d sessions) but not to clients in %s (%d sessions): something on their way takes it out, or the server offers by client",
			service, strings.Join(missing, ", "), whole, where, len(l.facts)),
		against:   "each way gets the same list every time; whether the server's policy tells the clients apart is not seen from here",
		elsewhere: "A capture on the clients' side and one at the server show whether the list is changed on the way."}}
}

// transportKeywords are the EHLO keywords that do not depend on who asks, in
// order. AUTH is offered by policy, as are private ones (X-...); a run of X is
// what is left of a masked keyword (causes.md 2.1).
func transportKeywords(extensions []string) string {
	var list []string
	for _, line := range extensions {
		word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch {
		case maskedKeyword(word):
			word = "XXXX"
		case word == "" || strings.HasPrefix(word, "AUTH") || strings.HasPrefix(word, "X"):
			continue
		}
		list = append(list, word)
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// maskedKeyword reports whether a keyword is a run of X, as long as what it
// hides: XXXXXXXX, or with a letter behind it that counts (Cisco ASA, 8.4 on).
func maskedKeyword(keyword string) bool {
	return strings.HasPrefix(keyword, "XXXX") && len(strings.TrimLeft(keyword, "X")) <= 1
}

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
		ignored := f.phase == "connect" && f.how == session.BySYNUnanswered
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
