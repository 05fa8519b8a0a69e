package diagnosis

import "smtpscope/session"

// smtpProxy: the envelope is tried, taken back with RSET and played again: so
// work antivirus programs that sit in the connection (causes.md 2.5). Callouts
// do it too, and a mail that went through is no matter.
var smtpProxy = rule{
	code:     "smtp-proxy",
	needs:    wrong,
	severity: Warning,
	advice:   "Look on the client's host, and on the way, for an antivirus program or firewall that scans mail (Norton, Avast, Symantec Endpoint Protection, Sophos), and switch its SMTP scanning off to try.",
	find: func(c *Case) *claim {
		replayed := c.replayed()
		if replayed == nil || !c.wentWrong() || c.open() {
			return nil
		}
		claim := &claim{certainty: Hint, frames: []int64{c.Frames.First, c.Ended.Frame},
			summary:   "The same envelope was tried, taken back with RSET and played again before the session broke: a program that scans SMTP may sit in between",
			against:   "programs that check addresses do the same",
			elsewhere: "Compare the window, MSS and TTL of this client's other sessions, or capture on its host outside of its antivirus program."}
		if c.Hello != nil && len(c.Hello.Extensions) > 0 && !c.offers("PIPELINING") && !c.offers("CHUNKING") && !c.offers("STARTTLS") {
			claim.certainty = Likely
			claim.against += "; that the EHLO reply offers neither PIPELINING nor CHUNKING nor STARTTLS speaks for it"
		}
		return claim
	},
}

// replayed is a message whose envelope an earlier one of the session had that
// was taken back before DATA.
func (c *Case) replayed() *session.Message {
	for i, first := range c.Messages {
		if first.Outcome != session.Withdrawn || first.From == nil || len(first.Recipients) == 0 {
			continue
		}
		for _, second := range c.Messages[i+1:] {
			if second.From != nil && *second.From == *first.From && len(second.Recipients) > 0 &&
				second.Recipients[0].Address == first.Recipients[0].Address && second.Transfer != nil {
				return second
			}
		}
	}
	return nil
}
