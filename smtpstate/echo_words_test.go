package smtpstate

import (
	"strings"
	"testing"
)

// TestReplyWords: where nobody knows what the client had said, what products say of
// it can still be read, and nothing else.
func TestReplyWords(t *testing.T) {
	for text, want := range map[string]string{
		"5.5.2 Error: command not recognized":                                      "",
		"5.5.1 Command unrecognized: \"hunter2 and more\"":                         "5.5.1 Command unrecognized: ... and ...",
		"#5.5.1 command not recognized":                                            "",
		"5.5.4 Syntax: MAIL FROM:<address>":                                        "",
		"5.5.2 <bob>: Helo command rejected: need fully-qualified hostname":        "5.5.2 ... Helo command rejected: need fully-qualified hostname",
		"5.7.0 Must issue a STARTTLS command first":                                "",
		"5.7.8 Error: authentication failed: UGFzc3dvcmQ6":                         "5.7.8 Error: authentication failed: ...",
		"Syntactically invalid HELO argument(s)":                                   "",
		"5.5.1 Error: need RCPT command":                                           "",
		"bob hunter2 letmein":                                                      "...",
		"5.7.1 NUL characters are not allowed in SMTP commands":                    "",
		"5.5.1 Bad sequence of commands. See hunter2!":                             "5.5.1 Bad sequence of commands. See ...",
		"5.7.3 Authentication unsuccessful":                                        "",
		"2.7.0 Authentication successful":                                          "",
		"5.5.2 Cannot Base64-decode hunter2":                                       "5.5.2 Cannot Base64-decode ...",
		strings.Repeat("password ", 3) + "unknown " + strings.Repeat("secret ", 2): "... unknown ... ",
	} {
		if want == "" {
			want = text
		}
		if got := new(Machine).scrub(text, echoWords); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestKnownWords: what is kept of a line that is no command.
func TestKnownWords(t *testing.T) {
	for word, want := range map[string]bool{
		"EHLOO": true, "HELI": true, "MIAL": true, "quti": true, "RCP": true, "STARTLS": true, "GET": true, "post": true, "XADR": true,
		"AAAA": true, "XXXXXXXX": true,
		"hunter": false, "letmein": false, "HUNTER": false, "Ehloo": false, "amltamltamlt": false, "secret": false, "password": false,
		"admin": false, "pa55": false, "QU": false, "EHLOOO": false, "qwerty": false, "root": false,
	} {
		if got := knownWord([]byte(word)); got != want {
			t.Errorf("%q: %v", word, got)
		}
	}
}

// TestSuspicious: what looks like base64, and what only has a "=" in it.
func TestSuspicious(t *testing.T) {
	for word, want := range map[string]bool{
		"relay=": false, "info=read": false, "timeout=300": false, "a=b=c": false, "Sender": false,
		"dGVzdA==": true, "abcdefg=": true, "name=c2VjcmV0": true, "c2VjcmV0=name": true, "c2VjcmV0": true, "secret": false,
	} {
		if got := suspicious(word); got != want {
			t.Errorf("%q: %v", word, got)
		}
	}
}
