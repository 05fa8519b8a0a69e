package gatewaylog

import "strings"

func (p *openSMTPD) mta(e *entry, f *fields) *conn {
	k := key{keyOutbound, e.host, f.get("session")}
	if c := p.b.find(k); c != nil {
		return c
	}
	return p.b.start(k, Outbound, e)
}

func (p *openSMTPD) mtaConnecting(e *entry, f *fields) reason {
	c := p.mta(e, f)
	c.Begun = true
	_, where, _ := strings.Cut(f.get("url"), "://")
	c.Server = addrPort(where)
	c.Server.Name = hostName(f.get("name"))
	return p.b.tell(c, e)
}

func (p *openSMTPD) mtaTLS(e *entry, f *fields) reason {
	c := p.mta(e, f)
	version, cipher, _ := strings.Cut(f.get("cipher"), ":")
	c.TLS = TLS{Established: Yes, Version: version, Cipher: cipher, Words: f.get("cipher")}
	return p.b.tell(c, e)
}

func (p *openSMTPD) mtaNote(e *entry, f *fields) reason { return p.b.tell(p.mta(e, f), e) }

func (p *openSMTPD) mtaError(e *entry, f *fields) reason {
	c := p.mta(e, f)
	words := strings.Trim(f.get("reason"), `"`)
	c.Ended = Ended{Words: words, How: HowReset, Time: e.time}
	if strings.Contains(strings.ToLower(words), "timeout") {
		c.Ended.How = HowTimeout
	}
	return p.b.tell(c, e)
}

func (p *openSMTPD) mtaDisconnected(e *entry, f *fields) reason {
	c := p.mta(e, f)
	if c.Ended.How == "" {
		c.Ended = Ended{Words: f.get("rest"), How: HowClosed, Time: e.time}
		if strings.HasPrefix(f.get("rest"), "reason=quit") {
			c.Ended.How, c.Ended.By = HowQuit, "client"
		}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

// quoted is the value of key="…" or key=… in a delivery's line.
func quoted(s, name string) string {
	_, v, ok := strings.Cut(s, " "+name+"=")
	if !ok {
		return ""
	}
	if rest, ok := strings.CutPrefix(v, `"`); ok {
		v, _, _ = strings.Cut(rest, `"`)
		return v
	}
	v, _, _ = strings.Cut(v, " ")
	return v
}

func (p *openSMTPD) mtaDelivery(e *entry, f *fields) reason {
	c := p.mta(e, f)
	rest := " " + f.get("rest")
	id := f.get("evpid")[:min(8, len(f.get("evpid")))]
	m := c.outgoing(p.b, e, id)
	m.From, m.HasFrom = f.get("from"), true
	result, words := quoted(rest, "result"), quoted(rest, "stat")
	r := m.recipient(f.get("to"))
	r.Delivery, r.DeliveryWords, r.Relay = result, words, quoted(rest, "relay")
	switch result {
	case "Ok":
		m.settle(Accepted, words)
		r.Accepted = Yes
	case "TempFail":
		m.settle(Deferred, words)
	case "PermFail":
		m.settle(Bounced, words)
	}
	why := p.b.tell(c, e)
	m.keepLine(e)
	p.told(e, id, f, result, words)
	return why
}

func (p *openSMTPD) local(e *entry, f *fields) reason {
	rest := " " + f.get("rest")
	id := f.get("evpid")[:min(8, len(f.get("evpid")))]
	m := p.b.fragment(e, id)
	if !m.HasFrom {
		m.From, m.HasFrom = f.get("from"), true
	}
	p.told(e, id, f, quoted(rest, "result"), quoted(rest, "stat"))
	return p.b.addTo(m, e)
}

// told puts a delivery's result into the message that came in.
func (p *openSMTPD) told(e *entry, id string, f *fields, result, words string) {
	m := p.b.findMessage(e.host, id)
	if m == nil {
		return
	}
	r := m.recipient(f.get("to"))
	r.Delivery, r.DeliveryWords = result, words
	p.b.addTo(m, e)
}
