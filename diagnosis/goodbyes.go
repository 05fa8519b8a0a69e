package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// Ends that look bad in a log and did no harm (causes.md 4.2).

// resetAfterQuit: QUIT, and the client reset the connection instead of closing
// it. That a host answers the server's 221 with a reset after its own FIN is
// normal (Postfix leaves so each time), and nothing is said of it.
var resetAfterQuit = rule{
	code:     "reset-after-quit",
	severity: Info,
	advice:   "Nothing needs to be done: every mail was answered before. The server may log a reset or a lost connection after QUIT.",
	find: func(c *Case) *claim {
		if c.Ended.How != session.ByQuit || c.wentWrong() || !c.bothHeard() {
			return nil
		}
		rst := c.abortBehindQuit()
		if rst == nil {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame, rst.Frame},
			summary: "Harmless: the client said QUIT and then reset the connection instead of closing it; everything was answered before",
			against: "no mail was open, and the client had sent no FIN"}
	},
}

// abortBehindQuit is the client's RST behind its QUIT, without a FIN of it
// before.
func (c *Case) abortBehindQuit() *session.Event {
	for i := range c.Events {
		switch e := &c.Events[i]; {
		case e.Kind == session.EventFIN && e.Side == "client":
			return nil
		case e.Kind == session.EventRST && e.Side == "client" && e.Frame >= c.Ended.Frame:
			if e.Header != nil && c.beyond("client", e.Header.Seq) {
				return nil // its FIN was missed
			}
			return e
		}
	}
	return nil
}

// noQuit: the client left after its last mail without QUIT.
var noQuit = rule{
	code:     "no-quit",
	severity: Info,
	advice:   "Nothing needs to be done: every mail was answered before. The server may log a lost connection.",
	find: func(c *Case) *claim {
		if c.Ended.Phase != "ready" || !c.endedBy("client") || c.wentWrong() || !c.gotThrough() || c.serverOwes() || !c.serverHeard() || !c.clientHeard() {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame},
			summary: fmt.Sprintf("Harmless: all mail of the session was accepted, and the client %s without QUIT %s later", c.closing(), seconds(c.idle())),
			against: "no mail was open, the last reply was acknowledged"}
	},
}

// halfClose: the client closed its side behind the final dot and still took
// the reply.
var halfClose = rule{
	code:     "half-close",
	severity: Info,
	advice:   "Nothing needs to be done here: the mail was accepted and the client knows it. A client that does so loses mail with Exim, which drops a message whose sender has closed before the reply.",
	find: func(c *Case) *claim {
		m := c.message()
		if c.Ended.Phase != "dot" || c.Ended.How != session.ByFIN || !c.endedBy("client") || m == nil || m.Outcome != session.Accepted {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Ended.Frame},
			summary: "Harmless here: the client closed its side right behind the final dot, and still acknowledged the server's acceptance",
			against: "the reply is in the capture, and the client acknowledged it"}
	},
}

// senderAborted: the client took the mail back in order, with QUIT before
// DATA: what gateways log as aborted by the sender.
var senderAborted = rule{
	code: "sender-aborted-before-data",
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

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
