package gatewaylog

import "strings"

// attributes are what Postfix writes after a rejection:
// "from=<a> to=<b> proto=ESMTP helo=<h>"; postscreen puts commas between.
type attributes struct {
	from, to, helo string
	hasFrom, hasTo bool
}

// rejectWords splits "PEER: 550 5.1.1 text; from=<a> to=<b> proto=ESMTP
// helo=<h>". The text may hold semicolons, the addresses nearly anything; so
// the attributes are found by name, from the last.
func rejectWords(s string) (who, words string, a attributes) {
	tail := -1
	for _, mark := range []string{"; from=<", "; to=<", "; proto="} {
		if i := strings.Index(s, mark); i >= 0 && (tail < 0 || i < tail) {
			tail = i
		}
	}
	if tail >= 0 {
		a = readAttributes(s[tail+1:])
		s = s[:tail]
	}
	who, words, found := strings.Cut(s, "]: ")
	if found {
		return who + "]", words, a
	}
	if i := strings.Index(s, "]:"); i >= 0 { // "[192.0.2.1]:60591: 550 …"
		if port := leadingDigits(s[i+2:]); strings.HasPrefix(s[i+2+port:], ": ") {
			return s[:i+2+port], s[i+2+port+2:], a
		}
	}
	return s, "", a
}

func readAttributes(s string) attributes {
	var a attributes
	for _, x := range []struct {
		mark string
		into *string
		has  *bool
	}{{" helo=<", &a.helo, new(bool)}, {" to=<", &a.to, &a.hasTo}, {" from=<", &a.from, &a.hasFrom}} {
		i := strings.LastIndex(s, x.mark)
		if i < 0 {
			continue
		}
		v := s[i+len(x.mark):]
		if j := strings.Index(v, " proto="); j >= 0 {
			v = v[:j]
		}
		v = strings.TrimSuffix(v, ",")
		if j := strings.LastIndexByte(v, '>'); j >= 0 {
			v = v[:j]
		}
		*x.into, *x.has = v, true
		s = s[:i]
	}
	return a
}

// reject takes a refusal by smtpd or a milter.
func (p *postfix) reject(e *entry, f *fields) reason {
	who, words, a := rejectWords(f.get("rest"))
	c := p.rejecting(e)
	c.Client = hostPeer(who).over(c.Client)
	p.refuse(c, f.get("command"), words, a)
	return p.refuseMessage(c, e, f.get("command"), words, a)
}

func (p *postfix) proxyReject(e *entry, f *fields) reason {
	_, words, a := rejectWords("]: " + f.get("words"))
	if replyCode(words)/100 == 3 { // the filter's last word before it was cut off: the message grew too large (smtpd.c)
		words = "cut off after " + words
	}
	c := p.rejecting(e)
	p.refuse(c, f.get("command"), words, a)
	return p.refuseMessage(c, e, f.get("command"), words, a)
}

// rejecting is the connection that a refusal belongs to: of the message when
// cleanup writes it, else of the process.
func (p *postfix) rejecting(e *entry) *conn {
	if p.qid != "" && p.qid != noQueue {
		if m := p.b.findMessage(e.host, p.qid); m != nil {
			return m.conn
		}
		if strings.HasSuffix(e.tag, "/cleanup") {
			return p.message(e).conn
		}
	}
	return p.session(e)
}

func (p *postfix) refuse(c *conn, command, words string, a attributes) {
	if a.helo != "" {
		c.Helo = a.helo
	}
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: command, Code: replyCode(words), Words: words, From: a.from, To: a.to})
	}
}

// replyCode is the SMTP code that words begin with, 0 if none.
func replyCode(words string) int {
	if leadingDigits(words) == 3 && words[0] >= '2' && words[0] <= '5' {
		return number(words[:3])
	}
	return 0
}

// refuseMessage puts the refusal into its transaction. One that never had an
// accepted recipient has no queue id: its refusals are gathered by sender
// until a queue id comes.
func (p *postfix) refuseMessage(c *conn, e *entry, command, words string, a attributes) reason {
	if !strings.HasSuffix(e.tag, "cleanup") {
		p.b.tell(c, e)
	}
	m := p.transaction(c, e, command, a)
	if m == nil {
		return p.b.add(c, e)
	}
	p.envelope(m, a)
	switch {
	case command == "RCPT" && a.hasTo:
		r := m.recipient(a.to)
		r.Accepted, r.Words = No, words
		if m.ID == "" {
			m.settle(Refused, words)
		}
	case command == "MAIL":
		m.settle(Refused, words)
	case m.ID != "" || command == "DATA" || command == "BDAT" || command == "END-OF-MESSAGE":
		m.settle(Rejected, words)
		m.Outcome.Early = command == "DATA" || command == "BDAT" // the transaction stays open
	}
	return p.b.addTo(m, e)
}

func (p *postfix) transaction(c *conn, e *entry, command string, a attributes) *msg {
	if command == "VRFY" || command == "ETRN" {
		return nil // it names the queue file that is open, and leaves it alone (smtpd.c, vrfy_cmd)
	}
	if p.qid != "" && p.qid != noQueue {
		if m := p.b.findMessage(e.host, p.qid); m != nil {
			return m
		}
		return p.b.message(c, e.host, p.qid)
	}
	if !a.hasFrom || (command != "RCPT" && command != "MAIL" && command != "DATA" && command != "BDAT" && command != "END-OF-MESSAGE") {
		return nil
	}
	st := postfixState(c)
	if st.passing != nil && command != "MAIL" {
		return st.passing
	}
	if st.refused == nil || st.refused.From != a.from || command == "MAIL" {
		st.refused = p.b.message(c, e.host, "")
	}
	m := st.refused
	if command == "MAIL" {
		st.refused = nil
	}
	return m
}

// envelope learns the sender, and joins the refusals before the queue id if
// they had the same sender.
func (p *postfix) envelope(m *msg, a attributes) {
	if a.helo != "" && m.conn.Helo == "" {
		m.conn.Helo = a.helo
	}
	if a.hasFrom {
		p.sender(m, a.from)
	}
}

func (p *postfix) sender(m *msg, from string) {
	m.From, m.HasFrom = from, true
	if r, ok := m.state.(*msg); ok {
		m.state = nil
		if r.From == from {
			p.mergeRefused(m, r)
		}
	}
}

// mergeRefused moves the refusals of a transaction into the message that it
// became.
func (p *postfix) mergeRefused(m, refused *msg) {
	m.Recipients = append(refused.Recipients, m.Recipients...)
	m.Lines = mergeLines(m.Lines, refused.Lines)
	m.From, m.HasFrom = refused.From, true
	c := m.conn
	for i, x := range c.messages {
		if x == refused {
			c.messages = append(c.messages[:i], c.messages[i+1:]...)
			return
		}
	}
}

func (p *postfix) discard(e *entry, f *fields) reason {
	_, words, a := rejectWords(f.get("rest"))
	c := p.rejecting(e)
	if p.qid == "" || p.qid == noQueue {
		return p.b.tell(c, e)
	}
	m := p.message(e)
	p.envelope(m, a)
	m.settle(Dropped, words)
	return p.b.addTo(m, e)
}

// finish infers what no line says: Postfix logs nothing of a transaction that
// was not completed (before 3.10's "canceled").
func (p *postfix) finish(c *conn) {
	for _, m := range append([]*msg(nil), c.messages...) {
		if r, ok := m.state.(*msg); ok && c.countOf("mail").Total == 1 {
			p.mergeRefused(m, r)
		}
		m.state = nil
	}
	if c.Direction != Inbound || !c.Closed {
		return
	}
	cut := c.Ended.How != HowQuit && c.Ended.How != HowUnstated && c.Ended.How != HowClosed
	for i, m := range c.messages {
		last := i == len(c.messages)-1
		if m.Outcome.Words == "canceled" && !(cut && last) {
			m.Outcome.Kind = Withdrawn
		}
		if m.Outcome.Kind != "" || m.ID == "" || len(m.Lines) == 0 {
			continue
		}
		m.Outcome = Outcome{Kind: p.inferred(c, cut && last), Words: m.Outcome.Words, Inferred: true}
	}
}

func (p *postfix) inferred(c *conn, cut bool) OutcomeKind {
	data, bdat := c.countOf("data"), c.countOf("bdat")
	switch {
	case cut:
		return Aborted
	case data.Total > data.Accepted, bdat.Total > bdat.Accepted:
		return Rejected
	case len(c.Commands) > 0 && data.Total+bdat.Total < len(c.messages):
		return Withdrawn
	}
	return ""
}
