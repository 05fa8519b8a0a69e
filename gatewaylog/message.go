package gatewaylog

// Count is a number that the log may not give.
type Count struct {
	N     int64 `json:"n"`
	Known bool  `json:"-"`
}

func known(n int64) Count { return Count{N: n, Known: true} }

// OutcomeKind is what became of a message, in record.md's words as far as
// they fit what a log can say.
type OutcomeKind string

// The outcomes; "" is unknown.
const (
	Accepted  OutcomeKind = "accepted"  // taken over; for outbound: by the other server
	Refused   OutcomeKind = "refused"   // MAIL or every recipient refused
	Rejected  OutcomeKind = "rejected"  // refused at DATA or after the message
	Withdrawn OutcomeKind = "withdrawn" // given up in order by the sender before its end
	Aborted   OutcomeKind = "aborted"   // the connection ended before the message did
	Dropped   OutcomeKind = "dropped"   // received whole, then thrown away by policy
	Deferred  OutcomeKind = "deferred"  // outbound: to be tried again
	Bounced   OutcomeKind = "bounced"   // outbound: refused for good
)

// Outcome is what became of a message.
type Outcome struct {
	Kind  OutcomeKind `json:"kind,omitempty"`
	Words string      `json:"words,omitempty"` // as the product puts it: "Receiving aborted"
	// Early: it was decided before the message had ended, and the client is told
	// behind its end, if that comes.
	Early bool `json:"early,omitempty"`
	// Inferred: no line says it; it follows from what was and was not logged.
	Inferred bool `json:"inferred,omitempty"`
}

// Recipient is one recipient of a message.
type Recipient struct {
	Address  string `json:"address"`            // as given by the client, without <>
	Accepted Answer `json:"accepted,omitempty"` // by the product, at RCPT
	Words    string `json:"words,omitempty"`    // of a refusal
	// Delivery is the last word on passing it on: status as the product puts
	// it ("sent", "deferred", "Bounced"), and the other side's words.
	Delivery      string `json:"delivery,omitempty"`
	DeliveryWords string `json:"delivery_words,omitempty"`
	Relay         string `json:"relay,omitempty"`
	index         string // RID
}

// Message is one message as the log tells it.
type Message struct {
	Product Product `json:"product"`
	// ID is the queue id, MID or audit id; "" for a transaction that never got
	// one.
	ID         string      `json:"id,omitempty"`
	From       string      `json:"from,omitempty"`     // envelope sender without <>; "" is the null sender where HasFrom
	HasFrom    bool        `json:"has_from,omitempty"` // the log names the sender
	Recipients []Recipient `json:"recipients,omitempty"`
	// Size in octets as the product counts it: Postfix with its Received
	// header, Cisco and Exim after unstuffing; see formats.md.
	Size      Count  `json:"size,omitzero"`
	MessageID string `json:"message_id,omitempty"` // without <>
	// Arrival is a finer or earlier time of arrival than the lines have, e.g.
	// the one inside a Symantec audit id. A hint only.
	Arrival Time    `json:"arrival,omitzero"`
	Outcome Outcome `json:"outcome,omitzero"`
	// RelatedIDs are other names of the message or of its copies: MIDs it was
	// rewritten to or split in, queue ids at the next server.
	RelatedIDs []string `json:"related_ids,omitempty"`
	// Derived are messages that the product made of this one (Cisco: rewritten,
	// split, bounce); Origin says how. They were never on the wire inbound.
	Derived []*Message `json:"derived,omitempty"`
	Origin  string     `json:"origin,omitempty"`
	// Joined are entries of another product about this message, joined by
	// queue id (PureMessage beside sendmail or Postfix).
	Joined []*Message `json:"joined,omitempty"`
	Lines  []*Line    `json:"lines,omitempty"`
	// BeforeAnswer is a line that the product writes before it answers the message
	// (smtpd.c: "client=", cleanup: "message-id=", receive.c: "<="); nil where
	// there is none such. It is one of Lines.
	BeforeAnswer *Line `json:"-"`
	// Nearby are lines of the server process that handled the message at that
	// moment, which do not name it (milter failures in Postfix's cleanup).
	// They are not among Connection.Lines.
	Nearby []*Line `json:"nearby,omitempty"`
}

// recipient finds or adds a recipient by address. Addresses compare as the
// log writes them.
func (m *Message) recipient(address string) *Recipient {
	for i := range m.Recipients {
		if m.Recipients[i].Address == address {
			return &m.Recipients[i]
		}
	}
	if len(m.Recipients) >= maxRecipients {
		return &Recipient{}
	}
	m.Recipients = append(m.Recipients, Recipient{Address: address})
	return &m.Recipients[len(m.Recipients)-1]
}

// beforeAnswer notes that the line was written before the message was answered.
func (m *Message) beforeAnswer(e *entry) {
	if m.BeforeAnswer == nil {
		m.BeforeAnswer = e.keep()
	}
}

// related notes another name of the message, once.
func (m *Message) related(id string) {
	if id == "" || id == m.ID || len(m.RelatedIDs) >= maxRelated {
		return
	}
	for _, r := range m.RelatedIDs {
		if r == id {
			return
		}
	}
	m.RelatedIDs = append(m.RelatedIDs, id)
}

// settle sets the outcome; a later word overrides an earlier one only if it
// says more (strong), so that "queued" does not hide "aborted".
func (m *Message) settle(kind OutcomeKind, words string) {
	m.Outcome = Outcome{Kind: kind, Words: words}
}
