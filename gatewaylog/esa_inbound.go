package gatewaylog

import (
	"strings"
	"time"
)

func (p *esa) newICID(e *entry, f *fields) reason {
	k := key{keyConnection, e.host, f.get("icid")}
	if c := p.b.find(k); c != nil && c.Begun {
		p.b.unname(c) // the counter was reset
	}
	c := p.injection(e, k.id)
	c.Begun = true
	c.Client = Peer{Addr: address(f.get("client")), Name: hostName(strings.TrimSpace(f.get("name")))}
	c.Server = Peer{Addr: address(f.get("local")), Name: f.get("interface")}
	return p.b.tell(c, e)
}

// refusedTCP is a connection of which the log says nothing but that; all
// share the id 0.
func (p *esa) refusedTCP(e *entry, _ *fields) reason {
	c := p.b.start(key{keyConnection, e.host, "0"}, Inbound, e)
	p.b.unname(c)
	c.Policy = strings.TrimPrefix(e.body, "ICID 0 ")
	c.Ended = Ended{Words: "TCPREFUSE", How: HowRejected, By: "server", Time: e.time}
	c.Ended.stages(PhaseConnect, PhaseBanner)
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

func (p *esa) policy(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	esaState(c).policy = f.get("policy")
	c.Policy = e.body[strings.Index(e.body, f.get("policy")):]
	return p.b.tell(c, e)
}

func (p *esa) delayedReject(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.Client = Peer{Addr: address(f.get("client"))}.over(c.Client)
	c.Policy = "Delayed HAT REJECT continuing session for recipient logging"
	return p.b.tell(c, e)
}

func (p *esa) connectionNote(e *entry, f *fields) reason {
	return p.b.tell(p.injection(e, f.get("icid")), e)
}

func (p *esa) tlsSuccess(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.TLS = TLS{Established: Yes, Version: f.get("version"), Cipher: f.get("cipher"), Words: afterID(e.body)}
	return p.b.tell(c, e)
}

func (p *esa) tlsFailed(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.TLS = TLS{Established: No, Words: afterID(e.body)}
	return p.b.tell(c, e)
}

// afterID is what follows "ICID 5 ".
func afterID(body string) string {
	_, rest, _ := strings.Cut(body, " ")
	_, rest, _ = strings.Cut(rest, " ")
	return rest
}

func (p *esa) auth(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.Auth = Auth{Mechanism: f.get("mechanism"), User: f.get("user"), Succeeded: No, Words: f.get("result")}
	if f.get("result") == "succeeded" {
		c.Auth.Succeeded = Yes
	}
	return p.b.tell(c, e)
}

// lost: the peer's FIN or RST, or the appliance lost the connection; the log
// does not tell them apart (Cisco 118579).
func (p *esa) lost(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "lost", How: HowLost, Time: e.time}
	}
	return p.b.tell(c, e)
}

// close is always the last line about the connection, also after "lost".
func (p *esa) close(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

// receivingFailed names no MID: it is about the message that the connection
// has open.
func (p *esa) receivingFailed(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	words := afterID(e.body)
	if strings.Contains(words, "Connection limit") || strings.Contains(words, "Too Many") {
		c.Ended = Ended{Words: words, How: HowLimit, By: "server", Time: e.time}
	}
	if m := c.unfinished(); m != nil {
		m.settle(Rejected, words)
		p.b.tell(c, e)
		return p.b.addTo(m, e)
	}
	return p.b.tell(c, e)
}

func (p *esa) disconnected(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.Client = Peer{Addr: address(f.get("client"))}.over(c.Client)
	c.Ended = Ended{Words: f.get("words"), How: HowTimeout, By: "server", Time: e.time}
	return p.b.tell(c, e)
}

func (p *esa) lostBeforeCommands(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.Client = Peer{Addr: address(f.get("client"))}.over(c.Client)
	c.Server = Peer{Addr: address(f.get("local")), Name: f.get("interface")}.over(c.Server)
	words := "lost after " + f.get("seconds") + " seconds " + f.get("rest")
	c.Ended = Ended{Words: words, How: HowLost, Time: e.time}
	c.Ended.stages(PhaseBanner, PhaseHello)
	return p.b.tell(c, e)
}

func (p *esa) killed(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	c.Ended = Ended{Words: "SMTP server connection killed", How: HowKilled, By: "server", Time: e.time}
	return p.b.tell(c, e)
}

func (p *esa) senderRejected(e *entry, f *fields) reason {
	c := p.injection(e, f.get("icid"))
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "MAIL", Words: afterID(e.body), From: bare(f.get("from"))})
	}
	return p.b.tell(c, e)
}

func (p *esa) invalidRecipient(e *entry, f *fields) reason {
	c, m := p.within(e, f.get("mid"), f.get("icid"))
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "RCPT", Words: "Invalid recipient address: " + strings.TrimSpace(f.get("words"))})
	}
	return p.b.addTo(m, e)
}

// startMID: the MID is given after MAIL FROM is accepted (9.1.2 table 5-7).
func (p *esa) startMID(e *entry, f *fields) reason {
	if m := p.b.findMessage(e.host, f.get("mid")); m != nil && !m.conn.Fragment && m.conn.ID != f.get("icid") {
		p.b.message(p.injection(e, f.get("icid")), e.host, f.get("mid")) // the counter was reset
	}
	_, m := p.within(e, f.get("mid"), f.get("icid"))
	return p.b.addTo(m, e)
}

func (p *esa) from(e *entry, f *fields) reason {
	_, m := p.within(e, f.get("mid"), f.get("icid"))
	m.From, m.HasFrom = bare(f.get("from")), true
	return p.b.addTo(m, e)
}

func (p *esa) to(e *entry, f *fields) reason {
	_, m := p.within(e, f.get("mid"), f.get("icid"))
	r := m.recipient(bare(f.get("to")))
	r.Accepted, r.index = Yes, f.get("rid")
	return p.b.addTo(m, e)
}

func (p *esa) toRejected(e *entry, f *fields) reason {
	c, m := p.within(e, f.get("mid"), f.get("icid"))
	to, words := bare(f.get("to")), "Rejected by "+f.get("words")
	r := m.recipient(to)
	r.Accepted, r.Words = No, words
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "RCPT", Words: words, From: m.From, To: to})
	}
	return p.b.addTo(m, e)
}

func (p *esa) messageID(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	m.MessageID = bare(strings.TrimSpace(f.get("id")))
	return p.b.addTo(m, e)
}

func (p *esa) messageNote(e *entry, f *fields) reason {
	return p.b.addTo(p.message(e, f.get("mid")), e)
}

// ready: the message was received whole, written to disk and acknowledged.
func (p *esa) ready(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	m.Size = known(int64(number(f.get("bytes"))))
	if !m.HasFrom {
		m.From, m.HasFrom = bare(f.get("from")), true
	}
	if m.Outcome.Kind == "" {
		m.settle(Accepted, "ready "+f.get("bytes")+" bytes")
	}
	return p.b.addTo(m, e)
}

// rewritten makes a message of another: it was never on the wire.
func (p *esa) rewritten(e *entry, f *fields) reason {
	old, made := p.message(e, f.get("mid")), f.get("new")
	old.related(made)
	d := p.b.findMessage(e.host, made)
	if d == nil {
		d = &msg{conn: old.conn}
		d.Product, d.ID = CiscoESA, made
		p.b.nameMessage(d, e.host, made)
		old.keys = append(old.keys, d.keys...) // forgotten together
	}
	d.Origin = afterID(e.body)
	d.related(old.ID)
	if len(old.Derived) < maxRelated && d != old && d.conn == old.conn {
		old.Derived = append(old.Derived, &d.Message)
	}
	return p.b.addTo(old, e)
}

func (p *esa) incomingRelay(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	m.conn.Origin = Peer{Addr: address(f.get("ip"))}
	return p.b.addTo(m, e)
}

// reputation is where newer versions tell the HELO name.
func (p *esa) reputation(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	if helo := f.get("helo"); helo != "Not Present" {
		m.conn.Helo = helo
	}
	return p.b.addTo(m, e)
}

// esaAborts are the words after "Message aborted MID n"; the last ones are no
// network events: the message had been received.
var esaAborts = []struct {
	words string
	kind  OutcomeKind
}{
	{"Receiving aborted by sender", Withdrawn},
	{"Receiving aborted", Aborted},
	{"Injection aborted", Aborted},
	{"Dropped by", Dropped},
	{"Bounced by", Dropped},
	{"Deleted by", Dropped},
}

func (p *esa) aborted(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	for _, a := range esaAborts {
		if strings.HasPrefix(f.get("words"), a.words) {
			m.settle(a.kind, f.get("words"))
			return p.b.addTo(m, e)
		}
	}
	m.settle("", f.get("words"))
	return p.b.addTo(m, e)
}

func (p *esa) finished(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	if m.Outcome.Kind == "" && m.Outcome.Words == "" && f.get("words") == "aborted" {
		m.settle(Aborted, f.get("words"))
	}
	return p.b.addTo(m, e)
}

func (p *esa) serial(e *entry, f *fields) reason {
	if e.tag == "" && len(p.serials) < 1024 {
		p.serials[e.file] = f.get("serial")
	}
	return notSession
}

func (p *esa) offset(e *entry, f *fields) reason {
	s, sign := f.get("seconds"), time.Duration(1)
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, sign = rest, -1
	}
	if n := leadingDigits(s); n > 0 && n <= 6 {
		d := sign * time.Duration(number(s[:n])) * time.Second
		p.b.shelf.report.hint(ZoneHint{Line: e.keep(), Offset: d, Either: true})
	}
	return notSession
}
