package gatewaylog

import (
	"slices"
	"strings"
)

// dialogue follows a transcript in a log (Cisco's debug logs, Exchange's
// protocol log): enough of the SMTP state to fill a connection and to know
// where credentials stand. It is not a judge of SMTP: the log is believed.
type dialogue struct {
	verb     string // the command that waits for its reply
	from, to string
	auth     bool // inside an AUTH exchange: what the client says is secret
	stray    bool // an AUTH was refused: what is no command may be a password still
	stage    Phase
	ready    bool     // hello accepted
	hidden   []string // words that were blanked since the last known command: a reply may repeat them
}

// command takes a line of the client and gives what may be shown of it.
func (d *dialogue) command(c *conn, text string) string {
	if d.auth {
		if text == "*" {
			return text
		}
		return d.hide("", text)
	}
	verb, rest, _ := strings.Cut(text, " ")
	if !isCommand(verb) {
		if d.stray || isResponse(verb) {
			return d.hide("", text) // to an AUTH that was refused, or that the log does not have
		}
		d.verb = strings.ToUpper(verb)
		return d.hide(verb, rest)
	}
	d.verb, d.stray, d.hidden = strings.ToUpper(verb), false, nil
	switch d.verb {
	case "HELO", "EHLO", "LHLO":
		c.Helo = strings.TrimSpace(rest)
	case "AUTH", "X-EXPS":
		mechanism, _, _ := strings.Cut(rest, " ")
		c.Auth = Auth{Mechanism: strings.ToUpper(mechanism)}
		d.auth, d.stage = true, PhaseAuth
		if !isMechanism(mechanism) {
			return d.hide(verb, rest)
		}
		return d.hide(verb+" "+mechanism, strings.TrimPrefix(rest[len(mechanism):], " "))
	case "MAIL":
		d.from = path(rest)
		d.stage = PhaseMail
	case "RCPT":
		d.to = path(rest)
		d.stage = PhaseRcpt
	case "DATA":
		d.stage = PhaseDataCommand
	case "QUIT":
		c.Ended = Ended{Words: "QUIT", How: HowQuit, By: "client"}
		if d.stage != "" {
			c.Ended.stages(d.stage)
		}
	}
	return text
}

// hide blanks the rest of a line behind what may be shown of it.
func (d *dialogue) hide(shown, rest string) string {
	if strings.TrimSpace(rest) == "" {
		return shown
	}
	d.hidden = append(d.hidden, strings.FieldsFunc(rest, partsWords)...)
	d.hidden = d.hidden[max(0, len(d.hidden)-maxHidden):]
	if shown == "" {
		return blanked
	}
	return shown + " " + blanked
}

// maxHidden is how many of these words are kept, the last.
const maxHidden = 64

// partsWords are the characters between words where a server quotes a line.
func partsWords(r rune) bool { return r <= ' ' || strings.ContainsRune(`"'<>()[]{}:;,.=?\\`+"`", r) }

// unsay blanks what a reply may repeat of a line that was blanked.
func (d *dialogue) unsay(text string) string {
	if d.mayEcho(text) {
		text = blankWords(text)
	}
	if len(d.hidden) == 0 {
		return text
	}
	var out strings.Builder
	for text != "" {
		n := strings.IndexFunc(text, partsWords)
		switch {
		case n < 0:
			n = len(text)
		case n == 0:
			n = 1
		}
		word := text[:n]
		if len(word) > 1 && !isCommand(word) && slices.ContainsFunc(d.hidden, func(h string) bool { return strings.EqualFold(h, word) }) {
			word = blanked
		}
		out.WriteString(word)
		text = text[n:]
	}
	return out.String()
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

// mayEcho reports whether a reply may repeat a credential: within AUTH, and
// where it finds fault with a line (RFC 5321 section 4.2.3, RFC 4954 section 6).
func (d *dialogue) mayEcho(text string) bool {
	code := replyCode(text)
	return d.auth || code >= 500 && code <= 504 || code >= 530 && code <= 539
}

func (d *dialogue) answerAuth(c *conn, code int, text string) {
	if code == 334 {
		return
	}
	d.auth, d.verb, d.stage, d.stray = false, "", PhaseReady, code != 235
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
