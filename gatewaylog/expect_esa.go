package gatewaylog

// What Cisco ESA's mail_logs has of the end of a session. "Cisco" below is the
// article of seeds 002 and 004 (118295), whose samples are golden tests; 118579
// explains ICID lost; the rest is from AsyncOS's own catalogue (formats.md
// section 1.5) and is not sure for present versions. A MID is given when MAIL
// is accepted; before that there is the ICID only.
var expectedESA = []expected{
	{ends: noConnection, says: []string{"", "ICID 0 TCPREFUSE SG"}, source: "a connection is logged when it is accepted; a TCPREFUSE policy logs ICID 0"},
	{ends: clientQUIT, phases: "mail rcpt data-command data", says: []string{"Receiving aborted by sender"}, sure: true, source: "Cisco",
		note: "ICID … close follows, without ICID … lost"},
	{ends: clientGone, phases: "mail rcpt data-command data", when: openMail, says: []string{"Receiving aborted"}, sure: true, source: "Cisco",
		note: "ICID … lost stands before it; FIN and RST look alike"},
	{ends: clientGone, phases: "dot", says: []string{"Receiving aborted", "ready … bytes from …"}, source: "not documented",
		note: "with ready the message was taken, and the sender will send it again (RFC 1047)"},
	{ends: clientGone, phases: "tls-handshake", says: []string{"TLS failed", "lost"}, source: "AsyncOS guide"},
	{ends: clientGone, says: []string{"lost"}, sure: true, source: "Cisco 118579", note: "no MID, no line about a message"},

	{ends: waitEnds, phases: "mail rcpt data-command data", says: []string{"Receiving aborted"}, sure: true, source: "Cisco",
		note: "the listener's timeout for unsuccessful inbound connections, 5 minutes by default: no ICID … lost before it"},
	{ends: waitEnds, phases: "dot", says: nothing, source: "not documented"},
	{ends: waitEnds, phases: "banner hello auth ready tls-handshake tls", says: []string{"no messages injected within timeout period", "close"}, source: "AsyncOS catalogue of 2005",
		note: "the client saw 421 Timed out waiting for successful message injection"},
	{ends: serverSize, says: []string{"Receiving Failed: Message size exceeds limit", "Receiving aborted"}, source: "AsyncOS catalogue of 2005"},
	{ends: serverErrors, when: openMail, says: []string{"Receiving aborted"}, source: "follows from Cisco: a MID that is not finished", note: "the client saw 421 Exceeded bad SMTP command limit"},
	{ends: serverErrors, says: []string{"close"}, source: "118579: close is always the last line", note: "the client saw 421 Exceeded bad SMTP command limit"},
	{ends: serverCloses, phases: "banner hello", when: turnedAway, says: []string{"REJECT SG"}, source: "AsyncOS guide: HAT", note: "ICID … close follows"},
	{ends: serverCloses, phases: "tls-handshake", says: []string{"TLS failed"}, source: "AsyncOS guide"},
	{ends: serverCloses, phases: "mail rcpt data-command data", when: refusedCommand, says: []string{"Receiving aborted", "Rejected by"}, source: "follows from Cisco: a MID that is not finished"},
	{ends: serverCloses, phases: "mail rcpt data-command data", says: []string{"Receiving aborted"}, source: "follows from Cisco: a MID that is not finished"},
	{ends: serverEnds | clientQUIT, says: []string{"close"}, source: "118579: close is always the last line"},
	{ends: nobodyCloses, says: []string{"close", "lost"}, source: "118579: close is always the last line"},
}
