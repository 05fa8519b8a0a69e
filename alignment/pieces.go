package alignment

import (
	"slices"
	"strings"

	"smtpscope/gatewaylog"
)

// attachPieces gives sessions the further pieces of their connection: lines
// of messages whose connection the log does not have, or has elsewhere. Each
// must name a message of the session that no other piece has, and fit no other
// session nearly as well.
func (a *aligner) attachPieces(outbound bool) {
	var pieces []*trace
	for _, x := range a.traces {
		if x.talk == nil && x.outbound == outbound && !x.internal && (x.c.Fragment || x.part) && len(x.c.Messages) == 1 {
			pieces = append(pieces, x)
		}
	}
	if len(pieces) == 0 {
		return
	}
	ids, mails := map[string][]*talk{}, map[string][]*talk{}
	for _, t := range a.talks {
		for _, m := range t.r.Messages {
			if m.QueueID != "" {
				k := strings.ToLower(m.QueueID)
				ids[k] = append(ids[k], t)
			}
			if id := messageID(m); id != "" {
				mails[id] = append(mails[id], t)
			}
		}
	}
	for _, x := range pieces {
		if t := pieceOf(x, ids, mails); t != nil {
			t.more, x.talk, x.attached = append(t.more, x), t, true
			t.candidates = nil
			for _, other := range x.wanted {
				other.candidates = slices.DeleteFunc(other.candidates, func(c *trace) bool { return c == x })
			}
			x.wanted = nil
		}
	}
}

// pieceOf is the only session that has the piece's message by name, at a time
// that fits.
func pieceOf(x *trace, ids, mails map[string][]*talk) *talk {
	m := x.c.Messages[0]
	list := ids[strings.ToLower(m.ID)]
	if m.ID == "" || len(list) == 0 {
		list = mails[m.MessageID]
	}
	var found *talk
	for _, t := range list[:min(len(list), maxNear)] {
		if t == found || t.unheard {
			continue
		}
		e := edge{talk: t, trace: x}
		if !e.names() || !e.times() || !e.messages() || e.basis&(byID|byMessageID) == 0 {
			continue
		}
		if t.trace != nil && t.trace.c.Product != x.c.Product || takenByAnother(t, m) {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	return found
}

// takenByAnother: a piece of the session has that message already.
func takenByAnother(t *talk, m *gatewaylog.Message) bool {
	has := func(x *trace) bool {
		return slices.ContainsFunc(x.c.Messages, func(o *gatewaylog.Message) bool { return o.ID == m.ID && m.ID != "" })
	}
	return t.trace != nil && has(t.trace) || slices.ContainsFunc(t.more, has)
}
