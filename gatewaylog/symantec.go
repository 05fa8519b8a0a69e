package gatewaylog

import (
	"strconv"
	"strings"
	"time"
)

// symantec reads the logs of the Symantec (Broadcom) Messaging Gateway in
// three forms: audit lines "epoch|audit id|EVENT|…", plain or by syslog; the
// MTA's ML-* lines; the console's export (symantec_export.go). See formats.md
// section 2. An audit id is a message; ACCEPT tells the client's address and
// port, by which the messages of one connection are put together. No line
// tells the end of a connection unless the MTA log is set to Information.
type symantec struct {
	b       *book
	columns map[string][]string // of the export, by file
}

func newSymantec(s *shelf) *symantec {
	return &symantec{b: s.newBook(SymantecSMG), columns: map[string][]string{}}
}

func (p *symantec) book() *book { return p.b }

func (p *symantec) take(e *entry) reason {
	if e.epoch {
		return p.audit(e)
	}
	if isSymantecExport(e.text) || p.columns[e.file] != nil {
		return p.export(e)
	}
	body := strings.TrimSuffix(e.body, "#015") // rsyslog's carriage return
	if rest, ok := strings.CutPrefix(body, "["); ok {
		if pid, after, ok := strings.Cut(rest, "] "); ok && leadingDigits(pid) == len(pid) {
			e.pid, body = pid, after
		}
	}
	r := symantecTable.find(body, &e.fields)
	switch {
	case r == nil && strings.HasPrefix(body, "ML-"):
		return unknownKind
	case r == nil || r.do == nil:
		return notSession
	}
	return r.do(p, e, &e.fields)
}

// symantecTable is the MTA log (formats.md sections 2.3 and 2.4).
var symantecTable = newTable([]row[*symantec]{
	{"ML-HOST_CONNECTED: {client_} {rest}", (*symantec).hostConnected, "ML-HOST_CONNECTED: 192.0.2.1:17667 connected. (ID 4b5b72f1)"},
	{"ML-HOST_DISCONNECTED: {client_} {rest}", (*symantec).hostDisconnected, "ML-HOST_DISCONNECTED: 192.0.2.1:17667 disconnected. (ID 4b5b72f1)"},
	{"ML-REJECT: Rejection on: {server_}, sent to host: {client_}, Audit ID {id_}, {words}", (*symantec).rejected, "ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.124:15154, Audit ID ac110023-b31ff7000000344f-d4-62ab7682d161, 421 4.4.2 service timed out."},
	{"ML-REJECT: Rejection on: {server_}, sent to host: {client_}, {words}", (*symantec).rejected, "ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.124:15154, 554 5.7.1 refused"},
	{"ML-RECEIVED_RECIPIENT: Message ID: {mid_}, Audit ID: {id_}, recipient: {to}", (*symantec).receivedRecipient, "ML-RECEIVED_RECIPIENT: Message ID: E0/0C-18796-B45A23E4, Audit ID: c0a8010e-b7bc5ae00000496c-57-4e32a54bb662, recipient: a@example.org"},
	{"ML-PERMFAIL: Message ID: {mid_}, Audit ID {id_}, Permanent delivery failure, sender: {from~}, Detail: {words}", (*symantec).permanentFailure, "ML-PERMFAIL: Message ID: 4B/28-55573-2F27B5B4, Audit ID 50bbc0e0-b7cbdae000007ed9-6d-4b5b72f14805, Permanent delivery failure, sender: a@example.com, Detail: 554 5.4.7 [internal] exceeded max time without delivery"},
	{"ML-{kind_}: Message ID: {mid_}, Audit ID: {id_}, {words}", (*symantec).messageNote, "ML-RECEIVED: Message ID: E0/0C-18796-B45A23E4, Audit ID: c0a8010e-b7bc5ae00000496c-57-4e32a54bb662, size 1000"},
	{"ML-{kind_}: Message ID: {mid_}, Audit ID {id_}, {words}", (*symantec).messageNote, "ML-DELIVERY: Message ID: E0/0C-18796-B45A23E4, Audit ID c0a8010e-b7bc5ae00000496c-57-4e32a54bb662, done"},
	{"[error]: {words}", nil, "[error]: SMS_AUDITLOGGER-01992: Unhandled rejection phase 15"},
	{"[Brightmail] {words}", nil, "[Brightmail] (NOTICE:7500.3119331456): [12066] 'BrightSig3 Newsletter Rules' were updated successfully."},
})

// maxBars splits an audit line: what follows the event differs by event.
func (p *symantec) audit(e *entry) reason {
	rest, ok := strings.CutPrefix(e.body, "|")
	id, rest, ok2 := strings.Cut(rest, "|")
	event, value, _ := strings.Cut(rest, "|")
	if !ok || !ok2 || !isAuditID(id) {
		return unknownKind
	}
	p.zoneHint(e)
	value = strings.TrimSuffix(value, "#015")
	if event == "ACCEPT" {
		return p.accept(e, id, value)
	}
	m := p.message(e, id)
	if apply := auditEvents[event]; apply != nil {
		apply(m, value)
	} else if strings.HasPrefix(event, "ABORT") || strings.HasPrefix(value, "Abort message") {
		m.settle(Aborted, strings.TrimSuffix(event+"|"+value, "|")) // the raw code is not documented
	}
	if event == "DELIVER" || event == "DELIVERY_FAILURE" {
		return p.deliver(e, m, event, value)
	}
	return p.b.addTo(m, e)
}

// isAuditID recognises "c0a8010e-b7bc5ae00000496c-57-4e32a54bb662"; published
// samples have been seen with a digit more or less.
func isAuditID(s string) bool {
	if len(s) < 20 || len(s) > 60 || strings.Count(s, "-") != 3 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// auditPid is the pid of the MTA in the id: connections are told apart by it
// beside address and port.
func auditPid(id string) string {
	part := strings.Split(id, "-")
	if len(part) != 4 || len(part[1]) < 8 {
		return ""
	}
	n, err := strconv.ParseUint(part[1][len(part[1])-8:], 16, 32)
	if err != nil {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// auditArrival is the moment of arrival in the id, a hint: two published
// samples do not fit.
func auditArrival(id string) Time {
	last := id[strings.LastIndexByte(id, '-')+1:]
	if len(last) < 8 {
		return Time{}
	}
	n, err := strconv.ParseUint(last[:8], 16, 32)
	if err != nil {
		return Time{}
	}
	return Time{At: time.Unix(int64(n), 0).UTC(), Precision: time.Second, ZoneKnown: true, YearKnown: true}
}

// zoneHint: the header before the epoch is in the scanner's local time.
func (p *symantec) zoneHint(e *entry) {
	h := e.header
	if h.IsZero() || h.ZoneKnown {
		return
	}
	local := h.At
	if !h.YearKnown {
		local = local.AddDate(e.time.At.Year()-local.Year(), 0, 0)
	}
	d := local.Sub(e.time.At)
	rounded := d.Round(15 * time.Minute)
	if (d-rounded).Abs() < 3*time.Minute && rounded.Abs() <= 14*time.Hour {
		p.b.shelf.report.hint(ZoneHint{Line: e.keep(), Offset: rounded})
	}
}

func (p *symantec) message(e *entry, id string) *msg {
	m := p.b.fragment(e, id)
	if m.Arrival.IsZero() {
		m.Arrival = auditArrival(id)
	}
	return m
}

// connection is the connection of the client's address and port, "" host
// aside: audit lines may come through collectors that name no host.
func (p *symantec) connection(e *entry, client string) *conn {
	k := key{keyPeer, e.host, client}
	if c := p.b.find(k); c != nil {
		return c
	}
	c := p.b.start(k, Inbound, e)
	c.Client, c.Service = addrPort(client), e.tag
	c.quiet = true
	p.b.wait(c)
	return c
}

func (p *symantec) accept(e *entry, id, client string) reason {
	m := p.message(e, id)
	if !m.conn.Fragment { // a second ACCEPT of the same message
		p.b.tell(m.conn, e)
		return p.b.addTo(m, e)
	}
	k := key{keyPeer, e.host, client}
	pid := auditPid(id)
	if c := p.b.find(k); c != nil && c.state != nil && c.state != pid {
		p.b.unname(c) // another MTA process: the port came again
	}
	c := p.connection(e, client)
	c.Begun, c.state = true, pid
	if m.conn.Helo != "" {
		c.Helo = m.conn.Helo
	}
	c.Origin = m.conn.Origin.over(c.Origin)
	p.b.adopt(c, m)
	p.b.tell(c, e)
	return p.b.addTo(m, e)
}

// auditEvents are the events whose fields are read; all others are kept as
// lines of their message.
var auditEvents = map[string]func(*msg, string){
	"SENDER":     func(m *msg, v string) { m.From, m.HasFrom = bare(strings.Trim(v, `\`)), true },
	"EHLO":       func(m *msg, v string) { m.conn.Helo = v },
	"LOGICAL_IP": func(m *msg, v string) { m.conn.Origin = Peer{Addr: address(v)} },
	"MSGID":      func(m *msg, v string) { m.MessageID = bare(strings.TrimSpace(v)) },
	"MSG_SIZE": func(m *msg, v string) {
		if n := leadingDigits(v); n > 0 {
			m.Size = known(int64(number(v[:n])))
		}
		if m.Outcome.Kind == "" {
			m.Outcome = Outcome{Kind: Accepted, Words: "MSG_SIZE", Inferred: true} // known only when all of it is there
		}
	},
	"ORCPTS": func(m *msg, v string) {
		for _, to := range strings.Split(v, "|") {
			m.recipient(bare(to)).Accepted = Yes
		}
	},
	"VERDICT": func(m *msg, v string) { symantecAction(m, v[strings.LastIndexByte(v, '|')+1:]) },
	"IRCPTACTION": func(m *msg, v string) {
		symantecAction(m, v[strings.LastIndexByte(v, '|')+1:])
	},
}

// symantecAction reads an action as the audit log words it.
func symantecAction(m *msg, action string) {
	switch {
	case strings.HasPrefix(action, "Abort message"), strings.HasPrefix(action, "abort message"):
		m.settle(Aborted, action)
	case strings.Contains(strings.ToLower(action), "rejected message"):
		m.settle(Rejected, action)
	case strings.Contains(strings.ToLower(action), "delete message"):
		m.settle(Dropped, action)
	}
}

func (p *symantec) deliver(e *entry, m *msg, event, value string) reason {
	first, to, _ := strings.Cut(value, "|")
	r := m.recipient(bare(to))
	r.Delivery = event
	if event == "DELIVER" {
		r.Relay = first
	} else {
		r.DeliveryWords = first
	}
	if m.Outcome.Kind == "" || m.Outcome.Inferred {
		m.Outcome = Outcome{Kind: Accepted, Words: event, Inferred: true}
	}
	return p.b.addTo(m, e)
}

func (p *symantec) hostConnected(e *entry, f *fields) reason {
	k := key{keyPeer, e.host, f.get("client")}
	if c := p.b.find(k); c != nil {
		p.b.unname(c)
	}
	c := p.connection(e, k.id)
	c.Begun = true
	return p.b.tell(c, e)
}

func (p *symantec) hostDisconnected(e *entry, f *fields) reason {
	c := p.connection(e, f.get("client"))
	if c.Ended.How == "" {
		c.Ended = Ended{Words: "ML-HOST_DISCONNECTED", How: HowClosed, Time: e.time}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	p.b.unname(c)
	return why
}

// rejected is the product's own refusal, with both ends; "421 4.4.2 service
// timed out" is its session timeout, 30 seconds by default.
func (p *symantec) rejected(e *entry, f *fields) reason {
	id := f.get("id")
	var c *conn
	if m := p.b.findMessage(e.host, id); id != "" && m != nil && !m.conn.Fragment {
		c = m.conn
	} else {
		c = p.connection(e, f.get("client"))
	}
	c.Server = addrPort(f.get("server"))
	words := strings.TrimSuffix(f.get("words"), "#015")
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Code: replyCode(words), Words: words})
	}
	timedOut := strings.Contains(words, "timed out")
	if timedOut {
		c.Ended = Ended{Words: words, How: HowTimeout, By: "server", Time: e.time}
	} else if replyCode(words) == 421 {
		c.Ended = Ended{Words: words, How: HowDropped, By: "server", Time: e.time}
	}
	why := p.b.tell(c, e)
	if id == "" {
		return why
	}
	m := p.message(e, id)
	if m.conn.Fragment {
		p.b.adopt(c, m)
	}
	m.settle(Rejected, words)
	if timedOut {
		m.settle(Aborted, words)
	}
	return p.b.addTo(m, e)
}

func (p *symantec) receivedRecipient(e *entry, f *fields) reason {
	m := p.message(e, f.get("id"))
	m.related(f.get("mid"))
	m.recipient(bare(f.get("to"))).Accepted = Yes
	return p.b.addTo(m, e)
}

func (p *symantec) permanentFailure(e *entry, f *fields) reason {
	m := p.message(e, f.get("id"))
	m.related(f.get("mid"))
	m.From, m.HasFrom = bare(f.get("from")), true
	for i := range m.Recipients {
		m.Recipients[i].Delivery, m.Recipients[i].DeliveryWords = "ML-PERMFAIL", f.get("words")
	}
	return p.b.addTo(m, e)
}

func (p *symantec) messageNote(e *entry, f *fields) reason {
	m := p.message(e, f.get("id"))
	m.related(f.get("mid"))
	return p.b.addTo(m, e)
}
