package diagnosis

var (
	_ = prove("smtp-inspection",
		map[string]Certainty{"asa-masks-greeting-and-keywords": Proven, "unknown-verbs": Proven, "greeting-of-stars-only": Strong},
		"stars-and-x-keywords-are-no-mask", "typed-by-hand-masked")
	_ = prove("pix-dot-split",
		map[string]Certainty{"pix-dot-split-never-answered": Strong, "dot-split-never-answered-no-mask": Likely},
		"dot-split-answered-after-90-seconds", "dot-split-answered-when-the-client-had-gone", "filter-slow-client-leaves-after-60-seconds", "final-dot-split")
	_ = prove("bdat-blocked",
		map[string]Certainty{"bdat-chunk-never-answered": Likely, "bdat-refused-though-offered": Strong},
		"bdat-chunk-incomplete-then-silence", "bdat-tarpit-five-seconds", "bdat-chunk-refused-quit", "bdat-chunk-answered-rst")
	_ = prove("starttls-hidden",
		map[string]Certainty{"starttls-in-the-first-line": Proven},
		"starttls-without-a-greeting", "asa-masks-greeting-and-keywords", "tls12-fin")
	_ = prove("smtp-proxy",
		map[string]Certainty{"envelope-replayed-then-stalled": Likely},
		"envelope-replayed-delivered", "rset-withdraws")
	_ = prove("proxy-header",
		map[string]Certainty{"proxy-header-then-fin": Likely, "proxy-header-awaited-in-vain": Likely, "proxy-header-taken-for-a-command": Proven, "proxy-header-from-a-load-balancer-unseen": Likely},
		"clienthello-taken-for-pipelining", "unsolicited-reply", "replies-before-their-commands", "proxy-v1", "proxy-v2", "proxy-v2-local", "early-talker-refused", "greeting-421-fin", "greeting-after-31-seconds")
	_ = prove("tls-failure",
		map[string]Certainty{"tls-alert-handshake-failure": Proven, "tls-client-alert-unknown-ca": Proven, "clienthello-on-25-after-greeting": Proven, "clienthello-on-465-met-by-plain-text": Proven,
			"implicit-tls-port-nobody-speaks": Strong, "starttls-accepted-fin": Proven, "server-rst-in-tls-handshake": Proven,
			"starttls-fin-answered-by-an-alert": Proven, "starttls-never-begun": Proven, "starttls-command-behind-it-is-answered": Proven, "starttls-accepted-when-the-client-had-given-up": Proven, "clienthello-taken-for-pipelining": Proven,
			"server-flight-lost-before-the-capture": Likely, "server-flight-never-acknowledged": Likely,
			"tls-alert-behind-retry": Proven, "tls-server-gives-up-encrypted": Strong, "implicit-tls-port-client-waits-for-greeting": Proven, "implicit-tls-port-met-by-plain-text": Strong,
			"starttls-refused-then-tls-all-the-same": Proven, "tls-warning-then-the-client-leaves": Proven, "tls-warning-then-the-server-closes": Proven,
			"implicit-tls-port-plain-text-met-by-an-alert": Proven, "starttls-clienthello-answered-by-421": Proven, "starttls-taken-back-at-once": Proven},
		"tls12-fin", "tls-warning-unrecognized-name-goes-on", "starttls-decrypted-before-the-capture", "starts-inside-tls", "starts-inside-tls-one-record", "starttls-refused-then-plain", "server-fin-in-tls", "capture-ends-in-tls-handshake", "silence-in-banner")
	_ = prove("inspection-limit",
		map[string]Certainty{"inspection-limit-long-address": Likely, "inspection-limit-no-mask": Hint},
		"over-long-lines", "client-rst-in-rcpt", "mail-rcpt-data-in-one-segment-rst", "asa-masks-greeting-and-keywords")
	_ = prove("long-lines",
		map[string]Certainty{"long-lines-refused": Proven},
		"long-lines-refused-for-another-reason", "over-long-lines", "clienthello-answered-by-nul-refused", "nul-bytes", "dot-rejected-554")
	_ = prove("log-disagrees",
		map[string]Certainty{"log-esa-aborted-by-sender-differs": Likely, "log-esa-receiving-aborted-differs": Likely},
		"log-esa-aborted-by-sender", "log-esa-receiving-aborted-rst", "log-smg-abort-message-timeout", "log-postfix-proxy")
	_ = prove("pipelining-fault",
		map[string]Certainty{"pipelined-group-half-answered": Proven, "exim-refuses-pipelining-behind-ehlo": Proven, "exim-refuses-a-chunk-client-not-captured": Likely},
		"exim-refuses-a-chunk-by-size", "exim-refuses-a-chunk-snaplen-256", "postscreen-pregreet-whole-script", "clienthello-taken-for-pipelining", "http-request-taken-for-pipelining", "pipelined-reply-missed", "pipelining", "mail-rcpt-data-in-one-segment-rst", "pipelined-mail-refused")
)
