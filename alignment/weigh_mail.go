package alignment

import (
	"net/netip"
	"slices"
	"strings"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

type netAddr = netip.Addr

// messages weighs the mails of both sides. It is false where they contradict
// each other: the server named its message in the reply, and the log has
// others only.
func (e *edge) messages() bool {
	t, c := e.talk, e.trace.c
	if t.opaque || len(c.Messages) == 0 {
		return true
	}
	pairs, used := pairMessages(t.r.Messages, c.Messages, e.trace.finder(), e.trace.outbound)
	named, gain := 0, 0.0
	for i, m := range pairs {
		if m == nil {
			continue
		}
		s := t.r.Messages[i]
		p := weighMail(s, m, e.trace.outbound)
		named |= int(p.basis)
		gain += p.weight
	}
	e.basis |= basis(named)
	if e.trace.part || t.more != nil {
		gain = max(gain, 0)
	}
	e.weight += min(gain, weightID+2*weightMessageID)
	if e.strange(used) {
		e.weight += againstStrong
	}
	return !e.contradicted(pairs)
}

// strange: the log has a message with an id that no transaction of the session
// can have got, though all of it was captured. used says which have a partner.
func (e *edge) strange(used []bool) bool {
	if !e.talk.whole || e.trace.outbound || e.trace.part || e.basis&byID != 0 || e.talk.r.MessagesCut > 0 {
		return false
	}
	for j, m := range e.trace.c.Messages {
		// sendmail gives every session a queue id, and its milters' lines have it.
		bare := !m.HasFrom && len(m.Recipients) == 0 && (m.Outcome.Kind == "" || m.Outcome.Inferred)
		if (m.ID != "" || tookIt(m)) && !bare && !used[j] {
			return true
		}
	}
	return false
}

// contradicted: a mail that both sides say was taken has an id on each, and
// they differ, although this log's ids are those of the replies.
func (e *edge) contradicted(pairs []*gatewaylog.Message) bool {
	if !e.trace.clock.named || e.trace.outbound || e.basis&byID != 0 {
		return false
	}
	for _, m := range e.talk.r.Messages {
		if m.QueueID != "" && e.trace.begun && e.trace.closed && !e.trace.part {
			return true
		}
	}
	for i, s := range e.talk.r.Messages {
		if m := pairs[i]; m != nil && s.QueueID != "" && m.ID != "" && !strings.EqualFold(s.QueueID, m.ID) {
			return true
		}
	}
	return false
}

// messageID is the Message-ID as gatewaylog has it: without its brackets.
func messageID(m *session.Message) string {
	return strings.TrimSuffix(strings.TrimPrefix(m.MessageID, "<"), ">")
}

// pairMessages gives for each message of a session the one of the log: by id,
// by Message-ID, then in order where the envelopes allow it. used says which of
// the log's have one.
func pairMessages(seen []*session.Message, logged []*gatewaylog.Message, find finder, outbound bool) (pairs []*gatewaylog.Message, used []bool) {
	pairs, used = make([]*gatewaylog.Message, len(seen)), make([]bool, len(logged))
	places := make([]int, len(seen))
	for i, s := range seen {
		j := -1
		if s.QueueID != "" {
			j = find(s.QueueID, true)
		}
		if id := messageID(s); j < 0 && id != "" {
			j = find(id, false)
		}
		if j >= 0 && !used[j] {
			pairs[i], used[j], places[i] = logged[j], true, j
		}
	}
	pairInOrder(pairs, places, seen, logged, used, outbound)
	return pairs, used
}

// A finder finds a message's place by its id, or by its Message-ID; -1 = none.
type finder func(name string, id bool) int

// finder is that of the connection's messages: it is asked for each session
// that may be the connection's.
func (t *trace) finder() finder {
	if t.find == nil {
		t.find = newFinder(t.c.Messages, t.outbound)
	}
	return t.find
}

// newFinder: few are looked through, many are indexed.
func newFinder(logged []*gatewaylog.Message, outbound bool) finder {
	if len(logged) <= 8 {
		return func(name string, id bool) int {
			return slices.IndexFunc(logged, func(m *gatewaylog.Message) bool {
				return id && isNamed(m, name, outbound) || !id && m.MessageID == name
			})
		}
	}
	ids, mails := map[string]int{}, map[string]int{}
	for j, m := range slices.Backward(logged) {
		for _, r := range m.RelatedIDs {
			ids[strings.ToLower(r)] = j
		}
		mails[m.MessageID] = j
	}
	for j, m := range slices.Backward(logged) {
		if m.ID != "" && !outbound {
			ids[strings.ToLower(m.ID)] = j
		}
	}
	return func(name string, id bool) int {
		index := mails
		if id {
			index, name = ids, strings.ToLower(name)
		}
		if j, there := index[name]; there {
			return j
		}
		return -1
	}
}

// isNamed: the log has the message under that id. At the other end of an
// outbound connection the id is the next server's.
func isNamed(m *gatewaylog.Message, id string, outbound bool) bool {
	return !outbound && strings.EqualFold(id, m.ID) ||
		slices.ContainsFunc(m.RelatedIDs, func(r string) bool { return strings.EqualFold(r, id) })
}

func pairInOrder(pairs []*gatewaylog.Message, places []int, seen []*session.Message, logged []*gatewaylog.Message, used []bool, outbound bool) {
	next := 0
	for i, s := range seen {
		if pairs[i] != nil {
			next = max(next, places[i]+1)
			continue
		}
		for j := next; j < len(logged) && j < next+maxKeys; j++ {
			if used[j] || !mayBe(s, logged[j], outbound) {
				continue
			}
			pairs[i], used[j], next = logged[j], true, j+1
			break
		}
	}
}

// mayBe: nothing speaks against the two being the same mail.
func mayBe(s *session.Message, m *gatewaylog.Message, outbound bool) bool {
	if s.MessageID != "" && m.MessageID != "" && !headerUnread(s, m) {
		return false
	}
	if s.From != nil && m.HasFrom && !strings.EqualFold(*s.From, m.From) {
		return false
	}
	if s.QueueID != "" && m.ID != "" && !outbound && m.Product != gatewaylog.SymantecSMG && m.Product != gatewaylog.Exchange {
		return false
	}
	if m.Product == gatewaylog.Postfix && m.ID != "" && !anyTaken(s) {
		return false // the first recipient that is accepted opens the queue file (smtpd.c)
	}
	// Exim gives the id when content comes (receive.c), and sendmail's collect.c
	// waits for it: DATA was accepted, though perhaps no byte came.
	if m.Product == gatewaylog.Exim && m.ID != "" && s.Code >= 400 || m.Product == gatewaylog.Sendmail && strings.HasPrefix(m.Outcome.Words, "collect:") && withoutData(s) {
		return false
	}
	// What Postfix has queued it has answered with 250 (smtpd.c, data_cmd).
	if m.Product == gatewaylog.Postfix && s.Outcome == session.Rejected && tookIt(m) {
		return false
	}
	// A mail refused at once has no queue file, one that the log calls
	// accepted was not withdrawn.
	if m.Outcome.Kind == gatewaylog.Accepted && (s.Outcome == session.Refused || s.Outcome == session.Withdrawn) {
		return false
	}
	return !anotherTry(s, m)
}

// headerUnread: the log's Message-ID is one that the gateway made, for it has the
// queue id in it (sendmail: "$t.$i@$j"; Postfix's cleanup and Exim likewise). It
// makes one where a mail has none; and where it refused the mail and did not keep
// its header: then it says nothing of the client's.
func headerUnread(s *session.Message, m *gatewaylog.Message) bool {
	return s.Outcome == session.Rejected && m.Outcome.Kind == gatewaylog.Rejected &&
		m.ID != "" && strings.Contains(m.MessageID, m.ID)
}

// anyTaken: a recipient was accepted, or its reply was not seen.
func anyTaken(s *session.Message) bool {
	return slices.ContainsFunc(s.Recipients, func(r *session.Recipient) bool { return r.Code/100 == 2 || r.Code == 0 })
}

// A mailWeight is what speaks for two mails being the same.
type mailWeight struct {
	weight float64
	basis  basis
}

func weighMail(s *session.Message, m *gatewaylog.Message, outbound bool) mailWeight {
	var w mailWeight
	if s.QueueID != "" && isNamed(m, s.QueueID, outbound) {
		w.weight += weightID
		w.basis |= byID
	}
	if id := messageID(s); id != "" && id == m.MessageID {
		w.weight += weightMessageID
		w.basis |= byMessageID
		if tookIt(m) && s.Outcome == session.Accepted {
			w.basis |= byTaken
		}
	}
	if anotherTry(s, m) {
		w.weight += againstStrong
		w.basis &^= byMessageID
	}
	sender := s.From != nil && m.HasFrom
	if sender && strings.EqualFold(*s.From, m.From) {
		w.weight += weightSender
	} else if sender {
		w.weight += against
	}
	fit := weighRecipients(s, m)
	w.weight += fit
	if sender && fit > 0 {
		w.basis |= byEnvelope
	}
	if m.Size.Known && s.Transfer != nil && s.Transfer.Complete && !s.Transfer.AtLeast {
		if fitsSize(m, s.Transfer.Bytes) {
			w.weight += weightSize
		} else {
			w.weight -= weightSize
		}
	}
	return w
}

// tookIt: the log says that the mail came whole and was taken.
func tookIt(m *gatewaylog.Message) bool {
	return m.Outcome.Kind == gatewaylog.Accepted || m.Outcome.Kind == gatewaylog.Dropped
}

// anotherTry: what the log has whole was not sent to its end here. A mail that
// breaks off is tried again, with the same envelope and Message-ID. (sendmail
// logs the same line, from=, of what broke off: collect.c.)
func anotherTry(s *session.Message, m *gatewaylog.Message) bool {
	if m.Product == gatewaylog.Sendmail {
		return false
	}
	broken := s.Outcome == session.Aborted || s.Outcome == session.Withdrawn || s.Outcome == session.Refused
	return broken && tookIt(m) && (s.Transfer == nil || !s.Transfer.Complete)
}

// weighRecipients: those of the log must be among those of the session, but
// aliases and rewriting make others of them.
func weighRecipients(s *session.Message, m *gatewaylog.Message) float64 {
	if len(s.Recipients) == 0 || len(m.Recipients) == 0 {
		return 0
	}
	place := recipientPlaces(s)
	found, last, ordered := 0, 0, true
	for _, r := range m.Recipients {
		at := place(r.Address)
		if at == 0 {
			continue
		}
		found++
		ordered = ordered && at > last
		last = at
	}
	switch {
	case found == 0:
		return -weightRecipient
	case found < len(m.Recipients):
		return weightRecipient / 2
	case ordered && found == len(s.Recipients) && found > 1:
		return weightRecipient + weightOrder
	}
	return weightRecipient
}

// recipientPlaces gives the place of a recipient, from 1; 0 = none.
func recipientPlaces(s *session.Message) func(address string) int {
	if len(s.Recipients) <= 8 {
		return func(address string) int {
			return 1 + slices.IndexFunc(s.Recipients, func(r *session.Recipient) bool { return strings.EqualFold(r.Address, address) })
		}
	}
	places := make(map[string]int, len(s.Recipients))
	for i, r := range s.Recipients {
		places[strings.ToLower(r.Address)] = i + 1
	}
	return func(address string) int { return places[strings.ToLower(address)] }
}

// withoutData: the mail was over before DATA.
func withoutData(s *session.Message) bool {
	return s.Transfer == nil && (s.Outcome == session.Refused || s.Outcome == session.Withdrawn)
}
