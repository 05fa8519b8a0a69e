package smtpstate

import (
	"bytes"
	"strings"
)

// secrecy says what a client line may be while an AUTH exchange is open.
type secrecy uint8

const (
	plain   secrecy = iota // a command
	perhaps                // a command, or credentials sent ahead of the server's 334
	secret                 // credentials: dropped byte by byte
)

// mechanisms are the SASL mechanisms that are kept by name. Anything else
// after AUTH may be a password that lost its way (IANA SASL registry, and the
// ones that Microsoft and Google brought).
var mechanisms = map[string]bool{
	"PLAIN": true, "LOGIN": true, "CRAM-MD5": true, "CRAM-SHA1": true, "DIGEST-MD5": true, "NTLM": true, "GSSAPI": true,
	"GSS-SPNEGO": true, "KERBEROS_V4": true, "EXTERNAL": true, "ANONYMOUS": true, "OTP": true, "S/KEY": true, "SKEY": true,
	"SCRAM-SHA-1": true, "SCRAM-SHA-1-PLUS": true, "SCRAM-SHA-256": true, "SCRAM-SHA-256-PLUS": true,
	"SCRAM-SHA-512": true, "SCRAM-SHA-512-PLUS": true, "XOAUTH": true, "XOAUTH2": true, "OAUTHBEARER": true,
	"OAUTH10A": true, "SECURID": true, "SRP": true, "NMAS_LOGIN": true, "MSN": true, "NEGOTIATE": true, "X-NETSCAPE-SVRINFO": true,
	"PLAIN-CLIENTTOKEN": true, "XYMCOOKIE": true, "ATOKEN": true, "WEBTOKEN": true, "TOKEN": true, "DPA": true,
}

// secrecy decides how the line that begins now is to be read, while an AUTH
// exchange is open.
func (m *Machine) secrecy() secrecy {
	for i := len(m.queue) - 1; i >= 0; i-- {
		c := m.queue[i]
		if c.row.auth || c.row == rowCredentials {
			return perhaps // unanswered, or its answer was missed
		}
		if c.row != rowHidden && !c.passed {
			break
		}
	}
	if m.phase == PhaseAuth && !m.doubt && !m.inferred && len(m.queue) == 0 {
		return secret // 334 was seen: whatever comes is the answer to it
	}
	return perhaps
}

// readSecret reads a line that is credentials, or may be. Not more of it is
// kept than tells one from the other.
func (m *Machine) readSecret(data []byte, at Mark) int {
	c := &m.client
	l := &c.line
	if c.secret == perhaps {
		l.add(m.store, data[:1], forkMax)
		switch commandStart(l.buf) {
		case isCommand: // the line reader takes this byte, and what was kept
			l.buf, l.total = l.buf[:len(l.buf)-1], l.total-1
			c.secret = plain
			return 0
		case undecided:
			return 1
		}
		c.secret = secret
		m.withholdCoded(l.buf)
		clear(l.buf[min(len(l.buf), cancelMax):])
		l.buf = l.buf[:min(len(l.buf), cancelMax)]
		if data[0] == '\n' {
			l.total--
			m.endSecret(at)
		}
		return 1
	}
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		m.withholdCoded(data)
		l.add(m.store, data, cancelMax)
		return len(data)
	}
	m.withholdCoded(data[:i])
	l.add(m.store, data[:i], cancelMax)
	m.endSecret(at)
	return i + 1
}

// cancelMax is what is kept of a line that may be credentials: "*" and CR,
// with which the client cancels the exchange.
const cancelMax = 2

// endSecret takes the end of a line of credentials.
func (m *Machine) endSecret(at Mark) {
	l := &m.client.line
	m.withholdEnd()
	line := bytes.TrimSuffix(l.buf, []byte("\n"))
	cancel := l.total <= cancelMax && string(bytes.TrimSuffix(line, []byte("\r"))) == "*"
	skip := l.suspect
	if skip {
		m.withholdUnseen()
	}
	if size := int64(l.total) + 1; skip {
		m.odd().SkippedBytes += size
	} else {
		m.tally.commandBytes += size
	}
	l.reset(m.store)
	if skip {
		m.tell(at)
	} else {
		m.credentials(cancel, false, at)
	}
}

// credentials takes a client line of an AUTH exchange, of which nothing is
// left but that it was there.
func (m *Machine) credentials(cancel, cut bool, at Mark) {
	c := m.newCommand(Command{Verb: VerbCredentials, At: at, Offset: m.client.lineStart, Cut: cut, row: rowCredentials, rcpt: -1, cancel: cancel})
	m.wentOn(c)
	if m.server.lossy { // it may have been another line, if the exchange was over
		m.spill(c.Offset)
	}
	shown := "<credentials>"
	if cancel {
		m.auth.Cancelled = true
		shown = "*"
		if m.trace != nil {
			m.trace.Shown(false, c.Offset, []byte(shown))
		}
	}
	m.obs.Command(c, shown)
	m.enqueue(c, at)
	m.tell(at)
}

func (m *Machine) saidAuth(c *Command, arg []byte) {
	word := arg[:wordLen(arg)]
	m.auth = &Auth{}
	if len(word) > 0 && !(c.Cut && len(word) == len(arg)) {
		m.auth.Mechanism = m.mechanism(word)
	}
	if m.auth.Mechanism == "?" || m.auth.Mechanism == "" {
		m.withholdLine(word)
	}
	c.Arg = m.auth.Mechanism
	m.authOpen = true
}

func (m *Machine) mechanism(word []byte) string {
	name := string(upperVerb(word))
	if mechanisms[name] || len(name) <= 20 && m.hello != nil && m.hello.offersMechanism(name) {
		return name
	}
	return "?"
}

func (m *Machine) didAuth(_ *Command, r *Reply) {
	if m.auth == nil {
		m.auth = &Auth{}
	}
	switch {
	case r.more():
		m.authOpen = true
	case m.authOpen:
		m.auth.Reply = m.keep(r)
		m.authOpen = false
		m.stray = !r.positive()
	}
}

// stopAuth closes an exchange that the client has left behind: it went on with
// a command, and the final reply was not captured.
func (m *Machine) stopAuth() {
	if !m.authOpen {
		return
	}
	for _, c := range m.queue {
		if c.row.auth || c.row == rowCredentials {
			return
		}
	}
	m.authOpen = false
	if m.phase == PhaseAuth {
		m.move(toBack, nil)
		m.inferred = true
	}
}

// scrub takes out of a reply's text what may be an echo of what the client
// said, or a challenge.
func (m *Machine) scrub(text string, e echo) string {
	var out strings.Builder
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			out.WriteByte('\n')
		}
		m.hide(line, e, func(from, to int, hide bool) {
			if hide {
				out.WriteString("...")
			} else {
				out.WriteString(line[from:to])
			}
		})
	}
	return out.String()
}

func isBase64(b byte) bool {
	return isUpper(b) || isLower(b) || isDigit(b) || b == '+' || b == '/' || b == '='
}

// suspicious: long enough, and no plain word or number. "=" pads base64 to a
// multiple of four bytes (RFC 4648 section 3.2); elsewhere it stands between a name
// and a value ("relay=[...], info=read timeout", sendmail collect.c).
func suspicious(w string) bool {
	for {
		name, value, pair := strings.Cut(strings.TrimRight(w, "="), "=")
		if !pair {
			break
		}
		if suspicious(name) {
			return true
		}
		w = value + w[len(name)+1+len(value):]
	}
	if len(w)%4 != 0 {
		w = strings.TrimRight(w, "=")
	}
	var upper, lower, other bool
	for i := 0; i < len(w); i++ {
		switch {
		case i > 0 && isUpper(w[i]):
			upper = true
		case isLower(w[i]):
			lower = true
		case !isUpper(w[i]) && w[i] != '/': // a slash alone is a path
			other = true
		}
	}
	return len(w) >= 6 && (upper && lower || other)
}

// Where initialResponse finds none: there may be one when more of the line is
// there, or the line is another command's.
const (
	notYet = -1
	never  = -2
)

// initialResponse finds where AUTH's initial response begins (RFC 4954 section
// 4), or one of the above.
func initialResponse(line []byte) int {
	rest := bytes.TrimLeft(line, " \t")
	n := wordLen(rest[:min(len(rest), longestVerb+1)])
	if r := rowOf(rest[:n]); r == nil || !r.auth {
		if n < len(rest) {
			return never
		}
		return notYet
	}
	arg := bytes.TrimLeft(rest[n:], " \t")
	word := wordLen(arg)
	if word == len(arg) {
		return notYet
	}
	return len(line) - len(arg) + word + 1
}
