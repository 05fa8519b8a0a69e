package gatewaylog

import "strings"

// The milter's lines tell which of the two kinds of abort a filter saw
// (Sophos 37493): a timeout towards the filter stands here, by queue id.

func (p *sendmail) milter(e *entry, f *fields) reason {
	if p.qid == "" && e.pid == "" {
		return notSession
	}
	m := p.b.findMessage(e.host, p.qid)
	var c *conn
	if m == nil || p.qid == "" {
		c = p.session(e, "")
		m = p.transaction(c, e)
	} else {
		c = m.conn
	}
	if m != nil && strings.HasPrefix(f.get("words"), "timeout") && m.Outcome.Words == "" {
		m.Outcome.Words = milterMark + f.get("name") + "): " + f.get("words")
	}
	return p.keep(c, m, e)
}

// milterMark begins the lines about a filter.
const milterMark = "Milter ("

// becauseOf adds to words what the log had on a filter that did not answer.
func (m *msg) becauseOf(words string) string {
	if strings.HasPrefix(m.Outcome.Words, milterMark) {
		return words + "; " + m.Outcome.Words
	}
	return words
}

// milterVerdict is what a filter decided.
func (p *sendmail) milterVerdict(e *entry, c *conn, command, verdict, from, to string) reason {
	words, rejected := strings.CutPrefix(verdict, "reject=")
	if rejected && len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: command, Code: replyCode(words), Words: words, From: from, To: to})
	}
	if command == "CONNECT" {
		return p.keep(c, nil, e)
	}
	m := p.transaction(c, e)
	if m == nil {
		return p.keep(c, nil, e)
	}
	switch {
	case command == "RCPT":
		r := m.recipient(to)
		if rejected {
			r.Accepted, r.Words = No, words
		}
	case command == "MAIL":
		m.From, m.HasFrom = from, true
		if rejected {
			m.settle(Refused, words)
		}
	case rejected:
		m.settle(Rejected, m.becauseOf(words))
	case strings.HasPrefix(verdict, "discard"):
		m.settle(Dropped, "Milter: data, discard")
	}
	return p.keep(c, m, e)
}

func (p *sendmail) milterConnect(e *entry, f *fields) reason {
	c := p.session(e, strings.TrimSuffix(f.get("name"), ",")+" ["+strings.TrimSuffix(f.get("client"), ",")+"]")
	return p.milterVerdict(e, c, "CONNECT", f.get("verdict"), "", "")
}

func (p *sendmail) milterFrom(e *entry, f *fields) reason {
	return p.milterVerdict(e, p.session(e, ""), "MAIL", f.get("verdict"), bare(f.get("from")), "")
}

func (p *sendmail) milterTo(e *entry, f *fields) reason {
	return p.milterVerdict(e, p.session(e, ""), "RCPT", f.get("verdict"), "", bare(f.get("to")))
}

func (p *sendmail) milterData(e *entry, f *fields) reason {
	return p.milterVerdict(e, p.session(e, ""), "END-OF-MESSAGE", f.get("verdict"), "", "")
}
