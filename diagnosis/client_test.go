package diagnosis

var (
	_ = prove("probe",
		map[string]Certainty{"health-check": Likely, "connect-and-close": Likely, "synack-answered-by-rst": Likely, "http-request-taken-for-pipelining": Likely,
			"another-protocol-on-the-mail-port": Likely},
		"no-greeting-client-leaves-after-30-seconds", "quit-in-rcpt", "clienthello-on-25-after-greeting", "syn-refused",
		"greeting-554-then-quit", "bad-commands-then-quit", "ehlo-refused-quit", "server-side-only-mail-refused", "starts-behind-the-greeting")
	_ = prove("reset-after-quit",
		map[string]Certainty{"rst-after-221": Proven},
		"quit-without-waiting-for-221", "late-rst-after-fins", "rst-not-believed", "fin-after-dot-250-meets-rst", "pipelining")
	_ = prove("no-quit",
		map[string]Certainty{"fin-after-delivery": Proven, "rst-after-delivery": Likely},
		"fin-after-dot-250-meets-rst", "client-fin-in-data", "pipelining")
	_ = prove("half-close",
		map[string]Certainty{"fin-after-dot-acked": Proven},
		"fin-after-dot-250-meets-rst", "client-fin-in-dot", "whole-script-and-fin-at-once", "lmtp-half-close-second-reply-never-comes")
	_ = prove("dot-missing",
		map[string]Certainty{"bare-lf-dot-ends-at-the-server": Proven, "dot-without-its-line-end": Proven, "dot-with-crcrlf": Proven, "dot-with-crcrlf-after-8-seconds": Proven},
		"bare-lf-dot-is-content", "dot-stuffing", "server-421-mid-data-then-fin", "final-dot-half-sent-rst")
	_ = prove("bare-lf",
		map[string]Certainty{"bare-lf-refused-521": Proven},
		"bare-lf-dot-is-content", "bare-lf-commands", "cr-missed-by-the-capture")
	_ = prove("smuggling",
		map[string]Certainty{"smuggled-message": Strong},
		"smuggled-message-not-taken", "bare-lf-dot-is-content", "replies-before-their-commands")
	_ = prove("client-gave-up",
		map[string]Certainty{"log-esa-receiving-aborted-rst": Likely, "rcpt-unanswered-client-leaves-after-300-seconds": Likely,
			"reply-to-rcpt-without-its-last-line": Likely, "rcpt-unanswered-client-quits-after-60-seconds": Likely,
			"pipelined-group-unanswered-client-leaves-after-60-seconds": Likely, "client-side-only-rcpt-never-answered": Likely},
		"client-side-only-rcpt-answered-then-a-pause", "client-side-only-rcpt-repeated-for-a-minute",
		"rcpt-answered-client-quits-after-60-seconds", "rcpt-unanswered-client-takes-it-back-and-delivers", "dot-unanswered-client-quits-after-300-seconds",
		"timeout-421-and-fin-missed-by-the-capture", "timeout-421-missed-client-sends-on", "data-refused-554-then-fin-after-60-seconds",
		"client-rst-in-data", "zero-window-rst", "black-hole", "greeting-lost-behind-the-capture", "silence-in-rcpt", "keepalive-probes-unanswered", "reply-to-data-never-received")
	_ = prove("client-ended",
		map[string]Certainty{"client-rst-in-data": Likely, "client-fin-in-rcpt": Likely, "exim-lost-input-connection": Likely,
			"data-refused-554-fin": Hint, "one-of-two-rcpt-refused-fin": Hint},
		"quit-in-rcpt", "server-552-mid-data-then-rst", "rst-after-delivery", "forged-rst-mid-data-believed", "client-side-only-rst-mid-data", "capture-cut-mid-data",
		"rcpt-lost-client-quits-after-60-seconds", "pipelined-group-unanswered-client-leaves-after-60-seconds")
	_ = prove("sender-aborted-before-data",
		map[string]Certainty{"quit-in-rcpt": Proven, "log-esa-aborted-by-sender": Proven, "callout-null-sender": Proven, "rcpt-answered-client-quits-after-60-seconds": Proven},
		"rset-withdraws", "every-rcpt-refused-quit", "new-ehlo-withdraws", "client-fin-in-rcpt", "server-421-in-rcpt-then-quit", "rcpt-refused-with-421-then-quit",
		"rcpt-unanswered-client-quits-after-60-seconds")
)
