package canarylog

import "strings"

// A quotation is a line in which a product repeats a client or a mail. {P} is a
// password, {B} it in base64, {R} a response; {L} a line of a client that does not
// know what it does; {S} a subject or a line of a mail.
type quotation struct {
	tag   string // of a syslog; "" = the line has a header of its own
	lines []string
}

var quotations = []quotation{
	{"postfix/smtpd", []string{
		"warning: non-SMTP command from unknown[192.0.2.1]: {L}", "warning: non-SMTP command from unknown[192.0.2.1]:40000: {L}", `improper command pipelining after EHLO from unknown[192.0.2.1]: {L}\r\n`, `improper command pipelining after AUTH from unknown[192.0.2.1]: {B}\r\n{B}\r\n`,
		`improper command pipelining after DATA from unknown[192.0.2.1]: Subject: {S}\r\n\r\n{P}\r\n.\r\nQUIT\r\n`, `improper command pipelining after CONNECT from unknown[192.0.2.1]: EHLO x\r\nMAIL FROM:<a@b>\r\nDATA\r\n{S}\r\n.\r\n{L}\r\n`,
		"warning: Illegal address syntax from unknown[192.0.2.1] in MAIL command: {B}", `warning: Illegal address syntax from unknown[192.0.2.1] in RCPT command: <a>\r\n{L}`,
		"warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: {B}", "warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: {R}", "warning: unknown[192.0.2.1]: SASL CRAM-MD5 authentication failed: {B}, sasl_username=bob", "warning: unknown[192.0.2.1]: SASL XOAUTH2 authentication failed: (reason unavailable), {B}",
		"warning: SASL authentication failure: bad response {B}", "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 535 5.7.8 Error: authentication failed: {B}; from=<a@b> to=<c@d> proto=ESMTP helo=<x>", "lost connection after AUTH from unknown[192.0.2.1]",
		"warning: unknown[192.0.2.1]: request longer than 2048: {L}...", "too many errors after AUTH from unknown[192.0.2.1]", "NOQUEUE: reject: UNKNOWN from unknown[192.0.2.1]: 502 5.5.2 Error: command not recognized: {B}; proto=SMTP",
	}},
	{"postfix/postscreen", []string{
		`COMMAND PIPELINING from [192.0.2.1]:4000 after EHLO: {L}\r\n`, "NON-SMTP COMMAND from [192.0.2.1]:4000 after EHLO: {L}", "NON-SMTP COMMAND from [192.0.2.1]:4000 after CONNECT: {L}", "BARE NEWLINE from [192.0.2.1]:4000 after {B}", `PREGREET 40 after 0.1 from [192.0.2.1]:4000: EHLO x\r\n{L}\r\n`, `PREGREET 11 after 0 from [192.0.2.1]:4000: {L}`,
	}},
	{"postfix/smtp", []string{
		"4FF5A94ABC: to=<a@example.org>, relay=relay[192.0.2.5]:587, delay=1, delays=0/0/0/1, dsn=4.0.0, status=deferred (SASL authentication failed; server relay[192.0.2.5] said: 535 5.7.8 Error: authentication failed: {B})",
		"4FF5A94ABC: SASL authentication failed; server relay[192.0.2.5] said: 535 5.7.8 {R}", "4FF5A94ABC: to=<a@example.org>, relay=x[192.0.2.5]:25, delay=1, dsn=5.0.0, status=bounced (host x[192.0.2.5] said: 504 5.5.4 Unrecognized authentication type {R} (in reply to AUTH PLAIN command))",
		"4FF5A94ABC: to=<a@example.org>, relay=x[192.0.2.5]:25, dsn=5.0.0, status=bounced (host x[192.0.2.5] said: 535 {R} (in reply to AUTH PLAIN {R} command))",
	}},
	{"postfix/cleanup", []string{
		"4FF5A94ABC: warning: header Subject: {S} from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>", "4FF5A94ABC: reject: body {S} from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: 5.7.1 no", "4FF5A94ABC: reject: header X-Secret: {S} from local; from=<a@example.com>: 5.7.1 no",
		"4FF5A94ABC: info: header Subject: =?UTF-8?B?{B}?= from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>", "4FF5A94ABC: replace: header Subject: {S} from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: Subject: {S}", "4FF5A94ABC: prepend: header X-A: {S} from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: X-B: {S}",
		"4FF5A94ABC: hold: body {S} from local; from=<a@example.com>", "4FF5A94ABC: warning: header Subject: {S}", "4FF5A94ABC: milter-header-replace: header Subject: {S}: Subject: {S}",
	}},
	{"dovecot", []string{"auth: Debug: client in: AUTH 1 PLAIN service=smtp resp={R}", "auth: Debug: client passdb out: OK 1 user=bob pass={P}", "auth-worker(7): Debug: sql(bob,192.0.2.1): Password mismatch (given password: {P})", "submission-login: Debug: client in: {L}"}},
	{"saslauthd", []string{"do_auth: auth failure: [user=bob] [service=smtp] [realm=] [mech=pam]"}},
	{"opendkim", []string{"4FF5A94ABC: s=x d=example.org SSL error:04091068"}},
	{"sendmail", []string{
		"sAEMDKx0000009: [192.0.2.1]: probable open proxy: command={L}", "sAEMDKx0000009: [192.0.2.1]: possible SMTP attack: command={L}, count=5", "sAEMDKx0000009: bad commands: {B}", "sAEMDKx0000009: to=<c@example.org>, delay=1, mailer=esmtp, relay=x [192.0.2.5], dsn=4.0.0, stat=Deferred: 535 5.7.8 Error: authentication failed: {B}",
		`sAEMDKx0000009: --- 500 5.5.1 Command unrecognized: "{L}"`, "AUTH failure (PLAIN): authentication failure (-13) SASL(-13): {B}", "sAEMDKx0000009: Milter change: header Subject: from {S} to {S}", "sAEMDKx0000009: Milter add: header: X-Pass: {S}", "sAEMDKx0000009: Milter insert (1): header: X-Spam: {S}",
		"sAEMDKx0000009: AUTH=server, relay=x [192.0.2.1], authid=bob, mech=PLAIN, bits=0", "sAEMDKx0000009: Milter delete: header Subject: {S}", `sAEMDKx0000009: milter=x, action=header, continue, Subject: {S}`, "sAEMDKx0000009: ruleset=check_subject, arg1={S}, relay=x [192.0.2.1], reject=553 5.0.0 no", "sAEMDKx0000009: subject={S}",
	}},
	{"smtpd", []string{
		`88166f7f21c951f4 smtp failed-command command="{L}" result="500 5.5.1 Invalid command: Command unrecognized"`, `88166f7f21c951f4 smtp bad-input result="500 5.5.1 Invalid command: {B}"`, `88166f7f21c951f4 smtp failed-command command="AUTH PLAIN {R}" result="535 Authentication failed"`, `smtp-in: Failed command on session 88166f7f21c951f4: "{L}" => 500 5.5.1 no`, `88166f7f21c951f4 smtp failed-command address=192.0.2.1 host=x command="AUTH LOGIN (password)" result="535 {B}"`,
		`88166f7f21c951f4 mta error reason=AUTH rejected: 535 5.7.8 {B}`, `88166f7f21c951f4 mta delivery evpid=b58fa0798ec2fa66 from=<a@b> to=<c@d> rcpt=<-> source="192.0.2.25" relay="192.0.2.5 (x)" delay=1s result="PermFail" stat="535 5.7.8 authentication failed: {R}"`, "debug: smtp: 0x1 {L}", `report|0.7|1576146008.006099|smtp-in|protocol-client|7641df9771b4ed00|{L}`, `report|0.7|1576146008.006099|smtp-in|protocol-server|7641df9771b4ed00|535 {B}`,
		`report|0.5|1576146008.006099|smtp-in|link-auth|7641df9771b4ed00|pass|bob`, `filter|0.7|1576146008.006099|smtp-in|auth|7641df9771b4ed00|1ef1c203cc576e5d|{R}`, `filter|0.7|1576146008.006099|smtp-in|data-line|7641df9771b4ed00|1ef1c203cc576e5d|Subject: {S}`,
	}},
	{"exim", []string{"SMTP syntax error in \"{L}\" H=(x) [192.0.2.1] unrecognized command", `[1/2] 2026-01-02 03:04:05 SMTP syntax error in "{L}`, `[2\2] {P}" H=(x) [192.0.2.1] unrecognized command`, "login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id={B})"}},
	{"", []string{
		`2026-01-02 03:04:05 SMTP syntax error in "{L}" H=(x) [192.0.2.1] unrecognized command`, `2026-01-02 03:04:05 SMTP protocol error in "AUTH PLAIN {R}" H=(x) [192.0.2.1] AUTH command used when not advertised`, `2026-01-02 03:04:05 H=(x) [192.0.2.1] rejected EHLO or HELO {B}: syntactically invalid argument(s): {B}`, `2026-01-02 03:04:05 rejected EHLO from [192.0.2.1]: syntactically invalid argument(s): {B}`,
		`2026-01-02 03:04:05 SMTP call from (x) [192.0.2.1] dropped: too many syntax or protocol errors (last command was "{L}", C=EHLO,AUTH)`, `2026-01-02 03:04:05 SMTP call from [192.0.2.1] dropped: too many nonmail commands (last was "{L}")`, `2026-01-02 03:04:05 SMTP call from [192.0.2.1] dropped: too many unrecognized commands (last was "{L}")`,
		`2026-01-02 03:04:05 SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "{L}" H=(x) [192.0.2.1] next input="{L}\r\n"`, `2026-01-02 03:04:05 SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[192.0.2.1] input="EHLO x\r\n{L}\r\n"`,
		`2026-01-02 03:04:05 plain_login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id={R})`, `2026-01-02 03:04:05 1r2abc-0000AB-CD ** a@example.org R=x T=remote_smtp H=relay.example.org [192.0.2.5]: SMTP error from remote mail server after AUTH PLAIN {R}: 535 5.7.8 {B}`, `2026-01-02 03:04:05 1r2abc-0000AB-CD == a@example.org R=x T=remote_smtp defer (-44): SMTP error from remote mail server after pipelined AUTH LOGIN: 535 {B}`,
		`2026-01-02 03:04:05 1r2abc-0000AB-CD <= a@example.com H=x [192.0.2.1] P=esmtp S=100 id=1@x T="{S}" for c@example.org`, `2026-01-02 03:04:05 1r2abc-0000AB-CD <= a@example.com H=x [192.0.2.1] P=esmtp S=100 T="\"{S}\" {S}" from <a@example.com> for c@example.org`, `2026-01-02 03:04:05 1r2abc-0000AB-CD H=x [192.0.2.1] Warning: Subject: {S}`,
		"2026-01-02 03:04:05 1r2abc-0000AB-CD H=x [192.0.2.1] F=<a@example.com> rejected after DATA\nEnvelope-from: <a@example.com>\nEnvelope-to: <b@example.org>\nP Received: from x by y\n\tfor b@example.org; {P}\n  Subject: {S}\n\t{S}\nT To: b@example.org\n  X-Pass: {P}\n  Authorization: {P}", // the rejectlog
		`2026-01-02 03:04:05 unqualified verify rejected: <{B}> H=(x) [192.0.2.1]`, `2026-01-02 03:04:05 H=(x) [192.0.2.1] rejected VRFY {B}`, `2026-01-02 03:04:05 H=(x) [192.0.2.1] rejected AUTH LOGIN {B}: no`, `2026-01-02 03:04:05 no MAIL in SMTP connection from (x) [192.0.2.1] D=1s C=EHLO,AUTH,QUIT`, `2026-01-02 03:04:05 [7] SMTP syntax error in "{L}" H=(x) [192.0.2.1] U=root unrecognized command`,
		`2026-01-02 03:04:05 auth_plain authenticator failed for H=(x) [192.0.2.1]:4000: 435 Unable to authenticate at present (set_id=bob): {B}`, `2026-01-02 03:04:05 H=(x) [192.0.2.1] AUTH command rejected: {R}`,
	}},
	{"", []string{ // Cisco
		"Fri Jan  2 03:04:05 2026 Info: MID 6 Subject '{S}'", `Fri Jan  2 03:04:05 2026 Info: MID 6 Subject "{S}"`, "Fri Jan  2 03:04:05 2026 Info: MID 6 Subject {S}", `Fri Jan  2 03:04:05 2026 Info: MID 6 Subject '{S}\r\n {S}'`, "Fri Jan  2 03:04:05 2026 Info: MID 6 Subject '{S}\n {S}'", "<166>Mar 17 18:24:37 mail_logs: Info: MID 6 Subject '{S}'", "Fri Jan  2 03:04:05 2026 Info: MID 6 ICID 5 Subject: {S}",
		"Fri Jan  2 03:04:05 2026 Info: Bounced: DCID 3 MID 6 to RID 0 - 5.1.0 - Unknown address error ('550', ['<c@example.org>... denied']) [('Subject', '{S}')]", `Fri Jan  2 03:04:05 2026 Info: Message done DCID 8 MID 6 to RID [0] [('from', 'a@example.com'), ('subject', "{S}"), ('to', 'b@example.org')]`, `Fri Jan  2 03:04:05 2026 Info: Message done DCID 8 MID 6 to RID [0] [('X-Pass', '{S}'), ('to', 'b@example.org')]`,
		`Fri Jan  2 03:04:05 2026 Info: Bounced: 203:0 From:<a@example.com> To:<c@example.org> Reason:"5.1.2 - Bad destination host" Response: "('000', [])" Headers: ['subject: {S}', 'x-pass: {S}'] Message: Message-Id:<1@x>\015\012subject: {S}\015\012\015\012Hi {P}:'`, "Fri Jan  2 03:04:05 2026 Info: ICID 5 Unknown command: {L}", "Fri Jan  2 03:04:05 2026 Info: ICID 5 Bad syntax for command: {L}", "Fri Jan  2 03:04:05 2026 Info: ICID 5 MID 6 Invalid recipient address:  '{B}'", "Fri Jan  2 03:04:05 2026 Info: ICID 5 Invalid sender address: {B}",
		"Fri Jan  2 03:04:05 2026 Critical: Internal SMTP giving up on message to a@example.com with subject '{S}': Unrecoverable error.", "Fri Jan  2 03:04:05 2026 Info: MID 6 RID [0] Response '535 5.7.8 {B}'", "Fri Jan  2 03:04:05 2026 Info: Delayed: DCID 5 MID 4 to RID 0 - 4.1.0 - Unknown address error ('535', ['5.7.8 authentication failed: {B}'])[]",
		"Fri Jan  2 03:04:05 2026 Info: LOG: MID 6 INTERIM subject={S}", "Fri Jan  2 03:04:05 2026 Info: MID 6 was generated based on MID 5 by notify filter 'x' Subject '{S}'", "Fri Jan  2 03:04:05 2026 Info: MID 6 Header: Subject: {S}",
		"<38>Jan  2 03:04:05 consolidated_event: Info: CEF:0|Cisco|C100V Email Security Virtual Appliance|13.0.0-283|ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|deviceExternalId=42-1 ESAMID=6 ESAICID=5 act=DELIVERED msg={S} deviceDirection=0 ESAHeloDomain=x suser=a@example.com cs4Label=ExternalMsgID cs4='<1@x>' duser=b@example.org ESAAttachmentDetails={{'{S}': {{}}}}", "<38>Jan  2 03:04:05 consolidated_event: Info: CEF:0|Cisco|C100V|13|X|Y|5|ESAMID=6 ESAICID=5 msg='\\=?UTF-8?B?{B}?\\=' act=ABORTED", "Jan  2 03:04:05 x CEF:0|Cisco|C100V|13|X|Y|5|ESAMID=6 ESAICID=5 act=ABORTED msg={S} a\\=b {S}",
	}},
	{"bmserver", []string{"1576195988|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|SUBJECT|{S}", "1576195988|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|SUBJECT|{S}|{S}", "1576195988|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|ATTACH|{S}.pdf"}},
	{"", []string{
		"1294054057|c0a80250-b7b7aae000007fcf-ca-5df2d615b2ae|SUBJECT|{S}", "2018 Mar 20 08:42:35 PDT [notice] ecelerity: [25423] ML-INBOUND: Subject: {S}", "2018 Mar 20 08:42:35 (info) ecelerity: [25423] ML-AUTH: authentication failed: {R}",
		"2026-01-02T03:04:05 q=4FF5A94ABC f=<a@example.com> t=<b@example.org> h=x subject={S}", "2026-01-02T03:04:05 q=4FF5A94ABC f=<a@example.com> t=<b@example.org> S=?q?{_} pmx_action=discard", "2026-01-02T03:04:05 [1234] reject: Subject: {S}",
		`date=2026-01-02,time=03:04:05,device_id=x,log_id=1,type=statistics,session_id="A-B",from="a@b",to="c@d",subject="{S}",message_length=1`, `[INFO] [UUID] [core] C: AUTH PLAIN {R}`, "[PROTOCOL] [UUID.1] [core] C: {L} state=1", "[PROTOCOL] [UUID.1] [core] S: 535 {B}",
		"#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n2026-01-02T03:04:05.000Z,MX\\Default,08D9ABCDEF012345,4,198.51.100.5:25,192.0.2.1:40000,<,\"AUTH PLAIN {R}\nx,", "2026-01-02T03:04:05.000Z,MX\\Default,08D9ABCDEF012346,0,198.51.100.5:25,192.0.2.1:40000,*,\"{B}\",Inbound AUTH LOGIN failed because of LogonDenied",
		"{P}", "{B}", "{R}", "Password: {P}", "AUTH PLAIN\n{R}", "x: AUTH LOGIN {B}",
	}},
}

// loose are lines of clients that speak what they like.
func (l *log) loose() string {
	t := &talk{log: l}
	t.stranger()
	return t.turns[0].text
}

// quotation is one of these lines, filled in.
func (l *log) quotation() []string {
	q := quotations[l.r.IntN(len(quotations))]
	return l.quote(q, l.r.IntN(len(q.lines)))
}

func (l *log) quote(q quotation, n int) []string {
	s := l.newSecret()
	subject := s.plain
	if strings.ContainsAny(subject, "|'\"\\\t=") || strings.Contains(q.lines[n], "; from=<") && strings.ContainsAny(subject, ";") {
		subject = "re " + l.word()
	}
	text := strings.NewReplacer("{L}", flat(l.loose()), "{P}", s.plain, "{B}", s.base64, "{R}", s.response, "{S}", subject, "{_}", strings.ReplaceAll(subject, " ", "_"), "{{", "{", "}}", "}").Replace(q.lines[n])
	if q.tag != "" {
		text = l.head(q.tag, "") + text
	}
	return strings.Split(text, "\n")
}

// word is a bird alone.
func (l *log) word() string {
	b := bird(l.r, 9)
	l.ear.learn(b)
	return b
}

// flat has no quotes of which nobody could tell where they end.
func flat(s string) string { return strings.NewReplacer("\t", `\t`).Replace(s) }
