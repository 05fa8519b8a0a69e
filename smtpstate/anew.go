package smtpstate

import "strings"

// A 220 is a greeting (RFC 5321 section 4.3.2), the reply to STARTTLS (RFC 3207
// section 4), or the greeting anew behind XCLIENT (Postfix XCLIENT_README). Where
// the command was not captured its words tell.

// bidsTLS reports whether a 220 bids the client begin TLS. A greeting has no
// enhanced code (RFC 2034 section 3).
func bidsTLS(r *Reply) bool {
	if r.enhanced != 0 {
		return true
	}
	text := strings.ToLower(r.Text)
	for _, words := range []string{"start tls", "starttls", "begin tls", "ready for tls", "go ahead"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// greetsAnew reports whether a 220 is the greeting behind an XCLIENT that was not
// captured: the words of the first one, or those of a greeting.
func (m *Machine) greetsAnew(r *Reply) bool {
	return m.greeting != nil && !bidsTLS(r) && (r.Text == m.greeting.Text || strings.Contains(r.Text, "SMTP"))
}
