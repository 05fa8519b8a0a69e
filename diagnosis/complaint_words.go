package diagnosis

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// complaintWords tell what a refusal is about, the most exact first. They are
// the products' own, in lower case. No pattern matches a text without one of
// the row's marks: most refusals name no cause, and are not searched further.
var complaintWords = []struct {
	why     string
	marks   []string
	pattern func() *regexp.Regexp
}{
	{"injection-timeout", []string{"successful message injection"},
		onDemand(`timed out waiting for successful message injection`)},
	{"connection-time-limit", []string{"allowable connection time"},
		onDemand(`exceeded allowable connection time`)},
	{"ptr-lookup-failed", []string{"connect to dns"},
		onDemand(`unable to connect to dns`)},
	{"ptr-lookup-failed", []string{"reverse", "rdns", "ptr", "cannot find your"},
		onDemand(`reverse (dns|host|lookup|name)|\brdns\b|\bptr\b|cannot find your (reverse )?host`)},
	{"greylisted", []string{"grey", "gray"},
		onDemand(`gr[ea]y-?\s?list|postgrey`)},
	{"bare-lf", []string{"bare", "stray", "<lf>", "naked", "smtplf"},
		onDemand(`bare <?(lf|cr|newline|carriage|linefeed)|stray newline|<lf>|naked lf|smtplf`)},
	{"long-lines", []string{"line", "nul"},
		onDemand(`\blines? (is |are )?(too|over-?) ?long|\b(long|overlong) (header |body )?lines?\b|\bline length|lines? exceed|\bnuls?\b (byte|char|not|in)|\bnull? (byte|char)`)},
	{"pipelining-fault", []string{"pipelin", "synchroni"},
		onDemand(`pipelin|synchroni[sz]ation error`)},
	{"too-many-errors", []string{"too many", "bad smtp", "error limit", "harvest", "dictionary"},
		onDemand(`too many (smtp |protocol |syntax |bad |un\S+ |invalid |illegal |nonmail |non-mail |failed |recipient )*(errors?|commands?|recipients? ?errors|failures|attempts|login)|bad smtp command limit|error limit|harvest|dictionary attack`)},
	// Exim's words to a client that is gone (smtp_in.c); this one did not see it go.
	{"client-ended", []string{"lost input connection"},
		onDemand(`lost input connection`)},
	{"idle-timeout", []string{"time", "idle", "inactiv", "too "},
		onDemand(`time[d]?[- ]?out|\bidle\b|inactiv|took too long|too slow`)},
	{"server-busy", []string{"too ", "connection", "concurren", "limit", "busy", "overload", "resources", "storage", "disk", "pressure", "load average", "shut", "maintenance", "not available", "not accepting"},
		onDemand(`too many .*(connections?|sessions?|clients)|connection (count|rate|limit)|concurren|rate ?limit|too busy|\bbusy\b|overload|resources|storage|disk|back ?pressure|load average|shutting down|shut down|maintenance|service not available|not accepting`)},
	{"refused-by-policy", []string{"block", "black", "denylist", "dnsbl", "rbl", "spam", "reputation", "policy", "listed"},
		onDemand(`block(ed|list| list)|black ?list|denylist|dnsbl|\brbl\b|spamhaus|spamcop|reputation|policy|listed (at|in|by|on)|\bspam`)},
}

// names are addresses and hosts in a reply, whose words mean nothing.
var names = onDemand(`<[^<>]*[@\[.][^<>]*>|[\w.+-]+@[\w.-]+`)

// security is a status of class 7, security or policy (RFC 3463 section 3.8).
var security = onDemand(`^\d{3}[ -][45]\.7\.`)

// about is what a refusal of the session is about. The last one is looked at as
// its farewell and as a complaint.
func (c *Case) about(text string) string {
	if d := &c.dialogue; !d.searched || text != d.text {
		d.text, d.why, d.searched = text, about(text), true
	}
	return c.dialogue.why
}

// about gives the cause that a refusal names, "" where it names none.
func about(text string) string {
	text = strings.ToLower(text)
	named := false // hosts and addresses are taken out
	for i := range complaintWords {
		w := &complaintWords[i]
		if !slices.ContainsFunc(w.marks, func(m string) bool { return strings.Contains(text, m) }) {
			continue
		}
		if !named {
			if named = true; strings.ContainsAny(text, "@<") { // no name is without
				text = names().ReplaceAllString(text, "")
			}
		}
		if w.pattern().MatchString(text) {
			return w.why
		}
	}
	return ""
}

// onDemand compiles a pattern when it is first asked for. To compile all of them before
// main took some 2 % of what a short command takes.
func onDemand(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
