package gatewaylog

// What sendmail logs of the end of a session (srvrsmtp.c, collect.c, util.c;
// formats.md section 4). Checked against the lines of a real sendmail 8.17 at
// LogLevel 10; all of these come at the default, 9.
var expectedSendmail = []expected{
	{ends: noConnection, says: nothing, sure: true, source: "daemon.c: the program is asked only when the handshake is complete"},
	{ends: anyEnd, phases: "tls-handshake", says: []string{"STARTTLS=server, error: accept failed"}, sure: true, source: "tls.c"},
	{ends: anyEnd, phases: "banner", when: implicitTLS, says: []string{"STARTTLS=server, error: accept failed"}, sure: true, source: "tls.c"},
	{ends: clientRST, phases: "banner", says: []string{"did not issue MAIL/EXPN/VRFY/ETRN during connection to …", ""}, source: "srvrsmtp.c",
		note: "nothing where the client was gone before sendmail looked"},
	{ends: clientQUIT, phases: "rcpt", says: []string{"stat=aborted by sender"}, sure: true, source: "srvrsmtp.c, one line a recipient (LogLevel 9)"},
	{ends: clientQUIT, when: anotherSent, says: []string{"from=… size=0 … nrcpts=…"}, sure: true, source: "srvrsmtp.c: the line of the envelope, without a delivery behind it",
		note: "of the mail that was withdrawn; the others have lines of their own"},
	{ends: clientQUIT, says: []string{"from=… size=0 … nrcpts=…"}, sure: true, source: "srvrsmtp.c: the line of the envelope, without a delivery behind it"},

	{ends: clientGone, phases: "banner hello auth", says: []string{"did not issue MAIL/EXPN/VRFY/ETRN during connection to …"}, sure: true, source: "srvrsmtp.c (LogLevel above 5)",
		note: "the same line after QUIT"},
	{ends: clientGone, phases: "ready", when: mailDone, says: nothing, sure: true, source: "srvrsmtp.c: lost input channel needs an open transaction, or LogLevel 20"},
	{ends: clientGone, phases: "ready", says: []string{"did not issue MAIL/EXPN/VRFY/ETRN during connection to …"}, sure: true, source: "srvrsmtp.c (LogLevel above 5)"},
	{ends: clientGone, phases: "mail rcpt", says: []string{"lost input channel from … after {last}"}, beside: phrasesWith("lost input channel from … after ", sendmailOthers, ""), sure: true, source: "srvrsmtp.c", note: "FIN and RST look alike"},
	{ends: clientFIN, phases: "data", says: []string{"collect: premature EOM: unexpected close"}, sure: true, source: "collect.c"},
	{ends: clientRST, phases: "data", says: []string{"collect: premature EOM: Connection reset by …", "collect: premature EOM"}, sure: true, source: "collect.c: the text is the errno's"},
	{ends: clientGone, phases: "data-command", says: []string{"collect: premature EOM", "lost input channel from … after data", ""}, source: "collect.c, srvrsmtp.c"},
	{ends: clientGone, phases: "dot", says: nothing, sure: true, source: "srvrsmtp.c: the transaction is over for it", note: "the message is kept and delivered"},
	{ends: clientGone, says: []string{"lost input channel from …", "did not issue MAIL/EXPN/VRFY/ETRN during connection to …", ""}, source: "srvrsmtp.c, collect.c: inside TLS the command is not known"},

	{ends: serverTimeout, phases: "data", says: []string{"collect: … read timeout"}, sure: true, source: "collect.c; Timeout.datablock 1 h",
		note: "8.16 and later: collect: relay=…, from=…, info=read timeout; before: collect: read timeout on connection from …"},
	{ends: serverTimeout, phases: "data-command dot", says: []string{"collect: … read timeout", ""}, source: "collect.c"},
	{ends: serverTimeout, says: []string{"timeout waiting for input from … during server cmd read"}, sure: true, source: "util.c; Timeout.command 1 h",
		note: "lost input channel … or did not issue MAIL follows"},
	{ends: serverErrors, says: []string{"too many", "possible SMTP attack", ""}, source: "srvrsmtp.c: MaxBadCommands"},
	{ends: serverSize, says: []string{"message size … exceeds maximum"}, source: "collect.c (LogLevel above 6)"},
	{ends: serverCloses, phases: "banner hello", when: turnedAway, says: []string{"ruleset=check_relay … reject=", "rejecting connections"}, source: "srvrsmtp.c"},
	{ends: serverCloses, phases: "banner hello", says: []string{"did not issue MAIL/EXPN/VRFY/ETRN during connection to …"}, source: "srvrsmtp.c"},
	{ends: serverCloses, when: refusedCommand, says: []string{"reject=421", "lost input channel from … after {last}"}, source: "srvrsmtp.c"},
	{ends: serverCloses, says: nothing, source: "a process that was killed logs nothing"},
	{ends: nobodyCloses, phases: "data", says: []string{"collect: … read timeout"}, source: "collect.c, once Timeout.datablock is over"},
	{ends: nobodyCloses, says: []string{"timeout waiting for input from … during server cmd read"}, source: "util.c, once Timeout.command is over"},
}

// sendmailOthers are commands that leave no mark in a Verdict; startup stands
// for words that are none. 8.17 was seen to name startup, mail, rcpt, data, auth,
// starttls, noop, expn and etrn; the others are of its table, bdat of 8.18's.
var sendmailOthers = []string{"startup", "helo", "ehlo", "mail", "rcpt", "data", "bdat", "auth", "starttls", "noop", "vrfy", "expn", "etrn", "help", "verb"}

// sendmailLast is the word in "lost input channel … after".
func (v *Verdict) sendmailLast() string {
	m := v.lastMail()
	switch {
	case v.Phase == PhaseMail:
		return "mail"
	case v.Phase == PhaseRcpt && m != nil && m.Reply != 0:
		return "data"
	}
	return "rcpt"
}
