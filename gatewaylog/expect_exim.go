package gatewaylog

// What Exim's main log has of the end of a session (smtp_in.c, receive.c;
// formats.md section 6). Checked against the lines of a real Exim 4.96.
// lost_incoming_connection is in the default log_selector, smtp_connection and
// smtp_incomplete_transaction are not.
var expectedExim = []expected{
	{ends: noConnection, says: nothing, sure: true, source: "daemon.c: the program is asked only when the handshake is complete"},
	{ends: anyEnd, phases: "tls-handshake", says: []string{"TLS error on connection from …"}, sure: true, source: "tls-gnu.c, tls-openssl.c"},
	{ends: serverTimeout, phases: "banner", when: implicitTLS, says: []string{"TLS error on connection from …"}, sure: true, source: "tls-gnu.c, tls-openssl.c"},
	{ends: clientQUIT, phases: "mail rcpt", says: []string{"incomplete transaction (QUIT)"}, sure: true, source: "smtp_in.c",
		needs: "log_selector +smtp_incomplete_transaction"},
	{ends: clientQUIT, says: []string{"closed by QUIT"}, sure: true, source: "smtp_in.c", needs: "log_selector +smtp_connection"},

	{ends: clientFIN, phases: "mail rcpt", says: []string{"unexpected disconnection while reading SMTP command from … ¬ (error:"}, sure: true, source: "smtp_in.c"},
	{ends: clientRST, phases: "mail rcpt", says: []string{"unexpected disconnection while reading SMTP command from … (error: Connection reset by peer)"}, sure: true, source: "smtp_in.c"},
	{ends: clientGone, phases: "data", says: []string{"lost while reading message data"}, sure: true, source: "receive.c", note: "FIN and RST look alike"},
	{ends: clientFIN, phases: "data-command", says: []string{"lost while reading message data", "SMTP protocol synchronization error"}, sure: true, source: "receive.c",
		note: "Exim sends 354 and then finds the end"},
	{ends: clientRST, phases: "data-command", says: []string{"lost while reading message data", "unexpected disconnection while reading SMTP command from …"}, source: "receive.c, smtp_in.c"},
	{ends: clientGone, phases: "dot", when: noReplySeen, says: []string{"SMTP connection lost after final dot"}, beside: phrasesWith("", []string{"rejected from ", "rejected after DATA"}, ""), sure: true, source: "receive.c",
		note: "the message is thrown away: other servers keep it"},
	{ends: clientGone, phases: "dot", says: []string{"SMTP connection lost after final dot", ""}, source: "receive.c looks once, before it answers",
		note: "with the line the message is thrown away; without it the message was taken"},
	{ends: clientFIN, says: []string{"SMTP connection from … lost ¬ (error:"}, sure: true, source: "smtp_in.c", needs: "log_selector +smtp_connection"},
	{ends: clientRST, says: []string{"SMTP connection from … lost (error: Connection reset by peer)"}, sure: true, source: "smtp_in.c", needs: "log_selector +smtp_connection"},

	{ends: serverTimeout, phases: "data", says: []string{"SMTP data timeout (message abandoned) on connection from …"}, sure: true, source: "receive.c; smtp_receive_timeout 5 m"},
	{ends: serverTimeout, phases: "data-command dot", says: []string{"SMTP data timeout (message abandoned) on connection from …", "SMTP command timeout on … connection from …"}, source: "receive.c"},
	{ends: serverTimeout, says: []string{"SMTP command timeout on … connection from …"}, sure: true, source: "smtp_in.c; smtp_receive_timeout 5 m"},
	{ends: serverErrors, says: []string{"SMTP call from … dropped: too many"}, source: "smtp_in.c; smtp_max_synprot_errors, smtp_max_unknown_commands 3"},
	{ends: serverSize, says: []string{"rejected from … message too big"}, source: "receive.c answers 552 behind the content"},
	{ends: serverCloses, phases: "banner hello", when: turnedAway, says: []string{"Connection from … refused: too many connections", "rejected connection in"}, source: "daemon.c; acl_smtp_connect"},
	{ends: serverCloses, phases: "banner hello", says: []string{"SMTP protocol synchronization error", ""}, source: "smtp_in.c"},
	{ends: serverCloses, when: refusedCommand, says: []string{"rejected RCPT", "rejected MAIL", "dropped"}, source: "acl.c: drop"},
	{ends: serverCloses, says: []string{"after SIGTERM", ""}, source: "smtp_in.c; a process that was killed logs nothing"},
	{ends: nobodyCloses, phases: "data", says: []string{"SMTP data timeout (message abandoned) on connection from …"}, source: "receive.c, once smtp_receive_timeout is over"},
	{ends: nobodyCloses, says: []string{"SMTP command timeout on … connection from …"}, source: "smtp_in.c, once smtp_receive_timeout is over"},
}
