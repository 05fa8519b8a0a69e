package gatewaylog

import "strings"

// pureMessage reads Sophos PureMessage's message_log, one line a message
// (formats.md section 3). It names no connection and no port; it is joined to
// sendmail's or Postfix's message of the same queue id, in either order, and
// stands alone only where there is none.
type pureMessage struct {
	b    *book
	mtas []*book
}

func newPureMessage(s *shelf, mtas ...*book) *pureMessage {
	p := &pureMessage{b: s.newBook(PureMessage), mtas: mtas}
	for _, b := range mtas {
		b.begun = p.absorb
	}
	return p
}

func (p *pureMessage) book() *book { return p.b }

// isPureMessage recognises both forms: fields with blanks between, and the
// indexed one with bars and the queue id before the time.
//
//	2007-01-27T16:48:58 q=i0S0miXk018339 f=<…> t=<…> p=0.351 Size=2274 a=a/eom
//	451AC87F_1271_3613_1<TAB>2006-09-27T18:52:48|f=<…>|t=<…>|a=a/eom
//
// pmx_log has no such fields and is another product's talk to itself.
func isPureMessage(e *entry) bool {
	if e.iso != 'T' {
		return false
	}
	s := e.body
	if strings.HasPrefix(s, "|") {
		return strings.Contains(s, "|a=") || strings.Contains(s, "|f=")
	}
	if e.tag != "" && strings.IndexByte(e.tag, '=') < 0 {
		return false
	}
	_, s, _ = strings.Cut(e.text, "T")
	_, s, _ = strings.Cut(s, " ")
	k, _, ok := strings.Cut(s, "=")
	return ok && len(k) <= 12 && !strings.ContainsAny(k, " :[") && (strings.Contains(s, " a=") || strings.Contains(s, "q=") || strings.Contains(s, " f=<"))
}

// pureMessageKeys are the keys of message_log (formats.md section 3).
var pureMessageKeys = map[string]bool{
	"a": true, "action": true, "at": true, "b": true, "f": true, "fur": true, "h": true, "p": true, "pmx_action": true, "q": true, "r": true, "Size": true, "t": true, "tm": true, "v": true, "vs": true,
}

func (p *pureMessage) take(e *entry) reason {
	m := &msg{}
	m.Product = PureMessage
	var relay, fur string
	text, separator := e.text, " "
	if strings.HasPrefix(e.body, "|") {
		separator = "|"
		if id, rest, ok := strings.Cut(text, "\t"); ok && len(id) <= 64 {
			m.ID, text = id, rest
		}
	}
	found := false
	for _, field := range strings.Split(text, separator) {
		k, v, ok := strings.Cut(field, "=")
		if !ok {
			continue
		}
		found = found || pureMessageKeys[k]
		switch k {
		case "r":
			relay = v
		case "fur":
			fur = v
		default:
			m.pureMessageField(k, v)
		}
	}
	if !found || !e.stamped {
		return unknownKind
	}
	return p.place(e, m, relay, fur)
}

func (m *msg) pureMessageField(k, v string) {
	switch k {
	case "q":
		m.ID = v
	case "f":
		m.From, m.HasFrom = bare(v), true
	case "t":
		m.recipient(bare(v))
	case "Size":
		if n := leadingDigits(v); n > 0 {
			m.Size = known(int64(number(v[:n])))
		}
	case "a": // result/event; only "a/eom" has been seen, the rest follows the milter's callbacks
		m.Outcome.Words = strings.TrimSuffix("a="+v+" "+m.Outcome.Words, " ")
		result, event, _ := strings.Cut(v, "/")
		switch {
		case event == "abort" || result == "abort":
			m.Outcome.Kind = Aborted
		case event == "eom" && result == "a":
			m.Outcome.Kind = Accepted
		case event == "eom" && result == "d":
			m.Outcome.Kind = Dropped
		case result == "r" || result == "t":
			m.Outcome.Kind = Rejected
		}
	case "action":
		m.Outcome.Words = strings.TrimPrefix(m.Outcome.Words+" action="+v, " ")
		if v == "discard" {
			m.Outcome.Kind = Dropped
		}
	}
}

// place joins the entry to the mail server's message, or keeps it for when
// that comes.
func (p *pureMessage) place(e *entry, m *msg, relay, fur string) reason {
	if m.ID != "" {
		for _, b := range p.mtas {
			if x := b.named(e.host, m.ID); x != nil {
				return p.join(b, x, m, e)
			}
		}
	}
	c := p.b.start(key{}, Inbound, e)
	p.b.unname(c)
	c.Fragment, c.quiet = true, true
	c.Client = hostPeer(relay)
	c.Origin = hostPeer(fur)
	p.b.wait(c)
	x := p.b.message(c, e.host, m.ID)
	x.Message = m.Message
	return p.b.addTo(x, e)
}

func (p *pureMessage) join(b *book, x, m *msg, e *entry) reason {
	if len(x.Joined) < maxRelated {
		x.Joined = append(x.Joined, &m.Message)
		m.Lines = append(m.Lines, e.keep())
	}
	return b.addTo(x, e)
}

// absorb takes an entry that came before the mail server's own line.
func (p *pureMessage) absorb(host, id string, x *msg) {
	if len(p.b.msgs) == 0 {
		return
	}
	m := p.b.named(host, id)
	if m == nil || m.conn.in == nil || len(x.Joined) >= maxRelated {
		return
	}
	x.Joined = append(x.Joined, &m.Message)
	x.conn.Lines = append(x.conn.Lines, m.Lines...)
	x.Lines = append(x.Lines, m.Lines...)
	x.conn.bytes += m.conn.bytes
	for _, k := range m.keys {
		delete(p.b.msgs, k)
	}
	p.b.drop(m.conn)
}

// named finds a message by id; message_log names no host, so one without a
// host fits any host and the other way round. Nil if there is none.
func (b *book) named(host, id string) *msg {
	if m := b.findMessage(host, id); m != nil {
		return m
	}
	if host != "" {
		return b.findMessage("", id)
	}
	for _, h := range b.hosts {
		if m := b.findMessage(h, id); m != nil {
			return m
		}
	}
	return nil
}
