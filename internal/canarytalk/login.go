package canarytalk

import (
	"strconv"
	"strings"
)

// An exchange is what a mechanism has the client say, in order; the first may
// stand behind the mechanism (RFC 4954 section 4).
func (t *talk) exchange() (mechanism string, said []string, about []string) {
	user, pass := t.word(), t.password()
	mechanism = pick(&t.nest, "PLAIN", "PLAIN", "LOGIN", "LOGIN", "LOGIN", "CRAM-MD5", "NTLM", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256", "GSSAPI", "EXTERNAL", "DIGEST-MD5", "X-OWN", "?")
	knows := !t.chance(15) // that it is base64 that is asked for
	code := func(parts ...string) string {
		for _, p := range parts {
			if strings.ContainsAny(p, vowels) && sings(p[:min(len(p), leastSung)]) {
				about = append(about, p)
			}
		}
		text := strings.Join(parts, "")
		if knows {
			return t.base64(text)
		}
		return strings.TrimLeft(strings.ReplaceAll(text, "\x00", " "), " ")
	}
	switch mechanism {
	case "PLAIN":
		said = []string{code("\x00", user, "\x00", pass)}
	case "LOGIN":
		said = []string{code(user), code(pass)}
	case "CRAM-MD5":
		said = []string{code(user, " ", t.word()+t.word())}
	case "NTLM", "GSSAPI":
		for range 2 + t.IntN(2) {
			said = append(said, code("NTLMSSP\x00\x01\x00\x00\x00", t.word(), "\x00\xff", t.word()))
		}
	case "XOAUTH2", "OAUTHBEARER":
		said = []string{code("user=", user, "\x01auth=Bearer ", t.word()+t.word(), "\x01\x01"), pick(&t.nest, "", "AQ==")}
	case "SCRAM-SHA-256":
		said = []string{code("n,,n=", user, ",r=", t.word()), code("c=biws,r=", t.word(), ",p=", t.word())}
	case "DIGEST-MD5":
		said = []string{code(`username="`, user, `",nonce="`, t.word(), `",response=`, t.word()), ""}
	case "EXTERNAL":
		if said = []string{"="}; t.chance(50) {
			said[0] = code(user)
		}
	case "X-OWN":
		said = []string{code(pass), code(user)}
	case "?": // a password where the mechanism is due
		mechanism, said = pick(&t.nest, pass, code(pass), user+" "+pass), []string{code(pass)}
	}
	return mechanism, said, about
}

// login is an AUTH exchange, as it goes well or badly.
func (t *talk) login() {
	for again := true; again; again = t.chance(20) {
		t.loginOnce()
		t.about = nil
	}
}

func (t *talk) loginOnce() {
	mechanism, said, about := t.exchange()
	if t.chance(30) {
		mechanism = strings.ToLower(mechanism)
	}
	line := pick(&t.nest, "AUTH", "AUTH", "AUTH", "auth", "Auth", "X-EXPS", " AUTH", "AUTH ", "\tauth") + pick(&t.nest, " ", " ", " ", "  ", "\t") + mechanism
	if t.chance(50) && said[0] != "" {
		line += pick(&t.nest, " ", " ", "  ", "\t") + said[0]
		said = said[1:]
	}
	t.tell(line + pick(&t.nest, "", "", "", " "))
	switch t.IntN(10) {
	case 0, 1: // refused, and the client goes on all the same
		t.reply(t.fault(pick(&t.nest, "504", "503", "502", "530", "454", "500", "538")))
		for _, s := range said {
			t.tell(s)
			t.reply(t.fault("500"))
		}
		return
	case 2: // it does not wait
		t.ahead = true
	}
	for i, s := range said {
		if !t.chance(5) {
			t.reply("334 " + pick(&t.nest, "", "VXNlcm5hbWU6", "UGFzc3dvcmQ6", t.base64("<"+t.word()+"@mx>")))
		}
		if t.chance(7) {
			t.say("*")
			t.reply(t.fault("501"))
			if t.chance(30) {
				t.tell(s)
				t.reply(t.fault("500"))
			}
			return
		}
		t.tell(s)
		if i == len(said)-1 {
			t.about = about
		}
	}
	t.reply(pick(&t.nest, "235 2.7.0 ok", t.welcome(), t.fault("535"), t.fault("535"), t.fault("454"), t.fault("421"), t.fault("501"), "250 ok"))
}

func (t *talk) welcome() string {
	if t.echoes() {
		return "235 2.7.0 welcome " + t.quoted()
	}
	return "235 2.7.0 Authentication successful"
}

func (t *talk) echoes() bool { return len(t.said) > 0 && t.chance(t.echoing) }

// fault is a reply that finds fault with what was said, and may repeat it.
func (t *talk) fault(code string) string {
	enhanced := pick(&t.nest, "", code[:1]+".5.2 ", code[:1]+".7.8 ", code[:1]+".5.1 ")
	if quotes := code == "421" || code == "454" || code[:2] == "50" || code[:2] == "53"; !quotes || !t.echoes() {
		return code + " " + enhanced + pick(&t.nest, "no", "Error: command not recognized", "Authentication failed", "what?")
	}
	q := t.quoted()
	switch t.IntN(6) {
	case 0:
		return code + "-" + enhanced + "Error\r\n" + code + " " + enhanced + q
	case 1:
		return code + "-" + enhanced + q + "\r\n" + code + " " + enhanced + "that is no command"
	case 2: // over two lines
		at := len(q) / 2
		if i := strings.IndexByte(q, ' '); i > 0 {
			at = i
		}
		return code + "-" + enhanced + q[:at] + "\r\n" + code + " " + enhanced + q[at:]
	case 3:
		return code + " " + enhanced + q + pick(&t.nest, "?", ": unknown command", " what", " (#5.5.1)")
	}
	return code + " " + enhanced + pick(&t.nest, "Error: command not recognized: ", "unrecognized command ", "Command unrecognized: ", "", "what: ", "5.5.1 ", "authentication failed for ", "bad: ") + q
}

// quoted is something that the client said, as servers write it: the last line or
// one before, all of it or a word, in another case, in quotes.
func (t *talk) quoted() string {
	line := t.said[len(t.said)-1]
	if t.chance(30) {
		line = pick(&t.nest, t.said...)
	}
	if len(t.about) > 0 && t.chance(40) {
		line = pick(&t.nest, t.about...)
	}
	switch t.IntN(8) {
	case 0:
		if words := strings.Fields(line); len(words) > 0 {
			line = pick(&t.nest, words...)
		}
	case 1:
		line = line[:t.IntN(len(line)+1)]
	case 2:
		line = line[t.IntN(len(line)+1):]
	}
	switch t.IntN(8) {
	case 0:
		line = strings.ToUpper(line)
	case 1:
		line = strings.ToLower(line)
	case 2:
		line = strconv.Quote(line)
	}
	line = strings.NewReplacer("\r", " ", "\n", " ", "\x00", "?").Replace(line)
	return pick(&t.nest, line, line, `"`+line+`"`, "'"+line+"'", "<"+line+">", "("+line+")", line+"...", "["+line+"]", "*"+line+"*", "command="+line)
}
