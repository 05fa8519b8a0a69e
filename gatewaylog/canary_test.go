package gatewaylog

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// The bird sings in every secret that is planted below.
const bird = "zaunkoenig"

// heard says in which form the bird is heard in a text, "" if it is not.
func heard(text string) string {
	for _, form := range []string{bird, strings.ToUpper(bird)} {
		if strings.Contains(text, form) {
			return form
		}
	}
	for i := range 3 { // in base64 it looks otherwise at each of three places
		form := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + bird))
		form = form[4 : len(form)-3]
		if strings.Contains(text, form) {
			return form
		}
	}
	return ""
}

// planted are lines of logs with a secret or a mail's content in them, and what
// must stay of them. P is a password, B the same in base64, R a response of
// PLAIN; each as a word alone.
var planted = []struct{ name, log, stays string }{
	{"Postfix, debug_peer_list", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]",
		"> unknown[192.0.2.1]: 220 mx.example.org ESMTP", "< unknown[192.0.2.1]: EHLO client.example.net", "> unknown[192.0.2.1]: 250-mx.example.org",
		"< unknown[192.0.2.1]: AUTH LOGIN", "> unknown[192.0.2.1]: 334 VXNlcm5hbWU6", "< unknown[192.0.2.1]: B", "> unknown[192.0.2.1]: 334 B",
		"< unknown[192.0.2.1]: B", "> unknown[192.0.2.1]: 535 5.7.8 Error: authentication failed: B (pw is P)", "< unknown[192.0.2.1]: P", "> unknown[192.0.2.1]: 500 5.5.2 P?",
		"< unknown[192.0.2.1]: MAIL FROM:<a@example.com> SIZE=9", "> unknown[192.0.2.1]: 250 2.1.0 Ok", "disconnect from unknown[192.0.2.1] auth=0/1 commands=2/3"),
		"< unknown[192.0.2.1]: EHLO client.example.net|< unknown[192.0.2.1]: AUTH LOGIN|> unknown[192.0.2.1]: 535 5.7.8 Error: authentication failed: [blanked]|MAIL FROM:<a@example.com> SIZE=9|250 2.1.0 Ok"},
	{"Postfix, smtp -v", syslog("postfix/smtp[8]", "> relay.example.org[192.0.2.5]:587: AUTH PLAIN R", "< relay.example.org[192.0.2.5]:587: 535 5.7.8 no P", "> relay.example.org[192.0.2.5]:587: B",
		"smtp_sasl_passwd_lookup: host `relay' user `bob' pass `P'", "xsasl_cyrus_client_first: uncoded initial reply: ?bob?P",
		"maps_find: smtp_sasl_password_maps: hash:/etc/postfix/sasl(0,lock|fold_fix): relay = bob:P"), ""},
	{"Postfix, times of another form", strings.ReplaceAll(syslog("postfix/smtpd[7]", "< unknown[192.0.2.1]: AUTH LOGIN", "< unknown[192.0.2.1]: P", "xsasl_cyrus_server_next: decoded response: P"), "Jan  2", "2026-01-02"), "< unknown[192.0.2.1]: AUTH"},
	{"Postfix, smtpd -v", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "xsasl_dovecot_server_first: sasl_method PLAIN, init_response R",
		"xsasl_cyrus_server_next: decoded response: P", "smtpd_sasl_authenticate: sasl_method PLAIN, init_response R", "input attribute value: bob:P", "send attr value = P",
		"rec_put: type N len 33 data P", "match_hostaddr: smtpd_client_event_limit_exceptions: 192.0.2.1 ~? 127.0.0.0/8", "disconnect from unknown[192.0.2.1] commands=1"),
		"match_hostaddr: smtpd_client_event_limit_exceptions: 192.0.2.1 ~? 127.0.0.0/8|xsasl_dovecot_server_first: [blanked]"},
	{"Postfix, quoted", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "warning: non-SMTP command from unknown[192.0.2.1]: PASS P", "warning: non-SMTP command from unknown[192.0.2.1]: P x",
		"warning: non-SMTP command from unknown[192.0.2.1]: Authorization: Basic B", "warning: non-SMTP command from unknown[192.0.2.1]: AUTHPLAIN P", "warning: non-SMTP command from unknown[192.0.2.1]: AUTHPLAIN R",
		"warning: non-SMTP command from unknown[192.0.2.1]: GET / HTTP/1.1", "improper command pipelining after EHLO from unknown[192.0.2.1]: LOGIN bob P", `improper command pipelining after EHLO from unknown[192.0.2.1]: AUTH LOGIN amltamlt\r\nP\r\n`,
		`improper command pipelining after EHLO from unknown[192.0.2.1]: MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nP\r\nhelp P\r\n.\r\nQUIT\r\n`,
		`improper command pipelining after EHLO from unknown[192.0.2.1]: XCLIENT ADDR=192.0.2.7 LOGIN=P\r\n`,
		`warning: Illegal address syntax from unknown[192.0.2.1] in MAIL command: <a>\r\nAUTH PLAIN R`, `warning: Illegal address syntax from unknown[192.0.2.1] in MAIL command: <a>\015\012P`,
		"message repeated 3 times: [ warning: non-SMTP command from unknown[192.0.2.1]: B]", "message repeated 3 times: [ < unknown[192.0.2.1]: B]", "disconnect from unknown[192.0.2.1] commands=1"),
		`: PASS [blanked]|: GET / HTTP/1.1|: LOGIN [blanked]|: AUTH LOGIN [blanked]\r\n|MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n[blanked]\r\n[blanked]\r\n.\r\nQUIT|XCLIENT ADDR=192.0.2.7 LOGIN=[blanked]|in MAIL command: <a>\r\nAUTH PLAIN [blanked]`},
	{"Postfix, postscreen", syslog("postfix/postscreen[9]", "CONNECT from [192.0.2.1]:4000 to [198.51.100.5]:25", `COMMAND PIPELINING from [192.0.2.1]:4000 after EHLO: AUTH LOGIN\r\nB\r\n`,
		"NON-SMTP COMMAND from [192.0.2.1]:4000 after EHLO: B", "BARE NEWLINE from [192.0.2.1]:4000 after B", `PREGREET 40 after 0.1 from [192.0.2.1]:4000: EHLO x\r\nAUTH LOGIN\r\nB\r\nP\r\n`, "DISCONNECT [192.0.2.1]:4000"),
		`after EHLO: AUTH LOGIN\r\n[blanked]\r\n|PREGREET 40 after 0.1 from [192.0.2.1]:4000: EHLO x\r\nAUTH LOGIN\r\n`},
	{"Postfix, remote servers and content", syslog("postfix/smtp[8]",
		"4FF5A94ABC: to=<a@example.org>, relay=relay[192.0.2.5]:587, delay=1, delays=0/0/0/1, dsn=4.0.0, status=deferred (SASL authentication failed; server relay[192.0.2.5] said: 535 5.7.8 Error: authentication failed: B)") +
		syslog("postfix/cleanup[8]", "4FF5A94ABC: warning: header Subject: P from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>",
			"4FF5A94ABC: reject: body P from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: 5.7.1 no"),
		"status=deferred (SASL authentication failed; server relay[192.0.2.5] said: 535 5.7.8 Error: authentication failed: [blanked])|header Subject: [blanked] from unknown[192.0.2.1]; from=<a@example.com>|reject: body [blanked] from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: 5.7.1 no"},
	{"Exim", stamped("2026-01-02 03:04:05 ", "no host name found for IP address 192.0.2.1", `SMTP syntax error in "LOGIN bob P" H=(x) [192.0.2.1] unrecognized command`, `SMTP syntax error in "P" H=(x) [192.0.2.1] unrecognized command`,
		`SMTP protocol error in "AUTHPLAIN R" H=(x) [192.0.2.1] x`, `rejected EHLO from [192.0.2.1]: syntactically invalid argument(s): x\r\nAUTH LOGIN\r\nB`, "H=(x) [192.0.2.1] rejected EHLO or HELO B: syntactically invalid",
		"SMTP call from [192.0.2.1] dropped: too many nonmail commands (last was \"B\")", `SMTP call from (x) [192.0.2.1] dropped: too many syntax or protocol errors (last command was "PASS P", C=EHLO,AUTH)`,
		`SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "AUTH LOGIN P" H=(x) [192.0.2.1] next input="P\r\n" input="B"`,
		"[1234] SMTP<< AUTH PLAIN R", "[1234] SMTP>> 535 not for P", "[1234] SMTP<< B",
		"1r2abc-0000AB-CD ** a@example.org T=remote_smtp H=relay.example.org [192.0.2.5]: SMTP error from remote mail server after AUTH LOGIN: 535 5.7.8 Error: authentication failed: B",
		`1r2abc-0000AB-CD <= a@example.com H=x [192.0.2.1] S=100 id=1@x T="P \" P" for c@example.org`) + " 1234 SMTP<< P\n1234 login authenticator $auth1: P\n",
		`SMTP syntax error in "LOGIN [blanked]" H=(x) [192.0.2.1] unrecognized command|last command was "PASS [blanked]", C=EHLO,AUTH)|rejected "AUTH LOGIN [blanked]" H=(x) [192.0.2.1]|H=relay.example.org [192.0.2.5]: SMTP error|id=1@x T="[blanked]" for c@example.org`},
	{"sendmail", syslog("sendmail[9]", "sAEMDKx0000009: <-- EHLO x", "sAEMDKx0000009: --- 250-mx", "sAEMDKx0000009: <-- AUTH LOGIN", "sAEMDKx0000009: --- 334 B", "sAEMDKx0000009: <-- P", "sAEMDKx0000009: --- 535 5.7.0 no B",
		`sAEMDKx0000009: --- 500 5.5.1 Command unrecognized: "B"`, `sAEMDKx0000009: --- 500 5.5.1 Command unrecognized: "LOGIN bob P"`, "sAEMDKx0000009: <-- PASS P", "sAEMDKx0000009: [192.0.2.1]: probable open proxy: command=B",
		"sAEMDKx0000009: bad commands: B", "sAEMDKx0000009: to=<c@example.org>, delay=1, mailer=esmtp, relay=x [192.0.2.5], dsn=4.0.0, stat=Deferred: 535 5.7.8 Error: authentication failed: B", "lost input channel from [192.0.2.1] to MTA after auth"),
		"<-- EHLO x|<-- AUTH LOGIN|relay=x [192.0.2.5], dsn=4.0.0, stat=Deferred: 535 5.7.8 Error: authentication failed: [blanked]"},
	{"sendmail -v and swaks", ">>> AUTH PLAIN R\n535 no\n>>> B\n050 >>> P\n -> AUTH LOGIN\n<-  334 VXNlcm5hbWU6\n -> B\n<** 535 5.7.8 no B\n -> P\n<** 500 P\n", ""},
	{"OpenSMTPD", syslog("smtpd[11]", "88166f7f21c951f4 smtp connected address=192.0.2.1 host=c.example", `88166f7f21c951f4 smtp failed-command command="LOGIN bob P" result="500 5.5.1 Invalid command: Command unrecognized"`,
		`88166f7f21c951f4 smtp failed-command command="P" result="500 5.5.1 Invalid command"`, `88166f7f21c951f4 smtp bad-input result="500 5.5.1 Invalid command: B"`, "smtp: 0x1: <<< AUTH PLAIN R", "smtp: 0x1: <<< B", "debug: smtp: 0x1 P", "88166f7f21c951f4 smtp disconnected reason=quit"),
		`command="LOGIN [blanked]" result="500 5.5.1 Invalid command: Command unrecognized"|result="500 5.5.1 Invalid command: [blanked]"`},
	{"Cisco, injection debug log", debugLog("S220 mx", "CEHLO x", "S250 ok", "C PASS P", "S500 no", `CAUTH\011LOGIN`, "S504 no", "C P", "S500 what: P", "CXCLIENT LOGIN=P", "S550 no P", "CAUTH PLAIN R", "S535 no P for bob",
		"CMAIL FROM:<a@example.com>", "S250 ok", "CRCPT TO:<b@example.org>", "S250 ok", "CDATA", "S354 go", `CSubject: P\015\012\015\012P\015\012mail me P now\015\012help P`, "CP", "CQUIT P", "C.", "S250 ok", "CQUIT", "S221 bye"),
		`'EHLO x\015\012'|' PASS [blanked]\015\012'|'AUTH\011LOGIN\015\012'|'XCLIENT LOGIN=[blanked]\015\012'|'MAIL FROM:<a@example.com>\015\012'|'.\015\012'|'QUIT\015\012'`},
	{"Cisco, domain debug log", "Fri Jan  2 03:05:09 2026 Info: 8 Sent: 'AUTH LOGIN'\nFri Jan  2 03:05:09 2026 Info: 8 Rcvd: '334 x'\nFri Jan  2 03:05:09 2026 Info: 8 Sent: 'B'\nFri Jan  2 03:05:09 2026 Info: 8 Rcvd: '535 not P'\n" +
		"Fri Jan  2 03:05:09 2026 Info: 8 Sent: 'AUTH PLAIN\n  R'\n", "8 Sent: 'AUTH LOGIN'"},
	{"Cisco, subjects", stamped("Fri Jan  2 03:04:05 2026 Info: ", "New SMTP ICID 5 interface Mgmt (198.51.100.5) address 192.0.2.1 reverse dns host unknown verified no", "Start MID 6 ICID 5", "MID 6 ICID 5 From: <a@example.com>",
		"MID 6 Subject 'it's P'", "MID 6 Subject \"P\"", "MID 6 Subject P\\r\\n P\nP", "MID 6 ready 100 bytes from <a@example.com>",
		"Bounced: DCID 3 MID 6 to RID 0 - 5.1.0 - Unknown address error ('550', ['<c@example.org>... denied']) [('Subject', 'P')]",
		`Bounced: 203:0 From:<a@example.com> To:<c@example.org> Reason:"5.1.2 - Bad destination host" Response: "('000', [])" Headers: ['subject: P'] Message: Message-Id:<1@x>\015\012subject: P\015\012\015\012Hi P:'`, "ICID 5 close"),
		"MID 6 Subject '[blanked]'|MID 6 ready 100 bytes|Unknown address error ('550', ['<c@example.org>... denied'])"},
	{"Exchange", exchangeRows(">,220 mx,", "<, PASS P,", ">,500 x,", `<,"LOGIN ""bob"" ""P""",`, `>,"500 5.3.3 Unrecognized command 'LOGIN ""bob"" ""P""'",`, "<,AUTH LOGIN,", ">,334 VXNl,", `<,"a""P",`, ">,535 no P,", "*,,outbound authentication failed with P", `<,"QUIT"P,`,
		"*,,Inbound authentication failed because the credentials B are bad", "-,,Local", `<,"a""P"`), "<, PASS [blanked],|<,AUTH LOGIN,"},
	{"Symantec", "<142>Aug 10 09:52:59 smg1 bmserver: 1576195988|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|SUBJECT|pulse: P\n", "|SUBJECT|[blanked]"},
	{"a program that is not known", `{"MESSAGE":"< unknown[192.0.2.1]: B"}` + "\n" + syslog("dovecot", "auth: Debug: client in: AUTH 1 PLAIN service=smtp resp=R") + syslog("sshd[3]", "Connection closed by P"), ""},
}

func syslog(tag string, lines ...string) string {
	return stamped("Jan  2 03:04:05 mx1 "+tag+": ", lines...)
}

func stamped(head string, lines ...string) string {
	return head + strings.Join(lines, "\n"+head) + "\n"
}

// debugLog is the appliance's S, the client's C.
func debugLog(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		words := map[byte]string{'S': "Sent to", 'C': "Rcvd from"}[l[0]]
		fmt.Fprintf(&b, "Fri Jan  2 03:04:05 2026 Info: 6216 %s '192.0.2.1': '%s\\015\\012'\n", words, l[1:])
	}
	return b.String()
}

func exchangeRows(events ...string) string {
	var b strings.Builder
	b.WriteString("#Software: Microsoft Exchange Server\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n")
	for i, e := range events {
		fmt.Fprintf(&b, "2026-01-02T03:04:05.000Z,MX\\Default,08D9ABCDEF012345,%d,198.51.100.5:25,192.0.2.1:40000,%s\n", i, e)
	}
	return b.String()
}

// TestPlanted: no secret and no content comes out, neither in a line, nor in a
// field, nor in an example of what was not taken; whichever product the log is
// said to be of. And what says what happened stays.
func TestPlanted(t *testing.T) {
	secrets := map[string]string{"P": bird, "B": base64.StdEncoding.EncodeToString([]byte("pw:" + bird)), "R": base64.StdEncoding.EncodeToString([]byte("\x00bob\x00" + bird))}
	for _, x := range planted {
		var log strings.Builder
		for _, word := range splitWords(x.log) { // only where it stands alone
			if secret, is := secrets[word]; is {
				word = secret
			}
			log.WriteString(word)
		}
		if heard(log.String()) == "" {
			t.Fatalf("%s: nothing is planted", x.name)
		}
		for _, product := range append([]Product{""}, Products()...) {
			conns, report := readText(t, Options{Product: product, Year: 2026}, log.String())
			checkCounted(t, conns, report)
			raw, err := json.Marshal(map[string]any{"connections": conns, "report": report})
			if err != nil {
				t.Fatal(err)
			}
			out := strings.ReplaceAll(string(raw), "\\", "")
			if form := heard(out); form != "" {
				at := strings.Index(out, form)
				t.Errorf("%s, as %q: %q: …%s…", x.name, product, form, out[max(0, at-200):min(len(out), at+40)])
			}
		}
		for _, stays := range strings.Split(x.stays, "|") {
			conns, report := readText(t, Options{Year: 2026}, log.String())
			text := ""
			for _, c := range conns {
				for _, l := range c.Lines {
					text += l.Text + "\n"
				}
				for _, m := range c.Messages {
					for _, l := range m.Nearby {
						text += l.Text + "\n"
					}
				}
			}
			for _, r := range report.Reasons {
				for _, l := range r.Examples {
					text += l.Text + "\n"
				}
			}
			if !strings.Contains(text, stays) && x.name != "Symantec" {
				t.Errorf("%s: %q is gone:\n%s", x.name, stays, text)
			}
		}
	}
}

// splitWords cuts a text at all that is no letter, and keeps it.
func splitWords(s string) []string {
	var out []string
	from := 0
	for i := 1; i <= len(s); i++ {
		if i == len(s) || isLetter(s[i]) != isLetter(s[i-1]) {
			out = append(out, s[from:i])
			from = i
		}
	}
	return out
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
