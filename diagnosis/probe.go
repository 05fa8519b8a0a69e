package diagnosis

import (
	"fmt"
	"slices"

	"smtpscope/session"
)

// probed: nothing of a mail was ever said (causes.md 4.1). That it is a health
// check or a scan is told for sure by its period, across sessions.
var probed = rule{
	code:     "probe",
	severity: Info,
	advice:   "Nothing needs to be done. To keep such sessions out of the reports use --no-probes; to make them rarer, raise the interval of the monitor or load balancer.",
	find: func(c *Case) *claim {
		if !c.Probe || !c.bothHeard() || !c.clientHeard() || c.clientSpokeTLS() || c.farewell() != nil && !c.foreign() || c.leftInOrder() != nil {
			return nil
		}
		out := &claim{certainty: Likely, frames: []int64{c.Frames.First, c.Ended.Frame},
			summary:   "A health check or a scan: " + c.probeWords(),
			against:   "no mail was begun, and the client did not wait in vain: it left within 5 s, or in order",
			elsewhere: "A fixed period in other sessions of this client makes it sure."}
		switch {
		case c.anotherProtocol():
			out.summary = fmt.Sprintf("No mail: neither side said anything that is SMTP, another protocol was spoken on port %d", c.Server.Port)
			out.against = "no greeting and no reply came from the server, and no command from the client"
			out.elsewhere = "What was spoken is seen in Wireshark; a VPN that hides behind a mail port looks like this."
			out.advice = "For the mail nothing needs to be done. If nothing but mail is meant to use this port, see what the two hosts run there."
		case c.Ended.By != "client":
			out.against = "no mail was begun, and no command that is SMTP was said"
		}
		return out
	},
}

// anotherProtocol reports whether both sides spoke, and neither of them SMTP.
func (c *Case) anotherProtocol() bool {
	return c.Bytes.Client > 0 && c.Banner == nil && c.hasNote(noteNoReply) && firstReply(c.said()) == nil && !c.saidSMTP()
}

// smtpWords are what a health check says.
var smtpWords = map[string]bool{"HELO": true, "EHLO": true, "LHLO": true, "NOOP": true, "RSET": true, "HELP": true, "QUIT": true}

func (c *Case) probeWords() string {
	greeting := firstReply(c.said())
	switch {
	case c.Ended.Phase == "connect":
		return "the client opened the connection only half and reset it"
	case c.Bytes.Client == 0 && c.Bytes.Server == 0:
		return "the client connected and closed without a word of either side"
	case c.Bytes.Client == 0 && greeting == nil && c.Banner != nil: // it came behind the end
		return "the client connected and closed before it was greeted"
	case c.Bytes.Client == 0 && greeting == nil:
		return "the client connected and closed before the greeting was complete"
	case c.Bytes.Client == 0:
		return "the client connected, was greeted and closed without a word"
	case c.Ended.How == session.ByQuit:
		return "the client greeted at most and said QUIT; no mail was begun"
	}
	if c.saidSMTP() {
		return "no mail was begun"
	}
	return "the client said nothing that is SMTP"
}

func (c *Case) saidSMTP() bool {
	return slices.ContainsFunc(c.said(), func(e *session.Event) bool {
		return e.Kind == session.EventCommand && smtpWords[verb(e.Text)]
	})
}

// foreign reports whether the client spoke another language (an HTTP request),
// and the server minded only how it came: the words of its refusal mislead.
func (c *Case) foreign() bool {
	f := c.farewell()
	return c.Probe && f != nil && f.why == "pipelining-fault" && !c.saidSMTP()
}
