package gatewaylog

// What PureMessage's message_log has, with sendmail as its MTA. 37493 is the
// article of seed 001: sendmail tells PureMessage that the connection ended,
// and the ABORT callback is logged. The literal form of the line is not known
// (formats.md section 3), so nothing here is sure. Which of the two kinds of
// abort it is stands in sendmail's log under the same queue id.
var expectedPureMessage = []expected{
	{ends: noConnection, says: nothing, sure: true, source: "37493: a line is about a message"},
	{ends: clientGone | clientQUIT | serverErrors | serverSize | serverCloses, phases: "mail rcpt data-command data", when: openMail, says: []string{"abort"}, source: "37493",
		note: "ABORT callback; sendmail ended the session early: no milter_ timeout under the queue id in maillog"},
	{ends: waitEnds, phases: "mail rcpt data-command data", when: openMail, says: []string{"abort"}, source: "37493",
		note: "ABORT callback; sendmail's own timer for the client ran out: its line says timeout, but no milter_"},
	{ends: anyEnd, phases: "dot", when: longWait, says: []string{"abort", "a=a/eom"}, source: "37493",
		note: "sendmail may have waited in vain for PureMessage: look for milter_ and timeout under the queue id in maillog"},
	{ends: anyEnd, phases: "dot", says: []string{"a=a/eom", "abort"}, source: "37493", note: "sendmail keeps the message though the client left"},
	{ends: anyEnd, says: nothing, source: "37493: a line is about a message"},
}
