package gatewaylog

// What Exchange's receive protocol log has of the end of a session: the line
// of event "-", whose context says who closed (formats.md section 7, from real
// logs; Microsoft documents the event, not the words). Nothing here is sure.
var expectedExchange = []expected{
	{ends: noConnection, says: nothing, source: "a connection is logged when it is accepted"},
	{ends: clientFIN, says: []string{"-,,Remote"}, source: "real logs", note: "Remote without more is a FIN"},
	{ends: clientRST, says: []string{"-,,Remote(ConnectionReset)"}, source: "real logs"},
	{ends: clientQUIT, says: []string{"<,QUIT"}, source: "real logs", note: "then -,,Local: the server closes after 221"},
	{ends: anyEnd, phases: "tls-handshake", says: []string{"-,,Remote(SocketError)", "-,,Local"}, source: "real logs", note: "the line before it names the TLS error"},
	{ends: serverTimeout, says: []string{"421 4.4.1 Connection timed out", "-,,Local"}, source: "real logs; ConnectionInactivityTimeout"},
	{ends: serverErrors | serverSize | serverCloses, says: []string{"-,,Local"}, source: "real logs", note: "the reply (421, 452, 500, 552) is the line before it"},
	{ends: nobodyCloses, says: []string{"-,,Local"}, source: "once ConnectionInactivityTimeout is over"},
}
