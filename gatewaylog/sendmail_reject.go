package gatewaylog

import "strings"

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
