package diagnosis

import "smtpscope/session"

const ptrRemedies = "Symantec's remedies, one of them: use only IP addresses in the inbound and outbound Mail Acceptance lists; use one Ethernet interface for inbound and another for outbound; " +

	"use separate ports for inbound and outbound; correct the PTR records (Administration > Hosts > Configuration > SMTP)."

// ptrFailed: Symantec Messaging Gateway on one interface for both directions,
// with a name in its Mail Acceptance list (causes.md 3.9b, article 003).
var ptrFailed = rule{
	code:     "ptr-lookup-failed",
	needs:    refusal,
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
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind == session.EventReply && len(e.Text) >= len(text) && e.Text[:len(text)] == text {
			return e
		}
	}
	return nil
}
