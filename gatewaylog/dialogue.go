package gatewaylog

import "strings"

// dialogue follows a transcript in a log (Cisco's debug logs, Exchange's
// protocol log): enough of the SMTP state to fill a connection. It is not a
// judge of SMTP: the log is believed. What must not be repeated was blanked
// before (hush.go).
type dialogue struct {
	verb     string // the command that waits for its reply
	from, to string
	auth     bool // inside an AUTH exchange
	stage    Phase
	ready    bool // hello accepted
}

// command takes a line of the client.
func (d *dialogue) command(c *conn, text string) {
	x := takeApart(text)
	if d.auth || x.verb == blanked {
		return
	}
	switch d.verb = strings.ToUpper(x.verb); d.verb {
	case "HELO", "EHLO", "LHLO":
		c.Helo = strings.TrimSpace(x.rest)
	case "AUTH", "X-EXPS":
		mechanism := x.rest[:skipWord(x.rest, 0)]
		c.Auth = Auth{Mechanism: strings.ToUpper(mechanism)}
		d.auth, d.stage = true, PhaseAuth
	case "MAIL":
		d.from = path(x.rest)
		d.stage = PhaseMail
	case "RCPT":
		d.to = path(x.rest)
		d.stage = PhaseRcpt
	case "DATA":
		d.stage = PhaseDataCommand
	case "QUIT":
		c.Ended = Ended{Words: "QUIT", How: HowQuit, By: "client"}
		if d.stage != "" {
			c.Ended.stages(d.stage)
		}
	}
}

// path takes the address out of "FROM:<a@example.com> SIZE=100".
func path(s string) string {
	open := strings.IndexByte(s, '<')
	if open < 0 {
		_, s, _ = strings.Cut(s, ":")
		s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
		return s
	}
	if end := strings.IndexByte(s[open:], '>'); end > 0 {
		return s[open+1 : open+end]
	}
	return s[open+1:]
}

// reply takes what the server said; message gives the message that MAIL
// opens, and is the open one otherwise.
func (d *dialogue) reply(c *conn, text string, open func() *msg, current *msg) *msg {
	code := replyCode(text)
	d.auth = d.auth || code == 334 // also where the log began behind the AUTH
	if len(text) > 3 && text[3] == '-' {
		return current // not the last line of the reply
	}
	verb, ok := d.verb, code >= 200 && code < 400
	if d.auth {
		d.answerAuth(c, code, text)
		return current
	}
	d.verb = ""
	switch {
	case verb == "MAIL":
		return d.answerMail(c, ok, text, open)
	case verb == "RCPT" && current != nil:
		r := current.recipient(d.to)
		if r.Accepted = Yes; !ok {
			r.Accepted, r.Words = No, text
			d.refused(c, "RCPT", code, text)
		}
	case verb == "DATA" && code == 354:
		d.stage, d.verb = PhaseData, "."
	case (verb == "DATA" || verb == "." || verb == "BDAT") && current != nil:
		d.answerData(c, ok, code, text, current)
		return nil
	case (verb == "EHLO" || verb == "HELO" || verb == "LHLO") && ok:
		d.stage, d.ready = PhaseReady, true
	case verb == "RSET" && current != nil:
		current.settle(Withdrawn, "RSET")
		d.stage = PhaseReady
		return nil
	case verb == "" && code == 220:
		d.stage = PhaseHello
	}
	return current
}

func (d *dialogue) answerAuth(c *conn, code int, text string) {
	if code == 334 {
		return
	}
	d.auth, d.verb, d.stage = false, "", PhaseReady
	c.Auth.Words, c.Auth.Succeeded = text, No
	if code == 235 {
		c.Auth.Succeeded = Yes
	}
}

func (d *dialogue) answerMail(c *conn, ok bool, text string, open func() *msg) *msg {
	m := open()
	m.From, m.HasFrom = d.from, true
	if ok {
		d.stage = PhaseMail
		return m
	}
	m.settle(Refused, text)
	d.refused(c, "MAIL", replyCode(text), text)
	d.stage = PhaseReady
	return nil
}

func (d *dialogue) answerData(c *conn, ok bool, code int, text string, m *msg) {
	d.stage = PhaseReady
	if ok {
		m.settle(Accepted, text)
		return
	}
	m.settle(Rejected, text)
	d.refused(c, "DATA", code, text)
}

func (d *dialogue) refused(c *conn, command string, code int, text string) {
	if len(c.Rejections) < maxRejections {
		c.Rejections = append(c.Rejections, Rejection{Command: command, Code: code, Words: text, From: d.from, To: d.to})
	}
}
