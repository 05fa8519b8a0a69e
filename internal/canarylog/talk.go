package canarylog

import (
	"encoding/base64"
	"strings"
)

// A turn is a line that one side says.
type turn struct {
	client bool
	text   string
}

// talk is a dialogue that is being made.
type talk struct {
	*log
	turns []turn
	body  bool // the log tells the content of mails, too
}

func (t *talk) c(s string) { t.turns = append(t.turns, turn{true, s}) }
func (t *talk) s(s string) { t.turns = append(t.turns, turn{false, s}) }

func (l *log) one(of ...string) string { return of[l.r.IntN(len(of))] }

// chance is true once in n times.
func (l *log) chance(n int) bool { return l.r.IntN(n) == 0 }

func (l *log) newTalk(body bool) []turn {
	t := &talk{log: l, body: body}
	if !t.chance(6) {
		t.s("220 mx.example.org ESMTP")
		t.c(t.one("EHLO client.example.net", "ehlo [192.0.2.1]", "HELO x"))
		t.s("250-mx.example.org")
		t.s("250-AUTH PLAIN LOGIN CRAM-MD5")
		t.s("250 SIZE 1000")
	}
	scenes := []func(){t.initial, t.initial, t.login, t.login, t.cancelled, t.challenged, t.refused, t.refused, t.stranger, t.stranger, t.xclient, t.early, t.mail, t.mail, t.chunks, t.withdrawn, t.crossed}
	for range 1 + t.r.IntN(4) {
		scenes[t.r.IntN(len(scenes))]()
	}
	if t.chance(2) {
		t.c("QUIT")
		t.s("221 2.0.0 bye")
	}
	return t.turns
}

// auth is the verb as clients write it.
func (t *talk) auth() string {
	return t.one("AUTH", "AUTH", "AUTH", "auth", "Auth", "X-EXPS", " AUTH", "x-exps")
}

func (t *talk) mechanism() string {
	return t.one("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "NTLM", "GSSAPI", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256", "EXTERNAL", "plain", "login", "Login", "X-FOO", "xoauth2")
}

// blank is what stands between two words.
func (t *talk) blank() string { return t.one(" ", " ", " ", " ", "  ", "\t", " \t ") }

// echoes are what servers say of what they were told: L is the line, W a word of it.
var echoes = []string{
	"", "", ": L", ` "L"`, " 'L'", ": <L>", " (L)", ": W", ` "W"`, ", not W!", " L", ": X", ": x", " T...", ` "T"...`, ": D", " user=U D", "; you said: L",
}

// finds gives a reply that finds fault with a line of the client's.
func (t *talk) finds(head, line string, s secret) string {
	words := strings.Fields(line)
	if len(words) == 0 {
		words = []string{"x"}
	}
	cut := line
	if len(cut) > 100 { // sendmail, Postfix: long ones are cut
		cut = cut[:100]
	}
	echo := t.one(echoes...)
	if strings.Contains(echo, "D") && !strings.Contains(line, s.base64) && !strings.Contains(line, s.response) {
		echo = ""
	}
	switch head[:3] {
	case "220", "221", "421", "550", "454": // where nobody knows what they are about they are shown
		echo = ""
	}
	return head + strings.NewReplacer("L", line, "W", words[len(words)-1], "X", strings.ToUpper(line), "x", strings.ToLower(line), "T", cut, "D", s.plain, "U", s.user).Replace(echo)
}

// settled is how an exchange ends.
func (t *talk) settled(line string, s secret) {
	switch t.r.IntN(8) {
	case 0, 1:
		t.s(t.one("235 2.7.0 Authentication successful", "235 ok", "235 2.7.0 Accepted"))
	case 2:
		t.s(t.finds("235 2.7.0 welcome", line, s))
	case 3:
		t.s("334 ")
		t.c(t.one("", "AQ==", s.base64))
		t.s(t.finds("535 5.7.8 Error: authentication failed", line, s))
	case 4:
		t.s(t.finds("535-5.7.8 Username and Password not accepted", line, s))
		t.s(t.finds("535 5.7.8 go away", line, s))
	default:
		t.s(t.finds(t.one("535 5.7.8 Error: authentication failed", "535 Incorrect authentication data", "535 #5.7.8 no", "454 4.7.0 Temporary authentication failure", "501 5.5.2 cannot decode", "504 5.5.4 Unrecognized authentication type", "530 5.7.0 Must issue a STARTTLS command first", "503 5.5.1 already authenticated"), line, s))
	}
}

// asked is the challenge of a server.
func (t *talk) asked() string {
	s := t.newSecret()
	return t.one("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "334 ", "334", "334 "+s.base64, "334 "+s.response)
}

// initial has the response in the command (RFC 4954 section 4).
func (t *talk) initial() {
	s := t.newSecret()
	line := t.auth() + t.blank() + t.mechanism() + t.blank() + t.one(s.response, s.response, s.base64, s.plain, s.user+" "+s.plain, t.long(s), s.plain[:len(s.plain)/2]+"\r"+s.plain[len(s.plain)/2:])
	t.c(line)
	t.settled(line, s)
}

func (t *talk) login() {
	s := t.newSecret()
	t.c(t.auth() + " " + t.one("LOGIN", "login", "LOGIN ", "LOGIN "+s.base64))
	t.s("334 " + t.one("VXNlcm5hbWU6", "UGFzc3dvcmQ6", "", "VXNlciBOYW1lAA==", s.base64))
	t.c(t.one(s.base64, "Ym9i", s.plain, " "+s.base64, s.base64+" "))
	t.s("334 UGFzc3dvcmQ6")
	line := t.one(s.base64, s.base64, s.plain, s.response, s.base64+" "+s.base64)
	t.c(line)
	t.settled(line, s)
}

// cancelled exchanges (RFC 4954 section 4: "*").
func (t *talk) cancelled() {
	s := t.newSecret()
	t.c("AUTH " + t.mechanism())
	t.s(t.asked())
	if t.chance(2) {
		t.c(s.base64)
		t.s(t.asked())
	}
	t.c(t.one("*", "* ", "*"+s.base64))
	t.s(t.one("501 5.7.0 Authentication aborted", "501 cancelled", "535 5.7.0 cancelled"))
	if t.chance(2) {
		t.c(s.base64)
		t.s(t.finds("500 5.5.2 Error: bad syntax", s.base64, s))
	}
}

// challenged: several of each.
func (t *talk) challenged() {
	t.c("AUTH " + t.mechanism())
	var s secret
	line := ""
	for range 1 + t.r.IntN(3) {
		t.s(t.asked())
		s = t.newSecret()
		line = t.one(s.base64, s.response, s.plain)
		t.c(line)
	}
	t.settled(line, s)
}

// refused: the server will have none of it, and is told all the same.
func (t *talk) refused() {
	s := t.newSecret()
	line := t.auth() + " " + t.mechanism()
	t.c(line)
	t.s(t.one("503 5.5.1 Error: authentication not enabled", "504 5.5.4 Unrecognized authentication type", "538 5.7.11 Encryption required", "502 5.5.1 command not implemented", "530 5.7.0 Must issue a STARTTLS command first", "454 4.7.0 no"))
	for range 1 + t.r.IntN(3) {
		line := t.one(s.base64, s.plain, s.response, s.user, s.user+" "+s.plain)
		t.c(line)
		t.s(t.finds(t.one("500 5.5.1 Command unrecognized", "502 5.5.2 Error: command not recognized", "500 unrecognized command", "500 5.3.3 Unrecognized command", "501 5.5.2 Syntax error", "221 2.7.0 Error: I can break rules, too. Goodbye."), line, s))
	}
}

// stranger speaks another protocol, or writes a command in a way of its own.
func (t *talk) stranger() {
	s := t.newSecret()
	line := t.one("LOGIN "+s.user+" "+s.plain, "USER "+s.user, "PASS "+s.plain, "pass "+s.plain, "a1 LOGIN "+s.user+" "+s.plain, ". login "+s.user+" "+s.plain, "Authorization: Basic "+s.base64, "AUTHINFO PASS "+s.plain,
		"AUTH PLAIN"+s.response, "AUTHPLAIN "+s.response, "AUTH="+s.response, "AUTH "+s.response, "AUTH "+s.plain, "AUTH: "+s.plain, "XAUTH "+s.base64, "APOP "+s.user+" "+s.plain, "POST / HTTP/1.1", "GET /?p="+s.plain+" HTTP/1.1", "DATA "+s.plain, "QUIT "+s.plain, "RSET "+s.plain, "NOOP "+s.plain, "HELP "+s.plain,
		"STARTTLS "+s.plain, "VRFY "+s.base64, "MAIL "+s.plain, "RCPT "+s.plain, s.plain, s.base64, "Password: "+s.plain, "{\"password\":\""+s.plain+"\"}", "BDAT "+s.plain, "EHLO\t"+"x", "PROXY TCP4 "+s.plain, "AUTH PLAIN\u00a0"+s.response, "AUT H PLAIN "+s.response, "AUTH,PLAIN,"+s.response, "AUTH PLAIN, "+s.response, "AUTH \"PLAIN\" "+s.response)
	t.c(line)
	t.s(t.finds(t.one("500 5.5.1 Command unrecognized", "502 5.5.2 Error: command not recognized", "500 unrecognized command", "221 2.7.0 Error: I can break rules, too. Goodbye.", "550 5.7.0 no", "503 5.5.1 bad sequence of commands"), line, s))
}

func (t *talk) xclient() {
	s := t.newSecret()
	if strings.ContainsAny(s.plain, " \t") { // a blank ends the attribute
		s.plain = s.base64
	}
	value := t.one(s.plain, s.base64)
	t.c("XCLIENT ADDR=192.0.2.7 " + t.one("LOGIN", "login") + "=" + value + " NAME=x.example")
	t.s(t.finds(t.one("220 mx.example.org", "550 5.7.0 insufficient authorization"), value, s))
}

// early responses were not waited for.
func (t *talk) early() {
	s := t.newSecret()
	t.c("AUTH LOGIN")
	t.c(s.base64)
	t.c(t.one(s.base64, s.plain))
	t.s("334 VXNlcm5hbWU6")
	t.s("334 UGFzc3dvcmQ6")
	t.settled(s.base64, s)
}

// crossed commands, of which the replies come later.
func (t *talk) crossed() {
	s := t.newSecret()
	t.c("MAIL FROM:<a@example.com>")
	t.c("AUTH PLAIN " + s.response)
	t.c("RCPT TO:<b@example.org>")
	t.s("250 2.1.0 Ok")
	t.settled(s.response, s)
	t.s("503 5.5.1 no")
	t.c("RSET")
	t.s("250 2.0.0 Ok")
}

// long is a response as tickets make them (RFC 4752).
func (t *talk) long(s secret) string {
	long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(s.plain+" ", 1+t.r.IntN(200))))
	t.ear.learnEncoded(long)
	return long
}
