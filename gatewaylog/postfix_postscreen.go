package gatewaylog

import (
	"slices"
	"strings"
)

// postscreenTable is what postscreen logs: always with the client's port, at
// CONNECT with both ends. After PASS the same TCP connection goes on in smtpd.
var postscreenTable = newTable([]row[*postfix]{
	{"CONNECT from {client@} to {server@}", (*postfix).screenConnect, "CONNECT from [192.0.2.1]:53024 to [198.51.100.25]:25"},
	{"CONNECT from {client@}", (*postfix).screenConnect, "CONNECT from [192.0.2.1]:53024"},
	{"PASS {kind_} {client@}", (*postfix).screenPass, "PASS NEW [192.0.2.1]:53024"},
	{"DISCONNECT {client@}", (*postfix).screenDisconnect, "DISCONNECT [192.0.2.1]:53024"},
	{"HANGUP after {seconds_} from {client@} in tests {when}", (*postfix).screenHangup, "HANGUP after 0.5 from [192.0.2.1]:53024 in tests before SMTP handshake"},
	{"PREGREET {n#} after {seconds_} from {client@}: {words}", (*postfix).screenPregreet, `PREGREET 30 after 0 from [192.0.2.1]:53024: EHLO mail.example.com\r\n`},
	{"COMMAND {what_} LIMIT from {client@} after {where_}", (*postfix).screenLimit, "COMMAND TIME LIMIT from [192.0.2.1]:53024 after RCPT"},
	{"COMMAND PIPELINING from {client@} after {where_}: {words}", (*postfix).screenDrop, `COMMAND PIPELINING from [192.0.2.1]:53024 after .: \n`},
	{"NON-SMTP COMMAND from {client@} after {where_}: {words}", (*postfix).screenDrop, "NON-SMTP COMMAND from [192.0.2.1]:53024 after CONNECT: GET / HTTP/1.1"},
	{"BARE NEWLINE from {client@} after {where_}", (*postfix).screenNote, "BARE NEWLINE from [192.0.2.1]:53024 after ."},
	{"BARE NEWLINE from {client@} after {where_}: {words}", (*postfix).screenNote, "BARE NEWLINE from [192.0.2.1]:53024 after EHLO: x"},
	{"DNSBL rank {n#} for {client@}", (*postfix).screenNote, "DNSBL rank 3 for [192.0.2.1]:53024"},
	{"ALLOWLISTED {client@}", (*postfix).screenNote, "ALLOWLISTED [192.0.2.1]:53024"},
	{"DENYLISTED {client@}", (*postfix).screenNote, "DENYLISTED [192.0.2.1]:53024"},
	{"WHITELISTED {client@}", (*postfix).screenNote, "WHITELISTED [192.0.2.1]:53024"},
	{"BLACKLISTED {client@}", (*postfix).screenNote, "BLACKLISTED [192.0.2.1]:53024"},
	{"ALLOWLIST VETO {client@}", (*postfix).screenNote, "ALLOWLIST VETO [192.0.2.1]:53024"},
	{"WHITELIST VETO {client@}", (*postfix).screenNote, "WHITELIST VETO [192.0.2.1]:53024"},
	{"reject: CONNECT from {client@}: {words}", (*postfix).screenRefuse, "reject: CONNECT from [192.0.2.1]:53024: too many connections"},
	{"reject: RCPT from {rest}", (*postfix).screenReject, "reject: RCPT from [192.0.2.1]:53024: 550 5.7.1 Service unavailable; from=<a@example.com>, to=<b@example.org>, proto=ESMTP, helo=<h>"},
	{"cache {rest}", nil, "cache btree:/var/lib/postfix/postscreen_cache full cleanup: retained=0 dropped=0 entries"},
})

// screened is the connection of postscreen's client, by address and port.
func (p *postfix) screened(e *entry, client string) *conn {
	k := key{keyPeer, e.host, client}
	if c := p.b.find(k); c != nil && c.in != nil {
		return c
	}
	c := p.b.start(k, Inbound, e)
	c.Service = service(e.tag)
	c.Client = hostPeer(client)
	c.state = &postfixConn{}
	return c
}

func (p *postfix) screenConnect(e *entry, f *fields) reason {
	k := key{keyPeer, e.host, f.get("client")}
	if c := p.b.find(k); c != nil {
		p.b.unname(c)
	}
	c := p.screened(e, k.id)
	c.Begun = true
	p.serves(c)
	c.Server = hostPeer(f.get("server"))
	return p.b.tell(c, e)
}

func (p *postfix) screenNote(e *entry, f *fields) reason {
	return p.b.tell(p.screened(e, f.get("client")), e)
}

// screenPass ends postscreen's part: smtpd goes on with the client, whom it
// names without a port unless smtpd_client_port_logging is on.
func (p *postfix) screenPass(e *entry, f *fields) reason {
	c := p.screened(e, f.get("client"))
	why := p.b.tell(c, e)
	k := key{keyPeer, e.host, c.Client.Addr.String()}
	if len(p.passed) > maxProcesses {
		clear(p.passed)
	}
	p.passed[k] = alike(p.passed[k], c)
	return why
}

// fromPostscreen is the passed connection that smtpd now goes on with: the
// one with its port, else the oldest from its address.
func (p *postfix) fromPostscreen(e *entry, client Peer) *conn {
	if len(p.passed) == 0 {
		return nil
	}
	k := key{keyPeer, e.host, client.Addr.String()}
	list := p.passed[k]
	for i, c := range list {
		if c.in == nil || (client.Port != 0 && c.Client.Port != client.Port) {
			continue
		}
		if list = append(list[:i:i], list[i+1:]...); len(list) == 0 {
			delete(p.passed, k)
		} else {
			p.passed[k] = list
		}
		p.b.unname(c)
		p.b.name(c, p.process(e))
		c.ID = e.pid
		return c
	}
	delete(p.passed, k)
	return nil
}

func (p *postfix) screenDisconnect(e *entry, f *fields) reason {
	c := p.screened(e, f.get("client"))
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "DISCONNECT", How: HowClosed, Time: e.time}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	p.b.unname(c)
	// PASS and then DISCONNECT: it had answered itself, and smtpd does not go on.
	k := key{keyPeer, e.host, c.Client.Addr.String()}
	if list := slices.DeleteFunc(p.passed[k], func(x *conn) bool { return x == c }); len(list) > 0 {
		p.passed[k] = list
	} else {
		delete(p.passed, k)
	}
	return why
}

func (p *postfix) screenHangup(e *entry, f *fields) reason {
	c := p.screened(e, f.get("client"))
	c.Ended = Ended{Words: "HANGUP in tests " + f.get("when"), How: HowLost, By: "client", Time: e.time}
	if strings.HasPrefix(f.get("when"), "before") {
		c.Ended.stages(PhaseBanner, PhaseHello)
	} else {
		c.Ended.Stages = []Phase{PhaseHello, PhaseReady, PhaseMail, PhaseRcpt, PhaseDataCommand, PhaseTLSHandshake, PhaseTLS}
	}
	return p.b.tell(c, e)
}

func (p *postfix) screenPregreet(e *entry, f *fields) reason {
	c := p.screened(e, f.get("client"))
	c.Ended = Ended{Words: before2(e.body, " from "), How: HowDropped, By: "server", Time: e.time}
	c.Ended.stages(PhaseBanner, PhaseHello, PhaseReady)
	return p.b.tell(c, e)
}

func (p *postfix) screenLimit(e *entry, f *fields) reason {
	how := HowLimit
	if f.get("what") == "TIME" {
		how = HowTimeout
	}
	return p.screenOver(e, f, how, "COMMAND "+f.get("what")+" LIMIT after "+f.get("where"))
}

func (p *postfix) screenDrop(e *entry, f *fields) reason {
	return p.screenOver(e, f, HowDropped, strings.TrimSpace(e.body[:strings.Index(e.body, " from ")]+" after "+f.get("where")))
}

func (p *postfix) screenOver(e *entry, f *fields, how How, words string) reason {
	c := p.screened(e, f.get("client"))
	c.Ended = Ended{Words: words, How: how, By: "server", Time: e.time}
	c.Ended.stages(postfixWhere[f.get("where")]...)
	return p.b.tell(c, e)
}

func (p *postfix) screenRefuse(e *entry, f *fields) reason {
	c := p.screened(e, f.get("client"))
	p.refuse(c, "CONNECT", f.get("words"), attributes{})
	c.Ended = Ended{Words: f.get("words"), How: HowRejected, By: "server", Time: e.time}
	c.Ended.stages(PhaseHello, PhaseBanner)
	return p.b.tell(c, e)
}

func (p *postfix) screenReject(e *entry, f *fields) reason {
	who, words, a := rejectWords(f.get("rest"))
	c := p.screened(e, who)
	p.refuse(c, "RCPT", words, a)
	return p.refuseMessage(c, e, "RCPT", words, a)
}
