//go:build linux

package realservers

// A Scenario is one way for an SMTP session to go, and what it looks like to
// somebody on the gateway's wire.
type Scenario struct {
	Name string
	Says string
	// Ended is the right verdict on the gateway's interface. Nil: no packet of
	// it gets there, or the play sets it session by session.
	Ended *Verdict
	play  func(c *client)

	not     map[string]string   // server -> why it is left out there
	differs map[string]*Verdict // server -> its own verdict
}

// Reasons for leaving a scenario out.
const (
	noTimer    = "its idle timer is fixed at 300 s"
	noTLS      = "Debian 12's build does not complete a TLS handshake"
	goodTLS    = "its handshake works"
	noBDAT     = "it does not offer CHUNKING"
	noPipeline = "it does not offer PIPELINING"
	noAuth     = "AUTH needs Cyrus SASL and its own password database there"
	noContent  = "refusing by content needs an external filter there"
	noMilter   = "the harness gives it no milter"
	oneProcess = "one process serves all sessions: killing it ends every scenario"
)

var (
	quitReady = ended("ready", "quit", "client")
	tlsClosed = ended("tls", "fin|rst", "client|server")
)

func without(reason string, servers ...string) map[string]string {
	m := make(map[string]string)
	for _, s := range servers {
		m[s] = reason
	}
	return m
}

// scenarios is the table that [Run] plays, all rows at once.
var scenarios = []Scenario{
	// Deliveries.
	{Name: "normal", Says: "one message, every step answered", Ended: quitReady, play: playNormal},
	{Name: "normal_helo", Says: "HELO in place of EHLO", Ended: quitReady, play: playHelo},
	{Name: "large_message", Says: "a message of 150 kB", Ended: quitReady, play: playLarge},
	{Name: "multi_message", Says: "three messages, a RSET between", Ended: quitReady, play: playMulti},
	{Name: "dot_stuffed", Says: "lines that begin with dots, a dot at a segment's end", Ended: quitReady, play: playDots},
	{Name: "pipelined", Says: "MAIL, RCPT, RCPT, DATA in one segment; content, dot and QUIT in one write", Ended: quitReady, play: playPipelined,
		not: without(noPipeline, "opensmtpd")},
	{Name: "script_at_once", Says: "the whole script and FIN at once after the greeting, no reply awaited (nc -N)", Ended: quitReady, play: playScript,
		differs: map[string]*Verdict{
			// Exim and OpenSMTPD answer one 5xx and close; the FIN was there first.
			"exim":      ended("hello|ready|data-command", "fin|rst", "client|server"),
			"opensmtpd": ended("hello|ready|data-command", "fin|rst", "client|server"),
			// sendmail refuses EHLO and every command after it, QUIT apart.
			"sendmail": ended("hello", "quit", "client"),
		}},
	{Name: "bdat", Says: "two BDAT chunks, the second LAST", Ended: quitReady, play: playBDAT, not: without(noBDAT, "opensmtpd", "sendmail")},
	{Name: "bdat_binary_crlfdot", Says: "CRLF . CRLF inside a chunk, then BDAT 0 LAST", Ended: quitReady, play: playBDATDot, not: without(noBDAT, "opensmtpd", "sendmail")},
	{Name: "bdat_rst_mid_chunk", Says: "RST in the middle of a chunk", Ended: ended("data", "rst", "client"), play: playBDATRst, not: without(noBDAT, "opensmtpd", "sendmail")},
	{Name: "bdat_fin_between_chunks", Says: "FIN after a chunk was answered", Ended: ended("data", "fin", "client"), play: playBDATFin, not: without(noBDAT, "opensmtpd", "sendmail")},
	{Name: "eightbitmime", Says: "BODY=8BITMIME and bytes above 127", Ended: quitReady, play: playEightBit},
	{Name: "null_sender", Says: "MAIL FROM:<>", Ended: quitReady, play: playNullSender},
	{Name: "slow_dialogue", Says: "half a second between the steps", Ended: quitReady, play: playSlow},
	{Name: "byte_segments", Says: "every command typed in segments of one byte", Ended: quitReady, play: playBytes},
	{Name: "port_reuse", Says: "three sessions from one port, closed by RST after 221", Ended: quitReady, play: playPortReuse},
	{Name: "greylist_retry", Says: "450 to RCPT, QUIT; then a second session that is accepted", play: playGreylist},

	{Name: "twins", Says: "the same envelope twice at once from one address", Ended: quitReady, play: playTwins},
	{Name: "twins_leave", Says: "the same twice at once from one address, FIN after RCPT", Ended: ended("rcpt", "fin", "client"), play: playTwinsLeave},

	// AUTH.
	{Name: "auth_plain", Says: "AUTH PLAIN on 587, then a message", Ended: quitReady, play: playAuthPlain, not: without(noAuth, "sendmail", "opensmtpd")},
	{Name: "auth_login", Says: "AUTH LOGIN on 587, then a message", Ended: quitReady, play: playAuthLogin, not: without(noAuth, "sendmail", "opensmtpd")},
	{Name: "auth_fail", Says: "a wrong password, then QUIT", Ended: quitReady, play: playAuthFail, not: without(noAuth, "sendmail", "opensmtpd")},
	{Name: "auth_fin", Says: "FIN inside AUTH LOGIN", Ended: ended("auth", "fin", "client"), play: playAuthFin, not: without(noAuth, "sendmail", "opensmtpd")},
	{Name: "auth_hang", Says: "silence inside AUTH LOGIN until the server gives up", Ended: ended("auth", "fin", "server"), play: playAuthHang, not: without(noAuth, "sendmail", "opensmtpd")},

	// TLS.
	{Name: "starttls", Says: "STARTTLS, TLS 1.3, a message", Ended: tlsClosed, play: playTLS, not: without(noTLS, "opensmtpd")},
	{Name: "starttls_tls12", Says: "STARTTLS, TLS 1.2, a message", Ended: tlsClosed, play: playTLS12, not: without(noTLS, "opensmtpd")},
	{Name: "starttls_client_rejects_cert", Says: "the client does not trust the certificate and says so by an alert", Ended: ended("tls-handshake|tls", "fin|rst", "client|server"), play: playTLSRejects},
	{Name: "starttls_no_common_version", Says: "the client offers TLS 1.1 at most", Ended: ended("tls-handshake", "fin|rst", "client|server"), play: playTLSOld},
	{Name: "starttls_garbage", Says: "no TLS after the 220, but text", Ended: ended("tls-handshake", "fin|rst", "server"), play: playTLSGarbage},
	{Name: "starttls_fin", Says: "FIN after the 220 to STARTTLS", Ended: ended("tls-handshake", "fin", "client"), play: playTLSFin},
	{Name: "starttls_rst_in_hello", Says: "RST in the middle of the ClientHello", Ended: ended("tls-handshake", "rst", "client"), play: playTLSRst},
	{Name: "starttls_hang", Says: "silence after the 220 to STARTTLS", Ended: ended("tls-handshake", "fin|rst", "server"), play: playTLSHang, not: without(noTimer, "opensmtpd")},
	{Name: "starttls_server_fails", Says: "the server breaks the handshake off by the alert internal_error", Ended: ended("tls-handshake", "fin|rst", "client|server"), play: playTLSServerFails, not: without(goodTLS, "postfix", "exim", "sendmail")},
	{Name: "tls_fin_mid_data", Says: "FIN without close_notify in the middle of encrypted content", Ended: ended("tls", "fin", "client"), play: playTLSFinData, not: without(noTLS, "opensmtpd")},
	{Name: "smtps", Says: "implicit TLS on 465, a message", Ended: tlsClosed, play: playSMTPS, not: without(noTLS, "opensmtpd")},
	{Name: "smtps_plain_client", Says: "a client without TLS waits for a greeting on 465", Ended: ended("banner", "fin|rst", "server"), play: playPlainOn465, not: without(noTimer, "opensmtpd")},
	{Name: "tls_to_25", Says: "a ClientHello on 25 after the greeting, then RST", Ended: ended("hello|tls-handshake", "fin|rst", "client|server"), play: playTLSOn25},

	// QUIT in its variants.
	{Name: "quit_after_mail", Says: "QUIT with a transaction open, no recipient yet", Ended: ended("mail", "quit", "client"), play: playQuitMail},
	{Name: "quit_after_rcpt", Says: "QUIT before DATA, with an accepted recipient", Ended: ended("rcpt", "quit", "client"), play: playQuitRcpt},
	{Name: "quit_no_wait", Says: "QUIT and close at once; the 221 may meet a RST", Ended: quitReady, play: playQuitNoWait},
	{Name: "rst_after_quit", Says: "RST in place of FIN after the 221", Ended: quitReady, play: playRstAfterQuit},
	{Name: "rset_then_quit", Says: "RSET after RCPT, then QUIT", Ended: quitReady, play: playRsetQuit},

	// The client goes, phase by phase.
	{Name: "fin_before_banner", Says: "FIN with the last ACK of the handshake", Ended: ended("banner", "fin", "client"), play: playFinBeforeBanner},
	{Name: "rst_before_banner", Says: "RST right after the handshake", Ended: ended("connect|banner|hello", "rst", "client"), play: playRstBeforeBanner},
	{Name: "fin_after_banner", Says: "FIN after the greeting", Ended: ended("hello", "fin", "client"), play: func(c *client) { c.greet(); c.fin() }},
	{Name: "rst_after_banner", Says: "RST after the greeting", Ended: ended("hello", "rst", "client"), play: func(c *client) { c.greet(); c.rst() }},
	{Name: "fin_after_ehlo", Says: "FIN after EHLO", Ended: ended("ready", "fin", "client"), play: func(c *client) { c.hello(); c.fin() }},
	{Name: "rst_after_ehlo", Says: "RST after EHLO", Ended: ended("ready", "rst", "client"), play: func(c *client) { c.hello(); c.rst() }},
	{Name: "fin_after_mail", Says: "FIN after MAIL", Ended: ended("mail", "fin", "client"), play: func(c *client) { c.toMail(); c.fin() }},
	{Name: "rst_after_mail", Says: "RST after MAIL", Ended: ended("mail", "rst", "client"), play: func(c *client) { c.toMail(); c.rst() }},
	{Name: "fin_after_rcpt", Says: "FIN after RCPT", Ended: ended("rcpt", "fin", "client"), play: func(c *client) { c.toRcpt(); c.fin() }},
	{Name: "rst_after_rcpt", Says: "RST after RCPT", Ended: ended("rcpt", "rst", "client"), play: func(c *client) { c.toRcpt(); c.rst() }},
	{Name: "fin_with_data_command", Says: "DATA and FIN in one segment", Ended: ended("data-command", "fin", "client"), play: playFinWithData},
	{Name: "fin_after_data_command", Says: "FIN after the 354", Ended: ended("data", "fin", "client"), play: func(c *client) { c.toData(); c.fin() }},
	{Name: "rst_after_data_command", Says: "RST after the 354", Ended: ended("data", "rst", "client"), play: func(c *client) { c.toData(); c.rst() }},
	{Name: "fin_mid_data", Says: "FIN after 20 kB of content", Ended: ended("data", "fin", "client"), play: func(c *client) { c.midData(20000); c.fin() }},
	{Name: "rst_mid_data", Says: "RST after 20 kB of content", Ended: ended("data", "rst", "client"), play: func(c *client) { c.midData(20000); c.rst() }},
	{Name: "fin_after_dot", Says: "the final dot and FIN in one segment, nobody reads the reply", Ended: ended("dot", "fin", "client"), play: playFinAfterDot},
	{Name: "rst_after_dot", Says: "RST between the final dot and a slow reply", Ended: ended("dot", "rst", "client"), play: playRstAfterDot,
		differs: map[string]*Verdict{"sendmail": ended("dot|ready", "rst", "client"), "opensmtpd": ended("dot|ready", "rst", "client")}},
	{Name: "half_close_after_dot", Says: "the final dot and FIN, and the client reads the reply", Ended: ended("dot", "fin", "client"), play: playHalfClose},

	// The client falls silent until the server's timer ends it.
	{Name: "hang_after_banner", Says: "silence after the greeting", Ended: ended("hello", "fin", "server"), play: func(c *client) { c.greet(); c.awaitEnd(replyTimeout) }, not: without(noTimer, "opensmtpd")},
	{Name: "hang_after_ehlo", Says: "silence after EHLO", Ended: ended("ready", "fin", "server"), play: func(c *client) { c.hello(); c.awaitEnd(replyTimeout) }, not: without(noTimer, "opensmtpd")},
	{Name: "hang_after_mail", Says: "silence after MAIL", Ended: ended("mail", "fin", "server"), play: func(c *client) { c.toMail(); c.awaitEnd(replyTimeout) }, not: without(noTimer, "opensmtpd")},
	{Name: "hang_after_rcpt", Says: "silence after RCPT", Ended: ended("rcpt", "fin", "server"), play: func(c *client) { c.toRcpt(); c.awaitEnd(replyTimeout) }, not: without(noTimer, "opensmtpd")},
	{Name: "hang_after_data_command", Says: "silence after the 354", Ended: ended("data", "fin", "server"), play: func(c *client) { c.toData(); c.awaitEnd(replyTimeout) }, not: without(noTimer, "opensmtpd")},
	{Name: "hang_mid_data", Says: "silence in the middle of the content", Ended: ended("data", "fin", "server"), play: func(c *client) { c.midData(5000); c.awaitEnd(replyTimeout) }, not: without(noTimer, "opensmtpd")},
	{Name: "idle_after_delivery", Says: "silence after a delivery", Ended: ended("ready", "fin", "server"), play: playIdle, not: without(noTimer, "opensmtpd")},

	// The server says no.
	{Name: "size_declared", Says: "MAIL with a SIZE above the limit (OpenSMTPD does not look at it)", Ended: quitReady, play: playSizeDeclared,
		differs: map[string]*Verdict{"opensmtpd": ended("mail", "quit", "client")}},
	{Name: "size_undeclared", Says: "content above the limit, not declared", Ended: quitReady, play: playSizeUndeclared},
	{Name: "rcpt_550", Says: "the only recipient unknown, QUIT", Ended: ended("rcpt", "quit", "client"), play: playRcptRefused},
	{Name: "rcpt_550_fin", Says: "the only recipient unknown, FIN", Ended: ended("rcpt", "fin", "client"), play: func(c *client) { c.toMail(); c.rcpt(unknown); c.fin() }},
	{Name: "rcpt_mixed", Says: "two good recipients and an unknown one", Ended: quitReady, play: playMixed},
	{Name: "all_rcpts_refused", Says: "two unknown recipients, DATA refused, QUIT", Ended: ended("rcpt", "quit", "client"), play: playAllRefused},
	{Name: "relay_denied", Says: "a recipient of another domain", Ended: ended("rcpt", "quit", "client"), play: playRelay},
	{Name: "sender_rejected", Says: "a sender that is not wanted", play: playSenderRejected},
	{Name: "data_no_rcpt", Says: "DATA without a recipient", Ended: ended("mail", "quit", "client"), play: playDataNoRcpt},
	{Name: "content_reject", Says: "the content is refused after the final dot", Ended: quitReady, play: playContentReject, not: without(noContent, "opensmtpd")},
	{Name: "milter_timeout", Says: "the server's milter does not answer at the end of the message: 451", Ended: quitReady, play: playMilterTimeout,
		not: without(noMilter, "postfix", "exim", "opensmtpd")},
	{Name: "too_many_errors", Says: "unknown commands until the server has enough", Ended: ended("ready", "fin|rst", "server"), play: playErrors},
	{Name: "too_many_bad_rcpts", Says: "unknown recipients until the server has enough", Ended: ended("rcpt", "fin|rst", "server"), play: playBadRcpts},
	{Name: "rcpt_421", Says: "421 to the only recipient, and the server closes", Ended: ended("rcpt", "fin", "server"), play: playBusy},
	{Name: "conn_limit", Says: "more connections from one address than allowed", play: playConnLimit},

	// Probes.
	{Name: "health_check", Says: "three times connect and FIN", Ended: ended("banner|hello", "fin|rst", "client"), play: playHealth},
	{Name: "health_check_banner_quit", Says: "greeting, QUIT", Ended: ended("hello", "quit", "client"), play: func(c *client) { c.greet(); c.quit() }},
	{Name: "connect_rst", Says: "the handshake answered by RST (a SYN scan)", Ended: ended("connect", "rst", "client"), play: playConnectRst},
	{Name: "http_probe", Says: "an HTTP request on 25", Ended: ended("hello", "fin|rst", "server"), play: playHTTP},
	{Name: "closed_port", Says: "port 2525, where nobody listens", Ended: ended("connect", "syn-refused", "server"), play: playClosedPort},

	// The network gets in between.
	{Name: "syn_dropped_by_gateway", Says: "the gateway's own firewall drops the SYNs", Ended: ended("connect", "syn-unanswered", "unknown"), play: playSynDropped},
	{Name: "syn_dropped", Says: "the router drops the SYNs", play: playSynLost},
	{Name: "fw_reject_syn_icmp", Says: "the router answers the SYN by ICMP", play: playSynICMP},
	{Name: "fw_reject_to_server", Says: "mid-DATA the router answers the server by RST and drops", Ended: ended("data", "rst", "client"), play: playRejectServer},
	{Name: "fw_reject_to_client", Says: "mid-DATA the router answers the client by RST and drops", Ended: ended("data", "fin", "server"), play: playRejectClient, not: without(noTimer, "opensmtpd")},
	{Name: "ips_rst_both", Says: "mid-DATA the router forges RSTs to both", Ended: ended("data", "rst", "client"), play: playForgeBoth},
	{Name: "ips_rst_server", Says: "mid-DATA the router forges a RST to the server; the client goes on", Ended: ended("data", "rst", "client"), play: playForgeServer},
	{Name: "ips_rst_client", Says: "mid-DATA the router forges a RST to the client", Ended: ended("data", "fin|rst", "client|server"), play: playForgeClient, not: without(noTimer, "opensmtpd")},
	{Name: "rst_off_sequence", Says: "a forged RST ahead of the sequence is challenged (RFC 5961) and ends nothing", Ended: quitReady, play: playForgeIgnored},
	{Name: "blackhole_mid_data", Says: "mid-DATA the router begins to drop everything", Ended: ended("data", "fin", "server"), play: playBlackhole, not: without(noTimer, "opensmtpd")},
	{Name: "blackhole_idle", Says: "the router forgets an idle connection", Ended: ended("ready", "fin", "server"), play: playBlackholeIdle, not: without(noTimer, "opensmtpd")},
	{Name: "blackhole_reply", Says: "the reply to the dot does not get through the router", Ended: ended("ready|dot", "fin|rst|silence|capture-end", "client|server|unknown"), play: playBlackholeReply},

	// The server breaks.
	{Name: "server_killed_mid_data", Says: "SIGKILL to the process that serves the session", Ended: ended("data", "fin|rst", "server"), play: playKill, not: without(oneProcess, "opensmtpd")},
}
