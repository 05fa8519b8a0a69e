package report

import "smtpscope/session"

// phaseWords are the phases of docs/record.md as a mail administrator says
// them. "before DATA" and "mid-DATA" are words that people search for.
var phaseWords = map[string]string{
	"connect":       "no connection",
	"banner":        "before the greeting",
	"hello":         "before HELO",
	"tls-handshake": "in the TLS handshake",
	"tls":           "in TLS",
	"auth":          "in AUTH",
	"mail":          "before DATA (after MAIL)",
	"rcpt":          "before DATA (after RCPT)",
	"data-command":  "before DATA (DATA not answered)",
	"data":          "mid-DATA",
	"dot":           "after the dot",
	"unknown":       "phase unknown",
}

// phase puts the phase of a verdict into words. "ready" has two: whether a
// mail was spoken of before is what a reader wants to know.
func phase(r *session.Record) string {
	words, known := phaseWords[r.Ended.Phase]
	switch {
	case r.Ended.Phase == "ready" && len(r.Messages) == 0:
		words = "before MAIL"
	case r.Ended.Phase == "ready":
		words = "after the mail"
	case !known:
		words = Printable(r.Ended.Phase)
	}
	if r.Ended.Inferred {
		words += ", inferred"
	}
	return words
}

// PhaseGroups are the words that stand for several phases where a phase is
// asked for, or for one under the name that people use.
var PhaseGroups = map[string][]string{
	"before-data": {"mail", "rcpt", "data-command"},
	"mid-data":    {"data"},
	"after-dot":   {"dot"},
}

// Phases are the words of the record, in the order of a session.
var Phases = []string{
	"connect", "banner", "hello", "tls-handshake", "tls", "auth", "ready",
	"mail", "rcpt", "data-command", "data", "dot", "unknown",
}

// Hows are the words of the record for how a session ended.
var Hows = []session.How{
	session.ByQuit, session.ByFIN, session.ByRST, session.BySYNRefused,
	session.BySYNUnanswered, session.BySilence, session.ByReplaced,
	session.ByEvicted, session.ByCaptureEnd,
}
