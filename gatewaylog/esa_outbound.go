package gatewaylog

import (
	"slices"
	"strings"
)

func (p *esa) newDCID(e *entry, f *fields) reason {
	k := key{keyOutbound, e.host, f.get("dcid")}
	if c := p.b.find(k); c != nil && c.Begun {
		p.b.unname(c)
	}
	c := p.delivery(e, k.id)
	c.Begun = true
	c.Client = Peer{Addr: address(f.get("local"))}
	c.Server = Peer{Addr: address(f.get("server")), Port: portNumber(f.get("port"))}
	return p.b.tell(c, e)
}

// out is the message as it goes out over that connection, its recipients
// taken from the inbound message where that is known.
func (p *esa) out(e *entry, f *fields) (*conn, *msg) {
	c := p.delivery(e, f.get("dcid"))
	mid := f.get("mid")
	var m *msg
	for _, x := range c.messages {
		if x.ID == mid {
			m = x
		}
	}
	if m == nil {
		m = p.b.message(c, e.host, "")
		m.ID = mid
	}
	in := p.b.findMessage(e.host, mid)
	if in == nil {
		return c, m
	}
	m.From, m.HasFrom, m.Size, m.MessageID = in.From, in.HasFrom, in.Size, in.MessageID
	rids := strings.Split(f.get("rids"), ", ")
	for _, r := range in.Recipients {
		if slices.Contains(rids, r.index) && r.index != "" {
			m.recipient(r.Address)
		}
	}
	return c, m
}

// outward puts the line into the outbound connection, its message, and the
// message that came in.
func (p *esa) outward(e *entry, f *fields, c *conn, m *msg) reason {
	why := p.b.tell(c, e)
	m.keepLine(e)
	if in := p.b.findMessage(e.host, f.get("mid")); in != nil {
		return p.b.addTo(in, e)
	}
	return why
}

func (p *esa) deliveryStart(e *entry, f *fields) reason {
	c, m := p.out(e, f)
	return p.outward(e, f, c, m)
}

func (p *esa) deliveryDone(e *entry, f *fields) reason {
	return p.delivered(e, f, Accepted, "Message done", Yes)
}

func (p *esa) deliveryUncertain(e *entry, f *fields) reason {
	return p.delivered(e, f, "", "Possible Delivery", "")
}

func (p *esa) bounced(e *entry, f *fields) reason {
	return p.delivered(e, f, Bounced, f.get("words"), No)
}

func (p *esa) delayed(e *entry, f *fields) reason {
	return p.delivered(e, f, Deferred, f.get("words"), No)
}

func (p *esa) delivered(e *entry, f *fields, kind OutcomeKind, words string, ok Answer) reason {
	c, m := p.out(e, f)
	m.settle(kind, words)
	word, _, _ := strings.Cut(e.body, ":")
	if strings.HasPrefix(word, "Message done") {
		word = "Message done"
	}
	for i := range m.Recipients {
		m.Recipients[i].Accepted, m.Recipients[i].Delivery = ok, word
	}
	if in := p.b.findMessage(e.host, f.get("mid")); in != nil {
		rids := strings.Split(f.get("rids"), ", ")
		for i := range in.Recipients {
			if r := &in.Recipients[i]; r.index != "" && slices.Contains(rids, r.index) {
				r.Delivery, r.DeliveryWords, r.Relay = word, f.get("words"), c.Server.Addr.String()
			}
		}
	}
	return p.outward(e, f, c, m)
}

// response is the next server's reply. It names no DCID.
func (p *esa) response(e *entry, f *fields) reason {
	m := p.message(e, f.get("mid"))
	rids := strings.Split(f.get("rids"), ", ")
	for i := range m.Recipients {
		if r := &m.Recipients[i]; r.index != "" && slices.Contains(rids, r.index) {
			r.DeliveryWords = strings.Trim(f.get("words"), "'")
		}
	}
	return p.b.addTo(m, e)
}

func (p *esa) closeDCID(e *entry, f *fields) reason {
	c := p.delivery(e, f.get("dcid"))
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "close", How: HowClosed, Time: e.time}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

func (p *esa) lostDCID(e *entry, f *fields) reason {
	return p.overDCID(e, f, Ended{Words: "lost", How: HowLost})
}

func (p *esa) killedDCID(e *entry, f *fields) reason {
	return p.overDCID(e, f, Ended{Words: "SMTP client connection killed", How: HowKilled})
}

func (p *esa) overDCID(e *entry, f *fields, end Ended) reason {
	c := p.delivery(e, f.get("dcid"))
	end.Time = e.time
	c.Ended = end
	return p.b.tell(c, e)
}

func (p *esa) tlsSuccessDCID(e *entry, f *fields) reason {
	c := p.delivery(e, f.get("dcid"))
	c.TLS = TLS{Established: Yes, Version: f.get("version"), Cipher: f.get("cipher"), Words: afterID(e.body)}
	return p.b.tell(c, e)
}

func (p *esa) tlsFailedDCID(e *entry, f *fields) reason {
	c := p.delivery(e, f.get("dcid"))
	c.Server = Peer{Addr: address(f.get("server"))}.over(c.Server)
	c.TLS = TLS{Established: No, Words: afterID(e.body)}
	return p.b.tell(c, e)
}

func (p *esa) connectionError(e *entry, f *fields) reason {
	c := p.delivery(e, f.get("dcid"))
	c.Server = Peer{Addr: address(f.get("server"))}.over(c.Server)
	words := strings.TrimPrefix(e.body, "Connection Error: ")
	c.Ended = Ended{Words: words, How: HowLost, Time: e.time}
	switch {
	case strings.Contains(words, "details: timeout"):
		c.Ended.How = HowTimeout
	case strings.Contains(words, "details: EOF"):
		c.Ended.How, c.Ended.By = HowEOF, "server"
	}
	return p.b.tell(c, e)
}

func (p *esa) connectionNoteDCID(e *entry, f *fields) reason {
	return p.b.tell(p.delivery(e, f.get("dcid")), e)
}
