package gatewaylog

import (
	"strings"
	"time"
)

// exim reads Exim's mainlog (formats.md section 6). What a line tells of its
// connection depends on log_selector: the pid, the client's port, the
// connection id Ci=, or none of them; and with the default selectors neither
// the beginning nor the orderly end of a connection is logged. So lines are
// put together by the best name that they share, and a message whose line
// shares none stands alone, as a fragment.
type exim struct {
	b     *book
	byIP  map[key][]*conn // begun, without a port: told apart by address and time
	files map[string]bool // in which Exim's lines have been seen
	ended map[key]*conn   // ended, by their names: "no MAIL in" comes behind the end
	torn  *conn           // of the last TLS error in a message, see tornOwner
	// Of the line at hand.
	pid, id string
}

func newExim(s *shelf) *exim {
	p := &exim{b: s.newBook(Exim), byIP: map[key][]*conn{}, files: map[string]bool{}, ended: map[key]*conn{}}
	p.b.finish = p.finish
	return p
}

func (p *exim) book() *book { return p.b }

// eximTable is the texts after time, pid and message id.
var eximTable = newTable([]row[*exim]{
	{"<= {from_} {rest}", (*exim).arrived, "<= a@example.com H=(tester) [192.0.2.1]:40000 I=[198.51.100.25]:25 P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 S=1234 id=1@example.com for b@example.org"},
	{"=> {rest}", (*exim).delivered, "=> b@example.org R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.7]:25 C=\"250 OK\""},
	{"-> {rest}", (*exim).delivered, "-> c@example.org R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.7]:25 C=\"250 OK\""},
	{"== {rest}", (*exim).deferred, "== b@example.org R=dnslookup T=remote_smtp defer (110): Connection timed out H=mx.example.org [192.0.2.7]"},
	{"** {rest}", (*exim).bounced, "** b@example.org R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.7]:25: 550 no"},
	{"Completed", (*exim).messageNote, "Completed"},
	{"SMTP connection lost after final dot {host}", (*exim).lostAfterDot, "SMTP connection lost after final dot H=(abcd) [192.0.2.1] P=esmtp"},
	{"SMTP connection {host~} (TCP/IP connection count = {n#})", (*exim).connected, "SMTP connection from [192.0.2.1]:40000 (TCP/IP connection count = 1)"},
	{"SMTP connection {host~} lost while reading message data{rest}", (*exim).lostInData, "SMTP connection from mail.example.com [192.0.2.1] lost while reading message data (header)"},
	{"SMTP connection {host~} closed by QUIT", (*exim).quit, "SMTP connection from (test) [192.0.2.1] D=0.3s closed by QUIT"},
	{"SMTP connection {host~} closed by EOF", (*exim).eof, "SMTP connection from (test) [192.0.2.1] D=0.3s closed by EOF"},
	{"SMTP connection {host~} closed by DROP in ACL", (*exim).dropACL, "SMTP connection from mail.example.com [192.0.2.1]:40000 I=[198.51.100.25]:25 closed by DROP in ACL"},
	{"SMTP connection {host~} closed after SIGTERM", (*exim).sigterm, "SMTP connection from (test) [192.0.2.1] D=0.3s closed after SIGTERM"},
	{"SMTP connection {host~} lost{rest}", (*exim).lost, "SMTP connection from (hydra) [192.0.2.1]:53682 lost D=1s"},
	{"SMTP connection {host}", (*exim).connected, "SMTP connection from root"},
	{"unexpected disconnection while reading SMTP command from {host}", (*exim).unexpected, "unexpected disconnection while reading SMTP command from (x) [192.0.2.1] (error: Connection reset by peer) D=3s"},
	{"SMTP data timeout (message abandoned) on connection from {host~} F={rest}", (*exim).dataTimeout, "SMTP data timeout (message abandoned) on connection from (x) [192.0.2.1] F=<a@example.com> D=5m"},
	{"SMTP command timeout on TLS connection from {host}", (*exim).commandTimeout, "SMTP command timeout on TLS connection from [192.0.2.1] D=5m"},
	{"SMTP command timeout on connection from {host}", (*exim).commandTimeout, "SMTP command timeout on connection from (x) [192.0.2.1] D=5m"},
	{"Connection from {host~} refused: {words}", (*exim).refused, "Connection from [192.0.2.1]:40000 refused: too many connections from that IP address"},
	{"no MAIL in SMTP connection from {host}", (*exim).noMail, "no MAIL in SMTP connection from (User) [192.0.2.1]:20042 D=0.349s C=EHLO,AUTH,QUIT"},
	{"SMTP call from {host~} dropped: {words}", (*exim).callDropped, `SMTP call from [192.0.2.1] dropped: too many syntax or protocol errors (last command was "AUTH LOGIN")`},
	{"SMTP protocol synchronization error ({why}): {words}", (*exim).synchronization, `SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[192.0.2.1] input="helo abcd\r\n"`},
	{`SMTP protocol error in "{command~}" {host}`, (*exim).protocolError, `SMTP protocol error in "AUTH LOGIN" H=(x) [192.0.2.1] AUTH command used when not advertised`},
	{`SMTP syntax error in "{command~}" {host}`, (*exim).protocolError, `SMTP syntax error in "mail" H=(x) [192.0.2.1] unrecognized command`},
	{"TLS error on connection from {host}", (*exim).tlsError, "TLS error on connection from (x) [192.0.2.1] (SSL_accept): error: wrong version"},
	{"{mechanism_} authenticator failed for {host~}: 535 {words}", (*exim).authFailed, "plain authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=alice)"},
	{"{mechanism_} authenticator failed for {host~}: {words}", (*exim).authFailed, "login authenticator failed for (x) [192.0.2.1]: 435 Unable to authenticate at present"},
	{"H={host~} rejected after DATA{words}", (*exim).rejectedAfterData, "H=mail.example.com [192.0.2.1] F=<a@example.com> rejected after DATA: virus"},
	{"H={host~} sender verify fail for {rest}", (*exim).hostNote, "H=(x) [192.0.2.1] sender verify fail for <a@example.com>: Unknown user"},
	{"H={host~} incomplete transaction ({how}){rest}", (*exim).incomplete, "H=(x) [192.0.2.1] incomplete transaction (QUIT) from <a@example.com> for b@example.org"},
	{"H={host} dropped by '{acl}' ACL: {words}", (*exim).droppedBy, "H=[192.0.2.1]:62839 dropped by 'connect' ACL: Country is banned"},
	{"H={host} TLS error on connection {words}", (*exim).tlsError, "H=mail.example.com [192.0.2.1] TLS error on connection (recv): closed"},
	{"H={host} temporarily rejected {words}", (*exim).rejected, "H=(x) [192.0.2.1] F=<a@example.com> temporarily rejected RCPT <b@example.org>: greylisted"},
	{"H={host} rejected {words}", (*exim).rejected, "H=(x) [192.0.2.1] F=<a@example.com> rejected RCPT <b@example.org>: relay not permitted"},
	{"F={from_} H={host~} rejected by local_scan(): {words}", (*exim).localScan, "F=a@example.com H=mail.example.com [192.0.2.1] P=smtp rejected by local_scan(): Rejected"},
	{"rejected MAIL FROM:<{from~}> H={rest}", (*exim).rejectedMail, "rejected MAIL FROM:<a@example.com> H=(x) [192.0.2.1]: message too big: size=9999999 max=204800"},
	{"rejected from {from_} H={host}: {words}", (*exim).rejectedFrom, "rejected from <a@example.com> H=(x) [192.0.2.1]: Non-CRLF-terminated header, under CHUNKING: message abandoned"},
	{"no host name found for IP address {ip_}", (*exim).aboutIP, "no host name found for IP address 192.0.2.1"},
	{"no IP address found for host {name_} (during SMTP connection from {host})", (*exim).hostNote, "no IP address found for host x.example.com (during SMTP connection from [192.0.2.1])"},
	{"exim {rest}", nil, "exim 4.96 daemon started: pid=1, no queue runs, listening for SMTP on port 25"},
	{"Start queue run{rest}", nil, "Start queue run: pid=1"},
	{"End queue run{rest}", nil, "End queue run: pid=1"},
	{"NOTQUIT reason: {words}", nil, "NOTQUIT reason: 'data-timeout'"},
	{"timed out while reading local message", nil, "timed out while reading local message"},
})

// split takes pid and message id off the text after the time.
//
//	[25874] 1ahr79-0006jK-G9 SMTP connection from …
//
// Old ids have 16 characters, those since 4.97 have 23.
func (p *exim) split(e *entry) string {
	s := e.body
	if e.iso == ' ' && !strings.HasPrefix(e.tag, "exim") {
		s = strings.TrimLeft(e.after, " ")
	}
	p.pid, p.id = "", ""
	if rest, ok := strings.CutPrefix(s, "["); ok {
		if pid, after, ok := strings.Cut(rest, "] "); ok && leadingDigits(pid) == len(pid) && pid != "" {
			p.pid, s = pid, after
		}
	}
	if p.pid == "" && e.tag != "" && strings.HasPrefix(e.tag, "exim") {
		p.pid = e.pid
	}
	if id, rest, ok := strings.Cut(s, " "); ok && isEximID(id) {
		p.id, s = id, rest
	}
	return s
}

func isEximID(s string) bool {
	switch len(s) {
	case 16:
		return s[6] == '-' && s[13] == '-'
	case 23:
		return s[6] == '-' && s[18] == '-'
	}
	return false
}

// knows says that the text after an Exim timestamp is one of Exim's.
func (p *exim) knows(e *entry) bool {
	body := p.split(e)
	if p.id != "" {
		return true
	}
	var f fields
	if eximTable.find(body, &f) != nil {
		return true
	}
	return p.files[e.file]
}

func (p *exim) take(e *entry) reason {
	body := p.split(e)
	if e.iso == ' ' && !strings.HasPrefix(e.tag, "exim") {
		e.host = "" // its own log names none: that was a word of the text
	}
	r := eximTable.find(body, &e.fields)
	if r != nil && len(p.files) < 1<<12 {
		p.files[e.file] = true
	}
	e.body = body
	switch {
	case r == nil && p.id != "":
		return p.messageNote(e, &e.fields)
	case r == nil:
		return unknownKind
	case r.do == nil:
		return notSession
	}
	return r.do(p, e, &e.fields)
}

// eximHost is how Exim names a client, and what else stands beside it.
type eximHost struct {
	client, server Peer
	helo, ci       string
	rest           string // after the address
	took           time.Duration
	hasTook        bool
	local          bool // "CALLER", "root", "local process": no SMTP over TCP
}

// readEximHost reads "from name (helo) [ip]:port I=[ip]:port Ci=n D=1s".
func readEximHost(s string) eximHost {
	var h eximHost
	s = strings.TrimPrefix(s, "H=")
	for _, word := range []string{"Ci=", "from "} {
		if rest, ok := strings.CutPrefix(s, word); ok {
			if word == "Ci=" {
				h.ci, rest, _ = strings.Cut(rest, " ")
				rest = strings.TrimPrefix(rest, "from ")
			}
			s = rest
		}
	}
	open := eximBracket(s)
	if open < 0 {
		h.local, h.rest = true, s
		h.attributes(s)
		return h
	}
	name := strings.TrimSpace(s[:open])
	inside, after, _ := strings.Cut(s[open+1:], "]")
	h.client.Addr = address(inside)
	if port, ok := strings.CutPrefix(after, ":"); ok {
		n := leadingDigits(port)
		h.client.Port, after = portNumber(port[:n]), port[n:]
	}
	if i := strings.IndexByte(name, '('); i >= 0 && strings.HasSuffix(name, ")") {
		h.helo, name = name[i+1:len(name)-1], strings.TrimSpace(name[:i])
	}
	if !strings.ContainsRune(name, ' ') { // else words of the line, not a host's name
		h.client.Name = name
	}
	h.rest = strings.TrimSpace(after)
	h.attributes(after)
	return h
}

// eximBracket finds the client's address: the first bracket that is not within
// the parentheses of the HELO name.
func eximBracket(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '[' && (i == 0 || s[i-1] == ' ' || s[i-1] == '=') {
			return i
		}
	}
	return -1
}

func (h *eximHost) attributes(s string) {
	for _, word := range strings.Fields(s) {
		switch k, v, _ := strings.Cut(word, "="); k {
		case "I":
			h.server = hostPeer(v)
		case "Ci":
			h.ci = strings.Trim(v, ":")
		case "D":
			h.took, h.hasTook = eximDuration(v)
		}
	}
}

// eximDuration reads "0.349s", "21s", "2m42s", "1h5m".
func eximDuration(s string) (time.Duration, bool) {
	d, err := time.ParseDuration(s)
	return d, err == nil && d >= 0
}
