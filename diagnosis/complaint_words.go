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
	{"refused-by-policy", []string{"relay", "rcpthosts"},
		onDemand(relayWords)},
}

// names are addresses and hosts in a reply, whose words mean nothing.
var names = onDemand(`<[^<>]*[@\[.][^<>]*>|[\w.+-]+@[\w.-]+`)

// webPages are what stands behind the host in an address of the web: that the server
// has a page on its policy is no policy, but the host may be a blocklist's.
var webPages = onDemand(`(://[^/\s]*)/\S*`)

// ofServer are the causes that speak of the server, or of what it thinks of the client.
var ofServer = map[string]bool{"server-busy": true, "refused-by-policy": true, "idle-timeout": true}

// ofMailbox is a refusal that speaks of one address or mailbox, by its status (RFC 3463
// sections 3.2 and 3.3: no such address, switched off, full) or its words: a full
// mailbox is no full disk, and a user who is "not listed" is on no blocklist.
var ofMailbox = onDemand(`^\d{3}[ -][45]\.(1\.([12346]|10)|2\.[124])\b|\bquota\b|\b(mail ?box|inbox)( is|'s)? (full|over|out of|exceed)`)

// security is a status of class 7, security or policy (RFC 3463 section 3.8).
var security = onDemand(`^\d{3}[ -][45]\.7\.`)

// troubled are words of a host that does not work, with a status of class 7 all the
// same: Postfix's when a milter does not answer (451 4.7.1 Service unavailable, milter8.c),
// a milter's that closes (421 4.7.0 Server closing connection), Exchange's when it does
// not reach its other half (451 4.7.0 Temporary server error).
var troubled = onDemand(`service (is )?(currently |temporarily )?unavailable|(server|system|internal) (error|failure|problem)|closing (the )?(connection|transmission)`)

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
			if ofServer[w.why] && ofMailbox().MatchString(text) {
				return "" // and no row below it is meant either
			}
			if ofServer[w.why] && strings.Contains(text, "://") && !w.pattern().MatchString(webPages().ReplaceAllString(text, "$1")) {
				continue
			}
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
