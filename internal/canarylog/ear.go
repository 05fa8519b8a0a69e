package canarylog

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// An Ear knows the birds of a log, by pieces.
type Ear struct {
	letters map[uint64]string // five letters of a bird, lower case
	encoded map[uint64]string // eight of its base64
}

const (
	lettersHeard = 5
	encodedHeard = 8 // six bytes, whatever place they begin at
)

func newEar() *Ear { return &Ear{map[uint64]string{}, map[uint64]string{}} }

func packed(s string) (n uint64) {
	for i := range len(s) {
		c := s[i]
		n = n<<8 | uint64(c)
	}
	return n
}

// learn notes the pieces of a bird.
func (e *Ear) learn(word string) {
	for i := 0; i+lettersHeard <= len(word); i++ {
		e.letters[packed(word[i:i+lettersHeard])] = word
	}
}

// learnEncoded notes the pieces of a response that carry a bird.
func (e *Ear) learnEncoded(word string) {
	text := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(word), "=")
	for i := 0; i+encodedHeard <= len(text); i++ {
		from := i &^ 3
		plain, err := base64.RawStdEncoding.DecodeString(text[from : min(len(text), i+encodedHeard+3)&^3])
		if err == nil && e.sings(strings.ToLower(string(plain))) != "" {
			e.encoded[packed(word[i:i+encodedHeard])] = word
		}
	}
}

// sings finds a bird in a text in lower case.
func (e *Ear) sings(text string) string {
	for i := 0; i+lettersHeard <= len(text); i++ {
		if text[i] < 'b' || text[i] > 'z' {
			continue
		}
		if _, ok := e.letters[packed(text[i:i+lettersHeard])]; ok {
			return text[i : i+lettersHeard]
		}
	}
	return ""
}

// Hear finds a bird in what was written, and says where; "" is silence.
func (e *Ear) Hear(text string) string {
	var letters, encoded uint64
	for i := range len(text) {
		c := text[i]
		encoded = encoded<<8 | uint64(c)
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		letters = letters<<8 | uint64(c)
		if c < 'b' || c > 'z' {
			if _, ok := e.encoded[encoded]; !ok {
				continue
			}
		}
		word, ok := e.letters[letters&(1<<(8*lettersHeard)-1)]
		if !ok {
			word, ok = e.encoded[encoded]
		}
		if ok {
			return fmt.Sprintf("%s in …%s…", word, text[max(0, i-200):min(len(text), i+40)])
		}
	}
	return ""
}

// Birds says how many pieces are listened for.
func (e *Ear) Birds() int { return len(e.letters) + len(e.encoded) }
