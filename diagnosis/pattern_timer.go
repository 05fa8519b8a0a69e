package diagnosis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"smtpscope/session"
)

// timerTolerance is how far an idle time may be from a timer to be its work.
func timerTolerance(d time.Duration) time.Duration { return max(time.Second, d/50) }

// giveUpsNear names the timers that a silence before a close by one side fits.
// A device's limit lets either side close.
func giveUpsNear(d time.Duration, by string) []string {
	var list []string
	for _, t := range timers {
		if t.side == by && near(d, t.seconds) && !slices.Contains(list, t.whose) {
			list = append(list, t.whose)
		}
	}
	for _, t := range deviceTimers {
		if near(d, int64(t.seconds)) {
			list = append(list, "the idle limit of "+t.whose)
		}
	}
	return list
}

// leastSilence is the shortest pause that is taken for a timer: shorter ones
// are alike because round trips are.
const leastSilence = 4 * time.Second

var serverTimer = patternRule{
	code: "server-timer", severity: Error,
	find: func(e *gathered) []shared { return e.timers("server", 3) },
}

var clientTimer = patternRule{
	code: "client-timer", severity: Error,
	find: func(e *gathered) []shared { return e.timers("client", 2) },
}

// gaveUp is the side whose patience ended with a silence: the server's where its
// words did, whoever closed then.
func (f *fact) gaveUp() string {
	if f.said != 0 {
		return "server"
	}
	return f.by()
}

// timers finds silences of the same length before the same side gave up.
func (e *gathered) timers(by string, least int) []shared {
	waited := onlyFacts(e.aborted, func(f *fact) bool {
		return f.gaveUp() == by && (f.how() == session.ByFIN || f.how() == session.ByRST || f.how() == session.ByQuit) &&
			f.phase() != "connect" && f.silence >= leastSilence
	})
	var found []shared
	for _, c := range clusters(waited, func(f *fact) time.Duration { return f.silence }, timerTolerance, least) {
		if s, ok := e.timer(c, by); ok {
			found = append(found, s)
		}
	}
	return found
}

func (e *gathered) timer(c cluster[time.Duration], by string) (shared, bool) {
	known := giveUpsNear(c.middle, by)
	oneClient := len(distinctOf(c.facts, factClient)) < len(c.facts)
	certainty := Likely
	switch {
	case by == "server" && countFacts(c.facts, func(f *fact) bool { return f.said == 421 }) == len(c.facts):
		certainty = Proven // it says so
	case by == "server" && (len(known) > 0 || len(c.facts) >= 5), by == "client" && oneClient && roundSpan(c.middle):
		certainty = Strong
	case by == "client" && len(c.facts) < 3: // two that happen to be alike
		return shared{}, false
	}
	return shared{facts: c.facts, claim: claim{
		certainty: certainty,
		summary: fmt.Sprintf("%d of %d aborted sessions: %.1f s without data%s, then %s by the %s: %s",
			len(c.facts), e.allAborted, c.middle.Seconds(), commonPhase(c.facts), givingUp(c.facts, by), by, timerOwner[by]),
		against:   timerAgainst(c.facts, by),
		elsewhere: timerElsewhere[by],
		advice:    timerAdvice(c.middle, by, known),
	}}, true
}

func timerAgainst(facts []*fact, by string) string {
	words := "no other length of silence is as frequent nearby, and no data ended the silence before the close"
	if n := countFacts(facts, func(f *fact) bool { return f.by() != by }); n > 0 {
		words += fmt.Sprintf("; in %d of them the other side closed first, but only behind the server's words", n)
	}
	return words
}

var timerOwner = map[string]string{
	"server": "session timeout of the gateway",
	"client": "a limit of the client",
}

var timerElsewhere = map[string]string{
	"server": "Whether the client fell silent, or a device held its data back, is seen by capturing on the client's side of the last firewall.",
	"client": "Whether the server was slow, or its answers were lost, is seen by capturing at the server.",
}

// roundSpan reports whether a span is near a length that people configure.
func roundSpan(d time.Duration) bool {
	for _, s := range []int{10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1200, 1800, 3600} {
		t := time.Duration(s) * time.Second
		if (d - t).Abs() <= timerTolerance(t) {
			return true
		}
	}
	return false
}

func timerAdvice(d time.Duration, by string, known []string) string {
	var b strings.Builder
	if len(known) > 0 {
		fmt.Fprintf(&b, "Known limits of about %.0f s: %s. ", d.Seconds(), strings.Join(known, "; "))
	}
	if by == "client" {
		b.WriteString("Find out what the server does in that time (its log, content filter, name lookups) before raising the client's limit.")
		return b.String()
	}
	b.WriteString("Find out what falls silent: look in the firewalls between for mail inspection that holds content back and switch it off. " +
		"Raise the gateway's session timeout only after that (on a Symantec Messaging Gateway restart the appliance's operating system first; 30 s by default, not above 5 minutes).")
	return b.String()
}

// endingWords are the packets that ended sessions: "FIN", or "FIN or RST".
func endingWords(facts []*fact) string {
	words := distinctOf(facts, func(f *fact) string { return strings.ToUpper(string(f.how())) })
	slices.Sort(words)
	said := distinctOf(facts, func(f *fact) int16 { return f.said })
	text := strings.Join(words, " or ")
	if len(said) == 1 && said[0] != 0 {
		return fmt.Sprintf("%d and %s", said[0], text)
	}
	return text
}

// givingUp is how a side gave up: the same where it closed, and its words alone
// where the other side closed behind them.
func givingUp(facts []*fact, by string) string {
	closed := onlyFacts(facts, func(f *fact) bool { return f.by() == by })
	said := distinctOf(facts, func(f *fact) int16 { return f.said })
	switch {
	case len(closed) == len(facts):
		return endingWords(facts)
	case len(said) == 1:
		return fmt.Sprint(said[0])
	}
	return "a refusal or " + endingWords(closed)
}

// patternPhases are the phases as they stand in a sentence.
var patternPhases = map[string]string{
	"banner": " before the greeting", "hello": " before HELO", "tls-handshake": " in the TLS handshake", "tls": " in TLS",
	"auth": " in AUTH", "mail": " before DATA", "rcpt": " before DATA", "data-command": " before DATA",
	"data": " mid-DATA", "dot": " after the final dot",
}

// commonPhase is the phase in words where all sessions ended in one.
func commonPhase(facts []*fact) string {
	if names := distinctOf(facts, func(f *fact) string { return patternPhases[f.phase()] }); len(names) == 1 {
		return names[0]
	}
	return ""
}
