package gatewaylog

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"syscall"
	"testing"
	"time"
)

// leaks are what TestHunt has found, a line or two each: what came out, before it
// was mended. P, B and R are as in planted.
var leaks = []struct{ name, log, stays string }{
	{"the port of a client stands before what it said (smtpd_client_port_logging)", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]:40000",
		"warning: non-SMTP command from unknown[192.0.2.1]:40000: PASS P", `improper command pipelining after EHLO from unknown[192.0.2.1]:40000: LOGIN bob P\r\n`), "unknown[192.0.2.1]:40000: PASS [blanked]"},
	{"a line that is too long", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "warning: unknown[192.0.2.1]: request longer than 2048: LOGIN bob P..."), "request longer than 2048: LOGIN [blanked]"},
	{"base64 for addresses", syslog("postfix/smtp[8]", "4FF5A94ABC: to=<a@example.org>, relay=x[192.0.2.5]:25, delay=1, delays=0/0/0/1, dsn=5.7.8, status=bounced (host x[192.0.2.5] said: 535 5.7.8 U)"), "said: 535 5.7.8 [blanked])"},
	{"a reply whose line is missing", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "> unknown[192.0.2.1]: 502 5.5.2 Error: command not recognized: PASS P", `> unknown[192.0.2.1]: 535 5.7.8 Error: authentication failed: "P"`, "> unknown[192.0.2.1]: 235 2.7.0 welcome P"),
		"502 5.5.2 Error: command not recognized: [blanked] [blanked]|535 5.7.8 Error: authentication failed"},
	{"a server that adds to a word", debugLog("CEHLO x", "S250 ok", "CPASS P", "S550 5.7.0 not P!"), "S"},
	{"a reply of AUTH that has no code", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "> unknown[192.0.2.1]: P"), "> unknown[192.0.2.1]: [blanked]"},
	{"a mechanism that is none", debugLog("CAUTH Q", "CQUIT"), `'AUTH [blanked]\015\012'`},
	{"a file that is written while a dialogue goes on", syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "< unknown[192.0.2.1]: AUTH LOGIN") + "P\n", "AUTH LOGIN"},
	{"a dialogue behind a header without a tag", stamped("Jan  2 03:04:05 mx1 ", "< unknown[192.0.2.1]: AUTH LOGIN", "< unknown[192.0.2.1]: P", "< unknown[192.0.2.1]:40000: P") + stamped("2026-01-02T03:04:05.000Z stderr F ", "< unknown[192.0.2.1]: P"), ""},
	{"a mail's line that begins with a time", " -> DATA\n<-  354 go\n -> Jan  2 03:04:05 P x: P\n00123 <<< Jan  2 03:04:05 P x: P\n", ""},
	{"escapes of rsyslog", syslog("postfix/postscreen[9]", "CONNECT from [192.0.2.1]:4000 to [198.51.100.5]:25", "PREGREET 40 after 0.1 from [192.0.2.1]:4000: EHLO x#015#012AUTH#011LOGIN#015#012P#015#012") +
		syslog("postfix/smtp[8]", "4FF5A94ABC: to=<a@example.org>, relay=x[192.0.2.5]:25, delay=1, delays=0/0/0/1, dsn=5.7.8, status=bounced (host x[192.0.2.5] said: 535 5.7.8 B#012)"), "EHLO x#015#012AUTH#011LOGIN#015#012[blanked]"},
	{"escapes that were escaped again", debugLog(`CEHLO x`, `CDATA\\015\\012Subject: P\\015\\012\\015\\012help P\\015\\012.\\015\\012QUIT`), `QUIT\015\012'`},
	{"a server that repeats a tab", debugLog(`CAUTH\011DIGEST-MD5\011P`, `S235 welcome AUTH\011DIGEST-MD5\011P`), `'AUTH\011DIGEST-MD5\011[blanked]\015\012'`},
	{"the padding of a log that was mailed", syslog("postfix/smtp[8]", "4FF5A94ABC: to=<a@example.org>, relay=x[192.0.2.5]:25, delay=1, delays=0/0/0/1, dsn=5.7.8, status=bounced (host x[192.0.2.5] said: 535 5.7.8 V)"), "535 5.7.8 [blanked])"},
	{"the rest of a line that Exim has cut", syslog("exim[9]", `[1/2] 2026-01-02 03:04:05 SMTP syntax error in "LOGIN bob P`, `[2\2] P" H=(x) [192.0.2.1] unrecognized command`, `[2\\2] P"`, `[ID 197553 mail.info] [2\2] P"`), ""},
	{"what a client gave for its name", stamped("2026-01-02 03:04:05 ", "no host name found for IP address 192.0.2.1", "plain authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=B)", "login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=alice)",
		"login authenticator failed for (x) [192.0.2.1]: 435 Unable to authenticate at present (set_id=bob): B") + syslog("postfix/smtpd[7]", "connect from unknown[192.0.2.1]", "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=B"), "(set_id=[blanked])|(set_id=alice)|sasl_username=[blanked]"},
	{"a subject of Exim's with quotes", stamped("2026-01-02 03:04:05 ", `1r2abc-0000AB-CD <= a@example.com H=x [192.0.2.1] S=100 T="\\"P\\" P" from <a@example.com> for c@example.org`), `T="[blanked]" from <a@example.com> for c@example.org`},
	{"a subject of Exim's that a line breaks off", stamped("2026-01-02 03:04:05 ", `1r2abc-0000AB-CD <= a@example.com H=x [192.0.2.1] S=100 T="\\"P\\" re P`), `T="[blanked]`},
	{"Exim -d and a mail, times in front", stamped("2026-01-02 03:04:05   ", "PAM error: P", "Subject: P") + stamped("2026-01-02 03:04:05 ", "\tfor b@example.org; mail P", "  login authenticator $auth1: P"), ""},
	{"Exim's variables, behind a piece of another line", "Fri Jan  2 03:04:05 2026 Info: MID 6\n5899   $auth2 = `P`\n5899 login authenticator $auth1: `P`\n", "Info: MID 6"},
	{"Cisco, behind a line break", "Fri Jan  2 03:04:05 2026 Info: ICID 5\n\tUnknown command: APOP DOM\\bob p@P\n", "APOP [blanked]"},
	{"OpenSMTPD, as JSON", `{"log":"<22>Jan  2 03:04:05 mx1 smtpd[15565]: 88166f7f21c951f4 smtp failed-command command=\"AUTH B\" result=\"500 5.5.1 Invalid command\"\n","stream":"stderr"}` + "\n", ""},
	{"a bracket in front of a response, as JSON", `{"log":"Jan  2 03:04:05 mx1 postfix/smtpd[7]: connect from unknown[192.0.2.1]\n"}` + "\n" + `{"log":"Jan  2 03:04:05 mx1 postfix/smtpd[7]: \u003c unknown[192.0.2.1]: X-EXPS PLAIN \u003e P\n"}` + "\n", ""},
	{"Exim's rest of a line, repeated", stamped("Jan  2 03:04:05 mx1 exim[9]: ", `[2\2] P" H=(x) [192.0.2.1] unrecognized command`, `message repeated 6 times: [ [2\2] P" H=(x) [192.0.2.1] unrecognized command]`), ""},
	{"arrows behind odd headers", "MESSAGE= -> DATA\nMESSAGE= -> Jan  2 03:04:05 P x: P\n\x1b[32m ~> DATA\n\x1b[32m ~> Jan  2 03:04:05 P x: P\x1b[0m\n>  ~> DATA\n>  ~> Jan  2 03:04:05 P= x: P=\n2026-01-02T03:04:05.000Z stderr F 6392 SMTP<< P: P\n", ""},
	{"Cisco, a subject behind a tab", "Fri Jan  2 03:04:05 2026 Info: MID 6\n\tSubject < P\n", "MID 6"},
	{"Cisco, a subject behind a tab and behind another line", "Fri Jan  2 03:04:05 2026 Info: MID 6\nsmtp: 0xf23bda96: <<< MAIL FROM:<a@example.com> SIZE=100\n\tSubject P:x\n", "MID 6"},
	{"James", "[PROTOCOL] [UUID.1] [core] C: PASS P state=1\n", ""},
	{"a log in a mail that quotes it", "> > <38>Jan  2 03:04:05 consolidated_event: Info: CEF:0|Cisco|C100|13|X|Y|5|ESAMID=6 ESAICID=5 act=DELIVERED msg=[P] deviceDirection=0 ESAAttachmentDetails={'[P]': {}}\n", ""},
	{"sendmail -v, whose replies have no mark", "2026-01-02T03:04:05 q=i0 f=<a@example.com>\n>>> PASS bob P\n2026-01-02T03:04:06 [30551,delay_queue_runner] done\n503 5.5.1 bad sequence of commands: PASS bob P\n503 5.5.1 bad sequence of commands: PASS bob P\n", ""},
	{"a quotation that a line breaks off", stamped("2026-01-02 03:04:05 ", `SMTP call from (x) [192.0.2.1] dropped: too many unrecognized commands (last was "AUTH "x" P`, `SMTP call from (x) [192.0.2.1] dropped: too many nonmail commands (last was "x"#P`), `(last was "[blanked]`},
	{"Cisco, a subject as JSON, escaped twice", `{"log":"Fri Jan  2 03:04:05 2026 Info: Message done DCID 8 MID 6 to RID [0] [('from', 'a@example.com'), ('subject', \\"re P\\"), ('to', 'b@example.org')]\\n"}` + "\n", ""},
	{"dovecot, joined to another line", "Fri Jan  2 03:04:05 2026 Info: MID 6 ICID 5 Subject: x\n sql(bob,192.0.2.1): Password mismatch (given password: [P])\n", ""},
	{"Exim's rest of a line, cut again", stamped("Jan  2 03:04:05 mx1 exim[9]: ", `[1/2] [2\2] P" H=(x) [192.0.2.1] unrecognized co`), ""},
	{"Postfix -v as JSON, repeated", `{"log":"Jan  2 03:04:05 mx1 postfix/smtpd[7]: connect from unknown[192.0.2.1]\n"}` + "\n" + `{"log":"Jan  2 03:04:05 mx1 postfix/smtpd[7]: message repeated 6 times: [ \u003e unknown[192.0.2.1]: 500 5.3.3 Unrecognized command user=bob 'P'\n"}]` + "\n", ""},
	{"Exim's rest of a line, whose first word looks like a tag", stamped("Jan  2 03:04:05 mx1 ", `[2\2] P: P" H=(x) [192.0.2.1] unrecognized command`, `[ID 197553 mail.info] [2\2] P: P" H=(x)`), ""},
	{"headers that a filter changes", syslog("sendmail[9]", "sAEMDKx0000009: from=<a@example.com>, size=1, class=0, nrcpts=1, relay=x [192.0.2.1]", "sAEMDKx0000009: Milter change: header Subject: from P to P", "sAEMDKx0000009: Milter add: header: X-Pass: P", "sAEMDKx0000009: Milter insert (1): header: X-Spam: P",
		"sAEMDKx0000009: ruleset=CheckSubject, arg1=P, relay=x [192.0.2.1], reject=553 5.0.0 no", "sAEMDKx0000009: ruleset=check_rcpt, arg1=<b@example.org>, relay=x [192.0.2.1], reject=550 5.7.1 no"), "Milter add: header: X-Pass: [blanked]|arg1=[blanked], relay=x [192.0.2.1], reject=553 5.0.0 no|arg1=<b@example.org>, relay"},
	{"a header that a rule has written anew", syslog("postfix/cleanup[8]", "4FF5A94ABC: replace: header Subject: P from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: Subject: P", "4FF5A94ABC: reject: header X-Secret: P from"), "replace: header Subject: [blanked] from unknown[192.0.2.1]; from=<a@example.com>"},
	{"Cisco, headers and commands", stamped("Fri Jan  2 03:04:05 2026 Info: ", "New SMTP ICID 5 interface Mgmt (198.51.100.5) address 192.0.2.1 reverse dns host unknown verified no", "Start MID 6 ICID 5", "ICID 5 Unknown command: PASS P", "ICID 5 Bad syntax for command: RCPT P", "ICID 5 Invalid sender address: B",
		"Message done DCID 8 MID 6 to RID [0] [('X-Pass', 'P'), ('to', 'b@example.org')]"), "ICID 5 Unknown command: PASS [blanked]|ICID 5 Invalid sender address: [blanked]|[('X-Pass', '[blanked]'), ('to', 'b@example.org')]"},
	{"Cisco, pieces of other lines", stamped("Fri Jan  2 03:04:05 2026 Info: ", "MID 6 queued for delivery") + "B\n$auth2 = P\n" + stamped("Fri Jan  2 03:04:05 2026 Info: ", "MID 6 Subje") + "ct 'P'\n" + stamped("Fri Jan  2 03:04:05 2026 Info: ", "6216 Rcvd from") + "'192.0.2.1': 'P'\n", "MID 6 queued for delivery [blanked]|MID 6 Subject '[blanked]'"},
	{"Cisco, names of attachments", "<38>Jan  2 03:04:05 consolidated_event: Info: CEF:0|Cisco|C100|13|X|Y|5|ESAMID=6 ESAICID=5 act=DELIVERED msg=P ESAAttachmentDetails={'P.pdf': {}} deviceDirection=0\n", "ESAAttachmentDetails=[blanked] deviceDirection=0"},
	{"Symantec, names of attachments", "1576195988|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|ATTACH|P.pdf|P\n1576195988|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|ATTACHFILTER|P.exe\n", "|ATTACH|[blanked]|ATTACHFILTER|[blanked]"},
	{"PureMessage, subjects", "2026-01-02T03:04:05 q=4FF5A94ABC f=<a@example.com> t=<b@example.org> S=?q?Re:_P a=a/eom\n", "S=?q?[blanked] a=a/eom"},
	{"Exchange, the head of whose file is not whole", "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,d\n" + exchangeBody("<,AUTH LOGIN,", "<,P,") + "\t#Log-type: SMTP Send Protocol Log\n" + exchangeBody(">,AUTH LOGIN,", "<,334 VXNl,", ">,P,") +
		"#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context#015#012\n" + exchangeBody("*,,Inbound authentication failed with B"), "<,AUTH LOGIN,"},
	{"lines that nobody understands", "Password: P\n$auth2 = P\nbob P\n" + stamped("2026-01-02T03:04:05.000Z stderr F ", "Password: P") + stamped("2026-01-02 03:04:05 [248] ", "PAM error: P", "result: P"), ""},
	{"sendmail -X, and a time in front", stamped("2026-01-02T03:04:05 ", "12345 >>> 220 mx.example.com ESMTP Sendmail 8.17.1", "12345 <<< AUTH LOGIN", "12345 >>> 334 VXNlcm5hbWU6", "12345 <<< B", "12345 >>> 535 5.7.8 not P", "12345 <<< DATA", "12345 >>> 354 go", "12345 <<< Jan  2 03:04:05 P x: P", "12345 <<< 2026-01-02 03:04:05 P x: P", "12345 <<< P: P", "12345 <<< mail P"), ""},
	{"sendmail -X behind other times", stamped("2026-01-02 03:04:05.123 ", "00345 <<< DATA", "00345 >>> 354 go", "00345 <<< Jan  2 03:04:05 P x: P", "00345 <<< P: P") + stamped("Jan  2 03:04:05 mx1 ", "00346 <<< DATA", "00346 >>> 354 go", "00346 <<< Jan  2 03:04:05 P x: P", "00346 <<< 2026-01-02T03:04:05 P x: P", "00346 <<< P: P"), ""},
	{"swaks behind a header", syslog("swaks[7]", " -> DATA", "<-  354 go", " -> Jan  2 03:04:05 P x: P", " -> 2026-01-02T03:04:05 P", " -> P", " -> mail P") + stamped("192.0.2.80:45924 : local1.info Jan  2 03:04:05 mx1 swaks: ", " -> DATA", "<-  354 go", " -> Jan  2 03:04:05 P x: P", " -> P: P") + stamped("192.0.2.80:45924 : local1.info ", " -> DATA", "<-  354 go", " -> Jan  2 03:04:05 P x: P", " -> P: P"), ""},
	{"the rest of a line of Postfix's that was wrapped", `unknown[192.0.2.1]: PASS help P\r\n` + "\n", ""},
	{"a word under a time, in Exim's log", stamped("2026-01-02 03:04:05 ", "no host name found for IP address 192.0.2.1", "P|x", "P"), "no host name …"},
	{"the rejectlog of Exim", "2026-01-02 03:04:05 1r2abc-0000AB-CD H=x [192.0.2.1] F=<a@example.com> rejected after DATA\nP Received: from x by y\n\tfor b@example.org; P\n  Subject: P\n\tP\n  X-Pass: P\n", "rejected after DATA"},
}

func exchangeBody(events ...string) string {
	_, rows, _ := strings.Cut(exchangeRows(events...), "context\n")
	return rows
}

// TestLeaks: none of them comes out again, and what says what happened stays.
func TestLeaks(t *testing.T) {
	response := base64.URLEncoding.EncodeToString([]byte("\x00bob\x00~~~" + bird))
	secrets := map[string]string{"P": bird, "Q": strings.ToUpper(bird), "B": base64.StdEncoding.EncodeToString([]byte("pw:" + bird)), "U": response,
		"V": strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte("pw:"+bird)), "=", "=3D")}
	if !strings.Contains(response, "-") && !strings.Contains(response, "_") {
		t.Fatal("nothing in it that base64 has not")
	}
	for _, x := range leaks {
		var log strings.Builder
		for _, word := range splitWords(x.log) {
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
				t.Errorf("%s, as %q: …%s…", x.name, product, out[max(0, at-200):min(len(out), at+40)])
			}
		}
		conns, report := readText(t, Options{Year: 2026}, log.String())
		text := shownText(conns, report)
		for _, stays := range strings.Split(x.stays, "|") {
			if !strings.Contains(text, stays) && !strings.HasPrefix(x.name, "Symantec") {
				t.Errorf("%s: %q is gone:\n%s", x.name, stays, text)
			}
		}
	}
}

// shownText is all lines that come out.
func shownText(conns []*Connection, report *Report) string {
	var b strings.Builder
	for _, c := range conns {
		for _, l := range c.Lines {
			b.WriteString(l.Text + "\n")
		}
		for _, m := range c.Messages {
			for _, l := range m.Nearby {
				b.WriteString(l.Text + "\n")
			}
		}
	}
	for _, r := range report.Reasons {
		for _, l := range r.Examples {
			b.WriteString(l.Text + "\n")
		}
	}
	return b.String()
}

// TestRedactGrows: no rule takes time that grows with the square of a line.
func TestRedactGrows(t *testing.T) {
	const most, times = maxLineBytes, 16
	took := func(line string) time.Duration {
		best := time.Hour
		for range 3 {
			var talks transcripts
			var c clock
			begun := processorTime()
			redactBy(everyRule, line)
			e := entry{}
			e.parse("Jan  2 03:04:05 mx1 sendmail[7]: sAEMDKx0000009: <-- "+line, &c)
			talks.hide(&e)
			e = entry{}
			e.parse("Jan  2 03:04:05 mx1 sendmail[7]: sAEMDKx0000009: --- 535 "+line, &c)
			talks.hide(&e)
			best = min(best, processorTime()-begun)
		}
		return best
	}
	for _, piece := range []string{`\`, `#`, `\\015`, `#015#012x `, ` DCID [('a', 'x')`, ` DCID [('a', 'x'), (`, `S=?q?`, `S=?q?x `, "Subject: x ", "set_id=x ", "=3D=3D", "QWxpY2U6c2VjcmV0 ", "ruleset=x, arg1=", "Milter add: header: x: ", "; from=<: header a:",
		`: header >: `, ` T="`, `" for T="`, "|SUBJECT|", "535 ", "uthentication failed ", "AUTH PLAIN x9 ", `\011`, "X-EXPS\\011", "a.b-c_d ", "blanked [blanked] ", "Invalid sender address: ", "CEF:0|Cisco|msg=x ESAAttachmentDetails=", "-_", "message repeated ", "Bounced: Headers: ", "\xc3"} {
		short, long := took(strings.Repeat(piece, most/times/len(piece))), took(strings.Repeat(piece, most/len(piece)))
		if long > 100*time.Millisecond && long > 4*times*max(short, time.Millisecond) {
			t.Errorf("%q: %v, and %d times as long %v", piece, short, times, long)
		}
	}
}

// processorTime is what the process has had: on a machine with other work the
// clock says little.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano())
}
