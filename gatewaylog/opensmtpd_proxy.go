package gatewaylog

// A listener with proxy-v2 waits for a PROXY header (proxy.c). When a connection
// comes it logs event=proxy under an id that nothing else has: behind the header
// the session begins under another one, with the address that the header names.
// Where no header comes it logs event=closed under no id at all.

// proxied remembers the connection by its address. Where several of one address
// wait it is not known which of them a later line means.
func (p *openSMTPD) proxied(e *entry, f *fields) reason {
	c := p.session(e, f)
	k := proxiedFrom(e, f)
	if other := p.b.find(k); other != nil && other != c {
		c.state = several{}
	}
	p.b.name(c, k)
	return p.b.tell(c, e)
}

// several marks a connection of an address of which another one was waiting.
type several struct{}

func proxiedFrom(e *entry, f *fields) key { return key{keyPeer, e.host, "proxy " + f.get("client")} }

// proxyClosed: the client left, or the time was up, and no header had come. The
// server never greeted.
func (p *openSMTPD) proxyClosed(e *entry, f *fields) reason {
	c := p.b.find(proxiedFrom(e, f))
	if c == nil || c.state != nil {
		c = p.b.start(key{keyConnection, e.host, "proxy " + f.get("pointer")}, Inbound, e)
	} else {
		c.Begun = true
	}
	c.Client.Addr = address(f.get("client"))
	words := f.get("reason")
	c.Ended = Ended{Words: "proxy " + words, How: HowClosed, Time: e.time}
	if r := opensmtpdReason(words); r != nil {
		c.Ended.How, c.Ended.By = r.how, r.by
	}
	c.Ended.stages(PhaseBanner)
	why := p.b.tell(c, e)
	p.b.end(c, e)
	p.b.unname(c)
	return why
}
