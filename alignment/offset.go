package alignment

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// setClocks gives every trace its clock and finds how each stands.
func (a *aligner) setClocks() {
	byKey := map[clockKey]*clockwork{}
	groups := map[*clockwork][]*trace{}
	for _, t := range a.traces {
		key := clockKey{t.c.Product, t.c.Host, t.c.Start.ZoneKnown}
		k := byKey[key]
		if k == nil {
			k = &clockwork{key: key}
			byKey[key] = k
			a.clocks = append(a.clocks, k)
		}
		t.clock = k
		if t.timed() {
			groups[k] = append(groups[k], t)
		}
	}
	names := a.names(groups)
	for _, k := range a.clocks {
		k.inspect(groups[k])
		keys := names.pairs(k)
		if o := a.config.Offset; o != nil {
			k.known, k.offset, k.by = true, int64(*o), "given"
			continue
		}
		if len(keys.list) > 0 {
			k.settle(keys.list, keys.by)
			if keys.by != byMails || k.spread <= scatter {
				continue
			}
			k.unsettle()
			k.scattered = true
		}
		a.vote(k, groups[k])
	}
	a.alike = nil
	a.borrow()
}

// borrow gives a clock that nothing told the offset of the one that most
// tells: two logs of one site are mostly by one clock, or one zone at least.
func (a *aligner) borrow() {
	most := map[bool]*clockwork{} // by whether the log names its zone
	for _, k := range a.clocks {
		if from := most[k.key.zoned]; k.by != "" && (from == nil || k.pairs > from.pairs) {
			most[k.key.zoned] = k
		}
	}
	for _, k := range a.clocks {
		from := most[k.key.zoned]
		if k.known || from == nil {
			continue
		}
		k.known, k.by, k.offset, k.origin, k.drift, k.bend = true, "other log", from.offset, from.origin, from.drift, from.bend
		k.spread, k.rough = from.spread, from.rough
	}
}

// scatter is how far the differences of a clock may lie apart (their median
// deviation). Message-IDs that scatter more tell that the same mails came again
// at other times, or elsewhere: they tell no clock.
const scatter = int64(15 * time.Second)

const byMails = "message-ids"

// strongPairs are differences of pairs by names that occur once on each side.
type strongPairs struct {
	list []difference
	by   string
}

// logNames are the names of one clock's log that are as good as unique, of three
// kinds.
type logNames struct{ ids, ports, mails once }

// names are those of all clocks, and who of the sessions has them: looked for in
// one pass, for a log may be that of very many hosts.
type names struct {
	of                map[*clockwork]*logNames
	ids, ports, mails holders
}

func (a *aligner) names(groups map[*clockwork][]*trace) *names {
	n := &names{of: map[*clockwork]*logNames{}, ids: holders{}, ports: holders{}, mails: holders{}}
	for _, k := range a.clocks {
		n.of[k] = n.logged(groups[k])
	}
	for _, t := range a.talks {
		for _, m := range t.r.Messages {
			if m.QueueID != "" {
				n.ids.seen(strings.ToLower(m.QueueID), t)
			}
			if id := messageID(m); id != "" && m.Outcome == session.Accepted {
				n.mails.seen(id, t)
			}
		}
		if !t.unheard {
			for _, p := range t.ports {
				n.ports.seen(p.String(), t)
			}
		}
	}
	return n
}

func (n *names) logged(traces []*trace) *logNames {
	of := new(logNames)
	for _, t := range traces {
		if t.internal {
			continue
		}
		for _, id := range t.names() {
			of.ids.log(strings.ToLower(id), t, n.ids)
		}
		for _, m := range t.c.Messages {
			if m.MessageID != "" && tookIt(m) {
				of.mails.log(m.MessageID, t, n.mails)
			}
		}
		if t.port.IsValid() && !t.outbound {
			of.ports.log(t.port.String(), t, n.ports)
		}
	}
	return of
}

// pairs are a clock's: by ids, else by the client's port, else by the
// Message-ID of what was taken: what was not comes again under the same one.
func (n *names) pairs(k *clockwork) strongPairs {
	of := n.of[k]
	byID := of.ids.differences(n.ids)
	k.named = len(byID) > 0
	for _, c := range []strongPairs{{byID, "ids"}, {of.ports.differences(n.ports), "ports"}, {of.mails.differences(n.mails), byMails}} {
		if len(c.list) > 0 {
			return c
		}
	}
	return strongPairs{}
}

// holders are, for each name that a log has, the session that has it.
type holders map[string]*holder

type holder struct {
	talk    *talk
	several bool
}

func (h holders) seen(name string, t *talk) {
	switch who := h[name]; {
	case who == nil:
	case who.talk == nil:
		who.talk = t
	case who.talk != t:
		who.several = true
	}
}

// once are the connections of a log by a name; nil where several have it.
type once map[string]*trace

func (o *once) log(name string, t *trace, h holders) {
	if *o == nil {
		*o = once{}
	}
	if old, there := (*o)[name]; there && old != t {
		t = nil
	}
	(*o)[name] = t
	if h[name] == nil {
		h[name] = new(holder)
	}
}

// differences are those of pairs by a name that each side has once, in the order
// of the names, so that the same input gives the same result. Those of
// connections that the log saw begin are the sharpest; others only count where
// there are none.
func (o once) differences(h holders) []difference {
	var found []string
	for name, x := range o {
		if who := h[name]; x != nil && who.talk != nil && !who.several {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	var sharp, rest, rough []difference
	done := map[*trace]bool{}
	for _, name := range found {
		x, t := o[name], h[name].talk
		if done[x] {
			continue
		}
		done[x] = true
		switch d := differenceOf(t, x); {
		case d.rough:
			rough = append(rough, d)
		case x.begun:
			sharp = append(sharp, d)
		default:
			rest = append(rest, d)
		}
	}
	for _, list := range [][]difference{sharp, rest} {
		if len(list) > 0 {
			return list
		}
	}
	return rough
}

// lateLoggers write of a message when it is over, the others when it begins
// (formats.md: sendmail's from=, Exim's <=, PureMessage's only line).
var lateLoggers = map[gatewaylog.Product]bool{
	gatewaylog.Sendmail: true, gatewaylog.Exim: true, gatewaylog.PureMessage: true,
}

// logsThenGreets are the products that log a connection right before they
// greet it, after they have looked up the client's name, and after a busy
// server has come to it. Exim's daemon logs it as soon as it is there.
var logsThenGreets = map[gatewaylog.Product]bool{
	gatewaylog.Postfix: true, gatewaylog.OpenSMTPD: true,
}

// differenceOf compares the beginning, or, where the log does not tell it,
// the moment at which a product first writes of a mail. A session whose beginning
// was not captured is compared by its end; where neither was, all that is known
// is that the log has its beginning no later than the capture.
func differenceOf(t *talk, x *trace) difference {
	at := t.start
	switch {
	case x.begun && t.headless() && x.closed && t.r.EndShown():
		return difference{at: t.end, d: x.end - t.end}
	case x.begun && t.headless():
		return difference{at: at, d: x.start - at, rough: true}
	case !x.begun:
		at = firstWord(t, lateLoggers[x.c.Product])
	case logsThenGreets[x.c.Product] && t.greeted != never:
		at = max(t.greeted, t.start)
	}
	d := difference{at: at, d: x.start - at}
	for _, m := range x.c.Messages[:min(len(x.c.Messages), maxKeys)] {
		if r := t.reading(m, lateLoggers[x.c.Product]); r.at != 0 {
			d.read = r
			break
		}
	}
	return d
}

// reading compares when a mail was read with the line that the product writes
// then: sendmail at once (headers.c, eatheader), Exim before it answers
// (receive.c).
func (t *talk) reading(m *gatewaylog.Message, late bool) reading {
	if !late || m.BeforeAnswer == nil || m.BeforeAnswer.Time.IsZero() {
		return reading{}
	}
	s := t.byID(m.ID)
	if s == nil || s.Transfer == nil || s.Transfer.LastByte == nil || s.Answered == 0 {
		return reading{}
	}
	at, answered := s.Transfer.LastByte.Time().UnixNano(), s.Answered.Time().UnixNano()
	if answered < at || answered-at > int64(time.Second) {
		return reading{} // filters took their time, before or behind that line
	}
	line := m.BeforeAnswer.Time
	return reading{at, line.At.UnixNano() + int64(line.Precision)/2 - at}
}

func firstWord(t *talk, late bool) int64 {
	if t.opaque {
		return t.start
	}
	for i, m := range t.r.Messages {
		switch {
		case m.Transfer == nil:
		case late && i < len(t.r.Messages)-1 && m.Transfer.LastByte != nil:
			return m.Transfer.LastByte.Time().UnixNano()
		case !late && m.Transfer.Start != nil:
			return m.Transfer.Start.Time().UnixNano()
		}
	}
	if !late && len(t.r.Messages) > 0 {
		return t.start // given up before the content: its lines are near the beginning
	}
	return t.end
}

// refineClocks takes the differences of all certain matches. It says whether
// a clock moved so far that other matches may come of it.
func (a *aligner) refineClocks() bool {
	lists := map[*clockwork][]difference{}
	for _, t := range a.talks {
		if t.trace != nil && t.trace.begun && t.trace.timed() && !t.trace.part {
			lists[t.trace.clock] = append(lists[t.trace.clock], differenceOf(t, t.trace))
		}
	}
	for k, list := range lists {
		if sharp := slices.DeleteFunc(slices.Clone(list), func(d difference) bool { return d.rough }); len(sharp) > 0 {
			lists[k] = sharp
		}
	}
	moved := false
	for _, k := range a.clocks {
		list := lists[k]
		if len(list) == 0 || len(list) <= k.pairs && k.by != "other log" {
			continue
		}
		slices.SortStableFunc(list, func(x, y difference) int { return cmp.Compare(x.at, y.at) })
		old := *k
		by := k.by
		if by == "other log" || by == "addresses" || by == "envelopes" {
			by = "matches"
		}
		k.settle(list, by)
		moved = moved || abs(k.at(list[0].at)-old.at(list[0].at)) > old.spread/4 ||
			abs(k.at(list[len(list)-1].at)-old.at(list[len(list)-1].at)) > old.spread/4 || abs(k.spread-old.spread) > old.spread/4
	}
	return moved
}
