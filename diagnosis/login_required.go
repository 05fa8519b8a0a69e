package diagnosis

import (
	"strings"

	"smtpscope/session"
)

// demands are what servers say, beside the code 530, to a client that has not logged
// in: Exim's and many others' "authentication required", and Exchange's 5.7.57.
var demands = onDemand(`(starttls|encryption|tls) (is |connection )?required|must issue a starttls|auth\w* (is )?required|must (first )?authenticate|authenticate first|not (been )?authenticated`)

// loginRequired: the server takes no mail before a login (530, RFC 4954 section 6), or
// before TLS (530, RFC 3207 section 4), and the client said neither.
var loginRequired = rule{
	code:     "login-required",
	needs:    refusal,
	severity: Warning,
	advice: "If the client is to send here, give it a user and a password, and TLS where the server asks for it. " +
		"If it is another mail server, it speaks to a port for users: mail from server to server goes to port 25 of the MX.",
	find: func(c *Case) *claim {
		e, asked := c.demand()
		if e == nil {
			return nil
		}
		wants := "a login (AUTH)"
		if text := strings.ToLower(e.Text); strings.Contains(text, "tls") || strings.Contains(text, "encrypt") {
			wants = "TLS (STARTTLS)"
		}
		advice := ""
		if wants == "TLS (STARTTLS)" {
			advice = "Switch TLS on in the client: a mail server speaks STARTTLS wherever it is offered (Postfix: smtp_tls_security_level = may), and a user's program is set to STARTTLS or to port 465."
		}
		against := "the server's own words; no login and no mail succeeded in the session"
		if c.Auth == nil && c.clientHeard() {
			against = "the server's own words; the client did not try to log in"
		}
		return &claim{certainty: Proven, frames: []int64{asked.Last, e.Frame},
			summary: "The server wants " + wants + " before it takes mail: it answered " + verb(asked.Text) + " with " + quote(e.Text),
			against: against, advice: advice}
	},
}

// demand is the first refusal of a mail for want of a login or of TLS, with what it
// answers; nil where there is none, or the client logged in or sent mail after all.
func (c *Case) demand() (refused, asked *session.Event) {
	if c.Auth != nil && c.Auth.Code/100 == 2 {
		return nil, nil
	}
	for _, m := range c.Messages {
		if m.Outcome != session.Refused && m.Outcome != session.Rejected {
			return nil, nil
		}
	}
	t := c.turns()
	for _, e := range c.said() {
		if asked := t.take(e).event; asked != nil && demanded(asked, e) {
			return e, asked
		}
	}
	return nil, nil
}

// demanded: a command of a mail transaction was refused for want of a login or of TLS.
func demanded(asked, reply *session.Event) bool {
	if asked.Kind != session.EventCommand || replyCode(reply) < 400 {
		return false
	}
	switch verb(asked.Text) {
	case "MAIL", "RCPT", "DATA":
		return replyCode(reply) == 530 || demands().MatchString(strings.ToLower(reply.Text))
	}
	return false
}
