package gatewaylog

// noProxyHeader is what a listener with proxy-v2 logs where no header came
// (proxy.c): the session was never given to smtp_session.c.
var noProxyHeader = []Phrase{{Words: "proxy … event=closed address=…"}}

// What OpenSMTPD logs of the end of a session (smtp_session.c, smtp_free;
// formats.md section 7). It always logs one line. Checked against the lines of
// a real OpenSMTPD 6.8; its timer is fixed at 300 s.
var expectedOpenSMTPD = []expected{
	{ends: noConnection, says: nothing, sure: true, source: "smtp.c: the program is asked only when the handshake is complete"},
	{ends: clientGone | serverCloses, phases: "tls-handshake", says: []string{`smtp disconnected reason="io-error: …"`, "smtp disconnected reason=disconnect", "smtp disconnected reason=tls-accept-failed"}, sure: true, source: "smtp_session.c"},
	{ends: clientQUIT, says: []string{"smtp disconnected reason=quit"}, sure: true, source: "smtp_session.c"},
	{ends: clientFIN, phases: "banner", says: []string{"smtp disconnected reason=disconnect"}, beside: noProxyHeader, sure: true, source: "smtp_session.c: IO_DISCONNECTED"},
	{ends: serverTimeout, phases: "banner", says: []string{"smtp disconnected reason=timeout"}, beside: noProxyHeader, sure: true, source: "smtp_session.c: IO_TIMEOUT; SMTPD_SESSION_TIMEOUT 300 s"},
	{ends: clientFIN, phases: "data-command hello", says: []string{"smtp disconnected reason=disconnect", "smtp disconnected reason=quit"}, sure: true, source: "smtp_session.c",
		note: "reason=quit where it refused what the client sent ahead"},
	{ends: clientFIN, says: []string{"smtp disconnected reason=disconnect"}, sure: true, source: "smtp_session.c: IO_DISCONNECTED"},
	{ends: clientRST, says: []string{`smtp disconnected reason="io-error: …"`}, sure: true, source: "smtp_session.c: IO_ERROR"},
	{ends: serverTimeout, says: []string{"smtp disconnected reason=timeout"}, sure: true, source: "smtp_session.c: IO_TIMEOUT; SMTPD_SESSION_TIMEOUT 300 s"},
	{ends: serverErrors | serverSize | serverCloses, says: []string{"smtp disconnected reason=quit", ""}, sure: true, source: "smtp_session.c: a session that it closes after a reply counts as quit",
		note: "smtp failed-command or smtp bad-input stands before it"},
	{ends: nobodyCloses, says: []string{"smtp disconnected reason=timeout"}, source: "smtp_session.c, once 300 s are over"},
}
