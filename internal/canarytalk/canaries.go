// Package canarytalk is test support: it makes conversations in which everything
// that no output may show is a word that stands nowhere else, so that a search for
// such words finds every leak.
//
// [New] makes a conversation from a seed: clients that log in by every mechanism,
// well and badly, that send mail with lines which look like commands, also where
// nobody has asked for it, and servers that repeat what they got in all the ways in
// which servers do. [Conversation.Wire] lets it pass a wire and a capture that lose
// some of it. The same seed gives the same bytes.
package canarytalk

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// A word of the canaries' language has syllables of one of these letters and a
// vowel. No other text has three of them in a row.
const (
	consonants = "qxzj"
	vowels     = "aeiou"
)

// leastSung is how many bytes of a canary give it away, and leastCoded how many
// of its base64, where by chance a few letters agree.
const (
	leastSung  = 5
	leastCoded = 6
)

// nest makes canaries.
type nest struct {
	*rand.Rand
	coded map[string]bool // what would give away those that were sent in base64
}

// chance is true n times of a hundred.
func (n *nest) chance(percent int) bool { return n.IntN(100) < percent }

func pick[T any](n *nest, list ...T) T { return list[n.IntN(len(list))] }

// word is a canary of small letters.
func (n *nest) word() string {
	var b strings.Builder
	for range 3 + n.IntN(3) {
		b.WriteByte(consonants[n.IntN(len(consonants))])
		b.WriteByte(vowels[n.IntN(len(vowels))])
	}
	return b.String()
}

// password is a canary as people choose them.
func (n *nest) password() string {
	w := n.word()
	switch n.IntN(8) {
	case 0:
		return strings.ToUpper(w)
	case 1:
		return strings.ToUpper(w[:1]) + w[1:]
	case 2:
		return w + pick(n, "1", "42", "2026", "!", "$", "-", "_", "@home")
	case 3:
		return n.word() + pick(n, "-", "_", ".", "$", "'", "\"", "+", "/", "=", ",", "\\") + w
	case 4:
		return w + " " + n.word()
	}
	return w
}

// base64 is text in base64; what would give away the canaries in it is known from
// here on.
func (n *nest) base64(text string) string {
	code := base64.StdEncoding.EncodeToString([]byte(text))
	for i := 0; i+leastSung <= len(text); i++ {
		if !sings(text[i : i+leastSung]) {
			continue
		}
		from, to := (i*4+2)/3, ((i+leastSung)*4)/3 // digits that depend on nothing else
		for ; from+leastCoded <= min(to+1, len(code)); from++ {
			n.coded[strings.ToLower(code[from:from+leastCoded])] = true
		}
	}
	return code
}

// sings reports whether every letter is of the canaries' language, in their order.
func sings(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if in := strings.IndexByte(consonants, c) >= 0; !in && strings.IndexByte(vowels, c) < 0 || i > 0 && in == (strings.IndexByte(consonants, s[i-1]|0x20) >= 0) {
			return false
		}
	}
	return true
}

// Heard finds a canary, or a part of one, in what came out; "" = none.
func (c *Conversation) Heard(out string) string {
	run := 0 // letters of the canaries' language that end here
	consonant := false
	for i := range len(out) {
		b := out[i] | 0x20
		is := strings.IndexByte(consonants, b) >= 0
		switch {
		case !is && strings.IndexByte(vowels, b) < 0:
			run = 0
		case run > 0 && is == consonant:
			run = 1
		default:
			run++
		}
		if consonant = is; run == leastSung {
			return around(out, i+1-leastSung)
		}
	}
	if len(c.coded) == 0 {
		return ""
	}
	lower := strings.ToLower(out)
	for i := 0; i+leastCoded <= len(lower); i++ {
		if c.coded[lower[i:i+leastCoded]] {
			return around(out, i)
		}
	}
	return ""
}

func around(out string, at int) string {
	from := strings.LastIndexByte(out[:at], '\n') + 1
	to := len(out)
	if i := strings.IndexByte(out[at:], '\n'); i >= 0 {
		to = at + i
	}
	return out[max(from, at-200):min(to, at+200)]
}
