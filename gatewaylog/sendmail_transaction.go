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
