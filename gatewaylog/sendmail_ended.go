package gatewaylog

import "strings"

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
