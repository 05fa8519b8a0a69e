package alignment

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// aligner is one alignment while it is made.
type aligner struct {
	config Config
	talks  []*talk
	traces []*trace
	clocks []*clockwork
	// clients are the sessions of each address, in the order of their
	// beginnings; nil until it is asked for.
	clients map[netAddr][]*talk
	// alike are the sessions by look, while clocks vote.
	alike map[string]map[string]*lookers
}

func newAligner(records []*session.Record, connections []*gatewaylog.Connection, c Config) *aligner {
	a := &aligner{config: c}
	mapped := map[netip.Addr][]netip.Addr{}
	for _, p := range c.Map {
		x, y := p.A.Unmap(), p.B.Unmap()
		mapped[x], mapped[y] = append(mapped[x], y), append(mapped[y], x)
	}
	for _, r := range records {
		a.talks = append(a.talks, newTalk(r, mapped))
	}
	findCrowded(a.talks)
	for i, k := range connections {
		a.traces = append(a.traces, newTrace(k, i))
	}
	findServers(a.talks, a.traces)
	return a
}

// orderRounds bounds how often new matches are let place the lines between
// them.
const orderRounds = 6

// rounds makes the matches: first by the names that are as good as unique,
// then by what remains, which places the lines between; then the pieces, which
// are lines of messages whose connection the log does not have, or elsewhere.
func (a *aligner) rounds() {
	for _, outbound := range []bool{false, true} {
		ix := a.index(outbound)
		if ix.empty {
			continue
		}
		a.match(ix, outbound, named)
		for range orderRounds {
			a.bracketed(outbound)
			a.undecide(outbound)
			if a.match(ix, outbound, alike) == 0 {
				break
			}
		}
		a.attachPieces(outbound)
		a.match(ix, outbound, pieces)
	}
}

// undecide takes back who fits whom equally, in that direction.
func (a *aligner) undecide(outbound bool) {
	for _, x := range a.traces {
		if x.outbound == outbound {
			x.wanted = nil
		}
	}
	for _, t := range a.talks {
		t.candidates = slices.DeleteFunc(t.candidates, func(x *trace) bool { return x.outbound == outbound })
	}
}

// forget takes all matches back.
func (a *aligner) forget() {
	for _, t := range a.talks {
		t.trace, t.more, t.edge, t.margin, t.candidates = nil, nil, nil, 0, nil
	}
	for _, t := range a.traces {
		t.talk, t.wanted, t.attached = nil, nil, false
		t.opened, t.shut, t.early = unbounded, unbounded, unbounded
		t.clock.within = tolerance{}
	}
}

// index finds traces by what they are called.
type index struct {
	ids       map[string][]*trace
	mails     map[string][]*trace // Message-ID
	ports     map[netip.AddrPort][]*trace
	addresses map[netip.Addr][]*trace // in the order of their starts
	envelopes map[string][]*trace     // of those without an address
	empty     bool
}

func (a *aligner) index(outbound bool) *index {
	ix := &index{ids: map[string][]*trace{}, mails: map[string][]*trace{}, ports: map[netip.AddrPort][]*trace{},
		addresses: map[netip.Addr][]*trace{}, envelopes: map[string][]*trace{}}
	var list []*trace
	for _, t := range a.traces {
		if t.outbound == outbound && !t.internal {
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(x, y *trace) int { return cmp.Compare(x.start, y.start) })
	for _, t := range list {
		ix.add(t)
	}
	ix.empty = len(list) == 0
	return ix
}

func (ix *index) add(t *trace) {
	for _, id := range t.names() {
		putTrace(ix.ids, strings.ToLower(id), t)
	}
	for _, m := range t.c.Messages {
		if m.MessageID != "" {
			putTrace(ix.mails, m.MessageID, t)
		}
	}
	if t.port.IsValid() {
		putTrace(ix.ports, t.port, t)
	}
	for _, p := range t.peers {
		putTrace(ix.addresses, p, t)
	}
	if len(t.peers) == 0 {
		for _, e := range t.envelopes() {
			putTrace(ix.envelopes, e, t)
		}
	}
}

// putTrace adds t to a list, once: its keys come in a row.
func putTrace[K comparable](m map[K][]*trace, k K, t *trace) {
	list := m[k]
	if n := len(list); n > 0 && list[n-1] == t {
		return
	}
	m[k] = append(list, t)
}
