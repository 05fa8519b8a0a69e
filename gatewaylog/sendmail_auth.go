package gatewaylog

import "strings"

func (p *sendmail) authFailure(e *entry, f *fields) reason {
	words := f.get("words")
	relay := words[strings.LastIndex(words, "relay=")+1:]
	_, relay, _ = strings.Cut(relay, "elay=")
	c := p.session(e, relay)
	c.Auth = Auth{Mechanism: f.get("mechanism"), Succeeded: No, Words: before2(words, ", relay=")}
	if _, user, ok := strings.Cut(words, ", user="); ok {
		c.Auth.User, _, _ = strings.Cut(user, ", ")
	}
	return p.keep(c, nil, e)
}

func (p *sendmail) auth(e *entry, f *fields) reason {
	x := commaFields("relay=" + f.get("rest"))
	if f.get("side") != "server," {
		return notSession
	}
	c := p.session(e, x["relay"])
	c.Auth = Auth{Mechanism: x["mech"], User: x["authid"], Succeeded: Yes, Words: e.body}
	return p.keep(c, nil, e)
}

func (p *sendmail) startTLS(e *entry, f *fields) reason {
	x := commaFields("relay=" + f.get("rest"))
	tls := TLS{Established: Yes, Version: x["version"], Cipher: x["cipher"], Words: e.body}
	if f.get("side") == "server," {
		c := p.session(e, x["relay"])
		c.TLS = tls
		return p.keep(c, nil, e)
	}
	k := key{keyOutbound, e.host, e.pid}
	if c := p.b.find(k); c != nil {
		p.b.unname(c)
	}
	c := p.b.start(k, Outbound, e)
	c.Server = hostPeer(strings.TrimSuffix(x["relay"], "."))
	c.TLS = tls
	return p.b.tell(c, e)
}

func (p *sendmail) startTLSError(e *entry, f *fields) reason {
	if f.get("side") != "server," {
		return notSession
	}
	c := p.session(e, "")
	c.TLS = TLS{Established: No, Words: e.body}
	return p.keep(c, nil, e)
}
