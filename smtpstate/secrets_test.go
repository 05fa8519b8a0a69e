package smtpstate

import (
	"strings"
	"testing"
)

// TestSecrets: wherever a client puts its credentials, they are gone once
// read. Every line is played whole, by single bytes, and cut at every byte by
// missing ones.
func TestSecrets(t *testing.T) {
	const s = canary
	begin := "S: 220 mx\nC: EHLO x\nS+ 250-mx\\r\\n250 AUTH PLAIN LOGIN\\r\\n\n"
	for name, text := range map[string]string{
		"initial response":            begin + "C: AUTH PLAIN " + s + "\nS: 235 ok\n",
		"initial response, spaces":    begin + "C:   auth   plain\t" + s + "\nS: 235 ok\n",
		"initial response, refused":   begin + "C: AUTH PLAIN " + s + "\nS: 535 no " + s + "\nC: " + s + "\nS: 500 unknown: " + s + "\n",
		"initial response unanswered": begin + "C+ AUTH PLAIN " + s,
		"no mechanism":                begin + "C: AUTH " + s + "\nS: 504 " + s + "\n",
		"LOGIN":                       begin + "C: AUTH LOGIN\nS: 334 " + s + "\nC: " + s + "\nS: 334 " + s + "\nC: " + s + "\nS: 235 ok\n",
		"LOGIN pipelined":             begin + "C+ AUTH LOGIN\\r\\n" + s + "\\r\\n" + s + "\\r\\n\nS: 334 " + s + "\nS: 334 x\nS: 535 " + s + "\n",
		"LOGIN pipelined, refused":    begin + "C+ AUTH LOGIN\\r\\n" + s + "\\r\\n" + s + "\\r\\n\nS: 504 no\nS: 500 " + s + "\nS: 500 " + s + "\n",
		"334 in several lines":        begin + "C: AUTH CRAM-MD5\nS: 334-" + s + "\nS: 334 " + s + "\nC: " + s + "\nS: 235 ok\n",
		"after a refusal":             begin + "C: AUTH LOGIN\nS: 504 no\nC: " + s + "\nS: 500 " + s + "\nC: abcdefgh\nS: 500 abcdefgh\n",
		"the 334 is missing":          begin + "C: AUTH LOGIN\ngap S 20\nC: " + s + "\ngap S 20\nC: " + s + "\nS: 235 ok\nC: QUIT\n",
		"starts inside AUTH":          "midstream\nC: " + s + "\nS: 334 " + s + "\nC: " + s + "\nS: 235 ok\n",
		"starts inside AUTH, failed":  "midstream\nC: " + s + "\nS: 535 " + s + "\nC: " + s + "\n",
		"as a verb":                   begin + "C: " + s + "\nS: 500 " + s + "\n",
		"behind an unknown verb":      begin + "C: LOGIN bob " + s + "\nS: 500 what\n",
		"X-EXPS":                      begin + "C: X-EXPS NTLM " + s + "\nS: 334 " + s + "\nC: " + s + "\nS: 235 ok\n",
		"XCLIENT":                     begin + "C: XCLIENT NAME=a login=" + s + " LOGIN=" + s + " ADDR=192.0.2.1\nS: 220 mx\n",
		"after DATA":                  begin + "C+ DATA\\r\\nAUTH PLAIN " + s + "\\r\\n\nS: 503 no\nS: 503 no\n",
		"hole inside":                 begin + "C: AUTH LOGIN\nS: 334 x\nC+ " + s[:8] + "\ngap C 10\nC+ " + s + "\\r\\n\nS: 235 ok\n",
		"cut inside":                  begin + "C+ AUTH PLAIN " + s[:8] + "\ncut C 10\nS: 235 ok\n",
	} {
		script := parseScript(t, text)
		for _, step := range []int{0, 1, 3, 10} {
			r := &recorder{}
			m := New(r, Limits{})
			script.play(m, step, func(*act) { checkTally(t, m) })
			leaks(t, name, r.String()+state(m))
		}
		for i, a := range script.acts { // missing bytes anywhere
			for cut := 1; cut < len(a.data); cut += 3 {
				for _, gap := range []act{{gap: 7, cut: true}, {gap: 7}} {
					gap.side = a.side
					holed := append([]act(nil), script.acts[:i]...)
					holed = append(holed, act{side: a.side, data: a.data[:cut]}, gap, act{side: a.side, data: a.data[cut:]})
					holed = append(holed, script.acts[i+1:]...)
					got, _ := transcript(t, holed, Limits{}, 0)
					leaks(t, name+", with a hole", got)
				}
			}
		}
	}
}

// TestSecretWords: what the client says where nobody waits for a command, or says
// beside one, is gone too, though it looks like words; and so is what servers make
// of it.
func TestSecretWords(t *testing.T) {
	const (
		s      = "zaunkoenig"
		coded  = "AGJvYgB6YXVua29lbmln" // of NUL "bob" NUL s
		begin  = "S: 220 mx\nC: EHLO x\nS+ 250-mx\\r\\n250 AUTH PLAIN LOGIN\\r\\n\n"
		opened = begin + "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n"
		ended  = opened + "S: 354 go\nC+ a\\r\\n.\\r\\n\nS: 250 ok\n"
		prose  = "C: mail " + s + " soon\nS: 500 what: mail " + s + "\nC: help " + s + "\nS: 500 no\nC: " + s + "\nS: 500 no\n"
	)
	for name, text := range map[string]string{
		"a word":                           begin + "C: " + s + "\nS: 500 unknown: " + s + "\nC: NOOP\nS: 450 " + s + "\n",
		"a word in capitals":               begin + "C: ZAUNKOENIG\nS: 500 unknown: " + s + "\n",
		"behind RSET":                      begin + "C: AUTH LOGIN\nS: 504 no\nC: RSET\nS: 250 ok\nC: " + s + "\nS: 500 " + s + "\n",
		"AUTH mistyped":                    begin + "C: AUTHLOGIN\nS: 502 no\nC: " + s + "\nS: 502 " + s + "\n",
		"a second line, CR":                begin + "C+ EHLO x\\rAUTH LOGIN\\r" + s + "\\r\\n\nS: 501 no\n",
		"a second line, NUL":               begin + "C+ HELO x\\x00AUTH LOGIN " + s + "\\r\\n\nS: 501 no\n",
		"a second line, typed":             begin + "C: EHLO x\\r\\nAUTH LOGIN\\r\\n" + s + "\nS: 501 no\n",
		"a second line in a path":          begin + "C: MAIL FROM:<a@b>\\r\\n" + s + "\nS: 501 no\n",
		"AUTH behind NOOP":                 begin + "C: NOOP AUTH PLAIN " + s + "\nS: 250 ok\n",
		"content after a refusal":          opened + "S: 554 no\n" + prose,
		"content after a refusal, at once": opened + "C: mail " + s + "\nC: help " + s + "\nS: 554 no\n",
		"content behind a dot":             ended + prose,
		"content behind BDAT":              begin + "C: MAIL FROM:<a@b>\nS: 250 ok\nC: BDAT many\nS: 501 no\n" + prose,
		"content without a recipient":      begin + "C: DATA\nS: 503 no\n" + prose,
		"decoded, refused":                 begin + "C: AUTH PLAIN " + coded + "\nS: 535 5.7.8 bob may not, with " + s + "\n",
		"decoded, accepted":                begin + "C: AUTH PLAIN\nS: 334 \nC: " + coded + "\nS: 235 welcome " + s + "\nC: NOOP\nS: 421 " + s + "\n",
		"334 to another command":           begin + "C+ \\xff\\xf4AUTH LOGIN\\r\\n\nS: 334 VXNlcm5hbWU6\nC: " + s + "\nS: 334 UGFzc3dvcmQ6\nC: " + s + "\nS: 535 no\n",
		"334 unasked":                      begin + "S: 334 VXNlcm5hbWU6\nC: " + s + "\nS: 535 no\n",
		"punctuation":                      begin + "C: LOGIN bob " + s + "!\nS: 500 *" + s + "*\nC: LOGIN bob " + s + "\nS: 500 |" + s + "|\n",
		"235 behind a hole":                begin + "gap C 40\nS: 235 2.7.0 ok " + s + "\n",
		"500 behind a hole":                begin + "gap C 40\nS: 500 5.5.2 unknown: " + s + "\n",
		"XFORWARD":                         begin + "C: XFORWARD NAME=a LOGIN=" + s + "\nS: 250 ok\n",
		"no id":                            opened + "S: 354 go\nC+ Message-ID: <a@b " + s + "\\r\\n\\r\\n.\\r\\n\nS: 250 ok\n",
		"starts with it":                   "midstream\nC: " + s + "\nS: 535 " + s + "\nC: " + s + "\nS: 500 " + s + "\n",
	} {
		script := parseScript(t, text)
		for _, step := range []int{0, 1, 3, 10} {
			r := &recorder{}
			m := New(r, Limits{})
			script.play(m, step, func(*act) { checkTally(t, m) })
			if got := r.String() + state(m); strings.Contains(strings.ToLower(got), s) || strings.Contains(got, coded[4:]) {
				t.Errorf("%s, in steps of %d:\n%s", name, step, got)
			}
		}
	}
}

// TestShortLogin: a name of three bytes, as long as the "..." in its place.
func TestShortLogin(t *testing.T) {
	script := parseScript(t, "S: 220 mx\nC: XCLIENT LOGIN=bob ADDR=192.0.2.1\nS: 220 mx\n")
	for _, step := range []int{0, 1, 3} {
		r := &recorder{}
		m := New(r, Limits{})
		script.play(m, step, func(*act) {})
		if got := r.String() + state(m); strings.Contains(got, "bob") || !strings.Contains(got, "LOGIN=... ADDR=192.0.2.1") {
			t.Errorf("in steps of %d:\n%s", step, got)
		}
	}
}

// TestSecretsAccepted: a positive reply to AUTH may repeat a credential as well.
func TestSecretsAccepted(t *testing.T) {
	const begin = "S: 220 mx\nC: EHLO x\nS: 250 mx\n"
	for _, text := range []string{
		begin + "C: AUTH PLAIN " + canary + "\nS: 235 ok " + canary + "\n",
		begin + "C: AUTH LOGIN\nS: 334 x\nC: " + canary + "\nS: 235 ok " + canary + "\nC: NOOP\nS: 250 ok\n",
		begin + "C: AUTH PLAIN " + canary + "\nS: 250 ok " + canary + "\n",
	} {
		script := parseScript(t, text)
		var store Store
		for range 3 {
			r := &recorder{}
			m := store.Machine(r, Limits{})
			script.play(m, 0, nil)
			leaks(t, text, r.String()+state(m))
		}
	}
}

func leaks(t *testing.T, name, text string) {
	t.Helper()
	for i := 0; i+8 <= len(canary); i++ {
		if strings.Contains(text, canary[i:i+8]) {
			t.Fatalf("%s: %q came out:\n%s", name, canary[i:i+8], text)
		}
	}
}

// TestSecretsAreNotHeld looks into the machine's own buffers, and those that the
// store has back.
func TestSecretsAreNotHeld(t *testing.T) {
	m := New(nil, Limits{})
	for _, one := range []turn{{'S', []byte("220 mx\r\n")}, {'C', []byte("EHLO x\r\n")}, {'S', []byte("250 ok\r\n")}, {'C', []byte("AUTH PLAIN " + canary)}} {
		feedTurns(m, []turn{one}, 1)
	}
	held := func() (all string) {
		for _, b := range append([][]byte{m.client.line.buf, m.server.line.buf, m.server.text}, m.store.buffers...) {
			all += string(b[:cap(b)])
		}
		return all
	}
	leaks(t, "half a line", held())
	m.Client([]byte("\r\n"), Mark{})
	leaks(t, "the whole line", held())
	m.Server([]byte("334 x\r\n"), Mark{})
	for i := range canary {
		m.Client([]byte{canary[i]}, Mark{})
		leaks(t, "answer to 334", held())
	}
	m.Client([]byte("\r\n"), Mark{})
	leaks(t, "the whole answer", held())
}

func TestScrub(t *testing.T) {
	for text, want := range map[string]string{
		"5.7.8 Error: authentication failed: UGFzc3dvcmQ6": "5.7.8 Error: authentication failed: ...:",
		"5.5.1 Command unrecognized: \"dXNlcg==\"":         "5.5.1 Command unrecognized: \"...\"",
		"5.7.8 Username and Password not accepted":         "5.7.8 Username and Password not accepted",
		"AUTHENTICATE first, see http://example.com/help":  "AUTHENTICATE first, see http://example.com/help",
		"": "",
	} {
		if got := new(Machine).scrub(text, echoGuessed); !strings.HasPrefix(got, strings.TrimSuffix(want, ":")) {
			t.Errorf("%q: %q", text, got)
		}
	}
}
