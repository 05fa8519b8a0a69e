package diagnosis

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// A timer is how long a product waits before it gives up, by its defaults.
type timer struct {
	seconds int64
	side    string   // who gives up: "client" or "server"
	phases  []string // where it runs; nil = wherever that side waits
	whose   string
	source  string
}

var (
	inEnvelope = []string{"hello", "ready", "mail", "rcpt"}
	inDialogue = []string{"hello", "auth", "ready", "mail", "rcpt", "data-command", "data"}
)

// timers are the defaults that are documented (docs/diagnosis.md). A silence
// that ends within ±1 s or 2 % of one of them fits it.
var timers = []timer{
	{10, "server", inDialogue, "Postfix under stress (smtpd_timeout)", "Postfix mail_params.h"},
	{30, "server", inDialogue, "Symantec Messaging Gateway's session timeout", "Symantec article 177182"},
	{30, "client", []string{"banner"}, "Postfix (smtp_connect_timeout) and other clients", "Broadcom article 164121, Postfix mail_params.h"},
	{30, "client", []string{"data", "dot"}, "Symantec Messaging Gateway's delivery timeout", "Symantec article 177182"},
	{45, "client", []string{"banner"}, "Barracuda Email Security Service", "Barracuda"},
	{100, "client", nil, "a Postfix before-queue filter (smtpd_proxy_timeout)", "Postfix mail_params.h"},
	{120, "client", []string{"data-command"}, "RFC 5321 and Postfix (smtp_data_init_timeout)", "RFC 5321 section 4.5.3.2.4"},
	{180, "client", []string{"data"}, "RFC 5321 and Postfix (smtp_data_xfer_timeout)", "RFC 5321 section 4.5.3.2.5"},
	{300, "client", []string{"banner", "hello", "mail", "rcpt", "ready"}, "RFC 5321 and Postfix (smtp_helo_timeout)", "RFC 5321 section 4.5.3.2.1"},
	{300, "client", []string{"data", "dot"}, "Symantec's delivery timeout at its recommended maximum", "Symantec article 177182"},
	{300, "server", inDialogue, "RFC 5321, Postfix (smtpd_timeout) and Exim (smtp_receive_timeout)", "RFC 5321 section 4.5.3.2.7, Exim globals.c"},
	{300, "server", inDialogue, "Cisco ESA for unsuccessful connections", "Cisco 118295"},
	{300, "server", inDialogue, "Symantec's session timeout at its recommended maximum", "Symantec article 177182"},
	{600, "client", []string{"dot"}, "RFC 5321 and Postfix (smtp_data_done_timeout)", "RFC 5321 section 4.5.3.2.6"},
	{600, "server", inDialogue, "Exchange (ConnectionTimeout)", "Microsoft"},
	{3600, "client", []string{"rcpt", "data", "dot"}, "sendmail", "Red Hat 106773"},
	{3600, "server", inEnvelope, "sendmail", "Red Hat 106773"},
}

// roughTimers are round numbers that clients are often set to; whose they are
// is not known (causes.md 4.7).
var roughTimers = []int64{10, 15, 20, 30, 60, 120, 180, 300, 600, 3600}

// near reports whether a silence is a timer's, within ±1 s or 2 %.
func near(d time.Duration, seconds int64) bool {
	timer := time.Duration(seconds) * time.Second
	return (d - timer).Abs() <= max(time.Second, timer/50)
}

// timersAt are the known timers that a silence fits, of one side in one phase.
func timersAt(d time.Duration, side, phase string) []timer {
	var list []timer
	for _, t := range timers {
		if near(d, t.seconds) && t.runs(side, phase) {
			list = append(list, t)
		}
	}
	return list
}

func (t *timer) runs(side, phase string) bool {
	return t.side == side && (t.phases == nil || slices.Contains(t.phases, phase))
}

// isRound reports whether a silence is a number that people set timers to.
func isRound(d time.Duration) bool {
	return slices.ContainsFunc(roughTimers, func(s int64) bool { return near(d, s) })
}

// whoseTimer says whose timer a silence fits: " (the default of ...)", "" where
// none is known.
func whoseTimer(d time.Duration, side, phase string) string {
	list := timersAt(d, side, phase)
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, t := range list {
		names = append(names, t.whose)
	}
	return fmt.Sprintf(" (%d s is how long these wait: %s)", list[0].seconds, strings.Join(names, "; "))
}

// bothTimers lists the known timers of both sides in a phase, in seconds. The
// sentences are made once: many sessions end by a timer.
func bothTimers(phase string) string {
	if words, known := timersOfPhases()[phase]; known {
		return words
	}
	return bothTimersOf(phase)
}

var timersOfPhases = sync.OnceValue(func() map[string]string {
	words := make(map[string]string, len(factWords[wordPhase]))
	for _, phase := range factWords[wordPhase] {
		words[phase] = bothTimersOf(phase)
	}
	return words
})

func bothTimersOf(phase string) string {
	return "Known timers here: client " + knownTimers("client", phase) + "; server " + knownTimers("server", phase) + "."
}

func knownTimers(side, phase string) string {
	var known []string
	for _, t := range timers {
		if t.runs(side, phase) {
			known = append(known, fmt.Sprintf("%d s %s", t.seconds, t.whose))
		}
	}
	if len(known) == 0 {
		return "none"
	}
	return strings.Join(known, ", ")
}
