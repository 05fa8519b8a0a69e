package diagnosis

import (
	"fmt"
	"slices"
	"strings"
)

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
	networks []*network
	facts    []*fact
	keywords []string
}

func (e *gathered) differing(g factGroup[service]) []shared {
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
	place := map[uint16]*listed{}
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

func listDiffers(l *listed, to service, missing []string, whole int) shared {
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
			to, strings.Join(missing, ", "), whole, where, len(l.facts)),
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
