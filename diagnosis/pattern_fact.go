package diagnosis

import (
	"slices"
	"time"

	"smtpscope/session"
)

// A fact is what is kept of one session to hold it against others: no text of
// the wire, and 80 bytes.
type fact struct {
	session        int64
	start, end     session.Time // end: of the event that ended it
	client, server *host
	silence        time.Duration // before the end; negative = not known
	cut            uint32        // number of the content that was cut off, in Patterns.cuts; 0 = none
	tsval          uint32        // of the SYN
	port           uint16        // of the server
	list           uint16        // of EHLO's keywords, in gathered.lists; 0 = none
	said           int16         // code of the reply that ended the silence, 0 = none
	bdat, data     transferCounts
	ended          [wordLists]uint8 // places in factWords
	cause          uint8            // code of the finding that leads, in Patterns.causes; 0 = none
	aborted        bool             // ended abnormally, and is no probe
	normal         bool             // ended in order; neither where the end was not captured
	probe          bool
	doubled        bool // at least a third of its frames were captured twice
	hasTS          bool
}

// The words of the record that a fact has numbers of.
const (
	wordPhase = iota
	wordHow
	wordBy
	wordHidden
	wordLists
)

// factWords has all that the record can say: a word that is not there would be
// taken for none (TestFactWords).
var factWords = [wordLists]vocabulary{
	wordPhase: {"", "connect", "banner", "hello", "tls-handshake", "tls", "auth", "ready", "mail", "rcpt", "data-command", "data", "dot", "unknown"},
	wordHow: {"", string(session.ByQuit), string(session.ByFIN), string(session.ByRST), string(session.BySYNRefused), string(session.BySYNUnanswered),
		string(session.BySilence), string(session.ByReplaced), string(session.ByEvicted), string(session.ByCaptureEnd)},
	wordBy:     {"", "client", "server", "unknown"},
	wordHidden: {"", "client", "server"},
}

func (f *fact) word(list int) string { return factWords[list][f.ended[list]] }

func (f *fact) phase() string    { return f.word(wordPhase) }
func (f *fact) how() session.How { return session.How(f.word(wordHow)) }
func (f *fact) by() string       { return f.word(wordBy) }

// hidden is the side that was not captured, "" = none.
func (f *fact) hidden() string { return f.word(wordHidden) }

// A cutContent is what was there of a message that was cut off.
type cutContent struct {
	content  int64  // bytes
	envelope uint64 // hash of sender and recipients
}

// transferCounts counts what became of the contents that one command carried.
type transferCounts struct{ accepted, died uint8 }

// A mailFact is one message that may come again.
type mailFact struct {
	fact       *fact
	id         uint64 // hash of Message-ID, 0 = none
	same       uint64 // hash of envelope and size, 0 = not known whole
	at         session.Time
	accepted   bool
	unanswered bool
	late       bool // a 2xx was sent to a client that had gone
}

// fill takes down what the session shows.
func (f *fact) fill(p *Patterns, r *session.Record) {
	*f = fact{
		session: r.Session, start: r.Start, end: r.Ended.Time,
		client: p.hosts.host(r.Client.IP), server: p.hosts.server(r.Server.IP), port: r.Server.Port,
		aborted: isAborted(r), normal: r.Abnormal != nil && !*r.Abnormal,
		probe: r.Probe, doubled: r.TCP.Duplicates*3 >= r.Frames.Count,
	}
	var said int
	f.silence, said = lastSilence(&r.Ended)
	f.said = int16(said)
	if leading := Leading(r.Findings); leading != nil {
		f.cause = p.causes.number(leading.Code)
	}
	for i, word := range [wordLists]string{wordPhase: r.Ended.Phase, wordHow: string(r.Ended.How), wordBy: r.Ended.By, wordHidden: hiddenSide(r)} {
		f.ended[i] = uint8(max(slices.Index(factWords[i], word), 0))
	}
	if n := len(r.Messages); n > 0 && r.Ended.Phase == "data" {
		if m := r.Messages[n-1]; m.Transfer != nil && !m.Transfer.AtLeast {
			p.recipients = hashRecipients(p.recipients[:0], m)
			p.cuts = append(p.cuts, cutContent{m.Transfer.Bytes, envelopeHash(m, p.recipients)})
			f.cut = uint32(len(p.cuts))
		}
	}
	for _, m := range r.Messages {
		f.countTransfer(m)
	}
}

// isAborted reports whether a session ended abnormally, and is no probe.
func isAborted(r *session.Record) bool { return r.Abnormal != nil && *r.Abnormal && !r.Probe }

func hiddenSide(r *session.Record) string {
	switch {
	case r.Ended.Phase == "connect": // there an absent answer is an answer
	case !r.Seen.Client:
		return "client"
	case !r.Seen.Server:
		return "server"
	}
	return ""
}

// lastSilence is how long nothing had been said before the end. A server that
// gives up says so (421) before it closes, or the client does: the silence is
// that before its words.
func lastSilence(e *session.Ended) (time.Duration, int) {
	switch {
	case e.Unasked != nil && e.Unasked.Code == 421 && e.Unasked.After == nil:
		return -1, e.Unasked.Code
	case e.Unasked != nil && (e.Unasked.Code == 421 || e.Idle == nil || e.Idle.Duration() < time.Second):
		return e.Unasked.Silence(), e.Unasked.Code
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
func (f *fact) clientLeft() bool { return f.by() == "client" && f.silence < leastSilence }

// notUnderstood reports whether the content was refused as a command that the
// server does not know, or that was mangled on the way (RFC 5321 section 4.2.2).
func notUnderstood(m *session.Message) bool {
	return m.Outcome == session.Rejected && m.Reply != nil && m.Reply.Code >= 500 && m.Reply.Code <= 504
}

// hashRecipients puts the hashes of a message's recipients, whatever their case,
// behind list: both its envelope and the doors need them.
func hashRecipients(list []uint64, m *session.Message) []uint64 {
	for _, r := range m.Recipients {
		list = append(list, hashOfLower(r.Address))
	}
	return list
}

// envelopeHash is of the sender and the hashed recipients, in whatever order and
// case these came.
func envelopeHash(m *session.Message, recipients []uint64) uint64 {
	from := ""
	if m.From != nil {
		from = *m.From
	}
	h := hashOf(from)
	var sum uint64
	for _, r := range recipients {
		sum += r
	}
	return sizedHash(h, int64(sum))
}
