package gatewaylog

import "strings"

// openSMTPD reads OpenSMTPD's maillog (formats.md section 7): version 6 and
// later, "session smtp event …", and the wording of 5.x. A session has an id
// of 16 hexadecimal digits; the client's port is not logged.
type openSMTPD struct{ b *book }

func newOpenSMTPD(s *shelf) *openSMTPD {
	p := &openSMTPD{b: s.newBook(OpenSMTPD)}
	p.b.finish = p.finish
	return p
}

func (p *openSMTPD) book() *book { return p.b }

var opensmtpdTable = newTable([]row[*openSMTPD]{
	{"{session_} smtp connected address={client_} host={name_}", (*openSMTPD).connected, "88166f7f21c951f4 smtp connected address=192.0.2.1 host=<unknown>"},
	{"{session_} smtp event=connected address={client_} host={name_}", (*openSMTPD).connected, "88166f7f21c951f4 smtp event=connected address=192.0.2.1 host=mail.example.com"},
	{"{session_} smtp event=proxy address={client_}", (*openSMTPD).proxied, "88166f7f21c951f4 smtp event=proxy address=192.0.2.1"},
	{`proxy {pointer_} event=closed address={client_} reason="{reason~}"`, (*openSMTPD).proxyClosed, `proxy 0x55c2f51d5590 event=closed address=192.0.2.1 reason="disconnected"`},
	{"{session_} smtp tls ciphers={cipher_}", (*openSMTPD).tls, "7672e2adba07418c smtp tls ciphers=TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256"},
	{"{session_} smtp event=starttls ciphers={cipher}", (*openSMTPD).tls, `7672e2adba07418c smtp event=starttls ciphers="version=TLSv1.2, cipher=ECDHE-RSA-AES256-GCM-SHA384, bits=256"`},
	{"{session_} smtp authentication user={user~} result={result_}", (*openSMTPD).auth, "7672e2adba07418c smtp authentication user=alice@example.com result=ok"},
	{"{session_} smtp message msgid={msgid_} size={size#} nrcpt={n#} proto={proto_}", (*openSMTPD).message, "7672e2adba07418c smtp message msgid=b58fa079 size=1049 nrcpt=1 proto=ESMTP"},
	{"{session_} smtp event=message msgid={msgid_} from={from_} to={to_} size={size#} {rest}", (*openSMTPD).message, "7672e2adba07418c smtp event=message msgid=b58fa079 from=<a@example.com> to=<b@example.org> size=1049 ndest=1 proto=ESMTP"},
	{"{session_} smtp envelope evpid={evpid_} from=<{from~}> to=<{to~}>", (*openSMTPD).envelope, "7672e2adba07418c smtp envelope evpid=b58fa0798ec2fa66 from=<a@example.com> to=<b@example.org>"},
	{`{session_} smtp failed-command command="{command~}" result="{result~}"`, (*openSMTPD).failed, `88166f7f21c951f4 smtp failed-command command="RCPT TO:<b@example.org>" result="550 Invalid recipient"`},
	{`{session_} smtp event=failed-command {address_} {host_} command="{command~}" result="{result~}"`, (*openSMTPD).failed, `88166f7f21c951f4 smtp event=failed-command address=192.0.2.1 host=mail.example.com command="RCPT TO:<b@example.org>" result="550 Invalid recipient"`},
	{"{session_} smtp bad-input result={result}", (*openSMTPD).badInput, `88166f7f21c951f4 smtp bad-input result="500 5.0.0 Line too long"`},
	{"{session_} smtp disconnected reason={reason}", (*openSMTPD).disconnected, "88166f7f21c951f4 smtp disconnected reason=quit"},
	{"{session_} smtp event=closed {rest~}reason={reason}", (*openSMTPD).disconnected, "88166f7f21c951f4 smtp event=closed address=192.0.2.1 host=mail.example.com reason=quit"},
	{"{session_} mta connecting address={url_} host={name_}", (*openSMTPD).mtaConnecting, "88166f7f21c951f5 mta connecting address=smtp://192.0.2.7:25 host=mx.example.org"},
	{"{session_} mta tls ciphers={cipher_}", (*openSMTPD).mtaTLS, "88166f7f21c951f5 mta tls ciphers=TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256"},
	{"{session_} mta delivery evpid={evpid_} from=<{from}> to=<{to}> {rest}", (*openSMTPD).mtaDelivery, `88166f7f21c951f5 mta delivery evpid=b58fa0798ec2fa66 from=<a@example.com> to=<b@example.org> rcpt=<-> source="192.0.2.2" relay="192.0.2.7 (mx.example.org)" delay=1s result="Ok" stat="250 2.0.0 Ok"`},
	{"{session_} mta error reason={reason}", (*openSMTPD).mtaError, `88166f7f21c951f5 mta error reason="Connection timeout"`},
	{"{session_} mta disconnected {rest}", (*openSMTPD).mtaDisconnected, "88166f7f21c951f5 mta disconnected reason=quit messages=1"},
	{"{session_} mda delivery evpid={evpid_} from=<{from}> to=<{to}> {rest}", (*openSMTPD).local, `88166f7f21c951f6 mda delivery evpid=b58fa0798ec2fa66 from=<a@example.com> to=<b@example.org> rcpt=<b@example.org> user=b delay=1s result=Ok stat=Delivered`},
	{"{session_} smtp {words}", (*openSMTPD).note, "88166f7f21c951f4 smtp report received"},
	{"{session_} mta {words}", (*openSMTPD).mtaNote, "88166f7f21c951f5 mta connected"},
	{"smtp-in: New session {session_} from host {name_} [{client_}]", (*openSMTPD).connected, "smtp-in: New session 08d856b172f69c5c from host mail.example.com [192.0.2.1]"},
	{"smtp-in: Accepted message {msgid_} on session {session_}: from=<{from~}>, to=<{to~}>, size={size#}, {rest}", (*openSMTPD).message, "smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: from=<a@example.com>, to=<b@example.org>, size=1746, ndest=1, proto=ESMTP"},
	{`smtp-in: Failed command on session {session_}: "{command~}" => {result}`, (*openSMTPD).failed, `smtp-in: Failed command on session 1f55bdcdf16e28a3: "MAIL FROM:<a@example.com>  " => 421 4.3.0: Temporary Error`},
	{"smtp-in: Received disconnect from session {session_}", (*openSMTPD).received, "smtp-in: Received disconnect from session 427e7493ebe154ae"},
	{"smtp-in: Disconnecting session {session_}: {reason}", (*openSMTPD).disconnected, "smtp-in: Disconnecting session 427e7497e03518ef: IO error: No SSL error"},
	{"smtp-in: Closing session {session_}", (*openSMTPD).closing, "smtp-in: Closing session 08d856b172f69c5c"},
	{"smtp-in: Started TLS on session {session_}: version={version_} cipher={cipher_} {rest}", (*openSMTPD).tls5, "smtp-in: Started TLS on session 427e749c2e46f809: version=TLSv1.2, cipher=EDH-RSA-DES-CBC3-SHA, bits=112"},
	{"smtp-in: Authentication {words~} on session {session_}", (*openSMTPD).note, "smtp-in: Authentication failed on session 427e749c2e46f809"},
})

// opensmtpdReasons are the reasons of a disconnect: disconnect is the peer's
// FIN, io-error a RST or another error of the socket.
var opensmtpdReasons = []opensmtpdWords{
	{"quit", HowQuit, "client"}, {"timeout", HowTimeout, "server"}, {"disconnect", HowEOF, "client"},
	{"tls-accept-failed", HowTLSFailed, ""}, {"io-error", HowReset, ""}, {"IO error", HowReset, ""},
	{"Timeout", HowTimeout, "server"}, {"connection timeout", HowTimeout, "server"},
}

type opensmtpdWords struct {
	words string
	how   How
	by    string
}

// opensmtpdReason is the row of a reason, nil where none has it.
func opensmtpdReason(words string) *opensmtpdWords {
	for i := range opensmtpdReasons {
		if strings.HasPrefix(words, opensmtpdReasons[i].words) {
			return &opensmtpdReasons[i]
		}
	}
	return nil
}

func (p *openSMTPD) take(e *entry) reason {
	r := opensmtpdTable.find(e.body, &e.fields)
	switch {
	case r == nil && strings.HasPrefix(e.body, "smtp-in:"):
		return unknownKind
	case r == nil:
		return notSession
	case !isHex(e.fields.get("session")) && e.fields.get("pointer") == "":
		return notSession
	}
	return r.do(p, e, &e.fields)
}

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 16
}

func (p *openSMTPD) session(e *entry, f *fields) *conn {
	k := key{keyConnection, e.host, f.get("session")}
	if c := p.b.find(k); c != nil {
		return c
	}
	return p.b.start(k, Inbound, e)
}

func (p *openSMTPD) connected(e *entry, f *fields) reason {
	c := p.session(e, f)
	c.Begun = true
	c.Client.Addr = address(strings.TrimPrefix(f.get("client"), "IPv6:"))
	if name := f.get("name"); name != "<unknown>" {
		c.Client.Name = name
	}
	if f.get("client") == "local" {
		c.Direction = Internal
	}
	return p.b.tell(c, e)
}

func (p *openSMTPD) tls(e *entry, f *fields) reason {
	c := p.session(e, f)
	version, cipher, _ := strings.Cut(f.get("cipher"), ":")
	c.TLS = TLS{Established: Yes, Version: version, Cipher: cipher, Words: f.get("cipher")}
	return p.b.tell(c, e)
}

func (p *openSMTPD) tls5(e *entry, f *fields) reason {
	c := p.session(e, f)
	c.TLS = TLS{Established: Yes, Version: strings.TrimSuffix(f.get("version"), ","), Cipher: strings.TrimSuffix(f.get("cipher"), ","), Words: e.body}
	return p.b.tell(c, e)
}

func (p *openSMTPD) auth(e *entry, f *fields) reason {
	c := p.session(e, f)
	c.Auth = Auth{User: f.get("user"), Succeeded: No, Words: f.get("result")}
	if f.get("result") == "ok" {
		c.Auth.Succeeded = Yes
	}
	return p.b.tell(c, e)
}

// open is the message of that msgid.
func (p *openSMTPD) open(c *conn, e *entry, id string) *msg {
	m := p.b.findMessage(e.host, id)
	if m != nil && m.conn.Fragment {
		p.b.adopt(c, m)
	}
	if m != nil && m.conn == c {
		return m
	}
	return p.b.message(c, e.host, id)
}

func (p *openSMTPD) message(e *entry, f *fields) reason {
	c := p.session(e, f)
	m := p.open(c, e, f.get("msgid"))
	m.Size = known(int64(number(f.get("size"))))
	if from := f.get("from"); from != "" {
		m.From, m.HasFrom = bare(from), true
		m.recipient(bare(f.get("to"))).Accepted = Yes
	}
	m.settle(Accepted, "message msgid="+f.get("msgid"))
	p.b.tell(c, e)
	return p.b.addTo(m, e)
}

func (p *openSMTPD) envelope(e *entry, f *fields) reason {
	c := p.session(e, f)
	m := p.open(c, e, f.get("evpid")[:min(8, len(f.get("evpid")))])
	m.From, m.HasFrom = f.get("from"), true
	m.recipient(f.get("to")).Accepted = Yes
	p.b.tell(c, e)
	return p.b.addTo(m, e)
}

// failed is a command that was refused.
func (p *openSMTPD) failed(e *entry, f *fields) reason {
	c := p.session(e, f)
	verb, rest, _ := strings.Cut(strings.TrimSpace(f.get("command")), " ")
	verb = knownVerb(verb)
	r := Rejection{Command: verb, Code: replyCode(f.get("result")), Words: f.get("result")}
	switch verb {
	case "MAIL":
		r.From = path(rest)
	case "RCPT":
		r.To = path(rest)
	}
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, r)
	}
	return p.b.tell(c, e)
}

func (p *openSMTPD) badInput(e *entry, f *fields) reason {
	c := p.session(e, f)
	words := strings.Trim(f.get("result"), `"`)
	c.Ended = Ended{Words: "bad-input " + words, How: HowDropped, By: "server", Time: e.time}
	return p.b.tell(c, e)
}

// disconnected says "quit" also of sessions that the server ended itself, by a
// 421 or 521 (smtpd.conf(5), filters that disconnect) or over input that it would
// not take (smtp_session.c, STATE_QUIT).
func (p *openSMTPD) disconnected(e *entry, f *fields) reason {
	c := p.session(e, f)
	words := strings.Trim(f.get("reason"), `"`)
	end := Ended{Words: words, How: HowClosed, Time: e.time}
	if r := opensmtpdReason(words); r != nil {
		end.How, end.By = r.how, r.by
	}
	if c.TLS.Established != Yes && strings.HasPrefix(words, "io-error: ") && (strings.Contains(words, "SSL") || strings.Contains(words, "TLS")) {
		end.How, end.By = HowTLSFailed, ""
	}
	if end.How == HowTLSFailed {
		end.stages(PhaseTLSHandshake)
	}
	n := len(c.Rejections)
	switch {
	case end.How == HowQuit && c.Ended.How == HowDropped: // bad-input
	case end.How == HowQuit && n > 0 && hangsUp(c.Rejections[n-1].Code):
		c.Ended = Ended{Words: c.Rejections[n-1].Words, How: HowDropped, By: "server", Time: e.time}
	case c.Ended.How == "" || end.How == HowQuit:
		c.Ended = end
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

// received: "Received disconnect" is the client's FIN (5.x).
func (p *openSMTPD) received(e *entry, f *fields) reason {
	c := p.session(e, f)
	c.Ended = Ended{Words: "Received disconnect", How: HowEOF, By: "client", Time: e.time}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

func (p *openSMTPD) closing(e *entry, f *fields) reason {
	c := p.session(e, f)
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "Closing session", How: HowQuit, By: "client", Time: e.time}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

func (p *openSMTPD) note(e *entry, f *fields) reason { return p.b.tell(p.session(e, f), e) }

// finish infers the phase: a transaction is logged only once it is complete.
func (p *openSMTPD) finish(c *conn) {
	if c.Direction != Inbound || len(c.Ended.Stages) > 0 {
		return
	}
	switch c.Ended.How {
	case HowEOF, HowReset, HowTimeout:
		c.Ended.Stages = []Phase{PhaseReady, PhaseHello, PhaseMail, PhaseRcpt, PhaseDataCommand, PhaseData, PhaseDot, PhaseAuth, PhaseBanner}
	}
}
