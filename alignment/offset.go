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
	for _, k := range a.clocks {
		k.inspect(groups[k])
		keys := a.keyPairs(groups[k], k)
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
	a.borrow()
}

// borrow gives a clock that nothing told the offset of the one that most
// tells: two logs of one site are mostly by one clock, or one zone at least.
func (a *aligner) borrow() {
	for _, k := range a.clocks {
		if k.known {
			continue
		}
		var from *clockwork
		for _, o := range a.clocks {
			if o.by == "" || o.by == "other log" || o.key.zoned != k.key.zoned {
				continue
			}
			if from == nil || o.pairs > from.pairs {
				from = o
			}
		}
		if from == nil {
			continue
		}
		k.known, k.by, k.offset, k.origin, k.drift = true, "other log", from.offset, from.origin, from.drift
		k.spread = from.spread
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

// keyPairs finds them: by ids, else by the client's port, else by the
// Message-ID of what was taken: what was not comes again under the same one.
func (a *aligner) keyPairs(traces []*trace, k *clockwork) strongPairs {
	var ids, ports, mails once
	for _, t := range traces {
		if t.internal {
			continue
		}
		for _, id := range t.names() {
			ids.log("i"+strings.ToLower(id), t)
		}
		for _, m := range t.c.Messages {
			if m.MessageID != "" && tookIt(m) {
				mails.log(m.MessageID, t)
			}
		}
		if t.port.IsValid() && !t.outbound {
			ports.log(t.port.String(), t)
		}
	}
	for _, t := range a.talks {
		for _, m := range t.r.Messages {
			if m.QueueID != "" {
				ids.seen("i"+strings.ToLower(m.QueueID), t)
			}
			if id := messageID(m); id != "" && m.Outcome == session.Accepted {
				mails.seen(id, t)
			}
		}
		if !t.unheard {
			for _, p := range t.ports {
				ports.seen(p.String(), t)
			}
		}
	}
	byID := ids.differences()
	k.named = len(byID) > 0
	for _, c := range []strongPairs{{byID, "ids"}, {ports.differences(), "ports"}, {mails.differences(), byMails}} {
		if len(c.list) > 0 {
			return c
		}
	}
	return strongPairs{}
}

// once finds pairs by a name that each side has once.
type once struct {
	traces map[string]*trace
	talks  map[string]*talk
}

func (o *once) log(name string, t *trace) {
	if o.traces == nil {
		o.traces = map[string]*trace{}
	}
	if old, there := o.traces[name]; there && old != t {
		t = nil
	}
	o.traces[name] = t
}

func (o *once) seen(name string, t *talk) {
	if o.traces[name] == nil {
		return
	}
	if o.talks == nil {
		o.talks = map[string]*talk{}
	}
	if old, there := o.talks[name]; there && old != t {
		t = nil
	}
	o.talks[name] = t
}

// differences are in the order of the names, so that the same input gives the
// same result. Those of connections that the log saw begin are the sharpest;
// others only count where there are none.
func (o *once) differences() []difference {
	names := make([]string, 0, len(o.talks))
	for name, t := range o.talks {
		if t != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var sharp, rest []difference
	done := map[*trace]bool{}
	for _, name := range names {
		x, t := o.traces[name], o.talks[name]
		if done[x] {
			continue
		}
		done[x] = true
		d := differenceOf(t, x)
		if x.begun {
			sharp = append(sharp, d)
		} else {
			rest = append(rest, d)
		}
	}
	if len(sharp) > 0 {
		return sharp
	}
	return rest
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
// the moment at which a product first writes of a mail.
func differenceOf(t *talk, x *trace) difference {
	at := t.start
	switch {
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
