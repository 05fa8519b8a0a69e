package gatewaylog

// What Symantec Messaging Gateway's Message Audit Log shows as a message's
// action. 177182 is the article of seed 000, 003 that of seed 003, 244068 and
// 165228 are in formats.md section 2.4. A connection without a message has no
// entry; the MTA log has it at level Information.
var expectedSymantec = []expected{
	{ends: noConnection, says: nothing, sure: true, source: "formats.md 2.4: a connection without a message has no entry"},
	{ends: clientGone | nobodyCloses, phases: "mail rcpt data-command data", when: openMail, says: []string{"Abort message"}, sure: true, shown: true, source: "177182",
		note: "without a verdict"},
	{ends: clientQUIT, phases: "mail rcpt data-command data", says: []string{"Abort message", ""}, source: "177182 speaks of an interruption between MAIL FROM and the end of DATA, not of QUIT"},
	{ends: serverTimeout, phases: "mail rcpt data-command data", says: []string{"Abort message (message timed out)", "Abort message", "ML-REJECT: … 421 4.4.2"}, sure: true, shown: true, source: "244068; 177182: session timeout, 30 s by default",
		note: "the MTA log has ML-REJECT … 421 4.4.2 service timed out"},
	{ends: serverSize, says: []string{"Abort message"}, source: "177182: a limit such as the maximum message size"},
	{ends: serverErrors | serverCloses, phases: "mail rcpt", when: refusedCommand, says: []string{"ML-REJECT", "Abort message"}, source: "formats.md 2.3; seed 003: 421 4.4.0 or 554 5.1.2 where a PTR lookup fails",
		note: "the rejection is in the MTA log, with the reply"},
	{ends: serverErrors | serverCloses, phases: "mail rcpt data-command data", when: openMail, says: []string{"Abort message", "ML-REJECT"}, source: "177182: the MTA ends it where a limit is broken",
		note: "a refusal is ML-REJECT in the MTA log, with the reply"},
	{ends: serverEnds, when: turnedAway, says: []string{"ML-REJECT", "Rejected message by MTA", ""}, source: "165228; seed 003: 421 4.4.0 or 554 5.1.2 where a PTR lookup fails"},
	{ends: serverEnds | clientGone, phases: "tls-handshake", says: []string{"Rejected message by MTA", ""}, source: "165228"},
	{ends: anyEnd, phases: "dot", says: []string{"", "Abort message"}, source: "177182 speaks of the time before the end of DATA only"},
	{ends: anyEnd, says: nothing, source: "formats.md 2.4: a connection without a message has no entry", note: "ML-HOST_DISCONNECTED in the MTA log at level Information"},
}
