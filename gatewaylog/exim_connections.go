package gatewaylog

import "strings"

// connection is the connection that the line is about. It is known by, from
// the surest: Ci=, address and port, pid, or as the only one that this address
// has open.
func (p *exim) connection(e *entry, h eximHost) *conn {
	keys := p.keys(e, h)
	for _, k := range keys {
		if c := p.b.find(k); c != nil && !p.another(c) {
			return p.known(c, e, h, keys)
		} else if c != nil {
			p.b.unname(c)
		}
	}
	if c := p.onlyOne(e, h); c != nil && !p.another(c) {
		return p.known(c, e, h, keys)
	}
	k := key{}
	if len(keys) > 0 {
		k = keys[0]
	}
	c := p.b.start(k, Inbound, e)
	c.ID = ""
	if len(keys) == 0 {
		p.b.unname(c)
	}
	if h.local {
		c.Direction = Internal
	}
	return p.known(c, e, h, keys)
}

// another: the line is of another connection than the one that had its name,
// for each has a process of its own (daemon.c, handle_smtp_call). Where a log
// lacks lines, a port that came again has only that to tell the two apart.
func (p *exim) another(c *conn) bool {
	return p.pid != "" && c.process != "" && c.process != p.pid
}

func (p *exim) keys(e *entry, h eximHost) []key {
	var keys []key
	if h.ci != "" {
		keys = append(keys, key{keyConnection, e.host, "Ci=" + h.ci})
	}
	if h.client.Port != 0 {
		keys = append(keys, key{keyPeer, e.host, h.client.Addr.String() + ":" + itoa(int(h.client.Port))})
	}
	if p.pid != "" && len(keys) == 0 {
		keys = append(keys, key{keyProcess, e.host, p.pid})
	}
	if len(keys) == 0 && h.client.Addr.IsValid() && h.helo != "" && p.id == "" {
		keys = append(keys, key{keyPeer, e.host, h.client.Addr.String() + " " + h.helo})
	}
	return keys
}

func (p *exim) known(c *conn, e *entry, h eximHost, keys []key) *conn {
	for _, k := range keys {
		p.b.name(c, k)
	}
	c.Client, c.Server = h.client.over(c.Client), h.server.over(c.Server)
	if h.helo != "" {
		c.Helo = h.helo
	}
	if h.ci != "" {
		c.ID = h.ci
	} else if c.ID == "" {
		c.ID = p.pid
	}
	if c.process == "" {
		c.process = p.pid
	}
	if !c.Begun && !c.Closed {
		p.b.wait(c) // its orderly end may never be logged
		c.quiet = true
	}
	if h.hasTook && !c.Begun && !c.Start.IsZero() {
		c.Start.At = e.time.At.Add(-h.took)
	}
	return c
}

// onlyOne is the connection that this address has open, if it is one only, or
// if the time that the line says it took fits one only.
func (p *exim) onlyOne(e *entry, h eximHost) *conn {
	k := key{keyPeer, e.host, h.client.Addr.String()}
	list := p.byIP[k]
	alive := list[:0]
	for _, c := range list {
		if c.in != nil && !c.Closed {
			alive = append(alive, c)
		}
	}
	if len(alive) == 0 {
		delete(p.byIP, k)
		return nil
	}
	p.byIP[k] = alive
	if len(alive) == 1 {
		return alive[0]
	}
	var fits *conn
	for _, c := range alive {
		off := e.time.At.Add(-h.took).Sub(c.Start.At).Abs()
		if !h.hasTook || off > 2*e.time.Precision {
			continue
		}
		if fits != nil {
			return nil
		}
		fits = c
	}
	return fits
}

// connected is logged by the daemon, before the process of the connection is
// there: its pid is not the connection's.
func (p *exim) connected(e *entry, f *fields) reason {
	h := readEximHost(f.get("host"))
	p.pid = ""
	for _, k := range p.keys(e, h) {
		if c := p.b.find(k); c != nil {
			p.b.unname(c)
		}
	}
	keys := p.keys(e, h)
	k := key{}
	if len(keys) > 0 {
		k = keys[0]
	}
	c := p.b.start(k, Inbound, e)
	c.ID, c.Begun = "", true
	if len(keys) == 0 {
		p.b.unname(c)
	}
	p.known(c, e, h, keys)
	if len(keys) == 0 {
		if len(p.byIP) > maxProcesses {
			clear(p.byIP)
		}
		k := key{keyPeer, e.host, h.client.Addr.String()}
		p.byIP[k] = alike(p.byIP[k], c)
	}
	return p.b.tell(c, e)
}

// over ends the connection; the message is the one whose id the line bears.
func (p *exim) over(e *entry, h eximHost, end Ended, kind OutcomeKind, words string) reason {
	return p.end(e, p.owner(e, h), end, kind, words)
}

// owner is the connection of the message whose id the line bears, else the one
// that the host text names.
func (p *exim) owner(e *entry, h eximHost) *conn {
	m := p.b.findMessage(e.host, p.id)
	if p.id != "" && m != nil && !m.conn.Fragment && (m.conn.Client.Addr == h.client.Addr || h.local) {
		return m.conn
	}
	return p.connection(e, h)
}

// tornOwner is owner where TLS may have broken off within the message: a line
// with its id says so, and then this one, without (tls-gnu.c, receive.c).
func (p *exim) tornOwner(e *entry, h eximHost) *conn {
	c := p.torn
	if c != nil && p.id == "" && c.in != nil && !c.Closed && c.Client.Addr == h.client.Addr && c.Helo == h.helo &&
		e.time.At.Sub(c.about.At).Abs() <= e.time.Precision {
		return c
	}
	return p.owner(e, h)
}

func (p *exim) end(e *entry, c *conn, end Ended, kind OutcomeKind, words string) reason {
	if c.Ended.How == "" || end.How == HowQuit {
		end.Time = e.time
		c.Ended = end
	}
	why := p.b.tell(c, e)
	if p.id != "" {
		m := p.message(c, e)
		if kind != "" {
			m.settle(kind, words)
		}
		why = p.b.addTo(m, e)
	}
	p.b.end(c, e)
	p.remember(c)
	p.b.unname(c)
	return why
}

// remember keeps the names of a connection that has ended.
func (p *exim) remember(c *conn) {
	if len(p.ended) > maxProcesses {
		clear(p.ended)
	}
	for _, k := range c.keys {
		p.ended[k] = c
	}
}

// justOver is the connection of that name that has ended and was not handed
// out yet; nil if there is none, or if another has the name by now.
func (p *exim) justOver(e *entry, h eximHost) *conn {
	for _, k := range p.keys(e, h) {
		if p.b.find(k) != nil {
			return nil
		}
		c := p.ended[k]
		delete(p.ended, k)
		if c != nil && c.in != nil && c.Client.Addr == h.client.Addr {
			return c
		}
	}
	return nil
}

// message is the message whose id the line bears, in the connection if it is
// not known yet.
func (p *exim) message(c *conn, e *entry) *msg {
	m := p.b.findMessage(e.host, p.id)
	switch {
	case m == nil, m.conn != c && !m.conn.Fragment: // the latter: the id came again
		return p.b.message(c, e.host, p.id)
	case m.conn.Fragment && m.conn != c:
		p.b.adopt(c, m)
	}
	return m
}

func (e Ended) at(p ...Phase) Ended {
	e.stages(p...)
	return e
}

func (p *exim) quit(e *entry, f *fields) reason {
	return p.over(e, readEximHost(f.get("host")), Ended{Words: "closed by QUIT", How: HowQuit, By: "client"}, "", "")
}

func (p *exim) eof(e *entry, f *fields) reason {
	return p.over(e, readEximHost(f.get("host")), Ended{Words: "closed by EOF", How: HowEOF, By: "client"}, "", "")
}

func (p *exim) sigterm(e *entry, f *fields) reason {
	return p.over(e, readEximHost(f.get("host")), Ended{Words: "closed after SIGTERM", How: HowKilled, By: "server"}, "", "")
}

func (p *exim) dropACL(e *entry, f *fields) reason {
	return p.over(e, readEximHost(f.get("host")), Ended{Words: "closed by DROP in ACL", How: HowDropped, By: "server"}, Rejected, "closed by DROP in ACL")
}

// lost is the end of the commands without a transaction: FIN, or another
// error of the socket where the line names one.
func (p *exim) lost(e *entry, f *fields) reason {
	how, words := eximError(f.get("rest"), "lost")
	h := readEximHost(f.get("host"))
	h.attributes(f.get("rest"))
	return p.over(e, h, Ended{Words: words, How: how, By: "client"}.at(PhaseReady, PhaseHello, PhaseBanner, PhaseAuth), "", "")
}

func eximError(s, words string) (How, string) {
	_, rest, ok := strings.Cut(s, "(error: ")
	if !ok {
		return HowEOF, words
	}
	text, _, _ := strings.Cut(rest, ")")
	return HowReset, words + " (error: " + text + ")"
}

func (p *exim) unexpected(e *entry, f *fields) reason {
	how, words := eximError(f.get("host"), "unexpected disconnection while reading SMTP command")
	return p.over(e, readEximHost(f.get("host")), Ended{Words: words, How: how, By: "client"}.at(PhaseMail, PhaseRcpt, PhaseDataCommand, PhaseReady), Aborted, words)
}

func (p *exim) lostInData(e *entry, f *fields) reason {
	words := "lost while reading message data" + f.get("rest")
	end := Ended{Words: words, How: HowLost, By: "client"}.at(PhaseData)
	if strings.Contains(words, "(header)") { // the client may have gone before it could read the 354
		end = end.at(PhaseData, PhaseDataCommand)
	}
	return p.end(e, p.tornOwner(e, readEximHost(f.get("host"))), end, Aborted, words)
}

// lostAfterDot: Exim then throws the message away.
func (p *exim) lostAfterDot(e *entry, f *fields) reason {
	words := "SMTP connection lost after final dot"
	return p.over(e, readEximHost(f.get("host")), Ended{Words: words, How: HowLost, By: "client"}.at(PhaseDot), Aborted, words)
}

func (p *exim) dataTimeout(e *entry, f *fields) reason {
	words := "SMTP data timeout (message abandoned)"
	h := readEximHost(f.get("host"))
	h.attributes(f.get("rest"))
	from, _, _ := strings.Cut(f.get("rest"), " ")
	why := p.over(e, h, Ended{Words: words, How: HowTimeout, By: "server"}.at(PhaseData), Aborted, words)
	if s := p.b.shelf; s.last != nil && p.id == "" {
		m := p.b.message(s.last, e.host, "")
		m.settle(Aborted, words)
		m.From, m.HasFrom = bare(from), true
		m.keepLine(e)
	} else if s.lastMsg != nil {
		s.lastMsg.From, s.lastMsg.HasFrom = bare(from), true
	}
	return why
}

func (p *exim) commandTimeout(e *entry, f *fields) reason {
	return p.over(e, readEximHost(f.get("host")), Ended{Words: "SMTP command timeout", How: HowTimeout, By: "server"}.at(PhaseReady, PhaseHello, PhaseMail, PhaseRcpt, PhaseAuth), "", "")
}

// refused is logged by the daemon, which makes no process for the connection
// (smtp_accept_max, smtp_accept_max_per_host, smtp_accept_reserve).
func (p *exim) refused(e *entry, f *fields) reason {
	h := readEximHost(f.get("host"))
	p.pid = ""
	c := p.b.start(key{}, Inbound, e)
	p.b.unname(c)
	c.ID, c.Begun = "", true
	c.Client, c.Server = h.client, h.server
	c.Ended = Ended{Words: "refused: " + f.get("words"), How: HowLimit, By: "server", Time: e.time}.at(PhaseBanner, PhaseHello)
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}

// noMail tells the commands of a whole connection without MAIL. The process
// writes it when it is done, behind the line that says how the connection
// ended (smtp_in.c, smtp_log_no_mail).
func (p *exim) noMail(e *entry, f *fields) reason {
	h := readEximHost(f.get("host"))
	c := p.justOver(e, h)
	if c == nil {
		c = p.connection(e, h)
	} else if c.Client = h.client.over(c.Client); c.Helo == "" {
		c.Helo = h.helo
	}
	_, list, _ := strings.Cut(h.rest, "C=")
	list, _, _ = strings.Cut(list, " ")
	for _, verb := range strings.Split(list, ",") {
		if verb != "" && len(c.Commands) < 64 {
			c.Commands = append(c.Commands, CommandCount{strings.ToLower(verb), 1, 1})
		}
	}
	if c.Closed {
		return p.b.tell(c, e)
	}
	end := Ended{Words: "no MAIL in SMTP connection", How: HowUnstated}.at(PhaseReady, PhaseHello, PhaseBanner, PhaseAuth, PhaseTLSHandshake)
	if strings.HasSuffix(list, "QUIT") {
		end = Ended{Words: "C=" + list, How: HowQuit, By: "client"}
	}
	return p.end(e, c, end, "", "")
}

func (p *exim) callDropped(e *entry, f *fields) reason {
	how := HowTooManyErrors
	if strings.HasPrefix(f.get("words"), "too many nonmail") {
		how = HowLimit
	}
	return p.over(e, readEximHost(f.get("host")), Ended{Words: f.get("words"), How: how, By: "server"}, "", "")
}

// synchronization: Exim hangs up with 554, whatever the client has sent behind
// it (smtp_in.c, BADSYN_CMD).
func (p *exim) synchronization(e *entry, f *fields) reason {
	_, host, _ := strings.Cut(f.get("words"), "H=")
	h := readEximHost(host)
	if strings.Contains(f.get("why"), "greeting") {
		return p.over(e, h, Ended{Words: "synchronization error: " + f.get("why"), How: HowDropped, By: "server"}.at(PhaseBanner, PhaseHello), "", "")
	}
	return p.over(e, h, Ended{Words: "synchronization error: " + f.get("why"), How: HowDropped, By: "server"}, "", "")
}

func (p *exim) protocolError(e *entry, f *fields) reason {
	c := p.connection(e, readEximHost(f.get("host")))
	if len(c.Rejections) < maxRejections {
		verb, _, _ := strings.Cut(f.get("command"), " ")
		c.Rejections = append(c.Rejections, Rejection{Command: knownVerb(verb), Words: e.body})
	}
	return p.b.tell(c, e)
}

func (p *exim) tlsError(e *entry, f *fields) reason {
	h := readEximHost(f.get("host"))
	c := p.owner(e, h)
	c.TLS.Words = h.rest + f.get("words")
	if c.TLS.Established != Yes && !strings.HasPrefix(c.TLS.Words, "(recv)") {
		c.TLS.Established = No
		c.Ended = Ended{Words: "TLS error " + c.TLS.Words, How: HowTLSFailed, Time: e.time}.at(PhaseTLSHandshake)
	}
	why := p.b.tell(c, e)
	if p.id != "" {
		p.torn = c
		return p.b.addTo(p.message(c, e), e)
	}
	return why
}

func (p *exim) authFailed(e *entry, f *fields) reason {
	c := p.connection(e, readEximHost(f.get("host")))
	c.Auth = Auth{Mechanism: f.get("mechanism"), Succeeded: No, Words: f.get("words")}
	if _, user, ok := strings.Cut(f.get("words"), "(set_id="); ok {
		c.Auth.User, _, _ = strings.Cut(user, ")")
	}
	return p.b.tell(c, e)
}

func (p *exim) droppedBy(e *entry, f *fields) reason {
	h := readEximHost(f.get("host"))
	return p.over(e, h, Ended{Words: "dropped by '" + f.get("acl") + "' ACL: " + f.get("words"), How: HowDropped, By: "server"}, "", "")
}

func (p *exim) hostNote(e *entry, f *fields) reason {
	h := readEximHost(f.get("host"))
	if h.local {
		return disconnected
	}
	return p.b.tell(p.connection(e, h), e)
}

// aboutIP names an address and no connection.
func (p *exim) aboutIP(e *entry, f *fields) reason {
	h := eximHost{client: Peer{Addr: address(f.get("ip"))}}
	if c := p.onlyOne(e, h); c != nil {
		return p.b.add(c, e)
	}
	return disconnected
}

func (p *exim) finish(c *conn) {
	for _, m := range c.messages {
		if m.Outcome.Kind == "" && len(m.Lines) > 0 && (c.Ended.How == HowTimeout || c.Ended.Stage == PhaseData) {
			m.Outcome = Outcome{Kind: Aborted, Words: m.Outcome.Words, Inferred: true}
		}
	}
}
