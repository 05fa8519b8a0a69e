package diagnosis

import (
	"testing"
	"time"
)

// TestAbout holds the words of real servers against the cause that a mail
// administrator reads in them.
func TestAbout(t *testing.T) {
	for _, c := range []struct{ reply, why string }{
		// timeouts
		{"421 4.4.2 mx.example.com Error: timeout exceeded", "idle-timeout"},              // Postfix
		{"421 mx.example.com: SMTP command timeout - closing connection", "idle-timeout"}, // Exim
		{"421 mx.example.com SMTP incoming data timeout - closing connection.", "idle-timeout"},
		{"421 4.4.1 mx.example.com Timeout waiting for client input.", "idle-timeout"},  // sendmail
		{"421 4.4.1 Connection timed out", "idle-timeout"},                              // Exchange
		{"451 4.4.2 Timeout - closing connection. d2e1a72fcca58-gsmtp", "idle-timeout"}, // Google
		{"421 4.4.2 service timed out.", "idle-timeout"},                                // Symantec
		{"421 Timed out waiting for successful message injection, disconnecting.", "injection-timeout"},
		{"421 Exceeded allowable connection time, disconnecting.", "connection-time-limit"},
		// errors
		{"421 4.7.0 mx.example.com Error: too many errors", "too-many-errors"},
		{"421 Exceeded bad SMTP command limit, disconnecting", "too-many-errors"},
		{"421 too many unrecognized commands", "too-many-errors"},
		{"554 Too many nonmail commands", "too-many-errors"},
		{"421 4.7.0 mx.example.com Too many bad commands; closing connection", "too-many-errors"},
		{"554 SMTP synchronization error", "pipelining-fault"},
		{"503 5.5.0 <DATA>: Data command rejected: Improper use of SMTP command pipelining", "pipelining-fault"},
		// limits
		{"421 4.7.0 mx.example.com Error: too many connections from 192.0.2.1", "server-busy"},
		{"421 mx.example.com: Too many concurrent SMTP connections; please try again later.", "server-busy"},
		{"452 4.3.1 Insufficient system resources", "server-busy"},
		{"421 4.3.2 Service not available, closing transmission channel", "server-busy"},
		{"421 mx.example.com: SMTP service shutting down", "server-busy"},
		{"421 4.3.0 Server busy", "server-busy"},
		// policy
		{"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "refused-by-policy"},
		{"550 5.7.1 Your IP address is listed at bl.example.net", "refused-by-policy"},
		{"554-mx.example.com 554 Your access to this mail system has been rejected due to the sending MTA's poor reputation.", "refused-by-policy"},
		{"554 5.7.1 <b@example.com>: Relay access denied", "refused-by-policy"},                        // Postfix
		{"550 5.7.1 <b@example.com>... Relaying denied", "refused-by-policy"},                          // sendmail
		{"550 relay not permitted", "refused-by-policy"},                                               // Exim
		{"550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "refused-by-policy"},     // Exchange
		{"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "refused-by-policy"}, // qmail
		{"550 5.1.1 <b@relay.example.com>: unknown user", ""},
		{"451 4.7.1 <b@example.com>: Recipient address rejected: Greylisted, see http://postgrey.example", "greylisted"},
		{"450 4.2.0 Grey-listed, please try again", "greylisted"},
		{"450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", "ptr-lookup-failed"},
		{"421 4.4.0 Unable to connect to DNS - try again later", "ptr-lookup-failed"},
		{"550 5.7.1 Fix reverse DNS for 192.0.2.1", "ptr-lookup-failed"},
		{"521 5.5.2 mx.example.com Error: bare <LF> received", "bare-lf"},
		{"451 See http://pobox.com/~djb/docs/smtplf.html.", "bare-lf"}, // qmail
		{"500 5.5.2 Line too long", "long-lines"},
		{"554 5.6.0 Message has lines too long for transport", "long-lines"},
		{"550 5.6.0 NUL characters are not allowed in a message", "long-lines"},
		{"452 4.5.3 Command line is annulled", ""},
		// of one mailbox, not of the server
		{"452 4.2.2 The recipient's inbox is out of storage space.", ""}, // Google
		{"452 4.2.2 <b@example.com>: Recipient mailbox is full: disk quota exceeded", ""},
		{"452 Mailbox full: disk quota exceeded", ""},
		{"550 5.2.1 <b@example.com>: mailbox is inactive", ""},
		{"450 4.2.1 <b@example.com>: Recipient is not accepting mail at this time", ""},
		{"550 5.1.1 User not listed in public directory", ""},
		{"450 4.1.1 <b@example.com>: unverified address: host 10.0.0.1 said: 421 4.3.2 too many connections", ""}, // Postfix
		{"550 User unknown; see https://example.com/policy.html", ""},
		{"550 5.7.1 See https://www.spamhaus.org/query/ip/192.0.2.1", "refused-by-policy"},
		{"452 4.3.1 Insufficient system storage", "server-busy"},
		{"451 4.3.2 The mailbox server is too busy", "server-busy"},
		// nothing that these rules know
		{"550 5.1.1 <b@example.com>: Recipient address rejected: User unknown in local recipient table", ""},
		{"550 5.1.1 <busy@example.com>: unknown user", ""},
		{"550 5.1.1 <timeout@policy.example>: unknown user", ""},
		{"552 5.3.4 Message size exceeds fixed limit", ""},
		{"535 5.7.8 Error: authentication failed: authentication failure", ""},
		{"502 5.5.2 Error: command not recognized", ""},
		{"454 4.7.0 TLS not available due to local problem", ""},
		{"421 4.4.2 mx1.gateway.example", ""},
	} {
		if why := about(c.reply); why != c.why {
			t.Errorf("%q: %q, want %q", c.reply, why, c.why)
		}
	}
}

// TestNear: a timer is met within a second, or 2 % of a long one.
func TestNear(t *testing.T) {
	for _, c := range []struct {
		d       time.Duration
		seconds int64
		want    bool
	}{
		{30 * time.Second, 30, true}, {29 * time.Second, 30, true}, {28900 * time.Millisecond, 30, false},
		{31100 * time.Millisecond, 30, false}, {305 * time.Second, 300, true}, {307 * time.Second, 300, false},
		{3670 * time.Second, 3600, true}, {0, 10, false},
	} {
		if near(c.d, c.seconds) != c.want {
			t.Errorf("%v near %d s: %v", c.d, c.seconds, !c.want)
		}
	}
	if list := timersAt(30*time.Second, "server", "data"); len(list) != 1 || list[0].seconds != 30 {
		t.Errorf("30 s of a server mid-DATA: %v", list)
	}
	if list := timersAt(600*time.Second, "client", "dot"); len(list) != 1 {
		t.Errorf("10 minutes of a client behind the dot: %v", list)
	}
	if list := timersAt(600*time.Second, "client", "banner"); list != nil {
		t.Errorf("10 minutes of a client before the greeting: %v", list)
	}
}

// TestMasks: what a PIX leaves of a greeting and of keywords, and what only
// looks like it.
func TestMasks(t *testing.T) {
	for text, want := range map[string]bool{
		"****************************0******2*****2***200*0*00": true,
		"****0****20 ****200":            true,
		"********":                       true,
		"****":                           false,
		"**** mx.example.com ESMTP ****": false,
		"":                               false,
	} {
		if isStars(text) != want {
			t.Errorf("greeting %q: %v", text, !want)
		}
	}
	for word, want := range map[string]bool{
		"XXXX": true, "XXXXXXXA": true, "XXXXXXXXXX": true, "XXX": false, "X-EXPS": false, "XCLIENT": false,
		"XFORWARD": false, "X-ANONYMOUSTLS": false, "XEXCH50": false, "XXXA": false, "": false, "A": false,
	} {
		if isMasked(word) != want {
			t.Errorf("word %q: %v", word, !want)
		}
	}
}

// TestTimers: every timer says whose it is, where it runs and who says so.
func TestTimers(t *testing.T) {
	for _, x := range timers {
		if x.whose == "" || x.source == "" || x.seconds <= 0 || x.side != "client" && x.side != "server" {
			t.Errorf("incomplete: %+v", x)
		}
		for _, phase := range x.phases {
			if phaseWords[phase] == "" {
				t.Errorf("%s: no phase %s", x.whose, phase)
			}
		}
	}
}
