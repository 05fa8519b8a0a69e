package smtpstate

import (
	"strings"
	"testing"
)

// TestLeaks are the ways in which canaries (internal/canarytalk) were found to come
// out, one of each kind.
func TestLeaks(t *testing.T) {
	const (
		s      = "zaunkoenig"
		coded  = "AGJvYgB6YXVua29lbmln" // of NUL "bob" NUL s
		begin  = "S: 220 mx.example.com ESMTP\nC: EHLO x\nS+ 250-mx.example.com\\r\\n250 AUTH PLAIN LOGIN\\r\\n\n"
		opened = begin + "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
		spilt  = opened + "C: DATA\nS: 554 no\n"
		failed = begin + "C: AUTH PLAIN " + s + "\n"
	)
	for name, text := range map[string]string{
		// Pieces of what was dropped.
		"the beginning of a word":        failed + "S: 501 what: zaunkoe\n",
		"the end of one":                 failed + "S: 501 what: ...nkoenig\n",
		"in the middle":                  failed + "S: 501 what: *aunkoeni*\n",
		"over two lines of a reply":      failed + "S+ 501-what: zaunk\\r\\n501 oenig\\r\\n\n",
		"behind a byte that was escaped": begin + "C+ AUTH PLAIN\\t" + s + "\\r\\n\nS+ 501 \"AUTH PLAIN\\\\t" + s + "\"\\r\\n\n",
		"behind an octal escape":         begin + "C+ AUTH PLAIN \\x01" + s + "\\r\\n\nS+ 501 AUTH PLAIN \\\\001" + s + "\\r\\n\n",
		"a piece of what was decoded":    begin + "C: AUTH PLAIN " + coded + "\nS: 535 5.7.8 unkoeni may not\n",
		"decoded, behind more blanks":    begin + "C: AUTH LOGIN\nC+ AUTH\\tX-OWN AGJvYgB6YXV\nC+ ua29lbmln\\r\\n\nS: 334 \nS: 421 what: " + s + "\n",
		"decoded, of an unseen 334":      begin + "C: AUTH PLAIN\nS: 503 no\nC: " + coded + "\nS: 454 4.7.0 not " + s + "\n",
		"behind PASS, later":             begin + "C: PASS " + s + "\nS: 500 no\nC: AUTH LOGIN\nS: 535 no PASS " + s + "\n",
		"behind a masked word, later":    spilt + "C: XXXX " + s + "\nS: 500 no\nC: RSET\nS: 550 XXXX " + s + "\n",
		"a reply cut in its second line": "midstream\nS+ 500-'" + s + "'\\r\\n5\ngap S 20\nC: QUIT\n",
		// Prose that begins as a command does.
		"helo":                           spilt + "C: helo " + s + "\nS: 250 mx\nC: vrfy " + s + "\nS: 252 ok\n",
		"helo, behind what waits":        begin + "C: as I said,\nC: helo " + s + "\n",
		"helo, behind AUTH":              "S: 220 mx\nC: AUTH OAUTHBEARER\nC: " + coded + "\nC+  AUTH PLAIN  " + coded + "\\r\\n\nC: helo " + s + "\n",
		"helo and a greeting":            spilt + "C: Helo " + s + " my dear\nS: 250 mx\n",
		"bdat":                           spilt + "C: bdat 10 " + s + "\nS: 500 no\n",
		"mail from":                      spilt + "C: mail from: " + s + " and me\nS: 250 ok\nC: mail from:<" + s + " or so\nS: 250 ok\n",
		"mail from an address and more":  spilt + "C: mail from:<x@y> came " + s + "\nS: 250 ok\n",
		"rcpt to, cut":                   spilt + "C+ rcpt to: " + s + ",\ncut C 20\nS: 250 ok\n",
		"behind RSET that was accepted":  spilt + "C: rset\nS: 250 ok\nC: vrfy " + s + "\nS: 252 ok\n",
		"behind BDAT 0":                  opened + "C+ BDAT 0\\r\\nvrfy " + s + "\\r\\n\nS: 250 ok\nS: 252 ok\n",
		"behind BDAT 0 LAST":             opened + "C+ BDAT 0 LAST\\r\\nhelo " + s + "\\r\\n\nS: 250 ok\nS: 250 ok\n",
		"XFORWARD":                       spilt + "C: XFORWARD TOKEN=" + s + "\nS: 250 ok\n",
		"the middle of a body":           "midstream\nC: quit\nC: helo " + s + "\nC: vrfy " + s + "\nC: help me, " + s + "\n",
		"the middle of a body, answered": "midstream\nC: helo " + s + "\nS: 250 2.0.0 Ok: queued as 4Zk0101B1\nC: QUIT\nS: 221 bye\n",
		"the 354 is missing":             opened + "C: DATA\ngap S 20\nC: helo " + s + "\nC: vrfy " + s + "\nC: .\nS: 250 2.0.0 Ok: queued as 4Zk0101B1\n",
		"DATA and the 354 are missing":   opened + "gap C 6\ngap S 20\nC: helo " + s + "\nC: vrfy " + s + "\nC: mail " + s + "\n",
		"MAIL and all behind it":         begin + "gap C 60\ngap S 60\nC: helo " + s + "\nC: vrfy " + s + "\nC: .\n",
		"MAIL was answered behind them":  begin + "C+ MAIL FROM:<a@b>\\r\\nRCPT T\ncut C 25\nS: 250 ok\nS: 250 ok\nC: rcpt to: " + s + ", who waits\n",
		"data":                           begin + "C: MAIL FROM:<a@b>\nS: 250 ok\nC: data " + s + "\n",
		"a code that no reply has":       begin + "gap C 20\nC: AUTH LOGIN\nS+ 256 " + s + "\\r\\n\n",
		"behind lines that were refused": begin + "C: " + coded + "\nS: 500 what\nC: HELO " + s + "\nC: bdat 17 " + s + "\nC: mail from: " + s + " and me\n",
		"and other words":                begin + "C: " + coded + "\nS: 500 what\nC: xforward " + s + "\nC: expn " + s + "\nC: noop " + s + "\nC: etrn " + s + "\n",
		// What the capture has not.
		"a line of what looks like content": opened + "C: DATA\nS: 354 go\nC: " + s + "\nS: 500 \"" + s + "\"?\n",
		"a line of a chunk":                 opened + "C+ BDAT 38\\r\\n.\\r\\n\nS: 554 no\nC: ehlo " + s + "\nS: 500 5.5.2 <ehlo " + s + "> what\n",
		"a line of content that is a chunk": opened + "C+ DATA\\r\\nbdat 12 last\\r\\n\nS: 554 no\nC: USER " + s + "\nS+ 500-command=USER\\r\\n500 " + s + "\\r\\n\n",
		"an escape over two lines":          begin + "C+ AUTH\\t" + s + " x\\r\\n\nS+ 535-'\"auth\\\\\\r\\n535 t" + s[:6] + "\"'\\r\\n\n",
		"a byte's escape over two lines":    begin + "C+ AUTH PLAIN \\xff" + s + "\\r\\n\nS+ 535-what: \"\\\\\\r\\n535 xff" + s + "\"\\r\\n\n",
		"behind a segment that was cut":     begin + "gap C 20\ncut S 10\nS+ 220 " + s + "\\r\\n500 5.5.1 what\\r\\n\n",
		"a last word about content":         begin + "C+ DATA\\r\\nget " + s + "\\r\\n\ngap S 14\nS: 354 go\nS: 554 spam\nS: 421 (\"get " + s + "\")\n",
		"lines of two codes, of AUTH":       begin + "gap C 20\nS+ 454-AUTH EXTERNAL " + s + "\\r\\n250 ok\\r\\n\n",
		"what is accepted was not captured": begin + "gap C 20\nS: 250 ok " + s + "\n",
		"lines of two codes":                begin + "gap C 20\nC: NOOP\nS+ 503-<" + s + ">\\r\\n221 bye\\r\\n\n",
		"behind a fault that was cut":       begin + "gap C 20\nS+ 500 5.5.\ncut S 2\nS: 220 " + s + "\n",
		"a reply that may be another's":     begin + "C+ STARTTLS\\r\\nAUTH EXTERNAL =\\r\\n\ngap S 14\nS: 503 no\nS: 454 4.7.8 Error: command not recognized: \"" + s + "\"\n",
		"a quoted line as a reply":          begin + "gap C 20\nS+ 500 what:\ngap S 1\nS+ 220 " + s + "\\r\\n\n",
		"content that a 334 asked for":      opened + "C: DATA\nS: 334 \nC: helo " + s + "\nC: .\nS: 500 no\nS: 421 4.5.2 \"helo " + s + "\"\n",
		"a last word about missing bytes":   begin + "gap C 20\nS: 421 4.7.0 mx.example.com Error: too many errors: " + s + "\n",
		"and later":                         begin + "gap C 20\nS: 500 no\nC: NOOP\nS: 250 ok\nS: 421 4.7.0 the last was " + s + "\n",
		"a last word in the middle":         "midstream\nC: NOOP\nS: 250 ok\nS: 421 the last was " + s + "\n",
		"AUTH, behind missing bytes":        begin + "gap C 20\nC: AUTH EXTERNAL =\nS: 235 welcome " + s + "\n",
		"DATA was refused, unseen":          begin + "C: DATA\ngap S 20\nC: " + s + "\nC: .\nS: 500 what: " + s + "\nS: 500 what: .\nS: 421 bye, " + s + "\n",
		"bytes that wait":                   begin + "C+ STARTTLS\\r\\nNOOP\\r\\n" + s + "\\r\\n\nS: 500 what: " + s + "\n",
		"a bare dot, its reply unseen":      opened + "C: DATA\nS: 354 go\nC+ a\\n.\\n\ngap S 20\nC+ " + s + "\\n\nS: 500 what: " + s + "\n",
		"the first of two bare dots":        opened + "C: DATA\nS: 354 go\nC+ a\\n.\\n" + s + "\\n.\\n\nS: 250 ok\nS: 500 what: " + s + "\n",
	} {
		script := parseScript(t, text)
		for _, step := range []int{0, 1, 3, 10, 1000} {
			l := &listener{}
			m := New(l, Limits{})
			if step < 10 { // what nobody copies is read by shorter ways
				m.Trace(l)
			}
			script.play(m, step, func(*act) { checkTally(t, m) })
			if said, _, _, ok := m.HalfReply(); ok {
				l.WriteString(said.Text + "\n")
			}
			m.EndTrace()
			for _, out := range []string{l.String() + state(m), l.copied()} {
				out = strings.ToLower(out)
				for i := 0; i+shingle <= len(s); i++ {
					if strings.Contains(out, s[i:i+shingle]) {
						t.Errorf("%s, in steps of %d: %q came out:\n%s", name, step, s[i:i+shingle], out)
						break
					}
				}
			}
		}
	}
}

// TestNoLeaks: what looks like that and is none stays.
func TestNoLeaks(t *testing.T) {
	const begin = "S: 220 mx.example.com ESMTP\nC: EHLO win7\nS: 250 mx.example.com\n"
	for text, wants := range map[string]string{
		// A session that is captured from its greeting on is whole, handshake or not.
		"midstream\nS: 220 mx.example.com ESMTP\nC: EHLO win7\nS: 250 mx.example.com\nC: VRFY bob\nS: 252 2.0.0 bob\n":                                          "C EHLO win7|C VRFY bob|S 252 2.0.0 bob",
		"midstream\nC: EHLO pc.example.org\nS: 250 mx.example.com\nC: VRFY bob\nS: 252 2.0.0 bob\n":                                                             "C EHLO pc.example.org|C VRFY bob",
		"midstream\nC: MAIL FROM:<a@b> SIZE=10 SMTPUTF8\nS: 250 2.1.0 ok\nC: RCPT TO:<c@d> NOTIFY=NEVER\nS: 550 5.1.1 <c@d>: unknown user c\n":                  "C MAIL FROM:<a@b> SIZE=10 SMTPUTF8|C RCPT TO:<c@d> NOTIFY=NEVER|S 550 5.1.1 <c@d>: unknown user c",
		begin + "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\nC: EHLO win7\nS: 250 ok\nC: MAIL FROM:a@b\n":  "C EHLO win7|C MAIL FROM:a@b",
		begin + "gap C 20\nS: 421 4.4.2 mx.example.com Error: timeout exceeded\n":                                                                               "S 421 4.4.2 mx.example.com Error: timeout exceeded",
		begin + "gap C 20\nS: 421 mx.example.com: SMTP command timeout - closing connection\n":                                                                  "S 421 mx.example.com: SMTP command timeout - closing connection",
		begin + "C: PASS hunter2\nS: 502 5.5.2 Error: command not recognized\nC: MAIL FROM:<a@b>\nS: 553 5.7.1 <a@b>: Sender address rejected: not logged in\n": "S 502 5.5.2 Error: command not recognized|S 553 5.7.1 <a@b>: Sender address rejected: not logged in",
	} {
		l := &listener{}
		m := New(l, Limits{})
		script := parseScript(t, text)
		script.play(m, 0, nil)
		for _, want := range strings.Split(wants, "|") {
			if !strings.Contains(l.String(), want+"|") {
				t.Errorf("no %q in:\n%s", want, l)
			}
		}
	}
}
