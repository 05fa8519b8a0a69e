package diagnosis

import (
	"fmt"
	"strings"
)

// gatewayTimeoutSeconds is Symantec Messaging Gateway's session timeout, by
// default (article 177182).
const gatewayTimeoutSeconds = 30

// sessionTimeout: the pause between MAIL and the end of DATA was longer than
// the session timeout of the gateway (causes.md 3.9a).
var sessionTimeout = rule{
	code:     "session-timeout-gateway",
	needs:    wrong | refusal,
	severity: Error,
	advice: "Symantec's order: restart the appliance's operating system; switch off firewall features that filter or proxy SMTP; " +
		"only then raise Session Timeout (Administration > Hosts > Configuration > SMTP > Advanced Settings > Inbound), never above 5 minutes, and uncheck reverse DNS lookup.",
	find: func(c *Case) *claim {
		t := c.serverTimeout()
		if t == nil || !c.gatewayTimeout(t) || c.endLike() != "" || c.shutToTheEnd("server") {
			return nil
		}
		sign := "the greeting names it"
		if c.product() == "" {
			sign = "the greeting names no product; that it is one is told by its wording"
		}
		return &claim{certainty: t.certainty(c.Ended.Phase), frames: t.frames,
			summary: fmt.Sprintf("The client said nothing for %s %s, and the server %s: the server is a Symantec Messaging Gateway, whose session timeout is %d s by default%s",
				seconds(t.silence), t.until(c), t.said(c), gatewayTimeoutSeconds, t.meeting()),
			against:   t.against(c) + "; " + sign,
			elsewhere: c.wherePaused()}
	},
}

// gatewayTimeout tells whether a timeout is the gateway's: not by its length, for
// others wait 30 s as well, but by a sign of the product.
func (c *Case) gatewayTimeout(t *serverTimeout) bool {
	switch c.Ended.Phase {
	case "mail", "rcpt", "data":
	case "data-command":
		if t.crossed == nil {
			return false
		}
	default:
		return false
	}
	product := c.product()
	return (product == "symantec" || product == "" && worded(t.text) == "symantec") && !t.trickled() && !t.unprovoked() && !c.Ended.Unheard
}

// wordings are how products word that a client has timed out: Postfix smtpd.c
// ("Error: timeout exceeded"), Exim smtp_in.c, sendmail collect.c and srvrsmtp.c,
// Symantec's MTA log (article 177182, causes.md 3.9a).
var wordings = []struct{ words, product string }{
	{"error: timeout exceeded", "postfix"},
	{"smtp command timeout - closing", "exim"}, {"smtp incoming data timeout - closing", "exim"},
	{"timeout waiting for input", "sendmail"},
	{"421 4.4.2 service timed out", "symantec"},
}

// worded is the product whose words a server's 421 has; "" = nobody's that is
// known.
func worded(text string) string {
	text = strings.ToLower(text)
	for _, w := range wordings {
		if strings.Contains(text, w.words) {
			return w.product
		}
	}
	return ""
}

// products are servers that name themselves in their greeting.
var products = []struct{ word, name string }{
	{"messaging gateway", "symantec"}, {"symantec", "symantec"}, {"brightmail", "symantec"},
	{"postfix", "postfix"}, {"exim", "exim"}, {"sendmail", "sendmail"}, {"microsoft", "exchange"},
	{"opensmtpd", "opensmtpd"}, {"qmail", "qmail"}, {"haraka", "haraka"}, {"gsmtp", "google"},
	{"cisco", "cisco"}, {"ironport", "cisco"}, {"barracuda", "barracuda"}, {"fortimail", "fortimail"},
	{"proofpoint", "proofpoint"}, {"mimecast", "mimecast"}, {"hmailserver", "hmailserver"},
	{"james", "james"}, {"mailenable", "mailenable"}, {"mdaemon", "mdaemon"}, {"kerio", "kerio"},
}

// product is what the greeting says the server is; "" where it does not say.
func (c *Case) product() string {
	if c.Banner == nil {
		return ""
	}
	text := strings.ToLower(c.Banner.Text)
	for _, p := range products {
		if strings.Contains(text, p.word) {
			return p.name
		}
	}
	return ""
}
