package diagnosis

import (
	"fmt"
	"strings"

	"smtpscope/session"
)

// What Cisco's ESMTP inspection takes at most before it resets or drops, by
// default (ASA CLI guide: match cmd line length 512, match cmd RCPT count 100,
// match sender-address length 320; causes.md 2.1).
const (
	inspectedLine       = 512
	inspectedRecipients = 100
	inspectedAddress    = 320
)

// inspectionLimit: a command above one of these limits, and then a reset in
// place of its reply.
var inspectionLimit = rule{
	code:     "inspection-limit",
	needs:    reset,
	severity: Error,
	advice: "Look at the mail inspection of the firewalls between: on a Cisco ASA \"show service-policy inspect esmtp\" counts what it reset. " +
		"Raise the limit in its policy map (type inspect esmtp), or switch the inspection off for mail servers.",
	find: func(c *Case) *claim {
		asked := c.waiting()
		if c.Ended.How != session.ByRST || asked == nil || c.idle() >= pause || !c.bothHeard() || !c.serverHeard() {
			return nil
		}
		what := c.aboveInspection(asked)
		if what == "" {
			return nil
		}
		out := &claim{certainty: Hint, frames: []int64{asked.Frame, c.Ended.Frame},
			summary:   fmt.Sprintf("The connection was reset instead of an answer to %s: mail inspection of firewalls resets there (the default of Cisco ASA)", what),
			against:   "no reply stands before the reset; the greeting and the keywords show no mask, so that any device inspects this mail is told by the number alone",
			elsewhere: c.captureNear(c.Ended.By, "if the reset does not leave that host there, the device between is found by capturing on both its sides.")}
		if len(c.masks()) > 0 {
			out.certainty = Likely
			out.against = "no reply stands before the reset; other marks show that a device rewrites this conversation"
		}
		return out
	},
}

// answeredRecipients is how many of a mail's recipients have had a reply.
func answeredRecipients(m *session.Message) (n int) {
	for _, r := range m.Recipients {
		if r.Code != 0 {
			n++
		}
	}
	return n
}

// aboveInspection says which limit a command is above, "" where it is above
// none.
func (c *Case) aboveInspection(e *session.Event) string {
	n := 0
	if m := c.message(); m != nil && answeredRecipients(m) <= inspectedRecipients { // else no such limit stands there
		n = max(len(m.Recipients), m.RecipientCount)
	}
	_, address, _ := strings.Cut(e.Text, ":")
	address, _, _ = strings.Cut(strings.TrimSpace(address), " ")
	switch line := len(e.Text) + len("\r\n"); {
	case verb(e.Text) == "RCPT" && n > inspectedRecipients:
		return fmt.Sprintf("recipient %d of the mail (the limit is %d)", n, inspectedRecipients)
	case line > inspectedLine:
		return fmt.Sprintf("a command line of %d bytes (the limit is %d)", line, inspectedLine)
	case len(address)-len("<>") > inspectedAddress:
		return fmt.Sprintf("an address of %d characters (the limit is %d)", len(address)-len("<>"), inspectedAddress)
	}
	return ""
}
