package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// senderAborted: the client took the mail back in order, with QUIT before
// DATA: what gateways log as aborted by the sender.
var senderAborted = rule{
	code:  "sender-aborted-before-data",
	needs: wrong,
	advice: "Ask the sender's side: its log has the reason. Common ones are a check whether an address exists (callout), a client that found no acceptable TLS or size, and a user who cancelled. " +
		"On a Cisco ESA an injection debug log for each host in the partner's MX shows what was said.",
	find: func(c *Case) *claim {
		m := c.message()
		if c.Ended.How != session.ByQuit || m == nil || m.Outcome != session.Withdrawn || !c.bothHeard() || !c.serverHeard() || !c.clientHeard() {
			return nil
		}
		if phase := c.Ended.Phase; phase != "mail" && phase != "rcpt" && phase != "data" {
			return nil // something else had taken it back
		}
		if f := c.farewell(); f != nil && f.code == 421 && f.frame < c.Ended.Frame {
			return nil // it was the server that ended the session (RFC 5321 section 3.8); QUIT is what a client says to that
		}
		if c.leftInOrder() != nil {
			return nil // it had waited in vain: client-gave-up
		}
		accepted, refused := 0, 0
		for _, r := range m.Recipients {
			switch {
			case r.Code/100 == 2:
				accepted++
			case r.Code >= 400:
				refused++
			}
		}
		severity, looks := Warning, ""
		if m.From != nil && *m.From == "" && len(m.Recipients) == 1 {
			severity, looks = Info, "; with the null sender and one recipient it looks like a check of the address (callout)"
		}
		return &claim{certainty: Proven, severity: severity, frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary:   "The client itself gave the mail up with QUIT " + c.gaveUpAt(accepted, refused) + looks,
			against:   "the server had not ended the session; QUIT stands in the capture",
			elsewhere: "The reason is in the client's log only."}
	},
}

func (c *Case) gaveUpAt(accepted, refused int) string {
	switch {
	case c.Ended.Phase == "data":
		return "before the last BDAT chunk"
	case refused > 0:
		return fmt.Sprintf("before DATA, with %s accepted and %d refused", count(accepted, "recipient"), refused)
	case accepted > 0:
		return "before DATA, with " + count(accepted, "recipient") + " accepted"
	}
	return "before DATA"
}
