package canarylog

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// A bird is a word that is in no language: five of its letters in a row are
// peculiar to it.
func bird(r *rand.Rand, n int) string {
	const letters = "bjkqvwxyz"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
		for i > 1 && b[i] == b[i-1] { // "xxxxx" stands in real logs
			b[i] = letters[r.IntN(len(letters))]
		}
	}
	return string(b)
}

// A secret is a password and what clients make of it.
type secret struct {
	user, plain string
	base64      string // the password
	response    string // of PLAIN, or one that looks as it does
}

// passwords are what people take for one; B is a bird.
var passwords = []string{
	"B", "B", "B", "B9", "7B", "B!", "B$9", "B.B", "B-B", "B_B", "p@B", "B,B", "B;B", "B:B", `B"B`, "B'B", `B\B`, "B B", "B B B", "B=", "B/B", "(B)", "<B>", "[B]", "{B}", "#B", "B#9",
	"B|B", "%B", "B%20B", "~B", "B&B", "*B", "B*", "B?", "AUTH B", "QUIT B", "B QUIT", "mail B", "help B", "B: B", "=B", "B==", `"B"`, "'B'", "`B`", "äB", "B\tB", "MID B", "user=B", "Subject: B", "B\\", "-B", "> B", "< B",
}

// responses are what stands behind the name of a mechanism; U is the user, P
// the password.
var responses = []string{
	"\x00U\x00P", "\x00U\x00P", "U\x00U\x00P", "user=U\x01auth=Bearer P\x01\x01", "n,a=U,\x01host=h\x01port=25\x01auth=Bearer P\x01\x01", "U P", "n,,n=U,r=P", `username="U",nonce="P",response=P`, "NTLMSSP\x00\x01P",
}

func (l *log) newSecret() secret {
	b := bird(l.r, 6+l.r.IntN(9))
	b2 := bird(l.r, 7)
	l.ear.learn(b)
	switch l.r.IntN(6) {
	case 0:
		b = strings.ToUpper(b)
	case 1:
		b = strings.ToUpper(b[:1]) + b[1:]
	case 2:
		b = b[:3] + strings.ToUpper(b[3:])
	}
	form := passwords[l.r.IntN(len(passwords))]
	if !strings.Contains(form, "B") {
		panic(form)
	}
	s := secret{user: []string{"bob", "bob@example.org", "DOM\\bob"}[l.r.IntN(3)]}
	if strings.Count(form, "B") > 1 {
		l.ear.learn(b2)
	}
	var p strings.Builder
	first := true
	for i := range len(form) { // no letter B in the words beside it
		switch {
		case form[i] != 'B':
			p.WriteByte(form[i])
		case first:
			p.WriteString(b)
			first = false
		default:
			p.WriteString(b2)
		}
	}
	s.plain = p.String()
	encode := base64.StdEncoding.EncodeToString
	if l.r.IntN(12) == 0 {
		encode = base64.RawURLEncoding.EncodeToString
	}
	s.base64 = encode([]byte([]string{"", "", "", "pw:", s.user + " "}[l.r.IntN(5)] + s.plain))
	s.response = encode([]byte(strings.NewReplacer("U", s.user, "P", s.plain).Replace(responses[l.r.IntN(len(responses))])))
	l.ear.learnEncoded(s.base64)
	l.ear.learnEncoded(s.response)
	return s
}
