package gatewaylog

import (
	"strings"
)

// sendmail reads sendmail's maillog (formats.md section 4; wording checked
// there against the source of 8.18). A connection is a process; every
// transaction has a queue id of its own. sendmail logs no QUIT and, without a
// transaction, no end at all: silence ends such a connection here. It never
// logs the client's port.
type sendmail struct {
	b   *book
	qid string // of the line at hand
}

func newSendmail(s *shelf) *sendmail {
	p := &sendmail{b: s.newBook(Sendmail)}
	p.b.finish = p.finish
	return p
}

func (p *sendmail) book() *book { return p.b }

// sendmailTable is the texts after the queue id.
var sendmailTable = newTable([]row[*sendmail]{
	{"from={from~}, size={size#}, {rest}", (*sendmail).from, "from=<a@example.com>, size=372, class=0, nrcpts=1, msgid=<1@example.com>, proto=ESMTP, daemon=MTA, relay=mail.example.com [192.0.2.1]"},
	{"to={to~}, delay={rest}", (*sendmail).to, "to=<b@example.org>, ctladdr=<a@example.com> (0/0), delay=00:00:15, xdelay=00:00:15, mailer=esmtp, pri=120372, relay=mx.example.org. [192.0.2.7], dsn=2.0.0, stat=Sent (OK 1392627072)"},
	{"lost input channel from {client} to {daemon_} after {where_}", (*sendmail).lostInput, "lost input channel from [192.0.2.1] to MTA after rcpt"},
	{"timeout waiting for input from {client} during {what}", (*sendmail).timeout, "timeout waiting for input from mail.example.com during server cmd read"},
	{"{client} did not issue MAIL/EXPN/VRFY/ETRN during connection to {daemon_}", (*sendmail).didNotIssue, "mail.example.com [192.0.2.1] (may be forged) did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA"},
	{"collect: premature EOM: {words}", (*sendmail).prematureEOM, "collect: premature EOM: Connection reset by [192.0.2.1]"},
	{"collect: unexpected close on connection from {client}, sender={from}", (*sendmail).collectClose, "collect: unexpected close on connection from [192.0.2.1], sender=<a@example.com>"},
	{"SYSERR({user}): collect: I/O error on connection from {client}, from={from}", (*sendmail).collectError, "SYSERR(root): collect: I/O error on connection from [192.0.2.1], from=<a@example.com>"},
	// 8.16 and later name the relay.
	{"SYSERR({user}): collect: relay={client}, from={from}, info={words}", (*sendmail).collectInfo, "SYSERR(root): collect: relay=mail.example.com, from=<a@example.com>, info=read timeout"},
	{"collect: relay={client}, from={from}, info={words}", (*sendmail).collectInfo, "collect: relay=mail.example.com, from=<a@example.com>, info=unexpected close"},
	{"SYSERR({user}): collect: read timeout on connection from {client}, from={from}", (*sendmail).collectTimeout, "SYSERR(root): collect: read timeout on connection from mail.example.com, from=<a@example.com>"},
	{"SYSERR({user}): collect: Cannot write {words}", (*sendmail).collectWrite, "SYSERR(root): collect: Cannot write ./df6AU6hX2P005018 (bfcommit, uid=0, gid=0): No space left on device"},
	{"headers too large ({maximum#} max) from {client} during {what}", (*sendmail).headersTooLarge, "headers too large (8192 max) from mail.example.com [192.0.2.1] during message collect"},
	{"message size ({size#}) exceeds maximum ({maximum#})", (*sendmail).tooLarge, "message size (20971520) exceeds maximum (10485760)"},
	{"ruleset={ruleset_} arg1={rest}", (*sendmail).ruleset, "ruleset=check_rcpt, arg1=<b@example.org>, relay=[192.0.2.1], reject=550 5.7.1 <b@example.org>... Relaying denied"},
	{"rejecting commands from {client} due to pre-greeting traffic after {n#} seconds", (*sendmail).preGreeting, "rejecting commands from mail.example.com [192.0.2.1] due to pre-greeting traffic after 6 seconds"},
	{"rejecting server {command_} from {client} due to traffic before response", (*sendmail).early, "rejecting server EHLO from mail.example.com [192.0.2.1] due to traffic before response"},
	{"{client}: possible SMTP attack: command={command_} count={n#}", (*sendmail).attack, "[192.0.2.1]: possible SMTP attack: command=AUTH, count=5"},
	{"{client}: probable open proxy: command={command_}", (*sendmail).openProxy, "[192.0.2.1]: probable open proxy: command=GET"},
	{"AUTH failure ({mechanism_}): {words}", (*sendmail).authFailure, "AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user=alice, relay=mail.example.com [192.0.2.1]"},
	{"AUTH={side_} relay={rest}", (*sendmail).auth, "AUTH=server, relay=mail.example.com [192.0.2.1], authid=alice, mech=LOGIN, bits=0"},
	{"STARTTLS={side_} relay={rest}", (*sendmail).startTLS, "STARTTLS=server, relay=mail.example.com [192.0.2.1], version=TLSv1.2, verify=NO, cipher=ECDHE-RSA-AES256-GCM-SHA384, bits=256/256"},
	{"STARTTLS={side_} error: {words}", (*sendmail).startTLSError, "STARTTLS=server, error: accept failed=-1, reason=unknown, SSL_error=5, errno=0, retry=-1"},
	{"Milter ({name}): {words}", (*sendmail).milter, "Milter (pmx): timeout before data read, where=body"},
	{"milter_{function_}({name}): {words}", (*sendmail).milter, "milter_read(pmx): socket closed, where=eom"},
	{"milter_{function_} ({name}): {words}", (*sendmail).milter, "milter_sys_read (pmx): cmd read returned 0, expecting 5"},
	{"Milter: connect: host={name_} addr={client_} {verdict}", (*sendmail).milterConnect, "Milter: connect: host=mail.example.com, addr=192.0.2.1, reject=554 5.7.1 Command rejected"},
	{"Milter: from={from}, {verdict}", (*sendmail).milterFrom, "Milter: from=<a@example.com>, reject=550 5.7.1 Command rejected"},
	{"Milter: to={to}, {verdict}", (*sendmail).milterTo, "Milter: to=<b@example.org>, reject=550 5.7.1 Command rejected"},
	{"Milter: data, {verdict}", (*sendmail).milterData, "Milter: data, reject=550 5.7.1 Command rejected"},
	{"Milter: {words}", (*sendmail).milter, "Milter: helo=mail.example.com, reject=550 5.7.1 Command rejected"},
	{"Milter {words}", (*sendmail).milter, "Milter accept: message"},
	{"{to_}... {words}", (*sendmail).recipientRefused, "<b@example.org>... User unknown"},
	{"{client}: {command_} {what_} [rejected]", (*sendmail).probe, "[192.0.2.1]: EXPN root [rejected]"},
	{"NOQUEUE: connect from {client}", (*sendmail).connect, "NOQUEUE: connect from mail.example.com [192.0.2.1]"},
	{"connect from {client}", (*sendmail).connect, "connect from mail.example.com [192.0.2.1]"},
})

// sendmailAfter are the phases of "after CMD" (srvrsmtp.c: the last command of
// its table, "startup" also behind a word that is none). A command that is
// refused in the midst of a mail is named too, and leaves the phase as it was.
// A loss in the middle of the content is logged by collect, never here.
var sendmailAfter = map[string][]Phase{
	"startup": {PhaseBanner, PhaseHello, PhaseMail, PhaseRcpt}, "helo": {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt}, "ehlo": {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"mail": {PhaseMail, PhaseReady, PhaseRcpt}, "rcpt": {PhaseRcpt, PhaseDataCommand, PhaseMail}, "data": {PhaseRcpt, PhaseDataCommand, PhaseReady, PhaseMail},
	"auth": {PhaseAuth, PhaseReady, PhaseMail, PhaseRcpt}, "starttls": {PhaseTLSHandshake, PhaseTLS, PhaseMail, PhaseRcpt}, "rset": {PhaseReady}, "noop": {PhaseReady, PhaseMail, PhaseRcpt},
	"quit": {PhaseReady}, "unknown": {PhaseReady, PhaseHello}, "bdat": {PhaseData, PhaseRcpt, PhaseMail},
}

func (p *sendmail) take(e *entry) reason {
	body := e.body
	if rest, ok := strings.CutPrefix(body, "[ID "); ok { // Solaris
		if _, after, ok := strings.Cut(rest, "] "); ok {
			body = after
		}
	}
	p.qid, e.body = sendmailQueueID(body)
	e.body = strings.TrimSuffix(e.body, "\\n")
	r := sendmailTable.find(e.body, &e.fields)
	if id, rest, ok := strings.Cut(e.body, ": "); r == nil && ok && p.qid == "" && len(id) <= 20 && strings.IndexByte(id, ' ') < 0 {
		if r = sendmailTable.find(rest, &e.fields); r != nil { // an id that somebody made unreadable
			e.body = rest
		}
	}
	if r == nil {
		if m := p.b.findMessage(e.host, p.qid); m != nil && p.qid != "" {
			return p.b.addTo(m, e)
		}
		if strings.HasPrefix(e.body, "SYSERR") || strings.HasPrefix(e.body, "starting daemon") || strings.HasPrefix(e.body, "gethostby") {
			return notSession
		}
		return unknownKind
	}
	return r.do(p, e, &e.fields)
}

// sendmailQueueID takes "s1H8oqnm024923: " off: eight characters and the pid
// in six digits or more.
func sendmailQueueID(body string) (string, string) {
	i := strings.IndexByte(body, ':')
	if i == len("NOQUEUE") && strings.HasPrefix(body, "NOQUEUE: ") && !strings.HasPrefix(body, "NOQUEUE: connect") {
		return "", body[i+2:]
	}
	if i < 14 || i > 18 || i+2 > len(body) || body[i+1] != ' ' || !isSendmailID(body[:i]) {
		return "", body
	}
	return body[:i], strings.TrimLeft(body[i+2:], " ")
}

func isSendmailID(s string) bool {
	if leadingDigits(s[8:]) != len(s)-8 {
		return false
	}
	for i := range 8 {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// isSendmailBody recognises sendmail under a strange tag.
func isSendmailBody(body string) bool {
	if rest, ok := strings.CutPrefix(body, "[ID "); ok {
		_, body, _ = strings.Cut(rest, "] ")
	}
	id, rest := sendmailQueueID(strings.TrimLeft(body, " "))
	var f fields
	return id != "" && sendmailTable.find(rest, &f) != nil
}

// session is the connection of the process that wrote the line, which is one
// client's only. A pid that comes again is told by its client, or by the end
// of the connection before.
func (p *sendmail) session(e *entry, client string) *conn {
	peer := Peer{}
	if client != "" {
		peer = hostPeer(strings.TrimSuffix(client, " (may be forged)"))
	}
	pid := e.pid
	if m := p.b.findMessage(e.host, p.qid); m != nil && p.qid != "" && m.conn.Fragment {
		p.b.name(m.conn, key{keyConnection, e.host, pid})
		c := m.conn
		c.Direction, c.ID = Inbound, pid
		c.Client = peer.over(c.Client)
		return c
	}
	if m := p.b.findMessage(e.host, p.qid); m != nil && p.qid != "" && (m.conn.Client.Addr == peer.Addr || !peer.Addr.IsValid() || !m.conn.Client.Addr.IsValid()) {
		m.conn.Client = peer.over(m.conn.Client)
		return m.conn
	}
	k := key{keyConnection, e.host, pid}
	if c := p.b.find(k); c != nil {
		if !peer.Addr.IsValid() || !c.Client.Addr.IsValid() || c.Client.Addr == peer.Addr {
			c.Client = peer.over(c.Client)
			return c
		}
		p.b.unname(c)
	}
	c := p.b.start(k, Inbound, e)
	c.Client, c.Service = peer, e.tag
	return c
}

// receiver is the connection whose process made the queue id: an id ends with
// its pid (queue.c, assign_queueid).
func (p *sendmail) receiver(host string) *conn {
	if len(p.qid) < 14 {
		return nil
	}
	c := p.b.find(key{keyConnection, host, strings.TrimLeft(p.qid[8:], "0")})
	if c == nil || c.Direction != Inbound {
		return nil
	}
	return c
}

// transaction is the message of the queue id, begun in the connection c.
func (p *sendmail) transaction(c *conn, e *entry) *msg {
	if p.qid == "" {
		return nil
	}
	if m := p.b.findMessage(e.host, p.qid); m != nil && m.conn == c {
		return m
	}
	return p.b.message(c, e.host, p.qid)
}

// keep puts the line into the connection, and into the message if there is
// one already or the line speaks of one.
func (p *sendmail) keep(c *conn, m *msg, e *entry) reason {
	if m == nil && p.qid != "" {
		m = p.b.findMessage(e.host, p.qid)
	}
	why := p.b.tell(c, e)
	if m != nil && m.conn == c {
		return p.b.addTo(m, e)
	}
	return why
}

// commaFields reads "class=0, nrcpts=1, relay=mail.example.com [192.0.2.1]".
// A comma inside a value is followed by no name and "=".
func commaFields(s string) map[string]string {
	out := map[string]string{}
	last := ""
	for _, part := range strings.Split(s, ", ") {
		k, v, ok := strings.Cut(part, "=")
		if ok && k != "" && !strings.ContainsAny(k, " <>@\"") {
			out[k], last = v, k
		} else if last != "" {
			out[last] += ", " + part
		}
	}
	return out
}

func (p *sendmail) finish(c *conn) {
	if c.Direction == Inbound && !c.Closed && c.Ended.How == "" {
		c.quiet = true // sendmail logs no orderly end
	}
	for _, m := range c.messages {
		if m.Outcome.Kind == "" && len(m.Lines) > 0 && (c.Ended.How == HowLost || c.Ended.How == HowTimeout) {
			m.Outcome = Outcome{Kind: Aborted, Words: m.Outcome.Words, Inferred: true}
		}
	}
}
