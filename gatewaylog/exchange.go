package gatewaylog

import (
	"slices"
	"strings"
)

// exchange reads the receive and send protocol logs of Microsoft Exchange: a
// transcript as comma separated values with both ends of the connection
// (formats.md section 7). The content is not logged. One mail may appear twice,
// in the logs of the front end and of the hub.
type exchange struct {
	b       *book
	columns map[string][]string // by file, from its #Fields line
	send    map[string]bool     // by file: a send log
}

// exchangeFields are the columns of files whose head is missing.
var exchangeFields = []string{"date-time", "connector-id", "session-id", "sequence-number", "local-endpoint", "remote-endpoint", "event", "data", "context"}

// exchangeConn follows one connection's transcript.
type exchangeConn struct {
	dialogue dialogue
	current  *msg
	outbound bool
}

func newExchange(s *shelf) *exchange {
	return &exchange{b: s.newBook(Exchange), columns: map[string][]string{}, send: map[string]bool{}}
}

func (p *exchange) book() *book { return p.b }

// exchangeOrNone recognises a row or a head line of the protocol log.
func exchangeOrNone(e *entry) Product {
	for _, mark := range []string{"#Software: Microsoft Exchange", "#Version: ", "#Log-type: SMTP ", "#Date: ", "#Fields: date-time,connector-id"} {
		if strings.HasPrefix(e.text, mark) {
			return Exchange
		}
	}
	if e.iso == 'T' && strings.Count(e.text, ",") >= 8 {
		return Exchange
	}
	return ""
}

func (p *exchange) take(e *entry) reason {
	if head, ok := strings.CutPrefix(e.text, "#"); ok {
		p.head(e.file, head)
		return notSession
	}
	if e.iso != 'T' || !strings.HasPrefix(e.after, ",") { // nobody has looked whether it may be shown
		return brokenLine
	}
	columns := p.columns[e.file]
	if columns == nil {
		columns = exchangeFields
	}
	var row csvRow
	if !row.split(e.text, columns) {
		return brokenLine
	}
	x := &row.value
	if x[fieldSession] == "" || len(x[fieldEvent]) != 1 || strings.IndexByte("+-<>*", x[fieldEvent][0]) < 0 {
		return brokenLine
	}
	return p.event(e, x)
}

const (
	fieldConnector = iota + 1
	fieldSession
	fieldSequence
	fieldLocal
	fieldRemote
	fieldEvent
	fieldData
	fieldContext
	len9
)

func (p *exchange) head(file, head string) {
	if len(p.columns) > 1<<12 {
		return
	}
	if list, ok := strings.CutPrefix(head, "Fields: "); ok {
		p.columns[file] = exchangeColumns(list)
	}
	if kind, ok := strings.CutPrefix(head, "Log-type: SMTP "); ok {
		p.send[file] = strings.HasPrefix(kind, "Send")
	}
}

// exchangeColumns are the names in a #Fields line, without what the way to here
// has put behind the last; none if it is not whole.
func exchangeColumns(list string) []string {
	columns := strings.Split(list, ",")
	for i, name := range columns {
		columns[i] = name[:skipWord(name, 0)]
	}
	for _, name := range exchangeFields[fieldEvent:] {
		if !slices.Contains(columns, name) {
			return nil
		}
	}
	return columns
}

// nextCSV takes the first field off a row. Quotes are doubled inside quotes.
func nextCSV(s string) (value, rest string, more bool) {
	if len(s) == 0 || s[0] != '"' {
		return strings.Cut(s, ",")
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		value = strings.ReplaceAll(s[1:i], `""`, `"`)
		_, rest, more = strings.Cut(s[i:], ",")
		return value, rest, more
	}
	return s[1:], "", false
}

func (p *exchange) event(e *entry, x *[len9]string) reason {
	k := key{keyConnection, "", x[fieldSession]}
	c := p.b.find(k)
	if c == nil {
		c = p.b.start(k, Inbound, e)
		c.Service, c.Host = x[fieldConnector], ""
		c.Client, c.Server = addrPort(x[fieldRemote]), addrPort(x[fieldLocal])
		st := &exchangeConn{outbound: p.send[e.file]}
		if st.outbound {
			c.Direction = Outbound
			c.Client, c.Server = c.Server, c.Client
		}
		c.state = st
	}
	st := c.state.(*exchangeConn)
	if c.Client.Port == 0 && !st.outbound { // "+" of a send log has no local end yet
		c.Client, c.Server = addrPort(x[fieldRemote]).over(c.Client), addrPort(x[fieldLocal]).over(c.Server)
	}
	switch x[fieldEvent] {
	case "+":
		c.Begun = true
	case "<":
		p.said(e, c, st, x[fieldData], !st.outbound)
	case ">":
		p.said(e, c, st, x[fieldData], st.outbound)
	case "*":
		p.info(c, x[fieldData], x[fieldContext])
	case "-":
		return p.closed(e, c, st, x[fieldContext])
	}
	why := p.b.tell(c, e)
	if st.current != nil {
		st.current.keepLine(e)
	}
	return why
}

// said takes a line of the dialogue.
func (p *exchange) said(e *entry, c *conn, st *exchangeConn, data string, client bool) {
	if client {
		st.dialogue.command(c, data)
		return
	}
	last := st.current
	st.current = st.dialogue.reply(c, data, func() *msg { return p.b.message(c, "", "") }, st.current)
	if last != nil && st.current == nil {
		last.exchangeDone(data)
		last.keepLine(e)
	}
}

// exchangeDone reads what the reply to the end of the message tells:
// "250 2.6.0 <id> [InternalId=2371, Hostname=x] 11511 bytes in 0.1, 109 KB/sec
// Queued mail for delivery".
func (m *msg) exchangeDone(reply string) {
	if _, id, ok := strings.Cut(reply, "InternalId="); ok {
		m.ID, _, _ = strings.Cut(id, ",")
	}
	if id, _, ok := strings.Cut(reply[strings.IndexByte(reply, '<')+1:], ">"); ok && strings.IndexByte(reply, '<') >= 0 {
		m.MessageID = id
	}
	if head, _, ok := strings.Cut(reply, " bytes in "); ok {
		n := head[strings.LastIndexByte(head, ' ')+1:]
		if leadingDigits(n) == len(n) && n != "" {
			m.Size = known(int64(number(n)))
		}
	}
}

func (p *exchange) info(c *conn, data, context string) {
	switch {
	case strings.Contains(context, "negotiation succeeded"):
		c.TLS = TLS{Established: Yes, Words: context}
		if _, v, ok := strings.Cut(context, "TLS protocol "); ok {
			c.TLS.Version, _, _ = strings.Cut(v, " ")
		}
		if _, v, ok := strings.Cut(context, "algorithm "); ok {
			c.TLS.Cipher, _, _ = strings.Cut(v, " ")
		}
	case strings.Contains(context, "negotiation failed"):
		c.TLS = TLS{Established: No, Words: context}
	case strings.HasPrefix(context, "Inbound AUTH "):
		mechanism, rest, _ := strings.Cut(strings.TrimPrefix(context, "Inbound AUTH "), " ")
		c.Auth = Auth{Mechanism: mechanism, User: c.Auth.User, Succeeded: No, Words: rest}
		if strings.HasPrefix(rest, "succeeded") {
			c.Auth.Succeeded = Yes
		}
	case context == "authenticated":
		c.Auth.User, c.Auth.Succeeded = data, Yes
	}
}

// closed reads who ended the connection: Remote alone is the client's FIN.
func (p *exchange) closed(e *entry, c *conn, st *exchangeConn, context string) reason {
	end := Ended{Words: context, How: HowClosed, Time: e.time}
	switch {
	case strings.HasPrefix(context, "Remote(ConnectionReset"), strings.HasPrefix(context, "Remote(SocketError"):
		end.How, end.By = HowReset, "client"
	case strings.HasPrefix(context, "Remote"):
		end.How, end.By = HowEOF, "client"
	case strings.HasPrefix(context, "Local"):
		end.How, end.By = HowDropped, "server"
	}
	d := &st.dialogue
	if c.Ended.How == HowQuit {
		end.How, end.By = HowQuit, "client"
	} else if d.stage != "" {
		end.stages(d.stage)
	}
	c.Ended = end
	if m := st.current; m != nil {
		m.Outcome = Outcome{Kind: Aborted, Words: context, Inferred: true}
		if c.Ended.How == HowQuit {
			m.Outcome.Kind = Withdrawn
		}
		m.keepLine(e)
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	return why
}
