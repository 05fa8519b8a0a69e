package gatewaylog

import (
	"strconv"
	"strings"
	"time"
)

// deliveryTable is what the delivery agents log: smtp(8) and lmtp(8) about
// their own, outbound connections, all of them about recipients.
var deliveryTable = newTable([]row[*postfix]{
	{"to=<{to}>, {rest}", (*postfix).delivered, "to=<b@example.org>, orig_to=<c@example.org>, relay=mx.example.org[192.0.2.7]:25, delay=11, delays=5.4/0.06/5.1/0.03, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as F12DF84004)"},
	{"to={to_}, {rest}", (*postfix).delivered, "to=b@example.org, orig_to=root, relay=local, delay=0.07, delays=0.04/0/0/0.03, dsn=2.0.0, status=sent (delivered to mailbox)"},
	{"connect to {peer_}: {words}", (*postfix).connectFailed, "connect to mx.example.org[192.0.2.7]:25: Connection timed out"},
	{"{trust_} TLS connection established to {peer_}: {version_} with cipher {cipher_} {rest}", (*postfix).outboundTLS, "Trusted TLS connection established to mx.example.org[192.0.2.7]:25: TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits)"},
	{"SSL_connect error to {peer_}: {words}", (*postfix).outboundTLSError, "SSL_connect error to mx.example.org[192.0.2.7]:25: lost connection"},
	{"certificate verification failed for {peer_}: {words}", (*postfix).outboundNote, "certificate verification failed for mx.example.org[192.0.2.7]:25: self-signed certificate."},
	{"lost connection with {peer_} while {doing}", (*postfix).outboundLost, "lost connection with mx.example.org[192.0.2.7] while sending RCPT TO"},
	{"conversation with {peer_} timed out while {doing}", (*postfix).outboundTimeout, "conversation with mx.example.org[192.0.2.7] timed out while receiving the initial server greeting"},
	{"host {peer_} said: {words}", (*postfix).outboundSaid, "host mx.example.org[192.0.2.7] said: 450 4.7.1 <b@example.org>: Greylisted (in reply to RCPT TO command)"},
	{"host {peer_} refused to talk to me: {words}", (*postfix).outboundRefused, "host mx.example.org[192.0.2.7] refused to talk to me: 450 4.3.2 try again later"},
	{"enabling PIX workarounds: {words} for {peer_}", (*postfix).outboundNote, "enabling PIX workarounds: disable_esmtp delay_dotcrlf for mx.example.org[192.0.2.7]:25"},
	{"SASL authentication failed; server {peer_} said: {words}", (*postfix).outboundNote, "SASL authentication failed; server mx.example.org[192.0.2.7] said: 535 5.7.8 authentication failed"},
})

// postfixWhile are the phases of "while …" (smtp_proto.c, xfer_state names).
var postfixWhile = map[string][]Phase{
	"receiving the initial server greeting":                     {PhaseBanner},
	"performing the EHLO handshake":                             {PhaseHello, PhaseReady},
	"performing the HELO handshake":                             {PhaseHello, PhaseReady},
	"performing the LHLO handshake":                             {PhaseHello, PhaseReady},
	"performing TLS handshake":                                  {PhaseTLSHandshake},
	"sending MAIL FROM":                                         {PhaseMail, PhaseReady},
	"sending RCPT TO":                                           {PhaseRcpt, PhaseMail},
	"sending DATA command":                                      {PhaseDataCommand, PhaseRcpt},
	"sending message body":                                      {PhaseData},
	"sending end of data -- message may be sent more than once": {PhaseDot},
	"sending final RSET":                                        {PhaseReady, PhaseRcpt},
	"sending QUIT":                                              {PhaseReady},
}

// outbound is the connection of the delivery process to that server. A
// process talks to one at a time.
func (p *postfix) outbound(e *entry, peer Peer) *conn {
	k := key{keyOutbound, e.host, e.pid}
	if c := p.b.find(k); c != nil && c.in != nil {
		if c.Server.Addr == peer.Addr && (peer.Port == 0 || c.Server.Port == peer.Port || c.Server.Port == 0) {
			c.Server = peer.over(c.Server)
			return c
		}
		p.b.unname(c)
	}
	c := p.b.start(k, Outbound, e)
	c.ID, c.Service, c.Server = e.pid, service(e.tag), peer
	return c
}

// delivered takes a recipient's line: it is about the message that came in,
// and about the connection over which it went out.
func (p *postfix) delivered(e *entry, f *fields) reason {
	d := readDelivery(f.get("to"), f.get("rest"))
	why := disconnected
	if peer := hostPeer(d.relay); peer.Addr.IsValid() && strings.IndexByte(d.relay, '[') > 0 {
		why = p.deliveredOut(e, peer, d)
	}
	if p.qid == "" {
		return why
	}
	m := p.b.findMessage(e.host, p.qid)
	if m == nil {
		if why == taken {
			return why
		}
		m = p.message(e)
	}
	wanted := d.to
	if d.original != "" {
		wanted = d.original
	}
	r := m.recipient(wanted)
	r.Delivery, r.DeliveryWords, r.Relay = d.status, d.words, d.relay
	if _, next, ok := strings.Cut(d.words, "queued as "); ok {
		m.related(strings.TrimRight(next, ")"))
	}
	return p.b.addTo(m, e)
}

type delivery struct {
	to, original, relay, status, words string
	use                                int // conn_use: how many messages the connection has carried
	took                               time.Duration
}

// readDelivery reads "relay=…, delay=…, delays=a/b/c/d, dsn=…, status=… (…)":
// c is the time to connect, d the time to transmit.
func readDelivery(to, s string) delivery {
	d := delivery{to: to}
	s, status, _ := strings.Cut(s, "status=")
	d.status, d.words, _ = strings.Cut(status, " (")
	d.words = strings.TrimSuffix(d.words, ")")
	for _, a := range strings.Split(strings.TrimSuffix(s, ", "), ", ") {
		switch k, v, _ := strings.Cut(a, "="); k {
		case "orig_to":
			d.original = bare(v)
		case "relay":
			d.relay = v
		case "conn_use":
			d.use, _ = strconv.Atoi(v)
		case "delays":
			for i, x := range strings.Split(v, "/") {
				if n, err := strconv.ParseFloat(x, 64); err == nil && i >= 2 && n < 1e6 {
					d.took += time.Duration(n * float64(time.Second))
				}
			}
		}
	}
	return d
}

func (p *postfix) deliveredOut(e *entry, peer Peer, d delivery) reason {
	k := key{keyOutbound, e.host, e.pid}
	if c := p.b.find(k); c != nil && len(c.messages) > 0 && c.messages[len(c.messages)-1].ID != p.qid && d.use < 2 {
		p.b.unname(c) // another message over a connection of its own
	}
	fresh := p.b.find(k) == nil
	c := p.outbound(e, peer)
	if fresh || len(c.Lines) == 0 {
		c.Start.At = c.Start.At.Add(-d.took)
	}
	var m *msg
	if n := len(c.messages); n > 0 && c.messages[n-1].ID == p.qid {
		m = c.messages[n-1]
	} else {
		m = p.b.message(c, e.host, "") // the queue id is the inbound message's name
		m.ID = p.qid
	}
	r := m.recipient(d.to)
	r.Delivery, r.DeliveryWords, r.Relay = d.status, d.words, d.relay
	switch d.status {
	case "sent":
		r.Accepted = Yes
		m.settle(Accepted, d.words)
	case "deferred":
		m.settle(Deferred, d.words)
	case "bounced":
		m.settle(Bounced, d.words)
	}
	c.outcome(d, e)
	why := p.b.tell(c, e)
	m.keepLine(e)
	p.b.end(c, e)
	return why
}

// outcome reads the end of the outbound connection from the words of the
// delivery's status.
func (c *conn) outcome(d delivery, e *entry) {
	if c.Ended.How != "" && c.Ended.How != HowDelivered {
		return
	}
	end := Ended{Words: d.words, Time: e.time}
	switch {
	case d.status == "sent":
		end.How = HowDelivered
	case strings.Contains(d.words, "lost connection with "):
		end.How = HowLost
	case strings.Contains(d.words, " timed out while "):
		end.How, end.By = HowTimeout, "client"
	case strings.Contains(d.words, " said: "), strings.Contains(d.words, "refused to talk to me"):
		end.How = HowRejected
	}
	if _, doing, ok := strings.Cut(d.words, " while "); ok {
		end.stages(postfixWhile[doing]...)
	}
	c.Ended = end
}

func (p *postfix) outboundTLS(e *entry, f *fields) reason {
	if c := p.b.find(key{keyOutbound, e.host, e.pid}); c != nil && len(c.messages) > 0 {
		p.b.unname(c)
	}
	c := p.outbound(e, hostPeer(f.get("peer")))
	c.Begun = true
	c.TLS = TLS{Established: Yes, Version: f.get("version"), Cipher: f.get("cipher"), Words: e.body}
	return p.b.tell(c, e)
}

func (p *postfix) outboundTLSError(e *entry, f *fields) reason {
	c := p.outbound(e, hostPeer(f.get("peer")))
	c.TLS = TLS{Established: No, Words: e.body}
	c.Ended = Ended{Words: e.body, How: HowTLSFailed, Time: e.time}
	c.Ended.stages(PhaseTLSHandshake)
	return p.b.tell(c, e)
}

func (p *postfix) connectFailed(e *entry, f *fields) reason {
	c := p.outbound(e, hostPeer(f.get("peer")))
	how := HowRejected
	if strings.Contains(f.get("words"), "timed out") {
		how = HowTimeout
	}
	c.Ended = Ended{Words: "connect: " + f.get("words"), How: how, Time: e.time}
	c.Ended.stages(PhaseConnect)
	why := p.b.tell(c, e)
	p.b.end(c, e)
	p.b.unname(c)
	return why
}

func (p *postfix) outboundLost(e *entry, f *fields) reason {
	return p.outboundOver(e, f, HowLost, "", postfixWhile[f.get("doing")])
}

func (p *postfix) outboundTimeout(e *entry, f *fields) reason {
	return p.outboundOver(e, f, HowTimeout, "client", postfixWhile[f.get("doing")])
}

func (p *postfix) outboundRefused(e *entry, f *fields) reason {
	return p.outboundOver(e, f, HowRejected, "server", []Phase{PhaseHello, PhaseBanner})
}

func (p *postfix) outboundSaid(e *entry, f *fields) reason {
	return p.outboundOver(e, f, HowRejected, "", nil)
}

// outboundOver takes a line about a server that failed before the last word
// on the recipients: smtp may try another server after it.
func (p *postfix) outboundOver(e *entry, f *fields, how How, by string, stages []Phase) reason {
	c := p.outbound(e, hostPeer(f.get("peer")))
	c.Ended = Ended{Words: e.body, How: how, By: by, Time: e.time}
	c.Ended.stages(stages...)
	return p.both(c, e)
}

func (p *postfix) outboundNote(e *entry, f *fields) reason {
	return p.both(p.outbound(e, hostPeer(f.get("peer"))), e)
}

// both puts the line into the outbound connection and into the message that
// it names, if that is known.
func (p *postfix) both(c *conn, e *entry) reason {
	why := p.b.tell(c, e)
	p.b.wait(c)
	if m := p.b.findMessage(e.host, p.qid); m != nil && p.qid != "" {
		return p.b.addTo(m, e)
	}
	return why
}
