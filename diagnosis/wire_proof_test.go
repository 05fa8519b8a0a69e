package diagnosis

// What the rules of TCP and the path are tried on. The cases' own first lines
// say what was played.

var _ = prove("capture-missed-bytes",
	map[string]Certainty{"gap-in-content": Proven, "gap-over-the-250": Proven, "sack-of-data-the-capture-missed": Proven,
		"acknowledged-long-before-it-is-captured": Likely},
	"acknowledged-before-it-is-captured", "loss-never-repaired-rst", "server-side-only-delivery", "loss-repaired", "keepalives", "window-shut-where-the-capture-begins", "content-lost-before-the-capture")

var _ = prove("one-sided-capture",
	map[string]Certainty{"client-side-only-delivery": Proven, "server-side-only-354": Proven, "server-side-only-rst": Proven},
	"syn-eight-times", "syn-refused", "peer-vanished-mid-data", "syn-just-sent-at-capture-end")

var _ = prove("began-midstream",
	map[string]Certainty{"midstream-content-only": Proven},
	"client-side-only-delivery", "starts-after-synack", "server-rst-in-data")

var _ = prove("snaplen-cut",
	map[string]Certainty{"snaplen-54-no-payload": Proven, "snaplen-68": Proven},
	"snaplen-96-delivered", "gap-in-content")

var _ = prove("offload-capture",
	map[string]Certainty{"offload-then-rst": Proven, "offload-packet-stuck": Likely},
	"offload-large-segments", "mss-exceeded", "server-rst-in-data")

var _ = prove("mirror-duplicates",
	map[string]Certainty{"mirror": Proven, "mirror-ttl": Proven},
	"spurious-retransmissions", "loss-of-all-sizes", "peer-vanished-mid-data")

var _ = prove("connect-unanswered",
	map[string]Certainty{"syn-eight-times": Proven, "syn-unanswered-three-seconds-old": Likely},
	"syn-just-sent-at-capture-end", "synack-lost-and-repeated", "synack-never-acknowledged", "syn-refused-by-icmp")

var _ = prove("synack-unanswered",
	map[string]Certainty{"synack-never-acknowledged": Proven, "synack-dropped": Proven},
	"synack-lost-and-repeated", "syn-eight-times", "synack-answered-by-rst")

var _ = prove("synack-reset",
	map[string]Certainty{"synack-answered-by-rst": Proven},
	"client-rst-in-banner", "syn-refused", "connect-and-close")

var _ = prove("forged-rst",
	map[string]Certainty{
		"forged-rst-client-goes-on": Proven, "forged-rst-mid-data-believed": Proven, "rst-not-believed": Proven,
		"forged-rst-acknowledges-too-soon": Proven, "forged-rst-three-signs": Strong, "forged-rst-three-milliseconds-before-the-server": Strong, "forged-rst-own-ttl-client-goes-on": Strong, "forged-rst-then-server-unheard": Strong, "forged-rst-client-repeats": Strong,
		"synack-repeated-behind-a-reset": Strong,
	},
	"rst-among-anycast-ttls", "rst-with-another-initial-ttl", "late-rst-after-fins", "data-after-server-fin-and-rst",
	"client-rst-in-data", "server-rst-in-data", "nat-resets-after-a-late-packet", "rst-and-data-under-way", "gap-then-rst", "server-rst-with-a-strange-ttl", "synack-repeated-then-reset", "synack-lost-and-repeated")

var _ = prove("idle-state-lost",
	map[string]Certainty{"idle-240s-then-foreign-rst": Strong, "idle-310s-then-nothing-arrives": Likely, "tls-reset-behind-half-an-hour-of-idle": Likely},
	"tls-reset-behind-idle-server-is-heard", "tls-idle-then-the-servers-own-end", "server-rst-in-tls", "idle-240s-then-the-servers-rst", "server-times-out-client-is-gone", "idle-below-limit", "peer-vanished-mid-data", "timeout-421-mid-rcpt", "forged-rst-client-goes-on", "gone-client-answers-with-resets")

var _ = prove("conntrack-invalid-rst",
	map[string]Certainty{"nat-resets-after-a-late-packet": Likely},
	"closed-socket-resets-mid-data", "client-rst-in-data", "forged-rst-mid-data-believed", "spurious-retransmissions")

var _ = prove("icmp-unreachable",
	map[string]Certainty{"router-prohibits-mid-data": Proven, "host-unreachable-mid-session": Proven, "host-unreachable-said-once": Likely},
	"host-unreachable-for-a-moment", "syn-refused-by-icmp", "frag-needed", "frag-needed-heeded-and-still-lost", "packet-too-big", "peer-vanished-mid-data")

var _ = prove("mtu-black-hole",
	map[string]Certainty{
		"black-hole": Strong, "black-hole-seen-from-the-server": Likely, "black-hole-behind-offload": Strong, "content-lost-before-the-capture": Likely,
		"server-flight-lost-before-the-capture": Likely, "server-flight-never-acknowledged": Strong, "frag-needed-not-heeded": Strong,
	},
	"everything-of-the-client-lost", "content-and-an-ack-overtaken", "short-content-lost-before-the-capture", "router-prohibits-mid-data", "greeting-lost-behind-the-capture",
	"loss-of-all-sizes", "large-packet-arrives-at-the-third-try", "offload-packet-stuck", "frag-needed", "packet-too-big",
	"peer-vanished-mid-data", "zero-window-rst", "mss-exceeded", "loss-never-repaired-rst", "sack-rewritten")

var _ = prove("mss-exceeded",
	map[string]Certainty{"mss-exceeded": Strong},
	"offload-packet-stuck", "offload-large-segments", "black-hole", "mss-clamped")

var _ = prove("mss-clamped",
	map[string]Certainty{"mss-clamped": Hint},
	"mss-exceeded", "black-hole")

var _ = prove("sack-rewritten",
	map[string]Certainty{"sack-rewritten": Proven},
	"sack-of-data-the-capture-missed", "black-hole", "keepalives", "spurious-retransmissions", "loss-repaired")

var _ = prove("window-scale-broken",
	map[string]Certainty{"window-scale-stripped": Likely, "stall-at-64k": Hint},
	"stall-at-60k", "window-small-and-shut", "zero-window", "no-tcp-options", "window-scale-missing-midstream")

var _ = prove("fast-open-stall",
	map[string]Certainty{"fast-open-stall": Likely},
	"fast-open-delivers", "peer-vanished-mid-data")

var _ = prove("zero-window",
	map[string]Certainty{"zero-window": Proven, "zero-window-rst": Proven, "zero-window-server-resets": Proven, "window-shut-where-the-capture-begins": Proven, "window-small-and-shut": Proven,
		"zero-window-last-probe-unanswered": Likely},
	"zero-window-then-no-answer-to-probes", "zero-window-50ms", "zero-window-for-a-moment-often", "server-rst-in-data")

var _ = prove("peer-vanished",
	map[string]Certainty{"peer-vanished-mid-data": Proven, "server-times-out-client-is-gone": Proven, "silence-in-data": Likely, "keepalive-probes-unanswered": Proven, "zero-window-then-no-answer-to-probes": Proven},
	"zero-window-rst", "zero-window-last-probe-unanswered",
	"keepalives", "loss-repaired", "black-hole", "loss-of-all-sizes", "capture-ends-in-data", "client-side-only-rst-mid-data", "idle-310s-then-nothing-arrives", "forged-rst-then-server-unheard",
	"gone-client-answers-with-resets", "black-hole-behind-offload", "router-prohibits-mid-data", "host-unreachable-mid-session")

var _ = prove("packet-loss",
	map[string]Certainty{"loss-of-all-sizes": Likely, "loss-of-too-big-repaired": Proven, "loss-of-too-big-goes-on": Proven, "short-content-lost-before-the-capture": Likely, "everything-of-the-client-lost": Likely,
		"black-hole-small-mail": Likely, "dot-lost-server-times-out": Likely, "reply-to-data-never-received": Strong, "acceptance-lost-client-closes": Strong,
		"frag-needed-heeded-and-still-lost": Likely},
	"frag-needed-not-heeded", "content-and-an-ack-overtaken", "host-unreachable-mid-session", "loss-repaired", "black-hole", "zero-window-rst", "gap-then-rst", "mirror", "peer-vanished-mid-data")

var _ = prove("rst-after-close",
	map[string]Certainty{"late-rst-after-fins": Proven, "data-after-server-fin-and-rst": Proven, "server-fin-mid-data-client-sends-on": Proven},
	"server-rst-in-data", "rst-after-221", "rst-after-delivery", "forged-rst-client-goes-on")
