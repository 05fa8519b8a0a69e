package gatewaylog

import "testing"

// Symantec, PureMessage, sendmail.
var expectGateways = []expectation{
	{"audit lines of one connection with two messages, ACCEPT late", `
1294054057|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|EHLO|mail.example.com
1294054057|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|ACCEPT|198.51.100.191:42532
1294054057|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|SENDER|a@example.com
1294054058|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|ORCPTS|b@example.org|c@example.org
1294054058|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|MSGID| <1@example.com>
1294054058|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|MSG_SIZE|4239
1294054058|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|SUBJECT|a | b
1294054058|c0a80250-b7b7aae000007fcf-cb-4d21b2aa46af|ACCEPT|198.51.100.191:42532
1294054058|c0a80250-b7b7aae000007fcf-cb-4d21b2aa46af|VERDICT|b@example.org|spam|default|delete message
1294054059|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|DELIVER|192.0.2.7|b@example.org
1294054057|c0a80250-b7b7aae000007fd0-cc-4d21b2a946b0|ACCEPT|198.51.100.191:42532
`, []string{
		"inbound 198.51.100.191:42532 198.51.100.191:42532 helo=mail.example.com | c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae <a@example.com> > <b@example.org>+DELIVER <c@example.org>+ 4239 id=1@example.com accepted? 'DELIVER' | c0a80250-b7b7aae000007fcf-cb-4d21b2aa46af dropped 'delete message'",
		"inbound 198.51.100.191:42532 198.51.100.191:42532 | c0a80250-b7b7aae000007fd0-cc-4d21b2a946b0",
	}},
	{"session timeout in the MTA log, with the audit line", `
2022 Jan 01 01:01:00 -05 (info) ecelerity: [13391] ML-HOST_CONNECTED: 198.51.100.124:15154 connected. (ID 4b5b72f1)
1641016861|ac110023-b31ff7000000344f-d4-61cfed1d61d1|ACCEPT|198.51.100.124:15154
2022 Jan 01 01:01:31 -05 (info) ecelerity: [13391] ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.124:15154, Audit ID ac110023-b31ff7000000344f-d4-61cfed1d61d1, 421 4.4.2 service timed out.#015
2022 Jan 01 01:01:31 -05 (info) ecelerity: [13391] ML-HOST_DISCONNECTED: 198.51.100.124:15154 disconnected. (ID 4b5b72f1)
`, []string{"inbound 198.51.100.124:15154 198.51.100.124:15154 > 192.0.2.123:25 how=timeout by=server '421 4.4.2 service timed out.' rejected:421 | ac110023-b31ff7000000344f-d4-61cfed1d61d1 aborted '421 4.4.2 service timed out.'"}},
	{"the console's export: Abort message (KB 177182, ../shared/seeds/000)", `
Time,Audit ID,Sender,"Recipient",Accepted From,Subject,Verdict,Action
2022-01-01 01:01:31,ac110023-b31ff7000000344f-d4-61cfed1d61d1,a@example.com,b@example.org,198.51.100.124,,,Abort message
2022-01-01 01:02:31,ac110023-b31ff7000000344f-d5-61cfed1d61d2,a@example.com,"b@example.org, c@example.org",198.51.100.124,"x, y",,Abort message (message timed out)
2022-01-01 01:03:31,ac110023-b31ff7000000344f-d6-61cfed1d61d3,a@example.com,b@example.org,198.51.100.124,,Spam,Delete message
`, []string{
		"inbound 198.51.100.124 [data rcpt mail data-command dot] 'Abort message' | ac110023-b31ff7000000344f-d4-61cfed1d61d1 <a@example.com> > <b@example.org> aborted 'Abort message' fragment",
		"inbound 198.51.100.124 how=timeout by=server [data rcpt mail data-command dot] 'Abort message (message timed out)' | ac110023-b31ff7000000344f-d5-61cfed1d61d2 <a@example.com> > <b@example.org> <c@example.org> aborted 'Abort message (message timed out)' fragment",
		"inbound 198.51.100.124 | ac110023-b31ff7000000344f-d6-61cfed1d61d3 <a@example.com> > <b@example.org> dropped 'Delete message' fragment",
	}},
	{"PTR failure (../shared/seeds/003)", `
2022 Jan 01 01:01:31 -05 (info) ecelerity: [13391] ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.124:15154, 421 4.4.0 Unable to connect to DNS - try again later
2022 Jan 01 01:01:32 -05 (info) ecelerity: [13391] ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.125:15155, 554 5.1.2 Recipient address rejected: User unknown
`, []string{
		"inbound 198.51.100.124:15154 198.51.100.124:15154 > 192.0.2.123:25 how=dropped by=server '421 4.4.0 Unable to connect to DNS - try again later' rejected:421",
		"inbound 198.51.100.125:15155 198.51.100.125:15155 > 192.0.2.123:25 rejected:554",
	}},
	{"PureMessage abort, the milter's timeout in maillog (../shared/seeds/001)", `
Jan 27 16:48:20 mx1 sm-mta[18339]: NOQUEUE: connect from mail.example.com [198.51.100.9]
Jan 27 16:48:50 mx1 sm-mta[18339]: i0S0miXk018339: Milter (pmx): timeout before data read, where=eom
2022-01-27T16:48:58 q=i0S0miXk018339 f=<a@example.com> t=<b@example.org> Size=2274 r=mail.example.com tm=1.80 a=c/abort
Jan 27 16:48:59 mx1 sm-mta[18339]: i0S0miXk018339: from=<a@example.com>, size=2274, class=0, nrcpts=1, msgid=<1@example.com>, proto=ESMTP, daemon=MTA, relay=mail.example.com [198.51.100.9]
`, []string{"inbound 18339 198.51.100.9(mail.example.com) | i0S0miXk018339 <a@example.com> 2274 id=1@example.com accepted 'from=<a@example.com>, size=2274; Milter (pmx): timeout before data read, where=eom' joined(i0S0miXk018339 <a@example.com> > <b@example.org> 2274 aborted 'a=c/abort')"}},
	{"PureMessage before sendmail", `
2022-01-27T16:48:58 q=i0S0miXk018339 f=<a@example.com> t=<b@example.org> Size=2274 r=mail.example.com tm=1.80 a=a/eom
Jan 27 16:48:59 mx1 sm-mta[18339]: i0S0miXk018339: from=<a@example.com>, size=2274, class=0, nrcpts=1, msgid=<1@example.com>, proto=ESMTP, daemon=MTA, relay=mail.example.com [198.51.100.9]
`, []string{"inbound 18339 198.51.100.9(mail.example.com) | i0S0miXk018339 <a@example.com> 2274 id=1@example.com accepted 'from=<a@example.com>, size=2274' joined(i0S0miXk018339 <a@example.com> > <b@example.org> 2274 accepted 'a=a/eom')"}},
	{"PureMessage beside Postfix, indexed", `
Sep 27 18:52:40 mx1 postfix/smtpd[77]: connect from unknown[198.51.100.9]
Sep 27 18:52:41 mx1 postfix/smtpd[77]: 451AC87F01: client=unknown[198.51.100.9]
451AC87F01	2022-09-27T18:52:48|f=<a@example.com>|t=<b@example.org>|Size=7477|inbound|action=deliver|r=198.51.100.9|a=a/eom
`, []string{"inbound 77 198.51.100.9 | 451AC87F01 joined(451AC87F01 <a@example.com> > <b@example.org> 7477 accepted 'a=a/eom action=deliver')"}},
	{"sendmail: mid-content FIN, RST, timeout", `
Jan 24 10:00:43 mx1 sm-mta[11]: 20OA0a1b000011: collect: premature EOM: unexpected close
Jan 24 10:00:43 mx1 sm-mta[11]: 20OA0a1b000011: collect: unexpected close on connection from [198.51.100.5], sender=<a@example.com>
Jan 24 10:00:43 mx1 sm-mta[11]: 20OA0a1b000011: from=<a@example.com>, size=1200, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=[198.51.100.5]
Jan 24 10:01:43 mx1 sm-mta[12]: 20OA0a1b000012: collect: premature EOM: Connection reset by [198.51.100.6]
Jan 24 10:01:43 mx1 sm-mta[12]: 20OA0a1b000012: SYSERR(root): collect: I/O error on connection from [198.51.100.6], from=<a@example.com>
Jan 24 10:02:43 mx1 sm-mta[13]: 20OA0a1b000013: SYSERR(root): collect: read timeout on connection from mail.example.com, from=<a@example.com>
`, []string{
		"inbound 11 198.51.100.5 how=eof by=client data[data] 'collect: unexpected close' | 20OA0a1b000011 <a@example.com> 1200 aborted 'collect: unexpected close'",
		"inbound 12 198.51.100.6 how=reset by=client data[data] 'collect: Connection reset by [198.51.100.6]' | 20OA0a1b000012 <a@example.com> aborted 'collect: I/O error'",
		"inbound 13 (mail.example.com) how=timeout by=server data[data] 'collect: read timeout' | 20OA0a1b000013 <a@example.com> aborted 'collect: read timeout'",
	}},
	{"sendmail: content with bare LFs is refused, and a queue that cannot be written", `
Nov 30 06:43:55 mx1 sendmail[5333]: 6AU6htX0005333: collect: relay=[198.51.100.5], from=<a@example.net>, info=Bare linefeed (LF) not allowed, where=header, status=tempfail
Nov 30 06:43:55 mx1 sendmail[5333]: 6AU6htX0005333: from=<a@example.net>, size=19, class=0, nrcpts=1, bodytype=8BITMIME, proto=ESMTP, daemon=MTA, relay=[198.51.100.5]
Nov 30 06:43:56 mx1 sendmail[5334]: 6AU6htX0005334: SYSERR(root): collect: Cannot write ./df6AU6htX0005334 (bfcommit, uid=0, gid=0): No space left on device
Nov 30 06:43:56 mx1 sendmail[5334]: 6AU6htX0005334: from=<b@example.net>, size=142, class=0, nrcpts=2, proto=ESMTP, daemon=MTA, relay=[198.51.100.6]
`, []string{
		"inbound 5333 198.51.100.5 how=dropped by=server data[data dot] 'collect: Bare linefeed (LF) not allowed' | 6AU6htX0005333 <a@example.net> rejected 'collect: Bare linefeed (LF) not allowed'",
		"inbound 5334 198.51.100.6 | 6AU6htX0005334 <b@example.net> rejected 'collect: Cannot write ./df6AU6htX0005334 (bfcommit, uid=0, gid=0): No space left on device'",
	}},
	{"sendmail: the size that a client announced is no content, and the queue id outlives a refused MAIL", `
Nov 30 06:56:09 mx1 sendmail[1]: 6AU6u9aW000001: to=<b@example.org>, delay=00:00:00, pri=0, stat=aborted by sender
Nov 30 06:56:09 mx1 sendmail[1]: 6AU6u9aW000001: from=<a@example.net>, size=1000, class=0, nrcpts=1, proto=SMTP, daemon=MTA, relay=[198.51.100.1]
Nov 30 06:56:10 mx1 sendmail[2]: 6AU6u9aW000002: lost input channel from [198.51.100.2] to MTA after rcpt
Nov 30 06:56:10 mx1 sendmail[2]: 6AU6u9aW000002: from=<a@example.net>, size=1000, class=0, nrcpts=1, proto=SMTP, daemon=MTA, relay=[198.51.100.2]
Nov 30 06:56:53 mx1 sendmail[3]: 6AU6urO8000003: ruleset=check_mail, arg1=<x@example.net>, relay=[198.51.100.3], reject=550 5.7.1 <x@example.net>... this sender is not wanted
Nov 30 06:56:54 mx1 sendmail[3]: 6AU6urO8000003: from=<>, size=1391, class=0, nrcpts=1, msgid=<1@example.net>, proto=ESMTP, daemon=MTA, relay=[198.51.100.3]
`, []string{
		"inbound 1 198.51.100.1 | 6AU6u9aW000001 <a@example.net> > <b@example.org>aborted by sender 1000 withdrawn 'aborted by sender'",
		"inbound 2 198.51.100.2 how=lost by=client rcpt[rcpt data-command mail] 'lost input channel from [198.51.100.2] to MTA after rcpt' | 6AU6u9aW000002 <a@example.net> 1000 aborted? ''",
		"inbound 3 198.51.100.3 rejected:MAIL550 | 6AU6urO8000003 <> 1391 id=1@example.net accepted 'from=<>, size=1391'",
	}},
	{"sendmail: a header that is too large, and a Message-ID of its own", `
Nov 30 20:15:08 mx1 sendmail[535]: NOQUEUE: connect from [198.51.100.5]
Nov 30 20:15:09 mx1 sendmail[535]: 6AUKF89v000535: headers too large (8192 max) from [198.51.100.5] during message collect
Nov 30 20:15:09 mx1 sendmail[535]: 6AUKF89v000535: from=<a@example.net>, size=14531, class=0, nrcpts=1, msgid=<202611302015.6AUKF89v000535@mx1.example.org>, proto=ESMTP, daemon=MTA, relay=[198.51.100.5]
Nov 30 20:15:09 mx1 sendmail[535]: 6AUKF89v000535: to=<b@example.org>, delay=00:00:00, pri=44531, stat=Headers too large (8192 max)
`, []string{"inbound 535 198.51.100.5 | 6AUKF89v000535 <a@example.net> > <b@example.org>Headers too large 14531 id=202611302015.6AUKF89v000535@mx1.example.org rejected 'headers too large (8192 max)'"}},
	{"sendmail: timeout of the commands", `
Jan 24 10:00:43 mx1 sm-mta[21]: 20OA0a1b000021: timeout waiting for input from [198.51.100.5] during server cmd read
Jan 24 10:00:43 mx1 sm-mta[21]: 20OA0a1b000021: lost input channel from [198.51.100.5] to MTA after mail
Jan 24 10:00:43 mx1 sm-mta[21]: 20OA0a1b000021: from=<a@example.com>, size=0, class=0, nrcpts=0, proto=SMTP, daemon=MTA, relay=[198.51.100.5]
`, []string{"inbound 21 198.51.100.5 how=timeout by=server mail[mail ready rcpt] 'timeout waiting for input from [198.51.100.5] during server cmd read' | 20OA0a1b000021 <a@example.com> 0 aborted? ''"}},
	{"sendmail: several messages, one rejected by a filter, delivered by another process", `
Jan 24 10:00:43 mx1 sm-mta[31]: 20OA0a1b000031: from=<a@example.com>, size=372, class=0, nrcpts=1, msgid=<1@example.com>, proto=ESMTP, daemon=MTA, relay=mail.example.com [198.51.100.5]
Jan 24 10:00:44 mx1 sm-mta[31]: 20OA0a1c000031: Milter: data, reject=554 5.7.1 Command rejected
Jan 24 10:00:44 mx1 sm-mta[31]: 20OA0a1c000031: from=<a@example.com>, size=372, class=0, nrcpts=1, msgid=<2@example.com>, proto=ESMTP, daemon=MTA, relay=mail.example.com [198.51.100.5]
Jan 24 10:00:45 mx1 sm-mta[33]: 20OA0a1b000031: to=<b@example.org>, ctladdr=<a@example.com> (0/0), delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=120372, relay=mx.example.org. [192.0.2.7], dsn=2.0.0, stat=Sent (OK queued)
`, []string{
		"inbound 31 198.51.100.5(mail.example.com) rejected:END-OF-MESSAGE554 | 20OA0a1b000031 <a@example.com> > <b@example.org>Sent 372 id=1@example.com accepted 'from=<a@example.com>, size=372' | 20OA0a1c000031 <a@example.com> 372 id=2@example.com rejected '554 5.7.1 Command rejected'",
		"outbound 33 > 192.0.2.7(mx.example.org) how=delivered 'Sent' | 20OA0a1b000031 > <b@example.org>Sent accepted 'OK queued'",
	}},
}

var expectPostfix = []expectation{
	{"lost in the content, before 3.10 and since", `
Feb 18 09:50:01 mx1 postfix/smtpd[42]: connect from mail.example.com[198.51.100.10]
Feb 18 09:50:02 mx1 postfix/smtpd[42]: 4AC3F1: client=mail.example.com[198.51.100.10]
Feb 18 09:50:05 mx1 postfix/smtpd[42]: lost connection after DATA (1234 bytes) from mail.example.com[198.51.100.10]
Feb 18 09:50:05 mx1 postfix/smtpd[42]: disconnect from mail.example.com[198.51.100.10] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4
Feb 18 09:50:06 mx1 postfix/cleanup[43]: 4AC3F1: message-id=<1@example.com>
2025-03-01T10:00:00.100000+01:00 mx2 postfix/smtpd[42]: connect from unknown[2001:db8::5]:4100
2025-03-01T10:00:00.200000+01:00 mx2 postfix/smtpd[42]: 4ZrfBc1VDnz5tKq: client=unknown[2001:db8::5]:4100, sasl_method=PLAIN, sasl_username=alice
2025-03-01T10:00:01.300000+01:00 mx2 postfix/smtpd[42]: 4ZrfBc1VDnz5tKq: timeout after BDAT (9 bytes) from unknown[2001:db8::5]:4100
2025-03-01T10:00:01.300001+01:00 mx2 postfix/cleanup[9]: 4ZrfBc1VDnz5tKq: canceled
2025-03-01T10:00:01.400000+01:00 mx2 postfix/smtpd[42]: disconnect from unknown[2001:db8::5]:4100 ehlo=1 auth=1 mail=1 rcpt=1 bdat=0/1 commands=4/5
`, []string{
		"inbound 42 198.51.100.10(mail.example.com) how=lost by=client data[data dot] bytes=1234 'lost connection after DATA (1234 bytes)' | 4AC3F1 id=1@example.com aborted? ''",
		"inbound 42 [2001:db8::5]:4100 auth=yes user=alice how=timeout by=server data[data dot] bytes=9 'timeout after BDAT (9 bytes)' | 4ZrfBc1VDnz5tKq aborted 'canceled'",
	}},
	{"521 hangs up as 421 does, a limit of mails does not, and VRFY leaves the mail alone", `
Nov 30 06:18:50 mx1 postfix/smtpd[1]: connect from unknown[198.51.100.1]
Nov 30 06:18:51 mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[198.51.100.1]: 521 5.7.1 <bye@example.net>: Sender address rejected: go away; from=<bye@example.net> to=<b@example.org> proto=SMTP helo=<h>
Nov 30 06:18:51 mx1 postfix/smtpd[1]: disconnect from unknown[198.51.100.1] helo=1 mail=1 rcpt=0/1 commands=2/3
Nov 30 06:18:51 mx1 postfix/smtpd[2]: connect from unknown[198.51.100.2]
Nov 30 06:18:51 mx1 postfix/smtpd[2]: warning: NOQUEUE: malformed BDAT command syntax from unknown[198.51.100.2]: BDAT x
Nov 30 06:18:51 mx1 postfix/smtpd[2]: disconnect from unknown[198.51.100.2] ehlo=1 bdat=0/1 commands=1/2
Nov 30 06:18:51 mx1 postfix/smtpd[3]: connect from unknown[198.51.100.3]
Nov 30 06:18:51 mx1 postfix/smtpd[3]: warning: Message delivery request rate limit exceeded: 14 from unknown[198.51.100.3] for service smtp
Nov 30 06:18:51 mx1 postfix/smtpd[3]: disconnect from unknown[198.51.100.3] ehlo=1 mail=0/1 quit=1 commands=2/3
Nov 30 06:18:55 mx1 postfix/smtpd[4]: connect from unknown[198.51.100.4]
Nov 30 06:18:55 mx1 postfix/smtpd[4]: 38CFCFA0CB: client=unknown[198.51.100.4]
Nov 30 06:18:55 mx1 postfix/smtpd[4]: 38CFCFA0CB: reject: VRFY from unknown[198.51.100.4]: 554 5.7.1 <bob>: Relay access denied; from=<a@example.net> to=<bob> proto=ESMTP helo=<h>
Nov 30 06:18:55 mx1 postfix/smtpd[4]: too many errors after VRFY from unknown[198.51.100.4]
Nov 30 06:18:55 mx1 postfix/smtpd[4]: disconnect from unknown[198.51.100.4] ehlo=1 mail=1 rcpt=1 vrfy=0/1 commands=3/4
Nov 30 06:25:57 mx1 postfix/smtps/smtpd[5]: connect from unknown[198.51.100.5]
Nov 30 06:25:57 mx1 postfix/smtps/smtpd[5]: SSL_accept error from unknown[198.51.100.5]: Connection timed out
Nov 30 06:25:57 mx1 postfix/smtps/smtpd[5]: lost connection after CONNECT from unknown[198.51.100.5]
Nov 30 06:25:57 mx1 postfix/smtps/smtpd[5]: disconnect from unknown[198.51.100.5] commands=0/0
`, []string{
		"inbound 1 198.51.100.1 helo=h how=dropped by=server rcpt[rcpt data-command ready hello] '521 5.7.1 <bye@example.net>: Sender address rejected: go away' rejected:RCPT521 | - <bye@example.net> > <b@example.org>- refused '521 5.7.1 <bye@example.net>: Sender address rejected: go away'",
		"inbound 2 198.51.100.2 how=dropped by=server rcpt[rcpt data ready mail hello] 'malformed BDAT command syntax: BDAT x'",
		"inbound 3 198.51.100.3 how=quit by=client 'quit=1'",
		"inbound 4 198.51.100.4 helo=h how=too-many-errors by=server ready[ready hello mail rcpt] 'too many errors after VRFY' rejected:VRFY554 | 38CFCFA0CB aborted? ''",
		"inbound 5 198.51.100.5 tls=no how=timeout by=server hello[hello banner] 'lost connection after CONNECT'",
	}},
	{"Exim: recipients that were refused before the message had an id", `
2026-11-30 06:32:03 [7] H=(mail.example.net) [198.51.100.1]:40001 F=<a@example.net> rejected RCPT <n@example.org>: Unknown user
2026-11-30 06:32:03 [7] 1xXuvj-0005aQ-0Z H=(mail.example.net) [198.51.100.1]:40001 F=<a@example.net> rejected after DATA: content not wanted here
`, []string{"inbound 7 198.51.100.1:40001 helo=mail.example.net rejected:RCPT0 rejected:END-OF-MESSAGE0 | 1xXuvj-0005aQ-0Z <a@example.net> > <n@example.org>- rejected 'rejected after DATA: content not wanted here'"}},
	{"OpenSMTPD: a filter that disconnects with 521 is not the client's QUIT", `
Nov 30 06:48:29 mx1 smtpd[77]: edaaa8ccd1d9e228 smtp connected address=198.51.100.1 host=<unknown>
Nov 30 06:48:29 mx1 smtpd[77]: edaaa8ccd1d9e228 smtp failed-command command="MAIL FROM:<bye@example.net>" result="521 5.7.1 bye"
Nov 30 06:48:29 mx1 smtpd[77]: edaaa8ccd1d9e228 smtp disconnected reason=quit
`, []string{"inbound edaaa8ccd1d9e228 198.51.100.1 how=dropped by=server '521 5.7.1 bye' rejected:MAIL521"}},
	{"OpenSMTPD: a listener that waits for a PROXY header, which comes, does not come, and one that cannot be told", `
Nov 30 20:14:54 mx1 smtpd[77]: a027ee7d8fe6d416 smtp event=proxy address=198.51.100.1
Nov 30 20:14:54 mx1 smtpd[77]: a027ee7ebfc4348d smtp event=proxy address=198.51.100.2
Nov 30 20:14:54 mx1 smtpd[77]: a027ee7fd06d281f smtp connected address=10.1.2.3 host=<unknown>
Nov 30 20:14:54 mx1 smtpd[77]: a027ee7fd06d281f smtp disconnected reason=quit
Nov 30 20:14:55 mx1 smtpd[77]: a027ee80a9b1aab5 smtp event=proxy address=198.51.100.2
Nov 30 20:15:14 mx1 smtpd[77]: proxy 0x55c2f51d5590 event=closed address=198.51.100.1 reason="disconnected"
Nov 30 20:15:15 mx1 smtpd[77]: proxy 0x55c2f51d5590 event=closed address=198.51.100.2 reason="timeout"
`, []string{
		"inbound a027ee7d8fe6d416 198.51.100.1 how=eof by=client banner[banner] 'proxy disconnected'",
		"inbound a027ee7ebfc4348d",
		"inbound a027ee7fd06d281f 10.1.2.3 how=quit by=client 'quit'",
		"inbound a027ee80a9b1aab5",
		"inbound proxy 0x55c2f51d5590 198.51.100.2 how=timeout by=server banner[banner] 'proxy timeout'",
	}},
	{"the content grew too large, and is no longer counted", `
Nov 30 06:19:08 mx1 postfix/smtpd[1]: connect from unknown[198.51.100.1]
Nov 30 06:19:08 mx1 postfix/smtpd[1]: A90FFFA0B2: client=unknown[198.51.100.1]
Nov 30 06:19:08 mx1 postfix/smtpd[1]: warning: A90FFFA0B2: queue file size limit exceeded
Nov 30 06:19:08 mx1 postfix/smtpd[1]: lost connection after DATA (29979 bytes) from unknown[198.51.100.1]
Nov 30 06:19:08 mx1 postfix/smtpd[1]: disconnect from unknown[198.51.100.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4
`, []string{"inbound 1 198.51.100.1 how=lost by=client data[data dot] bytes=29979+ 'lost connection after DATA (29979 bytes)' | A90FFFA0B2 rejected 'queue file size limit exceeded'"}},
	{"postscreen answers a client itself, and smtpd does not go on with it", `
Nov 30 06:19:23 mx1 postfix/postscreen[9]: CONNECT from [198.51.100.27]:36179 to [192.0.2.1]:25
Nov 30 06:19:25 mx1 postfix/postscreen[9]: PASS NEW [198.51.100.27]:36179
Nov 30 06:19:25 mx1 postfix/postscreen[9]: DISCONNECT [198.51.100.27]:36179
Nov 30 06:19:26 mx1 postfix/smtpd[6]: connect from unknown[198.51.100.27]
Nov 30 06:19:26 mx1 postfix/smtpd[6]: disconnect from unknown[198.51.100.27] ehlo=1 quit=1 commands=2
`, []string{
		"inbound [198.51.100.27]:36179 198.51.100.27:36179 > 192.0.2.1:25 how=closed 'DISCONNECT'",
		"inbound 6 198.51.100.27 how=quit by=client 'quit=1'",
	}},
	{"refusals before the queue id join the message with the same sender", `
Nov 22 11:08:29 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.66]
Nov 22 11:08:29 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[198.51.100.66]: 550 5.1.1 <n@example.org>: unknown; see; from=<z@example.com> to=<n@example.org> proto=ESMTP helo=<h.example.com>
Nov 22 11:08:29 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[198.51.100.66]: 550 5.1.1 <n@example.org>: unknown; from=<a@example.com> to=<n@example.org> proto=ESMTP helo=<h.example.com>
Nov 22 11:08:29 mx1 postfix/smtpd[7]: 335EFBDA: client=unknown[198.51.100.66]
Nov 22 11:08:29 mx1 postfix/cleanup[8]: 335EFBDA: message-id=<1@example.com>
Nov 22 11:08:29 mx1 postfix/qmgr[9]: 335EFBDA: from=<a@example.com>, size=1413, nrcpt=1 (queue active)
Nov 22 11:08:29 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.66] ehlo=1 mail=2 rcpt=1/3 rset=1 data=1 quit=1 commands=6/8
Nov 22 11:08:30 mx1 postfix/smtp[10]: 335EFBDA: to=<b@example.org>, relay=mx.example.org[192.0.2.7]:25, delay=0.9, delays=0.1/0/0.3/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABC123DEF)
Nov 22 11:08:30 mx1 postfix/qmgr[9]: 335EFBDA: removed
`, []string{
		"inbound 7 198.51.100.66 helo=h.example.com how=quit by=client 'quit=1' rejected:RCPT550 rejected:RCPT550 | - <z@example.com> > <n@example.org>- refused '550 5.1.1 <n@example.org>: unknown; see' | 335EFBDA <a@example.com> > <n@example.org>- <b@example.org>sent 1413 id=1@example.com accepted 'queue active'",
		"outbound 10 > 192.0.2.7:25(mx.example.org) how=delivered '250 2.0.0 Ok: queued as ABC123DEF' | 335EFBDA > <b@example.org>+sent accepted '250 2.0.0 Ok: queued as ABC123DEF'",
	}},
	{"through postscreen into smtpd, two clients of one address", `
Nov 22 11:08:32 mx1 postfix/postscreen[5]: CONNECT from [198.51.100.9]:45117 to [192.0.2.65]:25
Nov 22 11:08:32 mx1 postfix/postscreen[5]: CONNECT from [198.51.100.9]:45118 to [192.0.2.65]:25
Nov 22 11:08:34 mx1 postfix/postscreen[5]: PASS NEW [198.51.100.9]:45117
Nov 22 11:08:34 mx1 postfix/smtpd[6]: connect from unknown[198.51.100.9]
Nov 22 11:08:35 mx1 postfix/postscreen[5]: HANGUP after 3 from [198.51.100.9]:45118 in tests before SMTP handshake
Nov 22 11:08:35 mx1 postfix/postscreen[5]: DISCONNECT [198.51.100.9]:45118
Nov 22 11:08:36 mx1 postfix/smtpd[6]: disconnect from unknown[198.51.100.9] ehlo=1 quit=1 commands=2
`, []string{
		"inbound 6 198.51.100.9:45117 > 192.0.2.65:25 how=quit by=client 'quit=1'",
		"inbound [198.51.100.9]:45118 198.51.100.9:45118 > 192.0.2.65:25 how=lost by=client banner[banner hello] 'HANGUP in tests before SMTP handshake'",
	}},
	{"content rejected by a milter, then a milter that fails", `
Nov 22 11:08:30 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.7]
Nov 22 11:08:30 mx1 postfix/smtpd[7]: 16941BFD: client=unknown[198.51.100.7]
Nov 22 11:08:30 mx1 postfix/cleanup[8]: 16941BFD: message-id=<1@example.com>
Nov 22 11:08:31 mx1 postfix/cleanup[8]: warning: milter inet:127.0.0.1:11332: can't read SMFIC_BODYEOB reply packet header: Connection timed out
Nov 22 11:08:31 mx1 postfix/cleanup[8]: 16941BFD: milter-reject: END-OF-MESSAGE from unknown[198.51.100.7]: 4.7.1 Service unavailable - try again later; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>
Nov 22 11:08:31 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.7] ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5
`, []string{"inbound 7 198.51.100.7 helo=h how=quit by=client 'quit=1' rejected:END-OF-MESSAGE0 | 16941BFD <a@example.com> id=1@example.com rejected '4.7.1 Service unavailable - try again later'"}},
	{"421 and gone; killed; stopped", `
Nov 22 11:08:29 mx1 postfix/smtpd[1]: connect from unknown[198.51.100.71]
Nov 22 11:08:29 mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[198.51.100.71]: 421 4.7.0 <d@example.org>: Too much spam; from=<a@example.com> to=<d@example.org> proto=ESMTP helo=<h>
Nov 22 11:08:29 mx1 postfix/smtpd[1]: disconnect from unknown[198.51.100.71] ehlo=1 mail=1 rcpt=0/1 commands=2/3
Nov 22 11:08:30 mx1 postfix/smtpd[2]: connect from unknown[198.51.100.72]
Nov 22 11:08:31 mx1 postfix/master[9]: warning: process /usr/lib/postfix/sbin/smtpd pid 2 killed by signal 9
Nov 22 11:08:31 mx1 postfix/smtpd[3]: connect from unknown[198.51.100.73]
Nov 22 11:08:32 mx1 postfix/master[9]: terminating on signal 15
`, []string{
		"inbound 1 198.51.100.71 helo=h how=dropped by=server rcpt[rcpt data-command ready hello] '421 4.7.0 <d@example.org>: Too much spam' rejected:RCPT421 | - <a@example.com> > <d@example.org>- refused '421 4.7.0 <d@example.org>: Too much spam'",
		"inbound 2 198.51.100.72 how=killed by=server 'killed by signal 9'",
		"inbound 3 198.51.100.73 how=killed by=server 'master: terminating on signal 15'",
	}},
	{"after the end of a message nothing is logged of a loss", `
Nov 22 11:08:30 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.7]
Nov 22 11:08:30 mx1 postfix/smtpd[7]: 16941BFD: client=unknown[198.51.100.7]
Nov 22 11:08:30 mx1 postfix/qmgr[9]: 16941BFD: from=<>, size=1413, nrcpt=1 (queue active)
Nov 22 11:08:31 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.7] ehlo=1 mail=1 rcpt=1 data=1 commands=4
`, []string{"inbound 7 198.51.100.7 how=unstated ready[ready dot] 'disconnect without quit' | 16941BFD <> 1413 accepted 'queue active'"}},
	{"repeated lines", `
Nov 22 11:08:29 mx1 postfix/smtpd[7]: connect from unknown[198.51.100.7]
Nov 22 11:08:29 mx1 postfix/smtpd[7]: improper command pipelining after AUTH from unknown[198.51.100.7]: AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n
Nov 22 11:08:30 mx1 last message repeated 3 times
Nov 22 11:08:31 mx1 postfix/smtpd[7]: message repeated 2 times: [ too many errors after AUTH from unknown[198.51.100.7]]
Nov 22 11:08:31 mx1 postfix/smtpd[7]: disconnect from unknown[198.51.100.7] ehlo=1 auth=0/3 commands=1/4
`, []string{"inbound 7 198.51.100.7 how=too-many-errors by=server auth[auth ready hello mail rcpt] 'too many errors after AUTH'"}},
	{"delivery that fails on the way out", `
Nov 22 11:08:29 mx1 postfix/smtp[7]: connect to mx1.example.org[192.0.2.7]:25: Connection timed out
Nov 22 11:08:30 mx1 postfix/smtp[7]: Untrusted TLS connection established to mx2.example.org[192.0.2.8]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
Nov 22 11:08:31 mx1 postfix/smtp[7]: 16941BFD: lost connection with mx2.example.org[192.0.2.8] while sending message body
Nov 22 11:08:32 mx1 postfix/smtp[7]: 16941BFD: to=<b@example.org>, relay=mx3.example.org[192.0.2.9]:25, delay=5, delays=0/0/0/1, dsn=4.4.2, status=deferred (lost connection with mx3.example.org[192.0.2.9] while sending end of data -- message may be sent more than once)
`, []string{
		"outbound 7 > 192.0.2.7:25(mx1.example.org) how=timeout connect[connect] 'connect: Connection timed out'",
		"outbound 7 > 192.0.2.8:25(mx2.example.org) tls=yes how=lost data[data] 'lost connection with mx2.example.org[192.0.2.8] while sending message body'",
		"outbound 7 > 192.0.2.9:25(mx3.example.org) how=lost dot[dot] 'lost connection with mx3.example.org[192.0.2.9] while sending end of data -- message may be sent more than once' | 16941BFD > <b@example.org>deferred deferred 'lost connection with mx3.example.org[192.0.2.9] while sending end of data -- message may be sent more than once'",
	}},
}

var expectOthers = []expectation{
	{"Exim: port, two messages, QUIT", `
2022-03-21 16:28:50 SMTP connection from [198.51.100.4]:5000 I=[192.0.2.25]:25 (TCP/IP connection count = 1)
2022-03-21 16:28:51 1nwMTE-00061M-Fv <= a@example.com H=mail.example.com (helo.example.com) [198.51.100.4]:5000 I=[192.0.2.25]:25 P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 A=plain:alice S=1234 id=1@example.com T="a for b" for b@example.org
2022-03-21 16:28:52 1nwMTF-00061N-Fv <= <> H=mail.example.com (helo.example.com) [198.51.100.4]:5000 I=[192.0.2.25]:25 P=esmtp S=99 for c@example.org
2022-03-21 16:28:53 SMTP connection from mail.example.com (helo.example.com) [198.51.100.4]:5000 I=[192.0.2.25]:25 D=3s closed by QUIT
2022-03-21 16:28:54 1nwMTE-00061M-Fv => b@example.org R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.7]:25 C="250 OK"
2022-03-21 16:28:54 1nwMTE-00061M-Fv Completed
`, []string{
		"inbound 198.51.100.4:5000(mail.example.com) > 192.0.2.25:25 helo=helo.example.com tls=yes auth=yes user=alice how=quit by=client 'closed by QUIT' | 1nwMTE-00061M-Fv <a@example.com> > <b@example.org>+=> 1234 id=1@example.com accepted '<= a@example.com' | 1nwMTF-00061N-Fv <> > <c@example.org>+ 99 accepted '<= <>'",
		"outbound > 192.0.2.7:25(mx.example.org) how=delivered '250 OK' | 1nwMTE-00061M-Fv > <b@example.org>+ accepted '250 OK'",
	}},
	{"Exim: default selectors tell no connection of a message", `
2022-03-21 16:28:51 1nwMTE-00061M-Fv <= a@example.com H=mail.example.com [198.51.100.4] P=esmtp S=1234
2022-03-21 16:28:52 1nwMTF-00061N-Fv <= a@example.com H=mail.example.com [198.51.100.4] P=esmtp S=1235
`, []string{
		"inbound 198.51.100.4(mail.example.com) | 1nwMTE-00061M-Fv <a@example.com> 1234 accepted '<= a@example.com' fragment",
		"inbound 198.51.100.4(mail.example.com) | 1nwMTF-00061N-Fv <a@example.com> 1235 accepted '<= a@example.com' fragment",
	}},
	{"Exim: two connections of one address, told by how long they took", `
2022-03-21 16:28:10 SMTP connection from [198.51.100.4] (TCP/IP connection count = 1)
2022-03-21 16:28:40 SMTP connection from [198.51.100.4] (TCP/IP connection count = 2)
2022-03-21 16:28:50 unexpected disconnection while reading SMTP command from (x) [198.51.100.4] (error: Connection reset by peer) D=40s
2022-03-21 16:28:51 SMTP connection from (x) [198.51.100.4] D=11s closed by QUIT
`, []string{
		"inbound 198.51.100.4 helo=x how=reset by=client mail[mail rcpt data-command ready] 'unexpected disconnection while reading SMTP command (error: Connection reset by peer)'",
		"inbound 198.51.100.4 helo=x how=quit by=client 'closed by QUIT'",
	}},
	{"Exim: default selectors, TLS breaks off within the message", `
2026-11-28 23:37:25 1xXRyv-00001O-0U TLS error on connection from (client.example.net) [198.51.100.33] (recv): The TLS connection was non-properly terminated.
2026-11-28 23:37:25 SMTP connection from (client.example.net) [198.51.100.33] lost while reading message data
`, []string{"inbound 198.51.100.33 helo=client.example.net how=lost by=client data[data] 'lost while reading message data' | 1xXRyv-00001O-0U aborted? ''"}},
	{"Exim: credentials are not kept", `
2022-03-21 16:28:10 SMTP protocol error in "AUTH PLAIN AGFsaWNlAHNlY3JldA==" H=(x) [198.51.100.4] AUTH command used when not advertised
`, []string{"inbound 198.51.100.4 helo=x rejected:AUTH0"}},
	{"OpenSMTPD: refused, then reset", `
Nov  2 00:01:33 mx1 smtpd[60503]: 88166f7f21c951f4 smtp connected address=198.51.100.4 host=mail.example.com
Nov  2 00:01:33 mx1 smtpd[60503]: 88166f7f21c951f4 smtp failed-command command="RCPT TO:<b@example.org>" result="550 Invalid recipient"
Nov  2 00:01:34 mx1 smtpd[60503]: 88166f7f21c951f4 smtp disconnected reason="io-error: Connection reset by peer"
Nov  2 00:02:33 mx1 smtpd[60503]: 88166f7f21c951f5 mta connecting address=smtp://192.0.2.7:25 host=mx.example.org
Nov  2 00:02:34 mx1 smtpd[60503]: 88166f7f21c951f5 mta delivery evpid=b58fa0798ec2fa66 from=<a@example.com> to=<b@example.org> rcpt=<-> source="192.0.2.2" relay="192.0.2.7 (mx.example.org)" delay=1s result="Ok" stat="250 2.0.0 Ok"
Nov  2 00:02:34 mx1 smtpd[60503]: 88166f7f21c951f5 mta disconnected reason=quit messages=1
`, []string{
		"inbound 88166f7f21c951f4 198.51.100.4(mail.example.com) how=reset [ready hello mail rcpt data-command data dot auth banner] 'io-error: Connection reset by peer' rejected:RCPT550",
		"outbound 88166f7f21c951f5 > 192.0.2.7:25(mx.example.org) how=quit by=client 'reason=quit messages=1' | b58fa079 <a@example.com> > <b@example.org>+Ok accepted '250 2.0.0 Ok'",
	}},
	{"Exchange: lost in the content; credentials; a broken row", `
#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
2024-03-13T09:01:18.723Z,EX\In,08DC42C8FF236A1F,0,192.0.2.25:25,198.51.100.30:62136,+,,
2024-03-13T09:01:18.723Z,EX\In,08DC42C8FF236A1F,1,192.0.2.25:25,198.51.100.30:62136,>,"220 ex.example.org ready at Wed, 13 Mar 2024",
2024-03-13T09:01:18.724Z,EX\In,08DC42C8FF236A1F,2,192.0.2.25:25,198.51.100.30:62136,<,EHLO mail.example.com,
2024-03-13T09:01:18.724Z,EX\In,08DC42C8FF236A1F,3,192.0.2.25:25,198.51.100.30:62136,>,250 ex.example.org Hello,
2024-03-13T09:01:18.725Z,EX\In,08DC42C8FF236A1F,4,192.0.2.25:25,198.51.100.30:62136,<,AUTH LOGIN,
2024-03-13T09:01:18.725Z,EX\In,08DC42C8FF236A1F,5,192.0.2.25:25,198.51.100.30:62136,>,334 VXNlcm5hbWU6,
2024-03-13T09:01:18.726Z,EX\In,08DC42C8FF236A1F,6,192.0.2.25:25,198.51.100.30:62136,<,c2VjcmV0,
2024-03-13T09:01:18.726Z,EX\In,08DC42C8FF236A1F,7,192.0.2.25:25,198.51.100.30:62136,>,235 2.7.0 ok,
2024-03-13T09:01:18.726Z,EX\In,08DC42C8FF236A1F,8,192.0.2.25:25,198.51.100.30:62136,<,MAIL FROM:<a@example.com> SIZE=100,
2024-03-13T09:01:18.726Z,EX\In,08DC42C8FF236A1F,9,192.0.2.25:25,198.51.100.30:62136,>,250 2.1.0 Sender OK,
2024-03-13T09:01:18.727Z,EX\In,08DC42C8FF236A1F,10,192.0.2.25:25,198.51.100.30:62136,<,RCPT TO:<b@example.org>,
2024-03-13T09:01:18.727Z,EX\In,08DC42C8FF236A1F,11,192.0.2.25:25,198.51.100.30:62136,>,250 2.1.5 Recipient OK,
2024-03-13T09:01:18.728Z,EX\In,08DC42C8FF236A1F,12,192.0.2.25:25,198.51.100.30:62136,<,DATA,
2024-03-13T09:01:18.728Z,EX\In,08DC42C8FF236A1F,13,192.0.2.25:25,198.51.100.30:62136,>,354 Start mail input; end with <CRLF>.<CRLF>,
2024-03-13T09:01:19.461Z,EX\In,08DC42C8FF236A1F,14,192.0.2.25:25,198.51.100.30:62136,-,,Remote(ConnectionReset)
2024-03-13T09:01:19.461Z,EX\In,08DC42C8FF23
`, []string{"inbound 08DC42C8FF236A1F 198.51.100.30:62136 > 192.0.2.25:25 helo=mail.example.com auth=yes how=reset by=client data[data] 'Remote(ConnectionReset)' | - <a@example.com> > <b@example.org>+ aborted? 'Remote(ConnectionReset)'"}},
}

func TestExpectGateways(t *testing.T) {
	for _, x := range expectGateways {
		x.check(t)
	}
}

func TestExpectPostfix(t *testing.T) {
	for _, x := range expectPostfix {
		x.check(t)
	}
}

func TestExpectOthers(t *testing.T) {
	for _, x := range expectOthers {
		x.check(t)
	}
}
