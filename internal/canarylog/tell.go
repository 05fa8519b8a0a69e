package canarylog

import (
	"fmt"
	"strings"
)

// A teller writes a dialogue as a program does that is watched.
type teller struct {
	name string
	body bool // also the content of mails
	tell func(*log, []turn) []string
}

var tellers = []teller{
	{"Postfix smtpd -v", false, func(l *log, turns []turn) []string {
		return l.postfix(l.one("postfix/smtpd", "postfix/submission/smtpd", "postfix-in/smtpd"), "unknown[192.0.2.1]"+l.one("", ":40000"), "< ", "> ", turns)
	}},
	{"Postfix postscreen -v", false, func(l *log, turns []turn) []string {
		return l.postfix("postfix/postscreen", "[192.0.2.1]:40000", "< ", "> ", turns)
	}},
	{"Postfix smtp -v", false, func(l *log, turns []turn) []string {
		return l.postfix(l.one("postfix/smtp", "postfix/lmtp"), "relay.example.org[192.0.2.5]:587", "> ", "< ", turns)
	}},
	{"Postfix of another name", false, func(l *log, turns []turn) []string {
		return l.postfix("postfix/mx25", "unknown[192.0.2.1]", "< ", "> ", turns)
	}},
	{"Exim -d", false, (*log).eximDebug},
	{"sendmail, LogLevel 15", false, func(l *log, turns []turn) (lines []string) {
		head := l.head("sendmail", "mail.debug") + "sAEMDKx0000009: "
		for _, x := range turns {
			lines = append(lines, head+pick(x.client, "<-- ", "--- ")+x.text)
		}
		return lines
	}},
	{"sendmail -X", true, func(l *log, turns []turn) (lines []string) {
		pid, client, server := fmt.Sprintf("%05d ", l.r.IntN(99999)), "<<< ", ">>> "
		if l.chance(2) {
			client, server = server, client
		}
		for _, x := range turns {
			lines = append(lines, pid+pick(x.client, client, server)+x.text)
		}
		return lines
	}},
	{"sendmail -v", false, func(l *log, turns []turn) (lines []string) {
		head := l.one("", "", "050 ")
		for _, x := range turns {
			lines = append(lines, head+pick(x.client, ">>> ", "")+x.text)
		}
		return lines
	}},
	{"OpenSMTPD -T smtp", false, func(l *log, turns []turn) (lines []string) {
		head := l.one("", l.head("smtpd", "mail.debug")) + fmt.Sprintf("smtp: 0x%x: ", l.r.Uint32())
		for _, x := range turns {
			lines = append(lines, head+pick(x.client, "<<< ", ">>> ")+x.text)
		}
		return lines
	}},
	{"Cisco, injection debug log", true, func(l *log, turns []turn) []string {
		words := [2]string{l.one("Rcvd from", "Received from"), "Sent to"}
		return l.cisco(turns, func(client bool, text string) string {
			return fmt.Sprintf("%s '192.0.2.1': '%s'", pick(client, words[0], words[1]), text)
		})
	}},
	{"Cisco, domain debug log", true, func(l *log, turns []turn) []string {
		return l.cisco(turns, func(client bool, text string) string {
			return fmt.Sprintf("%s: '%s'", pick(client, "Sent", "Rcvd"), text)
		})
	}},
	{"Exchange", false, (*log).exchange},
	{"swaks", true, func(l *log, turns []turn) (lines []string) {
		tls := l.chance(2)
		for _, x := range turns {
			switch {
			case x.client:
				lines = append(lines, pick(tls, " ~> ", " -> ")+x.text)
			case strings.HasPrefix(x.text, "5"), strings.HasPrefix(x.text, "4"):
				lines = append(lines, pick(tls, "<~* ", "<** ")+x.text)
			default:
				lines = append(lines, pick(tls, "<~  ", "<-  ")+x.text)
			}
		}
		return lines
	}},
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// postfix writes what it is told with "?" for what is not printable (smtpd_chat.c).
func (l *log) postfix(tag, peer, client, server string, turns []turn) (lines []string) {
	head := l.head(tag, "mail.info")
	add := func(s string) { lines = append(lines, head+printable(s)) }
	if client == "< " {
		add("connect from " + peer)
	}
	s := l.newSecret()
	debugging := []string{
		"xsasl_cyrus_server_next: decoded response: " + s.plain, "smtpd_sasl_authenticate: sasl_method PLAIN, init_response " + s.response, "xsasl_dovecot_handle_reply: auth reply: FAIL?1?user=bob?" + s.plain,
		"smtp_sasl_passwd_lookup: host `relay' user `bob' pass `" + s.plain + "'", "input attribute value: " + s.plain, "send attr value = " + s.plain, "rec_get: type N len 33 data " + s.plain, "dict_cdb_lookup: key: " + s.plain,
		"maps_find: smtp_sasl_password_maps: hash:/etc/postfix/sasl(0,lock|fold_fix): relay = bob:" + s.plain, "xsasl_cyrus_client_first: uncoded initial reply: ?bob?" + s.plain, "smtpd_sasl_auth_reset: x", "public/cleanup socket: wanted attribute: status", "watchdog_pat: 0x5",
		"rewrite_clnt: local: x -> x", "name_mask: noanonymous", "auto_clnt_open: connected to private/anvil",
	}
	for _, x := range turns {
		if l.chance(8) {
			add(l.one(debugging...))
		}
		add(pick(x.client, client, server) + peer + ": " + x.text)
	}
	if client == "< " {
		add("disconnect from " + peer + " auth=0/1 commands=2/3")
	}
	return lines
}

func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
}

// eximDebug is what -d writes, alone and where it was sent on to a syslog.
func (l *log) eximDebug(turns []turn) (lines []string) {
	pid := 100 + l.r.IntN(9000)
	head := l.one(fmt.Sprintf("%d ", pid), fmt.Sprintf("%s %d ", l.clock("15:04:05"), pid), l.clock("2006-01-02 15:04:05")+fmt.Sprintf(" [%d] ", pid), "  ", "")
	client, server := "SMTP<< ", "SMTP>> "
	if l.chance(3) {
		client, server = server, client
	}
	s := l.newSecret()
	debugging := []string{
		"login authenticator $auth1: " + s.plain, "plain authenticator server_condition:", "  $auth1 = " + s.user, "  $auth2 = " + s.plain, "  $1 = " + s.plain, "expanding: $auth2", "   result: " + s.plain, "considering: " + s.plain + "}", "result: " + s.plain,
		"condition: eq{" + s.plain + "}{x}", "├──expanding: ${if eq{$auth2}{" + s.plain + "}", "╰─────result: " + s.plain, "SMTP>> writing message and terminating \".\"", "search_find: file=\"/etc/passwd\"", "lookup yielded: " + s.plain, "tls_do_write(0x1, 8)", "PAM error: " + s.plain, "internal_lsearch_find: file=\"/etc/exim/passwd\" key=\"" + s.plain + "\"",
	}
	for _, x := range turns {
		if l.chance(6) {
			lines = append(lines, head+l.one(debugging...))
		}
		lines = append(lines, head+pick(x.client, client, server)+x.text)
	}
	return lines
}

// cisco writes control characters as octal escapes; what a client did not wait
// with stands in one entry.
func (l *log) cisco(turns []turn, form func(client bool, text string) string) (lines []string) {
	id := 1000 + l.r.IntN(100000)
	head := l.ciscoHead()
	end := l.one(`\015\012`, `\r\n`, "", `\012`)
	joined := l.chance(3) && end != ""
	for i := 0; i < len(turns); i++ {
		x := turns[i]
		text := x.text + end
		for joined && x.client && i+1 < len(turns) && turns[i+1].client {
			i++
			text += turns[i].text + end
		}
		lines = append(lines, head+fmt.Sprintf("%d ", id)+form(x.client, escaped(text)))
	}
	return lines
}

func escaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// exchange is the protocol log; which side is the client's depends on the kind.
func (l *log) exchange(turns []turn) (lines []string) {
	send := l.chance(2)
	if !l.chance(5) {
		lines = append(lines, "#Software: Microsoft Exchange Server", "#Version: 15.0.0.0", "#Log-type: SMTP "+pick(send, "Send", "Receive")+" Protocol Log",
			"#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context")
	} else {
		send = false
	}
	session := fmt.Sprintf("08D9%012X", l.r.Uint32())
	n := 0
	row := func(event, data, context string) {
		lines = append(lines, fmt.Sprintf(`%s,MX\Default,%s,%d,198.51.100.5:25,192.0.2.1:40000,%s,%s,%s`, l.clock("2006-01-02T15:04:05.000Z"), session, n, event, l.csv(data), l.csv(context)))
		n++
	}
	row("+", "", "")
	s := l.newSecret()
	for _, x := range turns {
		row(pick(x.client != send, "<", ">"), x.text, "")
		if l.chance(8) {
			row("*", "", l.one("Inbound authentication failed because the client "+s.base64+" is bad", "SMTPSubmit SMTPAcceptAnyRecipient", "Tarpit for '0.00:00:05' due to '535 5.7.3 "+s.base64+"'", "outbound authentication failed with "+s.base64, "User Name: bob"))
		}
	}
	row("-", "", l.one("Local", "Remote", "Remote(ConnectionReset)"))
	return lines
}

func (l *log) csv(s string) string {
	if strings.ContainsAny(s, "\",") || s != "" && l.chance(8) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
