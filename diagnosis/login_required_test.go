package diagnosis

var _ = prove("login-required",
	map[string]Certainty{"mail-refused-for-want-of-a-login": Proven, "mail-refused-for-want-of-tls": Proven,
		"mail-refused-for-want-of-a-login-pipelined": Proven, "mail-refused-until-tls-451": Proven},
	"mail-refused-then-login", "auth-login-failed", "rcpt-refused-by-blocklist", "every-rcpt-refused-quit")
