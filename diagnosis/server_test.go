package diagnosis

var (
	_ = prove("slow-banner",
		map[string]Certainty{"greeting-after-31-seconds": Proven, "no-greeting-client-leaves-after-30-seconds": Proven, "proxy-header-awaited": Proven, "silence-in-banner": Strong,
			"greeting-without-its-line-end-client-leaves": Proven, "client-side-only-never-greeted": Strong},
		"greeting-lost-behind-the-capture", "connect-and-close", "proxy-header-then-fin", "implicit-tls-port-nobody-speaks", "capture-ends-in-banner")
	_ = prove("early-talker",
		map[string]Certainty{"early-talker-refused": Proven, "postscreen-pregreet-521": Proven, "postscreen-pregreet-then-550": Proven, "postscreen-pregreet-whole-script": Proven, "early-script-refused-for-pipelining-behind-ehlo": Proven},
		"early-ehlo-served-then-times-out", "postscreen-pregreet-client-waits", "greeting-missed-by-the-capture", "commands-before-the-greeting", "greeting-554-fin", "proxy-header-taken-for-a-command")
	_ = prove("slow-end-of-data",
		map[string]Certainty{"filter-slow-client-leaves-after-60-seconds": Proven, "dot-split-answered-after-90-seconds": Proven, "lmtp-one-of-two-replies-client-leaves-after-60-seconds": Proven,
			"dot-repeated-answered-after-60-seconds": Proven, "answer-lost-before-the-client": Strong, "dot-unanswered-client-quits-after-300-seconds": Proven, "dot-unanswered-client-asks-with-noop": Proven,
			"dot-arrives-server-gives-up-client-resets": Proven, "dot-split-answered-when-the-client-had-gone": Proven,
			"bdat-first-chunk-answered-late": Proven, "lmtp-second-reply-after-40-seconds": Proven, "lmtp-third-reply-after-35-seconds-quit-sent-ahead": Proven,
			"client-side-only-dot-never-answered": Strong},
		"piece-filled-in-after-60-seconds", "lmtp-replies-ten-seconds-apart", "bdat-pipelined-mail-answered-late", "lmtp-one-of-two-replies-rst", "bare-lf-dot-ends-at-the-server", "exchange-acknowledges-after-30-seconds", "client-fin-in-dot", "capture-ends-in-dot")
	_ = prove("slow-replies",
		map[string]Certainty{"every-reply-after-20-seconds": Proven, "every-reply-slow-and-uneven": Strong, "one-recipient-answered-after-45-seconds": Proven, "refusals-after-12-seconds": Proven,
			"bdat-pipelined-mail-answered-late": Proven},
		"two-replies-after-12-seconds", "commands-repeated-for-14-seconds", "client-pauses-20-seconds-before-each-command", "tarpit-refused-recipients", "greeting-after-31-seconds", "dot-split-answered-after-90-seconds")
	_ = prove("duplicate-risk",
		map[string]Certainty{"fin-after-dot-250-meets-rst": Proven, "client-rst-in-dot": Proven, "silence-in-dot": Likely,
			"dot-and-quit-answered-by-221-only": Proven, "reply-to-the-dot-cut-by-rst": Proven,
			"lmtp-half-close-second-reply-never-comes": Proven, "lmtp-one-of-two-replies-client-leaves-after-60-seconds": Proven,
			"acceptance-lost-client-closes": Likely, "acceptance-lost-client-resets": Proven},
		"lmtp-421-in-place-of-the-second-reply", "lmtp-bdat-421-in-place-of-two-replies", "lmtp-other-replies-missed-by-the-capture", "lmtp-accepted", "rst-after-delivery", "fin-after-dot-acked", "gap-over-the-250", "final-dot-half-sent-rst", "capture-ends-in-dot", "codeless-words-after-the-dot",
		"black-hole-small-mail", "dot-lost-server-times-out", "dot-lost-server-times-out-client-resets", "timeout-421-crosses-the-dot", "early-452-then-dot-and-quit")
	_ = prove("rst-eats-reply",
		map[string]Certainty{"server-552-mid-data-then-rst": Proven, "server-552-to-a-chunk-client-goes-on-then-rst": Proven},
		"log-smg-abort-message-timeout", "server-421-mid-data-then-fin", "server-rst-in-data", "server-554-mid-data-then-fin")
	_ = prove("refused-mid-data",
		map[string]Certainty{"server-554-mid-data-then-fin": Proven, "server-552-mid-data-client-goes-on": Proven},
		"server-552-mid-data-then-rst", "server-421-mid-data-then-fin", "server-answers-each-content-line", "dot-rejected-554")
	_ = prove("left-data-mode",
		map[string]Certainty{"server-answers-each-content-line": Proven, "exim-refuses-a-chunk-by-size": Proven, "content-after-refused-data": Strong,
			"content-after-refused-data-postfix": Strong},
		"bdat-chunks-pipelined-first-refused", "bdat-chunk-refused-quit", "bdat-refused-before-its-first-byte", "four-bad-commands-421", "server-554-mid-data-then-fin", "content-that-looks-like-replies",
		"data-refused-451", "every-rcpt-refused-data-refused-quit", "bad-commands-then-quit")
	_ = prove("reply-mismatch",
		map[string]Certainty{"data-answered-by-250": Proven, "dot-answered-twice": Proven, "accepted-before-the-dot": Proven, "lmtp-one-of-two-replies-quit": Proven},
		"lmtp-accepted", "lmtp-one-of-two-replies-fin", "early-552-then-the-next-mail", "early-452-then-dot-and-quit", "data-refused-451", "dot-and-quit-answered-by-221-only")
	_ = prove("size-limit",
		map[string]Certainty{"server-resets-at-the-advertised-size": Likely},
		"server-rst-in-data", "server-552-mid-data-then-rst")
	_ = prove("too-many-errors",
		map[string]Certainty{"four-bad-commands-421": Proven, "too-many-refused-rcpts-421-crosses-rcpt": Proven,
			"logins-refused-421": Proven, "too-many-nonmail-commands": Proven},
		"server-answers-each-content-line", "unknown-verbs", "every-rcpt-refused-quit")
	_ = prove("server-busy",
		map[string]Certainty{"greeting-421-fin": Proven, "mail-452-insufficient-resources": Proven, "lmtp-421-in-place-of-the-second-reply": Proven, "timeout-words-right-behind-ehlo": Proven,
			"lmtp-bdat-421-in-place-of-two-replies": Proven, "lmtp-quit-behind-the-dot-third-reply-is-421": Proven},
		"mailbox-full-452", "timeout-421-mid-rcpt", "too-many-refused-rcpts-421-crosses-rcpt", "bdat-chunk-incomplete-then-silence", "greeting-554-fin",
		"black-hole-small-mail", "dot-lost-server-times-out", "ehlo-lost-server-times-out", "exim-lost-input-connection", "timeout-421-content-missed")
	_ = prove("refused-by-policy",
		map[string]Certainty{"greeting-554-fin": Proven, "rcpt-refused-by-blocklist": Proven, "fin-overtakes-the-refusal": Proven, "relay-access-denied": Proven},
		"milter-unavailable-451-fin", "early-talker-refused", "every-rcpt-refused-quit", "greeting-421-fin", "dot-rejected-554")
	_ = prove("login-refused",
		map[string]Certainty{"auth-login-failed": Proven, "login-refused-fin": Proven, "login-refused-thrice": Proven, "login-refused-until-tls-538": Proven, "logins-refused-421": Proven},
		"login-refused-then-right", "auth-cram-md5-cancelled", "auth-plain-ok")
	_ = prove("greylisted",
		map[string]Certainty{"dot-deferred-451": Proven},
		"data-refused-451", "every-rcpt-refused-quit")
	_ = prove("refused-and-closed",
		map[string]Certainty{"bdat-refused-before-its-first-byte": Proven, "milter-unavailable-451-fin": Proven},
		"every-rcpt-refused-fin", "server-552-mid-data-then-rst", "greeting-554-fin")
	_ = prove("ptr-lookup-failed",
		map[string]Certainty{"log-smg-dns-421": Strong, "log-smg-dns-554": Hint, "reverse-dns-refused": Proven},
		"every-rcpt-refused-quit", "greeting-421-fin", "rcpt-refused-by-blocklist")
	_ = prove("idle-timeout",
		map[string]Certainty{"timeout-421-mid-rcpt": Proven, "idle-close-without-a-word": Strong, "postfix-closes-after-30-seconds": Proven, "bdat-chunk-incomplete-then-silence": Proven,
			"nameless-server-closes-after-30-seconds": Proven, "slow-content-then-silence": Proven,
			"black-hole-small-mail": Proven, "dot-lost-server-times-out": Proven, "dot-lost-server-times-out-client-resets": Proven, "ehlo-lost-server-times-out": Proven, "fin-overtakes-the-timeout": Proven,
			"sendmail-closes-in-silence": Likely, "timeout-421-content-missed": Likely,
			"timeout-421-crosses-data-rst": Proven, "timeout-421-crosses-rcpt": Proven, "timeout-421-crosses-the-dot": Likely},
		"server-421-after-delivery", "slow-command-meets-a-deadline", "slow-content-meets-a-deadline", "noops-until-the-server-has-enough", "idle-below-limit", "server-fin-in-rcpt", "log-esa-timeout-mid-data", "bare-lf-dot-ends-at-the-server", "zero-window-server-resets", "black-hole-behind-offload", "router-prohibits-mid-data")
	_ = prove("too-slow",
		map[string]Certainty{"slow-command-meets-a-deadline": Proven, "slow-content-meets-a-deadline": Proven, "slow-content-or-a-timer-of-5-seconds": Likely, "slow-content-a-silence-hardly-longer-was-borne": Likely, "slow-content-a-silence-clearly-longer-was-borne": Proven, "slow-content-over-a-lossy-path": Likely},
		"slow-content-then-silence", "timeout-421-mid-rcpt", "timeout-421-crosses-rcpt", "noops-until-the-server-has-enough", "bdat-chunk-incomplete-then-silence", "server-421-after-delivery")
	_ = prove("timeout-after-success",
		map[string]Certainty{"server-421-after-delivery": Proven},
		"timeout-421-mid-rcpt", "server-fin-in-ready", "fin-after-delivery")
	_ = prove("injection-timeout",
		map[string]Certainty{"log-esa-timeout-before-data": Proven, "log-esa-timeout-mid-data": Proven},
		"timeout-421-mid-rcpt", "esa-connection-time-limit")
	_ = prove("connection-time-limit",
		map[string]Certainty{"esa-connection-time-limit": Proven, "noops-until-the-server-has-enough": Likely, "esa-connection-time-limit-midstream": Proven},
		"timeout-words-right-behind-ehlo", "slow-command-meets-a-deadline", "log-esa-timeout-before-data", "timeout-421-mid-rcpt")
	_ = prove("session-timeout-gateway",
		map[string]Certainty{"log-smg-abort-message-timeout": Proven},
		"postfix-closes-after-30-seconds", "nameless-server-closes-after-30-seconds", "pause-of-28-seconds-mid-data", "timeout-421-mid-rcpt", "log-smg-abort-message-rst",
		"smg-timeout-behind-zero-window")
	_ = prove("tarpit",
		map[string]Certainty{"tarpit-refused-recipients": Likely, "bdat-tarpit-five-seconds": Likely, "exchange-acknowledges-after-30-seconds": Likely},
		"refusals-slow-and-uneven", "every-rcpt-refused-quit", "dot-split-answered-after-90-seconds", "three-messages-each-answered-after-five-seconds")
	_ = prove("closed-without-reply",
		map[string]Certainty{"server-fin-in-rcpt": Proven, "server-rst-in-data": Likely, "server-fin-in-dot": Proven, "server-fin-in-banner": Proven,
			"server-fin-in-banner-meets-quit": Proven, "codeless-words-after-the-dot": Proven, "server-rst-with-a-strange-ttl": Likely, "bare-reset-for-each-packet-mid-data": Likely,
			"reply-to-the-dot-cut-by-rst": Likely, "half-reply-behind-a-password": Likely, "reset-behind-half-an-hour-of-silence": Likely},
		"only-rcpt-421-server-fin", "timeout-421-mid-rcpt", "server-fin-in-ready", "idle-close-without-a-word", "server-side-only-rst", "sendmail-closes-in-silence")
)
