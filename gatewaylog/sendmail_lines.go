package gatewaylog

import "strings"

func (p *sendmail) connect(e *entry, f *fields) reason {
	c := p.session(e, f.get("client"))
	c.Begun = true
	return p.b.tell(c, e)
}

// from is logged when the transaction is over: size=0 and nrcpts=0 for one
// that brought no message.
func (p *sendmail) from(e *entry, f *fields) reason {
	x := commaFields(f.get("rest"))
	relay := x["relay"]
	local := x["proto"] == "" && x["daemon"] == "" && strings.Contains(relay, "@")
	c := p.session(e, pick(local, "", relay))
	if local {
		c.Direction = Internal
	}
	if x["daemon"] != "" {
		c.Service = x["daemon"]
	}
	m := p.transaction(c, e)
	if m == nil {
		return p.b.tell(c, e)
	}
	m.From, m.HasFrom = bare(f.get("from")), true
	if m.Outcome.Kind != Rejected || !strings.HasPrefix(m.Outcome.Words, "collect: ") { // else it is what was read till then
		m.Size = known(int64(number(f.get("size"))))
	}
	m.MessageID = bare(x["msgid"])
	if user := x["auth"]; user != "" {
		c.Auth.Mechanism, c.Auth.Succeeded = user, Yes
	}
	came := x["nrcpts"] != "" && x["nrcpts"] != "0" && f.get("size") != "0"
	switch {
	case m.Outcome.Kind == Refused && came && m.MessageID != "": // the queue id outlives a MAIL that is refused
		m.settle(Accepted, m.becauseOf("from="+f.get("from")+", size="+f.get("size")))
	case m.Outcome.Kind != "":
	case came && m.MessageID == "" && x["proto"] != "":
		// The size is what the client announced (srvrsmtp.c, SIZE=): content has a Message-ID, if need be one
		// that sendmail gives it. "to=" tells of it if it came all the same.
	case came || m.MessageID != "" && x["nrcpts"] != "" && x["nrcpts"] != "0":
		m.settle(Accepted, m.becauseOf("from="+f.get("from")+", size="+f.get("size")))
	case x["nrcpts"] == "0" && len(m.Recipients) > 0 && allRefused(m.Recipients):
		m.settle(Refused, m.Recipients[len(m.Recipients)-1].Words)
	}
	if x["proto"] != "" {
		m.beforeAnswer(e) // headers.c, eatheader, by collect.c; of one that broke off at its end
	}
	p.b.wait(c)
	return p.keep(c, m, e)
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func allRefused(rs []Recipient) bool {
	for _, r := range rs {
		if r.Accepted != No {
			return false
		}
	}
	return true
}

// to is about passing the message on, by another process than the one that
// received it.
func (p *sendmail) to(e *entry, f *fields) reason {
	x := commaFields("delay=" + f.get("rest"))
	status, words, _ := strings.Cut(x["stat"], " (")
	status, more, deferred := strings.Cut(status, ": ")
	if deferred {
		words = strings.TrimSuffix(more+" ("+words, " (")
	}
	words = strings.TrimSuffix(words, ")")
	list, _, _ := strings.Cut(f.get("to"), ", ctladdr=")
	why := p.outward(e, x["relay"], list, status, words)
	if p.qid == "" {
		return why
	}
	m := p.b.findMessage(e.host, p.qid)
	if m == nil {
		if c := p.receiver(e.host); c != nil {
			m = p.transaction(c, e)
		}
	}
	if m == nil {
		if why == taken {
			return why
		}
		m = p.b.fragment(e, p.qid)
	}
	for _, to := range strings.Split(list, ",") {
		r := m.recipient(bare(to))
		r.Delivery, r.DeliveryWords, r.Relay = status, words, x["relay"]
	}
	switch {
	case status == "aborted by sender":
		m.settle(Withdrawn, status)
	case m.Outcome.Kind == "" && (status == "Sent" || deferred && status == "Deferred"):
		m.settle(Accepted, "stat="+status)
	}
	if n := len(m.conn.Rejections); n > 0 && m.Outcome.Kind == Accepted && x["mailer"] == "" && strings.Contains(m.conn.Rejections[n-1].Words, x["stat"]) {
		m.settle(Rejected, m.conn.Rejections[n-1].Words) // a rule over the header refused the content (headers.c)
	}
	if next, _, ok := strings.Cut(words, " Message accepted"); ok {
		m.related(next)
	}
	return p.b.addTo(m, e)
}

// outward is the outbound connection that the line speaks of, if the relay
// has an address. sendmail tells no port.
func (p *sendmail) outward(e *entry, relay, list, status, words string) reason {
	open := strings.LastIndexByte(relay, '[')
	if open <= 0 {
		return disconnected
	}
	server := hostPeer(relay)
	server.Name = strings.TrimSuffix(server.Name, ".")
	if !server.Addr.IsValid() {
		return disconnected
	}
	k := key{keyOutbound, e.host, e.pid}
	c := p.b.find(k)
	if c != nil && (c.Server.Addr != server.Addr || c.TLS.Words == "" && len(c.messages) > 0 && c.messages[len(c.messages)-1].ID != p.qid) {
		if c.Server.Addr.IsValid() {
			p.b.unname(c)
			c = nil
		}
	}
	if c == nil {
		c = p.b.start(k, Outbound, e)
	}
	c.Server = server.over(c.Server)
	m := c.outgoing(p.b, e, p.qid)
	for _, to := range strings.Split(list, ",") {
		r := m.recipient(bare(to))
		r.Delivery, r.DeliveryWords = status, words
	}
	c.sendmailStatus(m, status, words)
	c.Ended.Time = e.time
	why := p.b.tell(c, e)
	m.keepLine(e)
	p.b.end(c, e)
	return why
}

// sendmailStatus reads stat=: "Sent", "Deferred", or why it bounced.
func (c *conn) sendmailStatus(m *msg, status, words string) {
	switch status {
	case "Sent":
		m.settle(Accepted, words)
		c.Ended = Ended{Words: status, How: HowDelivered}
	case "Deferred":
		m.settle(Deferred, words)
		c.Ended = Ended{Words: words, How: sendmailDeferred(words)}
	default:
		m.settle(Bounced, words)
		c.Ended = Ended{Words: status, How: HowRejected}
	}
}

func sendmailDeferred(words string) How {
	switch {
	case strings.HasPrefix(words, "Connection timed out"):
		return HowTimeout
	case strings.HasPrefix(words, "Connection reset"):
		return HowReset
	case strings.HasPrefix(words, "Connection refused"), replyCode(words) != 0:
		return HowRejected
	}
	return ""
}

// outgoing is the message of that id in an outbound connection; the id stays
// the inbound message's name.
func (c *conn) outgoing(b *book, e *entry, id string) *msg {
	for _, m := range c.messages {
		if m.ID == id {
			return m
		}
	}
	m := b.message(c, e.host, "")
	m.ID = id
	return m
}

// lostInput is the end of the commands with a transaction open: EOF, RST or
// timeout. The timeout has a line of its own beside this one.
func (p *sendmail) lostInput(e *entry, f *fields) reason {
	c := p.session(e, f.get("client"))
	c.Service = f.get("daemon")
	if c.Ended.How != HowTimeout {
		c.Ended = Ended{Words: e.body, How: HowLost, By: "client", Time: e.time}
	}
	c.Ended.stages(sendmailAfter[f.get("where")]...)
	var m *msg
	if f.get("where") != "startup" && f.get("where") != "helo" && f.get("where") != "ehlo" {
		m = p.transaction(c, e)
	}
	why := p.keep(c, m, e)
	p.b.end(c, e)
	return why
}

func (p *sendmail) timeout(e *entry, f *fields) reason {
	c := p.session(e, f.get("client"))
	stages := c.Ended.Stages
	if c.Ended.How == "" || c.Ended.How == HowLost {
		c.Ended = Ended{Words: e.body, How: HowTimeout, By: "server", Time: e.time}
		c.Ended.stages(stages...)
	}
	if strings.Contains(f.get("what"), "collect") || strings.Contains(f.get("what"), "message") {
		c.Ended.stages(PhaseData)
	}
	why := p.keep(c, nil, e)
	p.b.end(c, e)
	return why
}

// didNotIssue says that there was no transaction, not how it ended: QUIT, EOF,
// RST or timeout.
func (p *sendmail) didNotIssue(e *entry, f *fields) reason {
	c := p.session(e, f.get("client"))
	c.Service = f.get("daemon")
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "did not issue MAIL/EXPN/VRFY/ETRN", How: HowClosed, Time: e.time}
		c.Ended.Stages = []Phase{PhaseReady, PhaseHello, PhaseBanner, PhaseAuth, PhaseTLSHandshake}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

// prematureEOM is a loss in the middle of the content; "unexpected close" is
// the peer's FIN, the text of an errno a RST.
func (p *sendmail) prematureEOM(e *entry, f *fields) reason {
	words := f.get("words")
	how := HowReset
	client := ""
	if words == "unexpected close" {
		how = HowEOF
	} else if _, who, ok := strings.Cut(words, " by "); ok {
		client = who
	}
	return p.collect(e, client, "", how, "client", words)
}

func (p *sendmail) collectClose(e *entry, f *fields) reason {
	return p.collect(e, f.get("client"), f.get("from"), HowEOF, "client", "unexpected close")
}

func (p *sendmail) collectError(e *entry, f *fields) reason {
	return p.collect(e, f.get("client"), f.get("from"), HowReset, "client", "I/O error")
}

func (p *sendmail) collectTimeout(e *entry, f *fields) reason {
	return p.collect(e, f.get("client"), f.get("from"), HowTimeout, "server", "read timeout")
}

// collectInfo takes the same three as sendmail 8.16 and later word them.
func (p *sendmail) collectInfo(e *entry, f *fields) reason {
	words := f.get("words")
	switch {
	case words == "read timeout":
		return p.collectTimeout(e, f)
	case words == "I/O error":
		return p.collectError(e, f)
	case strings.Contains(words, ", where="):
		return p.collectBare(e, f)
	}
	return p.collectClose(e, f)
}

// collectBare is content with a bare CR or LF, which collect.c of 8.18 (and of
// Debian's 8.17.1.9) refuses: "info=Bare linefeed (LF) not allowed, where=body,
// status=tempfail". It says 421 and hangs up; the client may have sent the end.
func (p *sendmail) collectBare(e *entry, f *fields) reason {
	words, _, _ := strings.Cut(f.get("words"), ", where=")
	c := p.session(e, f.get("client"))
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "collect: " + words, How: HowDropped, By: "server", Time: e.time}
		c.Ended.stages(PhaseData, PhaseDot)
	}
	m := p.transaction(c, e)
	if m != nil {
		m.settle(Rejected, "collect: "+words)
		m.From, m.HasFrom = bare(f.get("from")), true
	}
	return p.keep(c, m, e)
}

// collectWrite is a queue that cannot be written, as on a full disk
// (collect.c, dferror): the client gets 421, 451 or 452, and the line of the
// envelope follows as for any other.
func (p *sendmail) collectWrite(e *entry, f *fields) reason {
	c := p.session(e, "")
	m := p.transaction(c, e)
	if m != nil && m.Outcome.Kind == "" {
		m.settle(Rejected, "collect: Cannot write "+f.get("words"))
		m.Outcome.Early = true
	}
	return p.keep(c, m, e)
}

// collect ends a connection in the middle of the content. The process exits;
// no "lost input channel" follows.
func (p *sendmail) collect(e *entry, client, from string, how How, by, words string) reason {
	c := p.session(e, client)
	if c.Ended.How == "" || how == HowTimeout {
		c.Ended = Ended{Words: "collect: " + words, How: how, By: by, Time: e.time}
		c.Ended.stages(PhaseData)
	}
	m := p.transaction(c, e)
	if m != nil {
		m.settle(Aborted, "collect: "+words)
		if from != "" {
			m.From, m.HasFrom = bare(from), true
		}
	}
	why := p.keep(c, m, e)
	p.b.end(c, e)
	return why
}

func (p *sendmail) tooLarge(e *entry, _ *fields) reason {
	c := p.session(e, "")
	m := p.transaction(c, e)
	if m != nil {
		m.settle(Rejected, e.body)
	}
	return p.keep(c, m, e)
}

// headersTooLarge: collect.c answers 552 behind the content, whose header it did
// not keep; from= follows with a Message-ID of sendmail's own.
func (p *sendmail) headersTooLarge(e *entry, f *fields) reason {
	c := p.session(e, f.get("client"))
	m := p.transaction(c, e)
	if m != nil {
		m.settle(Rejected, "headers too large ("+f.get("maximum")+" max)")
	}
	return p.keep(c, m, e)
}

// ruleset is a refusal by a rule: check_relay on connecting, check_mail,
// check_rcpt and the rest by command.
func (p *sendmail) ruleset(e *entry, f *fields) reason {
	x := commaFields("arg1=" + f.get("rest"))
	head, words, _ := strings.Cut(e.body, ", reject=")
	_, relay, _ := strings.Cut(head, ", relay=")
	if words == "" {
		words = x["reject"] + x["quarantine"] + x["discard"]
	}
	c := p.session(e, relay)
	rule := strings.TrimSuffix(f.get("ruleset"), ",")
	command := map[string]string{"check_relay": "CONNECT", "check_mail": "MAIL", "check_rcpt": "RCPT", "check_data": "DATA", "check_eom": "END-OF-MESSAGE", "check_vrfy": "VRFY", "check_expn": "EXPN"}[rule]
	r := Rejection{Command: command, Code: replyCode(words), Words: words}
	switch command {
	case "RCPT":
		r.To = bare(x["arg1"])
	case "MAIL":
		r.From = bare(x["arg1"])
	case "CONNECT":
		c.Ended = Ended{Words: words, How: HowRejected, By: "server", Time: e.time}
		c.Ended.stages(PhaseHello, PhaseBanner)
	}
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, r)
	}
	if command != "RCPT" && command != "MAIL" {
		return p.keep(c, nil, e)
	}
	m := p.transaction(c, e)
	if m != nil && command == "RCPT" {
		x := m.recipient(r.To)
		x.Accepted, x.Words = No, words
	}
	if m != nil && command == "MAIL" {
		m.From, m.HasFrom = r.From, true
		m.settle(Refused, words)
	}
	return p.keep(c, m, e)
}

func (p *sendmail) recipientRefused(e *entry, f *fields) reason {
	c := p.session(e, "")
	to := bare(f.get("to"))
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "RCPT", Words: f.get("words"), To: to})
	}
	m := p.transaction(c, e)
	if m != nil {
		r := m.recipient(to)
		r.Accepted, r.Words = No, f.get("words")
	}
	return p.keep(c, m, e)
}

func (p *sendmail) preGreeting(e *entry, f *fields) reason {
	c := p.session(e, strings.TrimSpace(f.get("client")))
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: "CONNECT", Words: "pre-greeting traffic after " + f.get("n") + " seconds"})
	}
	return p.keep(c, nil, e)
}

// early is a client that does not wait for replies: sendmail refuses its HELO
// and every command behind it.
func (p *sendmail) early(e *entry, f *fields) reason {
	c := p.session(e, strings.TrimSpace(f.get("client")))
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: f.get("command"), Words: "traffic before response"})
	}
	return p.keep(c, nil, e)
}

func (p *sendmail) attack(e *entry, f *fields) reason {
	return p.keep(p.session(e, f.get("client")), nil, e)
}

func (p *sendmail) probe(e *entry, f *fields) reason { return p.attack(e, f) }

func (p *sendmail) openProxy(e *entry, f *fields) reason {
	c := p.session(e, f.get("client"))
	c.Ended = Ended{Words: "probable open proxy: command=" + f.get("command"), How: HowDropped, By: "server", Time: e.time}
	c.Ended.stages(PhaseHello, PhaseReady)
	return p.keep(c, nil, e)
}

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
