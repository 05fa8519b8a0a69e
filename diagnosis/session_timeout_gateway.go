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
		if t == nil || !c.gatewayTimeout(t) || c.endLike() != "" {
			return nil
		}
		whose := "30 s is the session timeout of Symantec Messaging Gateway by default"
		if c.product() == "symantec" {
			whose = "the server is a Symantec Messaging Gateway, whose session timeout is 30 s by default"
		}
		return &claim{certainty: t.certainty(c.Ended.Phase), frames: t.frames,
			summary: fmt.Sprintf("The client said nothing for %s %s, and the server %s: %s",
				seconds(t.silence), c.where(), t.said(c), whose),
			against:   t.against() + "; the greeting names no other product that is known",
			elsewhere: c.wherePaused()}
	},
}

// gatewayTimeout tells whether a timeout is the gateway's rather than that of
// any other server.
func (c *Case) gatewayTimeout(t *serverTimeout) bool {
	switch c.Ended.Phase {
	case "mail", "rcpt", "data":
	default:
		return false
	}
	product := c.product()
	return product == "symantec" || product == "" && c.Banner != nil && near(t.silence, gatewayTimeoutSeconds)
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
