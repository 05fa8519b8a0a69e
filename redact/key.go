package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
)

// minKey is the shortest key that is taken, in bytes. Names are easily
// guessed, so the key is all that stands between a pseudonym and its name.
const minKey = 16

// maxKey bounds the key that is read.
const maxKey = 4096

// Key is the secret that the pseudonyms depend on. It is written nowhere.
type Key struct{ secret [sha256.Size]byte }

// String keeps a key out of logs and errors.
func (Key) String() string { return "redact.Key" }

// GoString does so for %#v.
func (Key) GoString() string { return "redact.Key" }

// NewKey makes a key from the bytes of a file or a variable, white space
// around them left out.
func NewKey(b []byte) (Key, error) {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) < minKey:
		return Key{}, fmt.Errorf("a key of %d bytes is too short to keep names secret; use at least %d, as from: openssl rand -hex 32", len(b), minKey)
	case len(b) > maxKey:
		return Key{}, errors.New("this is no key: it has more than 4096 bytes")
	}
	return Key{derive(b, "smtpscope redact key")}, nil
}

// RandomKey gives a key that nobody will ever know.
func RandomKey() Key {
	var k Key
	rand.Read(k.secret[:]) // never fails: the program ends where the system has no random numbers
	return k
}

// derive is a key for one purpose.
func derive(secret []byte, purpose string) (out [sha256.Size]byte) {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	mac.Sum(out[:0])
	return out
}

// Fingerprint names the key without giving it away: two reports with the same
// fingerprint have the same pseudonyms.
func (r *Redactor) Fingerprint() string {
	f := derive(r.key.secret[:], "fingerprint")
	return hex.EncodeToString(f[:6])
}

// letters writes pseudonyms: no letter is mistaken for a digit.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// token is the pseudonym of a name, in n letters and digits, the first a
// letter. A shorter one is the beginning of a longer one.
func (r *Redactor) token(purpose, name string, n int) string {
	out := make([]byte, 0, n+64)
	for block := 0; len(out) < n; block++ {
		mac := hmac.New(sha256.New, r.key.secret[:])
		fmt.Fprintf(mac, "%s\x00%d\x00%s", purpose, block, name)
		sum := mac.Sum(nil)
		if block == 0 {
			out = append(out, 'a'+sum[0]%26)
			sum = sum[1:]
		}
		out = letters.AppendEncode(out, sum)
	}
	return string(out[:n])
}
