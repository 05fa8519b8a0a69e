package gatewaylog

import "cmp"

// What Postfix's smtpd logs at the end of a session. smtpd.c below is
// smtpd_proto(), "XXX Log the reason"; formats.md section 5. Checked against
// the lines of a real Postfix 3.7 (see the tests).
var expectedPostfix = []expected{
	{ends: noConnection, says: nothing, sure: true, source: "smtpd.c: the program is asked only when the handshake is complete"},
	{ends: clientGone, phases: "banner", when: implicitTLS, says: []string{"lost connection after CONNECT"}, sure: true, source: "smtpd.c",
		note: "SSL_accept error from … stands before it"},
	{ends: anyEnd, phases: "banner", when: implicitTLS, says: []string{"lost connection after CONNECT"}, sure: true, source: "smtpd.c",
		note: "SSL_accept error from …: Connection timed out stands before it"},
	{ends: clientRST, phases: "banner", says: []string{"lost connection after CONNECT", ""}, source: "smtpd.c",
		note: "client unknown[unknown] where it was gone before Postfix looked"},
	{ends: anyEnd, phases: "tls-handshake", when: implicitTLS, says: []string{"lost connection after CONNECT"}, sure: true, source: "smtpd.c"},
	{ends: anyEnd, phases: "tls-handshake", says: []string{"lost connection after STARTTLS", "abort: TLS from …"}, sure: true, source: "smtpd.c",
		note: "SSL_accept error from … stands before it and has the reason"},

	{ends: clientQUIT, when: anotherSent, says: []string{"disconnect from … quit=1", "disconnect from …"}, sure: true, source: "smtpd.c (commands are counted from 3.0 on)",
		note: "an ordinary line; from 3.10 on cleanup logs canceled for the mail that was withdrawn"},
	{ends: clientQUIT, says: []string{"disconnect from … quit=1", "disconnect from …"}, sure: true, source: "smtpd.c (commands are counted from 3.0 on)",
		note: "an ordinary line: data= is missing in it, and from 3.10 on cleanup logs canceled"},

	{ends: clientGone, phases: "dot", says: nothing, sure: true, source: "smtpd.c: lost connection after END-OF-MESSAGE is not logged",
		note: "the message is kept: queue active, and disconnect without quit=1"},
	{ends: clientGone, phases: "ready", when: mailDone, says: nothing, sure: true, source: "smtpd.c: lost connection after END-OF-MESSAGE is not logged",
		note: "disconnect without quit=1"},
	{ends: clientGone, phases: "data", says: []string{"lost connection after {where} ({bytes} bytes) from …"}, sure: true, source: "smtpd.c",
		note: "FIN and RST look alike"},
	{ends: clientGone, phases: "data-command", says: []string{"lost connection after DATA (0 bytes) from …", "lost connection after DATA from …"}, sure: true, source: "smtpd.c"},
	{ends: clientGone, phases: "hello", says: []string{"lost connection after CONNECT", "lost connection after {where}", "lost connection after UNKNOWN"}, beside: afterOthers("lost connection"), sure: true, source: "smtpd.c"},
	{ends: clientGone, says: []string{"lost connection after {where} from …"}, beside: afterOthers("lost connection"), sure: true, source: "smtpd.c", note: "FIN and RST look alike"},

	{ends: serverTimeout, phases: "data", says: []string{"timeout after {where} ({bytes} bytes) from …"}, sure: true, source: "smtpd.c; smtpd_timeout 300 s, 10 s under stress"},
	{ends: serverTimeout, phases: "data-command", says: []string{"timeout after DATA (0 bytes) from …", "timeout after DATA from …"}, source: "smtpd.c"},
	{ends: serverTimeout, phases: "dot", says: nothing, source: "smtpd.c has no timer while it works on a message"},
	{ends: serverTimeout, says: []string{"timeout after {where} from …"}, beside: afterOthers("timeout"), sure: true, source: "smtpd.c; smtpd_timeout 300 s, 10 s under stress"},
	{ends: serverErrors, says: []string{"too many errors after {where} from …"}, beside: afterOthers("too many errors"), sure: true, source: "smtpd.c; smtpd_hard_error_limit 20, 1 under stress"},
	{ends: serverSize, says: []string{"milter-reject: END-OF-MESSAGE from …", ""}, source: "smtpd.c answers 552 behind the content only"},

	{ends: serverCloses, phases: "banner hello", when: turnedAway, says: []string{"Connection concurrency limit exceeded", "Connection rate limit exceeded", "NOQUEUE: reject: CONNECT from …"}, source: "smtpd.c; postscreen logs reject: CONNECT"},
	{ends: serverCloses, phases: "banner hello", says: []string{"non-SMTP command from …", ""}, source: "smtpd.c: smtpd_forbidden_commands"},
	{ends: serverCloses, phases: "mail rcpt", when: refusedCommand, says: []string{"reject: RCPT from …", "reject: MAIL from …", "too many errors after {where} from …"}, source: "smtpd.c: a 421 of an access table closes",
		note: "the line of the refusal is all; disconnect without quit=1"},
	{ends: serverCloses, says: []string{"killed by signal", ""}, source: "master.c, not smtpd: the process ended"},
	{ends: nobodyCloses, phases: "data", says: []string{"timeout after {where} ({bytes} bytes) from …"}, source: "smtpd.c, once smtpd_timeout is over"},
	{ends: nobodyCloses, says: []string{"timeout after {where} from …"}, source: "smtpd.c, once smtpd_timeout is over"},
}

// postfixOthers are commands that leave no mark in a Verdict: those that change
// nothing, and those that are refused because they come too early or in the
// midst of a mail. smtpd.c has the name of every command of its table there,
// also where it refuses it, and UNKNOWN for those without a row.
var postfixOthers = []string{"RSET", "NOOP", "VRFY", "ETRN", "UNKNOWN", "XCLIENT", "XFORWARD",
	"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT"}

// afterOthers has "from" behind the command: "after DATA (5 bytes) from" is
// another end.
func afterOthers(how string) []Phrase { return phrasesWith(how+" after ", postfixOthers, " from …") }

// postfixWhere is the word after "after": the last command that smtpd read.
// Inside TLS it is not known.
func (v *Verdict) postfixWhere() string {
	if v.Encrypted {
		return "…"
	}
	switch v.Phase {
	case PhaseBanner:
		return "CONNECT"
	case PhaseHello:
		if v.Hello != "" {
			return v.Hello
		}
		return "CONNECT"
	case PhaseTLSHandshake:
		return "STARTTLS"
	case PhaseAuth:
		return "AUTH"
	case PhaseDataCommand:
		return "DATA"
	case PhaseDot:
		return "END-OF-MESSAGE"
	}
	return v.postfixMailWhere()
}

// postfixMailWhere is the last command around a mail.
func (v *Verdict) postfixMailWhere() string {
	m := v.lastMail()
	switch {
	case m == nil && v.Auth:
		return "AUTH"
	case m == nil:
		return cmp.Or(v.Hello, "EHLO")
	case v.Phase == PhaseData:
		return cmp.Or(m.Command, "DATA")
	case v.Phase == PhaseMail, v.Phase == PhaseReady && m.Code >= 400:
		return "MAIL"
	case v.Phase == PhaseRcpt && m.Reply != 0:
		return cmp.Or(m.Command, "DATA")
	case v.Phase == PhaseRcpt:
		return "RCPT"
	case m.Outcome == "withdrawn":
		return "RSET"
	}
	return "END-OF-MESSAGE"
}
