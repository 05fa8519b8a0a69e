package session

import (
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// open reports whether the session has no end that the capture shows.
func (v *verdict) open() bool { return v.how == ByCaptureEnd || v.how == ByEvicted }

// outcome says what became of a message: the first rule that holds
// (docs/record.md). t is its transfer as it stood when the session ended.
func (c *conversation) outcome(m *smtpstate.Message, t *smtpstate.Transfer) Outcome {
	switch {
	case c.acceptedBy(m):
		return Accepted
	case c.refused(m):
		return Refused
	case m == c.verdict.presumed:
		return Unknown // rejected at its end, or given up in the middle
	case failed(&m.DataReply) || m.Reply != nil && failed(&m.Reply.Answer), m.Reply == nil && t != nil && t.EarlyCounts && failed(&t.EarlyReply.Answer):
		return Rejected
	case m.Withdrawn && m.RefusalMissed():
		return Unknown // refused, and given up for that, or only given up
	case m.Withdrawn && m.Veiled():
		return Unknown // sent out of sight, or given up
	case m.Adrift(), acceptedEarly(m, t):
		return Unknown
	case m.Withdrawn:
		return Withdrawn
	case c.verdict.open():
		return Unknown
	case t != nil && t.Complete && !m.ReplyMissed:
		if c.maybeReached(m) {
			return Unknown
		}
		return Unanswered // also where a reply was sent and did not reach the client
	case m == c.verdict.current && duringTransaction(c.verdict.phase):
		if c.unread && (m.RefusalMissed() || t != nil && t.Command == "BDAT") {
			return Unknown // the server's last words were not captured: they may have refused it
		}
		return Aborted
	}
	return Unknown
}

// acceptedEarly: the server accepted the message before its end, and said nothing
// behind that. The client takes it for the reply; what the server has is its secret.
func acceptedEarly(m *smtpstate.Message, t *smtpstate.Transfer) bool {
	return m.Reply == nil && t != nil && t.Complete && t.EarlyReply != nil && t.EarlyReply.Code == 250
}

// maybeReached reports whether the acceptance may have reached a client that had
// closed its side, although no acknowledgement was captured: packets of the session
// are missing in the capture, and the client, of which an unread reply would have
// made a reset (RFC 9293 section 3.6.1), sent none.
func (c *conversation) maybeReached(m *smtpstate.Message) bool {
	return succeeded(m.Reply) && c.missed && !c.clientReset && c.conn.Stuck(reassembly.Server).Tries < unheardTries
}

// duringTransaction: the phases in which the end of a session aborts a message.
func duringTransaction(phase string) bool {
	switch phase {
	case "mail", "rcpt", "data-command", "data":
		return true
	}
	return false
}

// acceptedBy reports whether the server took the message and the client could
// learn of it. LMTP answers for each recipient (RFC 2033 section 4.2): one is
// enough.
func (c *conversation) acceptedBy(m *smtpstate.Message) bool {
	if succeeded(m.Reply) && c.reached(m.Reply) {
		return true
	}
	for i := range m.Recipients {
		if final := m.Recipients[i].Final; succeeded(final) && c.reached(final) {
			return true
		}
	}
	return false
}

// unheardTries is how often a server sends what its peer does not acknowledge
// until that counts as not having come: one time and three more (RFC 9293 section
// 3.8.3, R1).
const unheardTries = 4

// reached reports whether a reply got to the client: it acknowledged it, also where
// it had gone (RFC 1047), or there is no sign that it did not.
func (c *conversation) reached(r *smtpstate.Reply) bool {
	if c.conn.Acked(reassembly.Server) >= r.EndOffset {
		return true
	}
	return !c.gone && c.conn.Stuck(reassembly.Server).Tries < unheardTries
}

// refused reports whether MAIL was refused, or every RCPT that was sent before
// the session ended: one that met a server which had closed asked nobody.
func (c *conversation) refused(m *smtpstate.Message) bool {
	if failed(&m.MailReply) {
		return true
	}
	if m.RecipientCount == 0 || m.RecipientCount > len(m.Recipients) {
		return false
	}
	asked := 0
	for i := range m.Recipients {
		r := &m.Recipients[i]
		if !r.Reply.Given() && i > 0 && c.verdict.frozen && r.At.Frame > c.verdict.at.Frame {
			continue
		}
		if asked++; !failed(&r.Reply) {
			return false
		}
	}
	return asked > 0
}

func succeeded(r *smtpstate.Reply) bool { return r != nil && class(&r.Answer) == 2 }

func failed(a *smtpstate.Answer) bool { return class(a) == 4 || class(a) == 5 }

func class(a *smtpstate.Answer) int {
	if a.Code != 0 {
		return int(a.Code / 100)
	}
	return int(a.Class)
}

// abnormal says whether something went wrong; known is false where the capture
// does not show it. Of what takes a message back only RSET is said to be in order.
func (c *conversation) abnormal(messages []*Message, raw []*smtpstate.Message) (bad, known bool) {
	v := &c.verdict
	if v.open() || v.phase == smtpstate.PhaseUnknown.String() {
		return false, false
	}
	bad = true
	switch {
	case v.how == ByQuit:
		bad = false
	case v.how == ByFIN || v.how == ByRST:
		bad = v.phase != "ready" && v.phase != "tls"
	}
	unclear := false
	for i, m := range messages {
		switch {
		case m.Outcome == Accepted || m.Outcome == Refused || m.Outcome == Rejected:
		case raw[i].WithdrawnBy == "RSET": // whether or not it was refused before
		case m.Outcome == Unknown, m.Outcome == Withdrawn && c.conn.Half[reassembly.Server].Frames == 0:
			unclear = true // it may have been answered, or refused, out of sight
		default:
			bad = true
		}
	}
	return bad, bad || !unclear
}
