package gatewaylog

import (
	"slices"
	"strconv"
	"strings"
)

// smtpdTable is what smtpd logs (formats.md section 5, smtpd.c). A queue id
// or NOQUEUE before the text has been taken off. Order matters where one
// pattern is the beginning of another.
var smtpdTable = newTable([]row[*postfix]{
	{"connect from {peer}", (*postfix).connect, "connect from mail.example.com[192.0.2.1]:41000"},
	{"disconnect from {peer}", (*postfix).disconnect, "disconnect from mail.example.com[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4"},
	{"client={rest}", (*postfix).client, "client=mail.example.com[192.0.2.1], sasl_method=PLAIN, sasl_username=alice"},
	{"lost connection after {where_} ({bytes#} bytes) from {peer}", (*postfix).lost, "lost connection after DATA (1234 bytes) from mail.example.com[192.0.2.1]"},
	{"lost connection after {where_} from {peer}", (*postfix).lost, "lost connection after RCPT from unknown[192.0.2.1]"},
	{"timeout after {where_} ({bytes#} bytes) from {peer}", (*postfix).timeout, "timeout after BDAT (0 bytes) from unknown[192.0.2.1]"},
	{"timeout after {where_} from {peer}", (*postfix).timeout, "timeout after END-OF-MESSAGE from unknown[192.0.2.1]"},
	{"too many errors after {where_} ({bytes#} bytes) from {peer}", (*postfix).tooManyErrors, "too many errors after DATA (9 bytes) from unknown[192.0.2.1]"},
	{"too many errors after {where_} from {peer}", (*postfix).tooManyErrors, "too many errors after AUTH from unknown[192.0.2.1]"},
	{"reject: {command_} from {rest}", (*postfix).reject, "reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <a@example.org>: Recipient address rejected; from=<b@example.com> to=<a@example.org> proto=ESMTP helo=<h>"},
	{"milter-reject: {command_} from {rest}", (*postfix).reject, "milter-reject: END-OF-MESSAGE from unknown[192.0.2.1]: 5.7.1 Blocked; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"proxy-reject: {command_}: {words}", (*postfix).proxyReject, "proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=31619-02 - spam; from=<> to=<b@example.org> proto=SMTP helo=<192.0.2.1>"},
	{"discard: {command_} from {rest}", (*postfix).discard, "discard: MAIL from unknown[192.0.2.1]: <a@example.com>: Sender address SPAM; from=<a@example.com> proto=ESMTP helo=<h>"},
	{"milter-discard: {command_} from {rest}", (*postfix).discard, "milter-discard: END-OF-MESSAGE from unknown[192.0.2.1]: milter triggers DISCARD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"proxy-accept: {command_}: {words}", (*postfix).proxyAccept, "proxy-accept: END-OF-MESSAGE: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10013): 250 2.0.0 Ok: queued as DF66E940333; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"abort: TLS from {peer}", (*postfix).abortTLS, "abort: TLS from unknown[192.0.2.1]"},
	{"SSL_accept error from {peer~}: {words}", (*postfix).acceptError, "SSL_accept error from unknown[192.0.2.1]: Connection timed out"},
	{"{trust_} TLS connection established from {peer~}: {version_} with cipher {cipher_} {rest}", (*postfix).encrypted, "Anonymous TLS connection established from unknown[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"},
	{"improper command pipelining after {where_} from {peer}", (*postfix).quoting, `improper command pipelining after AUTH from unknown[192.0.2.1]: QUIT`},
	{"bare <LF> received after {where_} from {peer}", (*postfix).note, "bare <LF> received after DATA from unknown[192.0.2.1]"},
	{"warning: non-SMTP command from {peer_}: {words}", (*postfix).nonSMTP, "warning: non-SMTP command from unknown[192.0.2.1]: GET / HTTP/1.1"},
	{"warning: {qid_}: malformed BDAT command syntax from {peer}", (*postfix).malformedBDAT, "warning: NOQUEUE: malformed BDAT command syntax from unknown[192.0.2.1]: BDAT x"},
	{"warning: {peer_}: SASL {mechanism_} authentication failed:{words}", (*postfix).authFailed, "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6"},
	{"warning: {what} limit exceeded: {n#} from {peer_} for service {service_}", (*postfix).limit, "warning: Connection concurrency limit exceeded: 9 from unknown[192.0.2.1] for service smtp"},
	{"warning: {qid_}: queue file size limit exceeded", (*postfix).tooLarge, "warning: F0734BD5: queue file size limit exceeded"},
	{"warning: hostname {name_} does not resolve to address {rest}", (*postfix).beforeConnect, "warning: hostname bad.example.com does not resolve to address 192.0.2.44: Name or service not known"},
	{"warning: getpeername: {rest}", (*postfix).beforeConnect, "warning: getpeername: Transport endpoint is not connected -- dropping this connection"},
	{"reject_warning: {command_} from {rest}", (*postfix).note, "reject_warning: RCPT from unknown[192.0.2.1]: 553 5.7.1 <a@example.com>: not owned; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"filter: {rest}", (*postfix).note, "filter: RCPT from unknown[192.0.2.1]: <a@example.com>: Sender address triggers FILTER x:[127.0.0.1]:10024; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"hold: {rest}", (*postfix).note, "hold: RCPT from unknown[192.0.2.1]: <b@example.org>: triggers HOLD; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"redirect: {rest}", (*postfix).note, "redirect: RCPT from unknown[192.0.2.1]: <b@example.org>: REDIRECT; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"discarding EHLO keywords: {rest}", (*postfix).note, "discarding EHLO keywords: CHUNKING ETRN"},
	{"statistics: {rest}", nil, "statistics: start interval Dec  6 21:20:35"},
})

// postfixWhere are the phases that fit "after WHERE" (smtpd.c sets WHERE when
// it begins to work on the command, so a refused command counts, and what the
// client had already sent after it does not). It refuses a command that comes
// too early, or in the midst of a mail, and the phase stays what it was: the
// rows were held against 84 sessions with a real Postfix 3.7.
var postfixWhere = map[string][]Phase{
	"CONNECT":        {PhaseHello, PhaseBanner},
	"HELO":           {PhaseReady, PhaseHello},
	"EHLO":           {PhaseReady, PhaseHello},
	"STARTTLS":       {PhaseTLSHandshake, PhaseTLS, PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"AUTH":           {PhaseAuth, PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"MAIL":           {PhaseMail, PhaseReady, PhaseHello, PhaseRcpt},
	"RCPT":           {PhaseRcpt, PhaseDataCommand, PhaseReady, PhaseHello},
	"DATA":           {PhaseDataCommand, PhaseRcpt, PhaseData, PhaseReady, PhaseMail, PhaseHello},
	"BDAT":           {PhaseRcpt, PhaseData, PhaseReady, PhaseMail, PhaseHello},
	"END-OF-MESSAGE": {PhaseReady, PhaseDot},
	"RSET":           {PhaseReady, PhaseHello},
	"NOOP":           {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"VRFY":           {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"ETRN":           {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"HELP":           {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"QUIT":           {PhaseReady, PhaseHello, PhaseRcpt, PhaseMail},
	"XCLIENT":        {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"XFORWARD":       {PhaseReady, PhaseHello, PhaseMail, PhaseRcpt},
	"UNKNOWN":        {PhaseHello, PhaseReady, PhaseMail, PhaseRcpt, PhaseBanner},
}

func (p *postfix) connect(e *entry, f *fields) reason {
	peer := hostPeer(f.get("peer"))
	c := p.b.find(p.process(e))
	if c != nil && !postfixState(c).early {
		p.b.unname(c) // killed without a word; the pid serves another now
		c = nil
	}
	if c == nil {
		c = p.fromPostscreen(e, peer)
	}
	if c == nil {
		c = p.newSession(e)
	}
	postfixState(c).early = false
	c.Begun, c.Service = true, service(e.tag)
	p.serves(c)
	c.Client = peer.over(c.Client)
	return p.b.tell(c, e)
}

// beforeConnect keeps what smtpd says before "connect from": it looks up the
// client's name first.
func (p *postfix) beforeConnect(e *entry, _ *fields) reason {
	if c := p.b.find(p.process(e)); c != nil {
		return p.b.add(c, e)
	}
	c := p.newSession(e)
	postfixState(c).early = true
	return p.b.add(c, e)
}

func (p *postfix) disconnect(e *entry, f *fields) reason {
	who, stats, counted := strings.Cut(f.get("peer"), " ")
	c, counts := p.session(e), commandCounts(stats)
	if strings.Contains(stats, "xclient=") {
		p.rejoin(c)
	}
	if counted && c.contradicts(counts) {
		c = p.another(c, e)
	}
	c.Client = hostPeer(who).over(c.Client)
	c.Commands = counts
	if c.Ended.How == "" {
		switch {
		case c.counted("quit"):
			c.Ended.How, c.Ended.By = HowQuit, "client"
			c.Ended.Words = "quit=1"
		case !counted:
			c.Ended.How, c.Ended.Words = HowClosed, "disconnect"
		default:
			p.unstated(c)
		}
		c.Ended.Time = e.time
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	p.b.unname(c)
	return why
}

// unstated is an end without QUIT and without a reason: after the end of a
// message Postfix does not log a lost connection, and after its own 421 or 521
// it hangs up (smtpd_chat.c, smtpd_chat_reply).
func (p *postfix) unstated(c *conn) {
	c.Ended.How, c.Ended.Words = HowUnstated, "disconnect without quit"
	if n := len(c.Rejections); n > 0 && hangsUp(c.Rejections[n-1].Code) {
		c.Ended.How, c.Ended.By, c.Ended.Words = HowDropped, "server", c.Rejections[n-1].Words
		c.Ended.stages(postfixWhere[c.Rejections[n-1].Command]...)
		return
	}
	switch {
	case c.countOf("data").Accepted+c.countOf("bdat").Accepted > 0:
		c.Ended.stages(PhaseReady, PhaseDot)
	case c.counted("data"), c.counted("bdat"): // refused, or the client left before the answer
		c.Ended.stages(PhaseRcpt, PhaseDot, PhaseReady, PhaseDataCommand)
	case c.counted("rcpt"):
		c.Ended.stages(PhaseRcpt, PhaseReady, PhaseDataCommand)
	case c.counted("mail"):
		c.Ended.stages(PhaseMail, PhaseReady)
	case c.counted("ehlo"), c.counted("helo"):
		c.Ended.stages(PhaseReady, PhaseHello)
	default:
		c.Ended.stages(PhaseHello, PhaseBanner)
	}
}

// counted says that a command was given at all.
func (c *conn) counted(verb string) bool { return c.countOf(verb).Total > 0 }

func (c *conn) countOf(verb string) CommandCount {
	for _, n := range c.Commands {
		if n.Verb == verb {
			return n
		}
	}
	return CommandCount{}
}

// commandCounts reads "ehlo=2 rcpt=0/1 quit=1 commands=5/7".
func commandCounts(s string) []CommandCount {
	if s == "" {
		return nil
	}
	out := make([]CommandCount, 0, strings.Count(s, " ")+1)
	for word := range strings.SplitSeq(s, " ") {
		verb, n, ok := strings.Cut(word, "=")
		if !ok || len(out) >= 32 {
			continue
		}
		accepted, total, both := strings.Cut(n, "/")
		if !both {
			total = accepted
		}
		a, err1 := strconv.Atoi(accepted)
		t, err2 := strconv.Atoi(total)
		if err1 == nil && err2 == nil {
			out = append(out, CommandCount{verb, a, t})
		}
	}
	return out
}

func (p *postfix) lost(e *entry, f *fields) reason    { return p.over(e, f, HowLost, "client") }
func (p *postfix) timeout(e *entry, f *fields) reason { return p.over(e, f, HowTimeout, "server") }
func (p *postfix) tooManyErrors(e *entry, f *fields) reason {
	return p.over(e, f, HowTooManyErrors, "server")
}

// over takes the line that says how the session ended.
func (p *postfix) over(e *entry, f *fields, how How, by string) reason {
	c := p.session(e)
	st := postfixState(c)
	st.known, st.lost = c.Client, hostPeer(f.get("peer"))
	c.Client = st.lost.over(c.Client)
	where, bytes := f.get("where"), f.get("bytes")
	if how == HowLost && where == "CONNECT" && strings.HasSuffix(c.TLS.Words, "timed out") {
		how, by = HowTimeout, "server" // smtpd_starttls_timeout on a port for TLS
	}
	c.Ended = Ended{Words: before2(e.body, " from "), How: how, By: by, Time: e.time}
	c.Ended.stages(postfixWhere[where]...)
	if bytes != "" {
		c.Ended.Bytes, c.Ended.BytesCut = known(int64(number(bytes))), st.full
		c.Ended.stages(PhaseData, PhaseDot)
		if bytes == "0" { // the client may have gone before it could read the 354
			c.Ended.stages(PhaseData, PhaseDot, PhaseDataCommand)
		}
	}
	if m := p.b.findMessage(e.host, p.qid); m != nil && p.qid != "" && m.conn == c {
		p.b.addTo(m, e)
	}
	st.loss = e.keep()
	return p.b.tell(c, e)
}

// before2 is s up to the last place where mark stands.
func before2(s, mark string) string {
	if i := strings.LastIndex(s, mark); i >= 0 {
		return s[:i]
	}
	return s
}

// client is the line that opens a queue file: MAIL and the first RCPT are
// accepted. It names the message.
func (p *postfix) client(e *entry, f *fields) reason {
	who, attributes, _ := strings.Cut(f.get("rest"), ", ")
	c := p.session(e)
	c.Client = hostPeer(who).over(c.Client)
	before := ""
	for _, a := range strings.Split(attributes, ", ") {
		switch k, v, _ := strings.Cut(a, "="); k {
		case "sasl_method":
			c.Auth.Mechanism, c.Auth.Succeeded = v, Yes
		case "sasl_username":
			c.Auth.User = v
		case "orig_client":
			c.Origin = hostPeer(v)
		case "orig_queue_id":
			before = v
		}
	}
	if p.qid == "" || p.qid == noQueue {
		p.proxied(c, e.host)
		return p.b.tell(c, e)
	}
	st := postfixState(c)
	st.full = false
	m := p.b.findMessage(e.host, p.qid)
	switch {
	case m != nil && m.conn.Fragment:
		p.b.adopt(c, m) // cleanup's line may come first
	default:
		m = p.b.message(c, e.host, p.qid)
	}
	if st.refused != nil {
		m.state, st.refused = st.refused, nil
	}
	m.beforeAnswer(e)
	if c.Origin.Addr.IsValid() {
		p.filtered(c, m, e.host, before)
	}
	p.b.tell(c, e)
	return p.b.addTo(m, e)
}

func (p *postfix) encrypted(e *entry, f *fields) reason {
	c := p.session(e)
	c.Client = hostPeer(f.get("peer")).over(c.Client)
	c.TLS = TLS{Established: Yes, Version: f.get("version"), Cipher: f.get("cipher"), Words: e.body}
	return p.b.tell(c, e)
}

func (p *postfix) acceptError(e *entry, f *fields) reason {
	c := p.session(e)
	c.Client = hostPeer(f.get("peer")).over(c.Client)
	c.TLS = TLS{Established: No, Words: "SSL_accept error: " + f.get("words")}
	return p.b.tell(c, e)
}

func (p *postfix) abortTLS(e *entry, f *fields) reason {
	c := p.session(e)
	c.Client = hostPeer(f.get("peer")).over(c.Client)
	c.Ended = Ended{Words: "abort: TLS", How: HowTLSFailed, Time: e.time}
	c.Ended.stages(PhaseTLSHandshake, PhaseTLS)
	return p.b.tell(c, e)
}

func (p *postfix) authFailed(e *entry, f *fields) reason {
	c := p.session(e)
	c.Client = hostPeer(f.get("peer")).over(c.Client)
	c.Auth.Mechanism, c.Auth.Succeeded, c.Auth.Words = f.get("mechanism"), No, strings.TrimSpace(f.get("words"))
	if _, user, ok := strings.Cut(c.Auth.Words, "sasl_username="); ok {
		c.Auth.User = user
	}
	return p.b.tell(c, e)
}

func (p *postfix) nonSMTP(e *entry, f *fields) reason {
	c := p.session(e)
	c.Client = hostPeer(f.get("peer")).over(c.Client)
	c.Ended = Ended{Words: "non-SMTP command: " + f.get("words"), How: HowDropped, By: "server", Time: e.time}
	c.Ended.stages(PhaseHello, PhaseReady)
	return p.b.tell(c, e)
}

// malformedBDAT is answered 521, which hangs up (smtpd.c, bdat_cmd): where the
// next command would begin is not known.
func (p *postfix) malformedBDAT(e *entry, f *fields) reason {
	c := p.session(e)
	who, words, _ := strings.Cut(f.get("peer"), "]: ")
	c.Client = hostPeer(who + "]").over(c.Client)
	c.Ended = Ended{Words: "malformed BDAT command syntax: " + words, How: HowDropped, By: "server", Time: e.time}
	c.Ended.stages(postfixWhere["BDAT"]...)
	return p.b.tell(c, e)
}

// limitGoesOn are the limits whose command is refused with 450, and the session
// goes on (smtpd.c, mail_cmd and rcpt_cmd; smtpd_sasl_proto.c). The others,
// "Connection concurrency", "Connection rate" and "New TLS session rate", end it.
var limitGoesOn = []string{"Message delivery", "Recipient address", "AUTH"}

func (p *postfix) limit(e *entry, f *fields) reason {
	c := p.session(e)
	c.Client = hostPeer(f.get("peer")).over(c.Client)
	if slices.ContainsFunc(limitGoesOn, func(what string) bool { return strings.HasPrefix(f.get("what"), what) }) {
		return p.b.tell(c, e)
	}
	c.Ended = Ended{Words: f.get("what") + " limit exceeded: " + f.get("n"), How: HowLimit, By: "server", Time: e.time}
	if strings.HasPrefix(f.get("what"), "Connection") {
		c.Ended.stages(PhaseHello, PhaseBanner)
	}
	return p.b.tell(c, e)
}

func (p *postfix) tooLarge(e *entry, f *fields) reason {
	c := p.session(e)
	postfixState(c).full = true // smtpd.c, data_cmd: what comes then is neither kept nor counted
	if m := p.b.findMessage(e.host, f.get("qid")); m != nil && m.conn == c {
		m.settle(Rejected, "queue file size limit exceeded")
		p.b.addTo(m, e)
	}
	return p.b.tell(c, e)
}

// note keeps a line that changes nothing.
func (p *postfix) note(e *entry, _ *fields) reason {
	if m := p.b.findMessage(e.host, p.qid); m != nil && p.qid != "" {
		_, _, a := rejectWords(e.body)
		p.envelope(m, a)
		return p.b.addTo(m, e)
	}
	return p.b.tell(p.session(e), e)
}

func (p *postfix) quoting(e *entry, f *fields) reason {
	c := p.session(e)
	who, _, _ := strings.Cut(f.get("peer"), ": ")
	c.Client = hostPeer(strings.TrimSuffix(who, ":")).over(c.Client)
	return p.b.tell(c, e)
}
