package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// refusedByPolicy: the greeting refuses the client, or the words of a refusal
// name a list, a reputation or a policy (causes.md 3.7).
var refusedByPolicy = rule{
	code: "refused-by-policy",
	advice: "The reason is in the server's words. If the client is to be heard, look up its address on the list that is named, its reverse DNS and its reputation, " +
		"or make an exception on the server.",
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
				against: "the server's own words"}
		}
		e := c.refusal("refused-by-policy")
		if e == nil || f != nil {
			return nil
		}
		return &claim{certainty: Proven, severity: Warning, frames: []int64{e.Frame},
			summary: "The server refused by its policy: it said " + quote(e.Text),
			against: "the server's own words; no mail of the session was accepted"}
	},
}

// greylisted: come back later, said to a client that is not known yet.
var greylisted = rule{
	code:     "greylisted",
	severity: Info,
	advice:   "Nothing needs to be done if the client tries again after some minutes from the same address. One that never does, or comes from another address each time, needs an exception.",
	find: func(c *Case) *claim {
		e := c.refusal("greylisted")
		if e == nil || replyCode(e) >= 500 {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{e.Frame},
			summary: "The server asked the client to come back later (greylisting): it said " + quote(e.Text),
			against: "no mail of the session was accepted"}
	},
}

// refusedAndClosed: a refusal, and the server did not wait for the client's
// next word.
var refusedAndClosed = rule{
	code: "refused-and-closed",
	advice: "The reason is in the server's words. That it closed at once is the server's own policy; " +
		"a client that was still sending may report a lost connection and not the refusal.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || !c.serverHeard() || !c.clientHeard() || !c.endedBy("server") || !f.plain() || f.greeting || f.unrequestedMidData(c) || c.resetBehind(f) != 0 {
			return nil
		}
		to := "a command"
		switch {
		case f.answers == nil:
			to = "what it had received"
		case f.answers.Kind == session.EventCommand:
			to = verb(f.answers.Text)
		default:
			to = "the message"
		}
		return &claim{certainty: Proven, severity: Warning, frames: []int64{f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The server refused %s with %s and %s at once", to, quote(f.text), c.closing()),
			against: "nothing else was under way"}
	},
}

// plain: a refusal whose words no other rule reads.
func (f *farewell) plain() bool { return f.why == "" && f.code != 421 }

const ptrRemedies = "Symantec's remedies, one of them: use only IP addresses in the inbound and outbound Mail Acceptance lists; use one Ethernet interface for inbound and another for outbound; " +
	"use separate ports for inbound and outbound; correct the PTR records (Administration > Hosts > Configuration > SMTP)."

// ptrFailed: Symantec Messaging Gateway on one interface for both directions,
// with a name in its Mail Acceptance list (causes.md 3.9b, article 003).
var ptrFailed = rule{
	code:     "ptr-lookup-failed",
	severity: Error,
	advice:   ptrRemedies,
	find: func(c *Case) *claim {
		dns, said := c.replyBeginning("421 4.4.0 Unable to connect to DNS"), c.refusal("ptr-lookup-failed")
		user := c.replyBeginning("554 5.1.2 Recipient address rejected: User unknown")
		switch {
		case dns != nil:
			claim := &claim{certainty: Strong, frames: []int64{dns.Frame},
				summary: "The server could not look up the client's name in DNS: it said " + quote(dns.Text) +
					"; Symantec Messaging Gateway does so where it takes both directions on one interface and a name stands in its Mail Acceptance list",
				against:   "the words are the gateway's own; whether other clients get the same is seen in other sessions",
				elsewhere: "Whether the PTR lookup of " + c.Client.IP.String() + " fails is seen on the server: capture port 53 there, or run dig -x " + c.Client.IP.String() + "."}
			if user != nil {
				claim.frames = append(claim.frames, user.Frame)
			}
			return claim
		case said != nil && c.tooEarly() == nil:
			return &claim{certainty: Proven, frames: []int64{said.Frame},
				summary:   "The server refused because of the client's reverse DNS: it said " + quote(said.Text),
				against:   "the server's own words",
				elsewhere: "Whether the name of " + c.Client.IP.String() + " resolves from the server: run dig -x " + c.Client.IP.String() + " there.",
				advice:    "Correct the PTR record of the client's address and the address record of that name (they must match), or make an exception on the server. " + ptrRemedies}
		case user != nil && !c.gotThrough():
			return &claim{certainty: Hint, severity: Warning, frames: []int64{user.Frame},
				summary:   "Symantec Messaging Gateway also says " + quote(user.Text) + " where the PTR lookup of the client failed",
				against:   "the recipient may be unknown indeed",
				elsewhere: "Whether the same recipient is accepted from other clients is seen in other sessions."}
		}
		return nil
	},
}

// replyBeginning is the first reply that begins with a text.
func (c *Case) replyBeginning(text string) *session.Event {
	for i := range c.Events {
		e := &c.Events[i]
		if e.Kind == session.EventReply && len(e.Text) >= len(text) && e.Text[:len(text)] == text {
			return e
		}
	}
	return nil
}
