package gatewaylog

import "strings"

// esa reads Cisco's AsyncOS logs: mail_logs as file and by syslog, the
// consolidated event log, the debug logs (formats.md section 1). Lines of many
// connections are interleaved, and within a second they may stand in any
// order; so everything is found by ICID, MID and DCID, and how a connection
// ended is decided when all of its lines are there.
type esa struct {
	b       *book
	serials map[string]string // of the appliance, by file
	tags    map[string]bool   // log subscriptions that have held mail_logs lines
}

// esaConn is what is known of a connection beyond its result.
type esaConn struct {
	policy   string // ACCEPT, RELAY, REJECT, TCPREFUSE
	dialogue dialogue
}

func newESA(s *shelf) *esa {
	p := &esa{b: s.newBook(CiscoESA), serials: map[string]string{}, tags: map[string]bool{}}
	p.b.finish = p.finish
	return p
}

func (p *esa) book() *book { return p.b }

// esaOpenEnded are the kinds of line whose value may hold line breaks.
var esaOpenEnded = map[string]bool{"MID {mid#} Subject {words}": true, "MID {mid#} Message-ID {words}": true}

// wantsMore says that the line breaks off: files hold header values with line
// breaks, and lines are wrapped in mails and documents.
func (p *esa) wantsMore(e *entry) bool {
	if e.level == "" || e.tag != "" || !e.stamped {
		return false
	}
	e.esaRow = esaTable.find(e.body, &e.fields)
	return e.esaRow == nil || esaOpenEnded[e.esaRow.pattern] || esaLoose[e.esaRow.pattern]
}

func (p *esa) take(e *entry) reason {
	if strings.Contains(e.body, cefMark) {
		return p.consolidated(e)
	}
	if e.host == "" {
		e.host = p.serials[e.file]
	}
	r := e.esaRow
	if r == nil {
		r = esaTable.find(e.body, &e.fields)
	}
	switch {
	case r == nil && namesESA(e.body):
		return unknownKind
	case r == nil && (e.tag == "" || p.tags[e.tag]):
		return notSession
	case r == nil:
		return foreign
	}
	if !p.tags[e.tag] && len(p.tags) < 256 {
		p.tags[e.tag] = true
	}
	if r.do == nil {
		return notSession
	}
	return r.do(p, e, &e.fields)
}

// namesESA says that a line names a connection or message.
func namesESA(s string) bool {
	return strings.Contains(s, "MID ") || strings.Contains(s, "CID ") || strings.Contains(s, "CID: ")
}

func esaState(c *conn) *esaConn {
	st, ok := c.state.(*esaConn)
	if !ok {
		st = &esaConn{}
		c.state = st
	}
	return st
}

// injection is the inbound connection of that ICID.
func (p *esa) injection(e *entry, icid string) *conn {
	k := key{keyConnection, e.host, icid}
	if c := p.b.find(k); c != nil {
		return c
	}
	c := p.b.start(k, Inbound, e)
	c.Service = e.tag
	if icid == "0" {
		c.Direction = Internal // made by the appliance itself
		p.b.wait(c)
		c.quiet = true
	}
	return c
}

// delivery is the outbound connection of that DCID.
func (p *esa) delivery(e *entry, dcid string) *conn {
	k := key{keyOutbound, e.host, dcid}
	if c := p.b.find(k); c != nil {
		return c
	}
	c := p.b.start(k, Outbound, e)
	c.Service = e.tag
	return c
}

// message is the message of that MID; where its Start line has not been seen
// it waits in a fragment for its connection.
func (p *esa) message(e *entry, mid string) *msg { return p.b.fragment(e, mid) }

// within is the message of that MID, which the line says belongs to that ICID.
func (p *esa) within(e *entry, mid, icid string) (*conn, *msg) {
	m := p.b.findMessage(e.host, mid)
	if m != nil && !m.conn.Fragment {
		return m.conn, m
	}
	c := p.injection(e, icid)
	if m == nil {
		m = p.b.message(c, e.host, mid)
	} else {
		p.b.adopt(c, m)
	}
	c.Fragment = false
	return m.conn, m
}

// finish decides how the connection ended, from all of its lines.
func (p *esa) finish(c *conn) {
	if c.Direction != Inbound {
		return
	}
	m := c.unfinished()
	if m != nil && m.Outcome.Kind == "" && len(m.Recipients) > 0 && allRefused(m.Recipients) {
		m.Outcome = Outcome{Kind: Refused, Inferred: true}
	}
	st := esaState(c)
	switch {
	case c.Ended.How != "":
	case m != nil && m.Outcome.Kind == Withdrawn:
		c.Ended = Ended{Words: m.Outcome.Words, How: HowAbortedBySender, By: "client", Time: c.Ended.Time}
		c.Ended.stages(m.before()...)
		return
	case m != nil && m.Outcome.Kind == Aborted:
		// No "lost": the listener's timeout for unsuccessful inbound connections
		// (TechNote 118295; formats.md section 9).
		c.Ended = Ended{Words: m.Outcome.Words, How: HowTimeout, By: "server"}
	case st.policy == "REJECT" || st.policy == "TCPREFUSE":
		c.Ended = Ended{Words: c.Policy, How: HowRejected, By: "server"}
		c.Ended.stages(PhaseHello, PhaseBanner)
	case c.Closed:
		c.Ended = Ended{Words: "close", How: HowClosed}
	}
	if c.Ended.Time.IsZero() {
		c.Ended.Time = c.End
	}
	if len(c.Ended.Stages) == 0 && c.Ended.How != HowClosed && c.Ended.How != "" {
		c.Ended.Stages = c.esaStages(m)
	}
}

// unfinished is the last message, if it was not received whole.
func (c *conn) unfinished() *msg {
	if len(c.messages) == 0 {
		return nil
	}
	m := c.messages[len(c.messages)-1]
	switch m.Outcome.Kind {
	case "", Aborted, Withdrawn:
		return m
	}
	return nil
}

// before are the phases before DATA that the message had got to.
func (m *msg) before() []Phase {
	for _, r := range m.Recipients {
		if r.Accepted == Yes {
			return []Phase{PhaseRcpt, PhaseMail}
		}
	}
	if len(m.Recipients) > 0 {
		return []Phase{PhaseRcpt, PhaseMail}
	}
	return []Phase{PhaseMail}
}

// esaStages are the phases in which the connection can have been: the log
// does not show the DATA command, only what was accepted before it.
func (c *conn) esaStages(m *msg) []Phase {
	switch {
	case m != nil && len(m.Recipients) > 0:
		return []Phase{PhaseData, PhaseDataCommand, PhaseRcpt, PhaseDot}
	case m != nil:
		return []Phase{PhaseMail, PhaseRcpt}
	case c.TLS.Established == No:
		return []Phase{PhaseTLSHandshake, PhaseReady}
	case len(c.messages) > 0:
		return []Phase{PhaseReady}
	}
	return []Phase{PhaseHello, PhaseReady, PhaseBanner, PhaseAuth, PhaseTLSHandshake, PhaseMail}
}
