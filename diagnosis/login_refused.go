package diagnosis

import (
	"slices"
	"strings"

	"smtpscope/session"
)

// loginCodes answer AUTH where the login failed: RFC 4954 section 6; 525 is RFC
// 5248's for an account that is switched off, 550 and 554 are in use.
var loginCodes = []int{432, 454, 525, 530, 534, 535, 538, 550, 554}

// loginRefused: the last login of the session was refused, and no mail followed.
var loginRefused = rule{
	code:     "login-refused",
	needs:    refusal,
	severity: Warning,
	advice: "Set user and password right on the client; the server's log names the user. " +
		"Where one address tries one user after another somebody guesses passwords: keep it out.",
	find: func(c *Case) *claim {
		if c.Auth == nil || !slices.Contains(loginCodes, c.Auth.Code) && c.Auth.Code != 421 || len(c.Messages) > 0 {
			return nil // 421: one login too many, and no answer to it
		}
		last, frames := c.refusedLogins()
		if last == nil {
			return nil
		}
		out := &claim{certainty: Proven, frames: frames,
			summary: "The server refused the login: it said " + quote(last.Text),
			against: "no login succeeded after it, and no mail was begun"}
		if code := replyCode(last); code == 538 || code == 534 && strings.Contains(strings.ToLower(last.Text), "encrypt") {
			out.summary = "The server takes no login without TLS: it said " + quote(last.Text)
			out.advice = "Let the client begin TLS before it logs in (STARTTLS, or implicit TLS on port 465); user and password were not looked at."
		}
		if !c.wentWrong() {
			out.severity = Info
		}
		if n := len(frames); n > 1 {
			out.summary = "The server refused " + count(n, "login") + ": at last it said " + quote(last.Text)
		}
		return out
	},
}

// refusedLogins are the replies that refused a login, behind the last that
// succeeded, and the last of them.
func (c *Case) refusedLogins() (last *session.Event, frames []int64) {
	asked := false
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventCommand && verb(e.Text) == "AUTH":
			asked = true
		case e.Kind == session.EventReply && asked && replyCode(e) != 334:
			switch asked = false; {
			case slices.Contains(loginCodes, replyCode(e)):
				last, frames = e, append(frames, e.Frame)
			case replyCode(e)/100 == 2:
				last, frames = nil, nil
			}
		}
	}
	return last, frames
}
