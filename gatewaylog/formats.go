package gatewaylog

// Format is one form of log that can be read.
type Format struct {
	// Name is unique; its beginning up to the first blank-free word is the
	// product, which --log-format takes.
	Name        string
	Product     Product
	Description string
	Example     string // one line of it, with documentation addresses
}

// formats in the order of Products. The examples are read by a test.
var formats = []Format{
	{"cisco-esa mail_logs", CiscoESA, "Cisco ESA, SMA (AsyncOS) mail_logs as a file",
		"Thu Aug 14 11:05:36 2014 Info: ICID 10293 lost"},
	{"cisco-esa syslog", CiscoESA, "the same by syslog, under any subscription name",
		"<166>Mar 17 18:24:37 mail_logs: Info: New SMTP ICID 5 interface Management (192.0.2.2) address 198.51.100.9 reverse dns host mail.example.com verified yes"},
	{"cisco-esa consolidated", CiscoESA, "consolidated event log (CEF), one line a message",
		"<166>Mar 17 18:24:37 consolidated_event: CEF:0|Cisco|C100V Email Security Virtual Appliance|14.0.2-020|ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|ESAMID=164226 ESAICID=62905 endTime=Mon Nov 14 15:32:05 2022 startTime=Mon Nov 14 15:32:05 2022 suser=a@example.com act=ABORTED ESAFinalActionDetails=Receiving aborted by sender sourceAddress=198.51.100.9"},
	{"cisco-esa injection-debug", CiscoESA, "injection debug log: the dialogue as the appliance saw it; credentials are blanked",
		"Wed Apr  2 14:30:04 2003 Info: 6216 Rcvd from '198.51.100.9': 'HELO mail.example.com\\015\\012'"},
	{"cisco-esa domain-debug", CiscoESA, "domain debug log: the dialogue with a destination",
		"Sat Dec 21 02:37:22 2003 Info: 102503993 Sent: 'MAIL FROM:<a@example.com>'"},
	{"symantec-smg audit", SymantecSMG, "Symantec (Broadcom) Messaging Gateway, Message Audit Log lines, plain",
		"1294054057|c0a80250-b7b7aae000007fcf-ca-4d21b2a946ae|ACCEPT|198.51.100.191:42532"},
	{"symantec-smg syslog", SymantecSMG, "the same by syslog, with or without a collector's prefix",
		"Feb 17 14:24:12 smg1 ecelerity: 1297945452|c0a80250-b7b6bae000000e0e-a0-4d5d136b012b|ORCPTS|b@example.org"},
	{"symantec-smg mta", SymantecSMG, "MTA log, ML-* lines (log level Information)",
		"2022 Jan 01 01:01:01 -05 (info) ecelerity: [13391] ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.124:15154, Audit ID ac110023-b31ff7000000344f-d4-62ab7682d161, 421 4.4.2 service timed out."},
	{"symantec-smg export", SymantecSMG, "the console's export as comma separated values; columns are found by their headings",
		"Time,Audit ID,Sender,Recipient,Accepted From,Action"},
	{"sophos-puremessage message_log", PureMessage, "Sophos PureMessage for UNIX message_log; joined to sendmail's or Postfix's log by queue id",
		"2007-01-27T16:48:58 q=i0S0miXk018339 f=<a@example.com> t=<b@example.org> p=0.351 Size=2274 r=relay.example.net tm=1.80 a=a/eom"},
	{"sophos-puremessage indexed", PureMessage, "the same with bars, PureMessage's id before it",
		"451AC87F_1271_3613_1\t2006-09-27T18:52:48|f=<a@example.com>|t=<b@example.org>|Size=7477|inbound|action=deliver|r=198.51.100.254|a=a/eom"},
	{"sendmail", Sendmail, "sendmail maillog",
		"Feb 18 12:34:44 server sm-mta[5589]: s1IHYWxQ005589: lost input channel from [198.51.100.74] to MTA after rcpt"},
	{"postfix", Postfix, "Postfix maillog: smtpd, cleanup, qmgr, delivery agents, postscreen; RFC 3164 or ISO times",
		"Oct  8 19:16:18 mx1 postfix/smtpd[1991]: lost connection after DATA (0 bytes) from mail.example.com[198.51.100.3]"},
	{"exim", Exim, "Exim mainlog, with any mix of log selectors",
		"2010-03-21 16:28:51 unexpected disconnection while reading SMTP command from (x) [198.51.100.254] (error: Connection reset by peer)"},
	{"opensmtpd", OpenSMTPD, "OpenSMTPD maillog, 6 and later; most lines of 5",
		"Nov  2 00:01:33 mx1 smtpd[60503]: 88166f7f21c951f4 smtp disconnected reason=quit"},
	{"exchange", Exchange, "Microsoft Exchange receive and send protocol logs",
		`2024-03-13T09:01:19.461Z,EXCHANGE\Default Frontend EXCHANGE,08DC42C8FF236A1F,13,192.0.2.25:25,198.51.100.30:62136,-,,Remote(ConnectionReset)`},
}

// Formats are all forms of log that can be read, with an example line each.
func Formats() []Format { return append([]Format(nil), formats...) }
