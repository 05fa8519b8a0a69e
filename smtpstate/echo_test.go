package smtpstate

import (
	"fmt"
	"strings"
	"testing"
)

// TestEchoes: a password of plain words that a client types around AUTH, and
// that the server repeats because it does not understand it, is in nothing
// that comes out: neither in the transcript nor in what a copy may show.
func TestEchoes(t *testing.T) {
	const begin = "S: 220 mx\nC: EHLO x\nS+ 250-mx\\r\\n250 AUTH PLAIN LOGIN\\r\\n\n"
	for _, word := range []string{"letmein", "Letmein", "hunter2", "abc12", "x9", "pa$$:w0.rd!", "correct horse battery", "p,a;zq", "<secret>"} {
		for name, text := range map[string]string{
			"behind a refused AUTH":           "C: AUTH LOGIN\nS: 504 5.5.4 no such mechanism\nC: W\nS: 502 5.5.2 Error: command not recognized: W\n",
			"behind a failed AUTH":            "C: AUTH LOGIN\nS: 334 x\nC: W\nS: 334 x\nC: W\nS: 535 5.7.8 no, W\nC: W\nS: 500 unrecognized command 'W'\n",
			"in capitals":                     "C: AUTH LOGIN\nS: 504 no\nC: W\nS: 502 5.5.1 UPPER?\n",
			"AUTH pipelined with it":          "C+ AUTH LOGIN\\r\\nW\\r\\nW\\r\\n\nS: 504 no\nS: 500 what: W\nS: 500 what: W\n",
			"an answer that is no base64":     "C: AUTH LOGIN\nS: 334 x\nC: W\nS: 501 5.5.2 cannot decode W\n",
			"initial response, no base64":     "C: AUTH PLAIN W\nS: 501 5.5.2 cannot decode \"W\"\n",
			"in the mechanism's place":        "C: AUTH W\nS: 504 5.5.4 unrecognized authentication type W\n",
			"behind LOGIN":                    "C: LOGIN bob W\nS: 500 5.5.1 Command unrecognized: \"LOGIN bob W\"\n",
			"behind LOGIN, answered well":     "C: LOGIN bob W\nS: 250 welcome bob with W\n",
			"behind USER and PASS":            "C: USER W\nS: 500 USER W?\nC: PASS W\nS: 500 PASS W?\n",
			"typed a second time":             "C: AUTH LOGIN\nS: 504 no\nC: W\nS: 500 W?\nC: RSET\nS: 250 ok\nC: W\nS: 500 W?\n",
			"the server has had enough":       "C: AUTH LOGIN\nS: 504 no\nC: W\nS: 421 4.7.0 W? bye\n",
			"a word more, nothing asked":      "C: AUTH LOGIN\nS: 504 no\nC: W\nS: 500 no\nS: 421 4.7.0 too many errors, the last: W\n",
			"XCLIENT LOGIN":                   "C: XCLIENT LOGIN=W\nS: 550 5.7.0 bad attribute W\n",
			"missing bytes of the line":       "C: AUTH LOGIN\nS: 504 no\nC+ le\ngap C 3\nC: W\nS: 500 leW, leaW, W?\nC: W\nS: 500 W?\n",
			"missing bytes of the reply":      "C: AUTH LOGIN\nS: 504 no\nC: W\nS+ 500 what: PART\ngap S 20\nS: 500 W\nC: QUIT\n",
			"the line was missed":             "C: AUTH LOGIN\nS: 504 no\ngap C 9\nS: 500 what: W?\nC: QUIT\nS: 221 bye\n",
			"many lines ahead of the replies": "C: AUTH LOGIN\nS: 504 no\n" + manyWords("C: W %d\n") + "S: 500 W?\n",
		} {
			if strings.Contains(text, "LOGIN=") && strings.Contains(word, " ") {
				continue // a value has no spaces (RFC 3461 section 4: xtext)
			}
			upper := strings.ReplaceAll(strings.ReplaceAll(text, "UPPER", strings.ToUpper(word)), "PART", word[:len(word)/2])
			script := parseScript(t, begin+strings.ReplaceAll(upper, "W", word))
			for _, step := range []int{0, 1, 3} {
				r := &recorder{}
				m := New(r, Limits{})
				script.play(m, step, nil)
				out := strings.ToLower(r.String() + state(m))
				for _, part := range strings.FieldsFunc(strings.ToLower(word), func(b rune) bool { return parts(byte(b)) }) {
					if len(part) >= scrapMin && strings.Contains(out, part) {
						t.Errorf("%s, fed by %d: %q of %q came out:\n%s", name, step, part, word, out)
					}
				}
			}
		}
	}
}

// manyWords are lines enough to need more room than there is for their words.
func manyWords(line string) string {
	var b strings.Builder
	for n := range 2 * scrapsHeld {
		fmt.Fprintf(&b, strings.ReplaceAll(line, "%d", "%03d"), n)
	}
	return b.String()
}

// TestEchoesOfTypos: what is no secret stays: the unknown command itself, what
// the server says about it, and replies to anything else, where they do not repeat
// what may have been a password.
func TestEchoesOfTypos(t *testing.T) {
	r := &recorder{}
	script := parseScript(t, `
		S: 220 mx
		C: EHLOO mail.example.org
		S: 502 5.5.2 Error: command not recognized: EHLOO
		C: HELO x
		S: 250 mx
		C: AUTH LOGIN
		S: 504 5.5.4 Unrecognized authentication type, see http://example.com/help
		C: letmein
		S: 502 5.5.2 Error: command not recognized, try HELP: LETMEIN
		C: MAIL FROM:<letmein@example.org>
		S: 550 5.1.8 letmein@example.org is not known here
		C: MAIL
		S: 501 5.5.4 Syntax: MAIL FROM:<address>
	`)
	script.play(New(r, Limits{}), 0, nil)
	for _, want := range []string{
		"EHLOO", "502 \"5.5.2 Error: command not recognized: EHLOO",
		"504 \"5.5.4 Unrecognized authentication type, see http://example.com/help",
		"502 \"5.5.2 Error: command not recognized, try HELP: ...",
		"550 \"5.1.8 ...@example.org is not known here",
		"501 \"5.5.4 Syntax: MAIL FROM:<address>",
	} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("no %q in:\n%s", want, r)
		}
	}
}
