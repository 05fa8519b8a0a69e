package gatewaylog

import (
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// arrived is a message taken over: "<= sender H=… P=… S=… id=… for …".
func (p *exim) arrived(e *entry, f *fields) reason {
	if p.id == "" {
		return unknownKind
	}
	text, list, _ := strings.Cut(withoutSubject(" "+f.get("rest")), " for ")
	_, host, remote := strings.Cut(text, " H=")
	h := eximHost{local: true}
	if remote {
		h = readEximHost(host)
	}
	m := p.arrival(e, h)
	c := m.conn
	m.From, m.HasFrom = bare(f.get("from")), true
	m.joinRefused()
	for _, word := range strings.Fields(text) {
		k, v, _ := strings.Cut(word, "=")
		switch k {
		case "S":
			if n := leadingDigits(v); n > 0 {
				m.Size = known(int64(number(v[:n])))
			}
		case "id":
			m.MessageID = v
		case "X":
			version, cipher, _ := strings.Cut(v, ":")
			c.TLS = TLS{Established: Yes, Version: version, Cipher: cipher, Words: word}
		case "A":
			mechanism, user, _ := strings.Cut(v, ":")
			c.Auth = Auth{Mechanism: mechanism, User: user, Succeeded: Yes, Words: word}
		}
	}
	for _, to := range strings.Fields(list) {
		m.recipient(bare(to)).Accepted = Yes
	}
	m.settle(Accepted, "<= "+f.get("from"))
	m.beforeAnswer(e)
	return p.b.addTo(m, e)
}

// withoutSubject takes T="…" out, which may hold anything, quotes escaped.
func withoutSubject(s string) string {
	i := strings.Index(s, ` T="`)
	if i < 0 {
		return s
	}
	for j := i + 4; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			return s[:i] + " " + s[j+1:]
		}
	}
	return s[:i]
}

// arrival finds the connection of a message. One that shares no name with any
// stands alone.
func (p *exim) arrival(e *entry, h eximHost) *msg {
	keys := p.keys(e, h)
	alone := h.local || len(keys) == 0
	if alone && !h.local && p.onlyOne(e, h) != nil {
		alone = false
	}
	if !alone {
		c := p.connection(e, h)
		c.Fragment = c.Fragment && !c.Begun
		return p.message(c, e)
	}
	m := p.b.fragment(e, p.id)
	c := m.conn
	c.Client, c.Server, c.Helo = h.client, h.server, h.helo
	c.Direction = Inbound
	if h.local {
		c.Direction = Internal
	}
	return m
}

func (p *exim) messageNote(e *entry, _ *fields) reason {
	if p.id == "" {
		return disconnected
	}
	return p.b.addTo(p.b.fragment(e, p.id), e)
}

func (p *exim) delivered(e *entry, f *fields) reason {
	return p.passedOn(e, f.get("rest"), Accepted, "=>")
}

func (p *exim) deferred(e *entry, f *fields) reason {
	return p.passedOn(e, f.get("rest"), Deferred, "==")
}

func (p *exim) bounced(e *entry, f *fields) reason {
	return p.passedOn(e, f.get("rest"), Bounced, "**")
}

// passedOn takes a delivery's line into the message, and into an outbound
// connection where it names a host with an address.
func (p *exim) passedOn(e *entry, text string, kind OutcomeKind, words string) reason {
	if p.id == "" {
		return unknownKind
	}
	to, _, _ := strings.Cut(text, " ")
	if _, original, ok := strings.Cut(text, "<"); ok {
		if address, _, ok := strings.Cut(original, ">"); ok && strings.Index(text, "<") == len(to)+1 {
			to = address
		}
	}
	to = strings.TrimSuffix(to, ":")
	answer := ""
	if _, c, ok := strings.Cut(text, ` C="`); ok {
		answer, _, _ = strings.Cut(c, `"`)
	} else if _, c, ok := strings.Cut(text, ": "); ok {
		answer = c
	}
	why := disconnected
	if _, host, ok := strings.Cut(text, " H="); ok {
		if h := readEximHost(host); h.client.Addr.IsValid() {
			why = p.outbound(e, h, to, kind, answer)
		}
	}
	m := p.b.findMessage(e.host, p.id)
	if m == nil && why == taken {
		return why
	}
	m = p.b.fragment(e, p.id)
	r := m.recipient(to)
	r.Delivery, r.DeliveryWords = words, answer
	return p.b.addTo(m, e)
}

func (p *exim) outbound(e *entry, h eximHost, to string, kind OutcomeKind, answer string) reason {
	k := key{keyOutbound, e.host, p.id + " " + h.client.Addr.String()}
	c := p.b.find(k)
	if c == nil {
		c = p.b.start(k, Outbound, e)
		c.ID = p.pid
	}
	c.Server = h.client.over(c.Server)
	m := c.outgoing(p.b, e, p.id)
	m.settle(kind, answer)
	r := m.recipient(to)
	r.DeliveryWords = answer
	c.Ended = Ended{Words: answer, How: HowRejected, Time: e.time}
	if kind == Accepted {
		c.Ended.How, r.Accepted = HowDelivered, Yes
	} else if strings.Contains(answer, "timed out") {
		c.Ended.How = HowTimeout
	}
	why := p.b.tell(c, e)
	m.keepLine(e)
	p.b.end(c, e)
	return why
}

// rejected is a refusal before DATA: "H=… F=<from> rejected RCPT <to>: why".
func (p *exim) rejected(e *entry, f *fields) reason {
	head, words, _ := strings.Cut(f.get("words"), ": ")
	command, to, _ := strings.Cut(head, " ")
	h := readEximHost(f.get("host"))
	from, hasFrom := eximFrom(f.get("host"))
	c := p.connection(e, h)
	r := Rejection{Command: strings.ToUpper(command), Code: replyCode(words), Words: words, From: from}
	if r.Command == "RCPT" {
		r.To = bare(to)
	}
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, r)
	}
	if r.Command != "RCPT" || !hasFrom {
		return p.b.tell(c, e)
	}
	p.b.tell(c, e)
	m := p.refusedIn(c, e, from)
	x := m.recipient(r.To)
	x.Accepted, x.Words = No, words
	if m.ID == "" {
		m.settle(Refused, words)
	}
	return p.b.addTo(m, e)
}

// refusedIn is the transaction of that sender, which has no id yet.
func (p *exim) refusedIn(c *conn, e *entry, from string) *msg {
	if n := len(c.messages); n > 0 && c.messages[n-1].ID == "" && c.messages[n-1].From == from {
		return c.messages[n-1]
	}
	m := p.b.message(c, e.host, "")
	m.From, m.HasFrom = from, true
	return m
}

// joinRefused gives a message the recipients that were refused before it had an
// id: they were its, where the sender is the same.
func (m *msg) joinRefused() {
	c := m.conn
	i := slices.Index(c.messages, m)
	if i < 1 {
		return
	}
	r := c.messages[i-1]
	if r.ID != "" || r.Outcome.Kind != Refused || len(r.Recipients) == 0 || r.From != m.From {
		return
	}
	m.Recipients = append(r.Recipients, m.Recipients...)
	m.Lines = mergeLines(r.Lines, m.Lines)
	c.messages = slices.Delete(c.messages, i-1, i)
}

// eximFrom is F=<sender>, with or without brackets.
func eximFrom(s string) (string, bool) {
	_, v, ok := strings.Cut(s, " F=")
	if !ok {
		return "", false
	}
	v, _, _ = strings.Cut(v, " ")
	return bare(v), true
}

func (p *exim) rejectedAfterData(e *entry, f *fields) reason {
	from, hasFrom := eximFrom(f.get("host"))
	return p.refusedMessage(e, readEximHost(f.get("host")), from, hasFrom, "rejected after DATA"+f.get("words"))
}

func (p *exim) localScan(e *entry, f *fields) reason {
	return p.refusedMessage(e, readEximHost(f.get("host")), bare(f.get("from")), true, "rejected by local_scan(): "+f.get("words"))
}

func (p *exim) rejectedFrom(e *entry, f *fields) reason {
	return p.refusedMessage(e, readEximHost(f.get("host")), bare(f.get("from")), true, f.get("words"))
}

// rejectedMail is MAIL with a SIZE above the limit.
func (p *exim) rejectedMail(e *entry, f *fields) reason {
	host, words, _ := strings.Cut(f.get("rest"), ": ")
	c := p.connection(e, readEximHost(host))
	from := bare(f.get("from"))
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "MAIL", Words: words, From: from})
	}
	p.b.tell(c, e)
	m := p.refusedIn(c, e, from)
	m.settle(Refused, words)
	return p.b.addTo(m, e)
}

func (p *exim) refusedMessage(e *entry, h eximHost, from string, hasFrom bool, words string) reason {
	c := p.owner(e, h)
	p.b.tell(c, e)
	var m *msg
	if p.id == "" {
		m = p.b.message(c, e.host, "")
	} else {
		m = p.message(c, e)
	}
	if hasFrom {
		m.From, m.HasFrom = from, true
		m.joinRefused()
	}
	m.settle(Rejected, words)
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "END-OF-MESSAGE", Words: words, From: from})
	}
	return p.b.addTo(m, e)
}

// incomplete tells a transaction that was begun and not completed.
func (p *exim) incomplete(e *entry, f *fields) reason {
	c := p.connection(e, readEximHost(f.get("host")))
	p.b.tell(c, e)
	m := p.b.message(c, e.host, "")
	rest := " " + f.get("rest")
	_, from, _ := strings.Cut(rest, "from ")
	from, list, _ := strings.Cut(from, " for ")
	m.From, m.HasFrom = bare(strings.TrimSpace(from)), true
	m.joinRefused()
	for _, to := range strings.Fields(list) {
		m.recipient(bare(to)).Accepted = Yes
	}
	m.settle(Withdrawn, "incomplete transaction ("+f.get("how")+")")
	if strings.Contains(f.get("how"), "lost") || strings.Contains(f.get("how"), "timeout") {
		m.Outcome.Kind = Aborted
	}
	return p.b.addTo(m, e)
}
