package diagnosis

import (
	"regexp"
	"slices"
	"strings"

	"smtpscope/capture"
	"smtpscope/session"
)

// refusedByPolicy: the greeting refuses the client, or the words of a refusal
// name a list, a reputation or a policy (causes.md 3.7).
var refusedByPolicy = rule{
	code:   "refused-by-policy",
	needs:  refusal,
	advice: adviceOnClient,
	find: func(c *Case) *claim {
		f := c.farewell()
		if f != nil && c.unread(f) {
			return nil
		}
		if f != nil && f.greeting && (f.code >= 500 && f.why == "" || f.why == "refused-by-policy") && !c.proxied() && c.tooEarly() == nil && !c.clientSpokeTLS() {
			return &claim{certainty: Proven, severity: Error, frames: []int64{f.frame, c.Ended.Frame},
				summary: "The server refused the client before any mail was spoken of: it greeted with " + quote(f.text),
				against: "the client had said nothing before the greeting"}
		}
		if f != nil && f.why == "refused-by-policy" && !f.greeting && !c.proxied() && !f.unrequestedMidData(c) {
			return &claim{certainty: Proven, severity: c.severityOfEnd(), frames: []int64{f.frame, c.Ended.Frame},
				summary: "The server refused by its policy and ended the session: it said " + quote(f.text),
				against: "the server's own words", advice: policyAdvice(f.text, f.answersMessage())}
		}
		e := c.refusal("refused-by-policy")
		if e == nil || f != nil {
			return nil
		}
		out := &claim{certainty: Proven, severity: Warning, frames: []int64{e.Frame},
			summary: "The server refused by its policy: it said " + quote(e.Text),
			against: "the server's own words", advice: policyAdvice(e.Text, c.refusesMessage(e))}
		if !slices.ContainsFunc(c.Messages, func(m *session.Message) bool { return m.Outcome == session.Accepted }) {
			out.against += "; no mail of the session was accepted"
		}
		return out
	},
}

const (
	adviceOnClient = "The reason is in the server's words. If the client is to be heard, look up its address on the list that is named, its reverse DNS and its reputation, " +
		"or make an exception on the server."
	adviceOnRelay = "The server takes mail for its own domains only, and this client may not send to others by it. If the recipient's domain should be one of them, add it there " +
		"(Postfix: relay_domains; Exchange: accepted domains; Cisco ESA: Recipient Access Table). If the client may send anywhere, let it log in, or name its address among those that may (Postfix: mynetworks; ESA: a RELAY sender group). " +
		"Else the client was pointed to the wrong server: see the MX of the recipient's domain."
	adviceOnDomain = "The domain of the sender does not vouch for this client. Look up its SPF and DMARC records (TXT), see whether they name the client's address and whether the mail is signed (DKIM): " +
		"what is forwarded, or sent by a service in the domain's name, fails here. Whoever runs the domain, or the client, has to mend it."
	adviceOnSender = "It is the sender's address that was refused, and not the client: look for it, and for its domain, in the server's access lists. " +
		"Who has logged in may often send with own addresses only (Postfix: smtpd_sender_login_maps; Exchange: the right to send as)."
	adviceOnContent = "What the mail holds was refused, and not the client: the log of the server, or of its filter, names the rule (spam, virus, attachment). " +
		"The same mail will be refused again; have it changed, or make an exception to that rule on the server."
)

// policies are what a refusal by policy is about, the most exact first: by its status
// (RFC 3463 section 3.8, and the registry of RFC 5248: 20 to 24, 26 and 29 are DKIM, SPF,
// DMARC and ARC; 8 to 11 and 13 logins) or its words, in lower case.
var policies = []struct {
	advice  string
	pattern func() *regexp.Regexp
}{
	{adviceOnRelay, onDemand(relayWords)},
	{adviceOnDomain, onDemand(`^\d{3}[ -][45]\.7\.(2[0-4]|26|29)\b|\bspf\b|\bdkim\b|\bdmarc\b`)},
	{loginRequired.advice, onDemand(`^\d{3}[ -][45]\.7\.([89]|1[013])\b|auth\w* (is )?required|must (first )?authenticate|not (been )?authenticated`)},
	{adviceOnSender, onDemand(`sender (address )?(is )?(rejected|denied|blocked|refused|not allowed)|send as this sender|not owned by`)},
	{adviceOnClient, onDemand(`client host|your (ip|host|server|network)|\b(ip|ip address|host)\b.* (blocked|listed|blacklisted|banned)|block ?list|black ?list|denylist|dnsbl|\brbl\b|listed (at|in|by|on)|reputation`)},
	{adviceOnContent, onDemand(`\bspam\b|virus|malware|phish|attachment|content|message (was )?(rejected|refused|blocked)`)},
}

// relayWords are how servers say that they do not relay: Postfix and sendmail "Relay
// access denied", "Relaying denied", Exim "relay not permitted", Exchange "Unable to
// relay", qmail "not in my list of allowed rcpthosts".
const relayWords = `\brelay(ing)? (access )?(is |was )?(denied|not (permitted|allowed|authorized)|prohibited|forbidden)|(unable|not (permitted|allowed|authorized)) to relay|(do|will) not relay|cannot relay|allowed rcpthosts`

// policyAdvice is what to do about a refusal by policy. One of a whole message that does
// not say more speaks of what that holds.
func policyAdvice(text string, ofMessage bool) string {
	text = names().ReplaceAllString(strings.ToLower(text), "")
	for _, p := range policies {
		if p.pattern().MatchString(text) {
			return p.advice
		}
	}
	if ofMessage {
		return adviceOnContent
	}
	return adviceOnClient
}

// refusesMessage reports whether a reply answers the end of a message.
func (c *Case) refusesMessage(reply *session.Event) (whole bool) {
	c.eachAnswer(func(asked awaited, e *session.Event, _ capture.Time) {
		if e == reply {
			whole = asked.event != nil && endsMessage(asked.event)
		}
	})
	return whole
}
