package diagnosis

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"smtpscope/session"
)

// A fact is what is kept of one session to hold it against others: no text of
// the wire, and less than 300 bytes.
type fact struct {
	session        int64
	start, end     session.Time // end: of the event that ended it
	client, server netip.Addr
	port           uint16 // of the server
	phase          string // constants of the record: no memory of their own
	how            session.How
	by             string
	silence        time.Duration // before the end; negative = not known
	said           int           // code of the reply that ended the silence, 0 = none
	content        int64         // bytes of the message that was cut off; negative = none
	envelope       uint64        // hash of sender, recipients of that message
	aborted        bool          // ended abnormally, and is no probe
	cause          string        // code of the finding that leads, "" = none
	normal         bool          // ended in order; neither where the end was not captured
	probe          bool
	hidden         string // the side that was not captured, "" = none
	doubled        bool   // at least a third of its frames were captured twice
	bdat, data     transferCounts
	list           int // of EHLO's keywords, in gathered.lists; 0 = none
	hasTS          bool
	tsval          uint32 // of the SYN
}

// transferCounts counts what became of the contents that one command carried.
type transferCounts struct{ accepted, died uint8 }

// A mailFact is one message that may come again.
type mailFact struct {
	fact    *fact
	id      uint64 // hash of Message-ID, 0 = none
	same    uint64 // hash of envelope and size, 0 = not known whole
	at      session.Time
	outcome session.Outcome
	late    bool // a 2xx was sent to a client that had gone
}

func newFact(r *session.Record) *fact {
	f := &fact{
		session: r.Session, start: r.Start, end: r.Ended.Time,
		client: r.Client.IP, server: r.Server.IP, port: r.Server.Port,
		phase: r.Ended.Phase, how: r.Ended.How, by: r.Ended.By,
		silence: -1, content: -1,
		aborted: r.Abnormal != nil && *r.Abnormal && !r.Probe, normal: r.Abnormal != nil && !*r.Abnormal,
		probe: r.Probe, doubled: r.TCP.Duplicates*3 >= r.Frames.Count,
	}
	f.silence, f.said = lastSilence(&r.Ended)
	if leading := Leading(r.Findings); leading != nil {
		f.cause = leading.Code
	}
	if r.Ended.Phase != "connect" { // there an absent answer is an answer
		switch {
		case !r.Seen.Client:
			f.hidden = "client"
		case !r.Seen.Server:
			f.hidden = "server"
		}
	}
	if n := len(r.Messages); n > 0 && r.Ended.Phase == "data" {
		if m := r.Messages[n-1]; m.Transfer != nil && !m.Transfer.AtLeast {
			f.content, f.envelope = m.Transfer.Bytes, envelopeHash(m)
		}
	}
	for _, m := range r.Messages {
		f.countTransfer(m)
	}
	return f
}

// lastSilence is how long nothing had been said before the end. A server that
// gives up says so (421) right before it closes: the silence is that before
// its words.
func lastSilence(e *session.Ended) (time.Duration, int) {
	switch {
	case e.Unasked != nil && (e.Idle == nil || e.Idle.Duration() < time.Second):
		return e.Unasked.After.Duration(), e.Unasked.Code
	case e.Idle == nil:
		return -1, 0
	}
	return e.Idle.Duration(), 0
}

func (f *fact) countTransfer(m *session.Message) {
	if m.Transfer == nil {
		return
	}
	t := &f.data
	switch m.Transfer.Command {
	case "BDAT":
		t = &f.bdat
	case "":
		return
	}
	switch {
	case m.Outcome == session.Accepted:
		t.accepted = min(t.accepted, 254) + 1
	case m.Outcome == session.Unanswered, m.Outcome == session.Aborted && !f.clientLeft(), notUnderstood(m):
		t.died = min(t.died, 254) + 1
	}
}

// clientLeft reports whether the client ended the session without waiting for
// anything: then nothing had failed before.
func (f *fact) clientLeft() bool { return f.by == "client" && f.silence < leastSilence }

// notUnderstood reports whether the content was refused as a command that the
// server does not know, or that was mangled on the way (RFC 5321 section 4.2.2).
func notUnderstood(m *session.Message) bool {
	return m.Outcome == session.Rejected && m.Reply != nil && m.Reply.Code >= 500 && m.Reply.Code <= 504
}

func envelopeHash(m *session.Message) uint64 {
	parts := []string{""}
	if m.From != nil {
		parts[0] = *m.From
	}
	for _, r := range m.Recipients {
		parts = append(parts, strings.ToLower(r.Address))
	}
	slices.Sort(parts[1:])
	return hashOf(parts...)
}

// Numbers of FNV-1a.
const fnvOffset, fnvPrime uint64 = 14695981039346656037, 1099511628211

// hashOf is FNV-1a over the parts, each with a zero byte behind it; never 0.
func hashOf(parts ...string) uint64 {
	h := fnvOffset
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * fnvPrime
		}
		h *= fnvPrime
	}
	return max(h, 1)
}

// sizedHash adds a number of bytes to a hash; never 0.
func sizedHash(h uint64, n int64) uint64 { return max((h^uint64(n))*fnvPrime, 1) }
