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
	had := ownIDs{}
	for _, x := range pieces {
		if t := pieceOf(x, ids, mails, had); t != nil {
			had.add(t, x)
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
func pieceOf(x *trace, ids, mails map[string][]*talk, had ownIDs) *talk {
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
		if t.trace != nil && t.trace.c.Product != x.c.Product || had.has(t, m) {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	return found
}

// ownIDs are the ids of the messages that a session's pieces have: a log may
// have very many pieces for one session.
type ownIDs map[*talk]map[string]bool

// has: a piece of the session has that message already.
func (k ownIDs) has(t *talk, m *gatewaylog.Message) bool {
	if m.ID == "" {
		return false
	}
	if k[t] == nil {
		k[t] = map[string]bool{}
		for _, x := range t.more {
			k.add(t, x)
		}
		if t.trace != nil {
			k.add(t, t.trace)
		}
	}
	return k[t][m.ID]
}

// add: x is a piece of the session.
func (k ownIDs) add(t *talk, x *trace) {
	for _, m := range x.c.Messages {
		if m.ID != "" && k[t] != nil {
			k[t][m.ID] = true
		}
	}
}
