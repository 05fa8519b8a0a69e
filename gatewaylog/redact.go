package gatewaylog

import "strings"

// blanked stands where a credential stood.
const blanked = "[blanked]"

// redact is applied to every line before it is read. It blanks what follows AUTH and its mechanism (RFC 4954 section 4): the
// initial response. Responses on lines of their own are known only by their
// place in the dialogue; the formats that hold dialogues blank those.
func redact(s string) string {
	for from := 0; ; {
		i := indexAuth(s[from:])
		if i < 0 {
			return s
		}
		i += from + len("auth")
		mechanism := skipWord(s, skipBlanks(s, i))
		secret := skipBlanks(s, mechanism)
		end := secretEnd(s, secret)
		from = mechanism
		if end > secret && secret > mechanism && isMechanism(s[skipBlanks(s, i):mechanism]) && looksSecret(s[secret:end]) {
			s = s[:secret] + blanked + s[end:]
			from = secret + len(blanked)
		}
	}
}

// mechanisms are the names that clients write in any case; others count when
// they are written as SASL names are, in capitals (RFC 4422 section 3.1).
var mechanisms = []string{"plain", "login", "cram-md5", "digest-md5", "ntlm", "gssapi", "external", "anonymous", "xoauth", "xoauth2", "oauthbearer", "scram-sha-1", "scram-sha-256"}

func isMechanism(s string) bool {
	return isWellKnown(s) || len(s) >= 3 && strings.ToUpper(s) == s
}

func isWellKnown(s string) bool {
	for _, m := range mechanisms {
		if strings.EqualFold(s, m) {
			return true
		}
	}
	return false
}

// indexAuth finds "AUTH " in any case, as a word.
func indexAuth(s string) int {
	for i := 0; i+5 <= len(s); i++ {
		if s[i]|0x20 != 'a' || s[i+1]|0x20 != 'u' || s[i+4] != ' ' || !strings.EqualFold(s[i:i+4], "auth") {
			continue
		}
		if i == 0 || !isWordByte(s[i-1]) {
			return i
		}
	}
	return -1
}

func skipBlanks(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

func skipWord(s string, i int) int {
	for i < len(s) && isWordByte(s[i]) {
		i++
	}
	return i
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// secretEnd is the end of an initial response: base64, "=" or "*", and
// whatever else a broken client put there, up to a blank, a quote or a line
// end written as an escape.
func secretEnd(s string, i int) int {
	for i < len(s) && s[i] != ' ' && s[i] != '"' && s[i] != '\'' && s[i] != '\\' && s[i] != '\t' && s[i] != ',' {
		i++
	}
	return i
}

// looksSecret tells a response from the prose that some products put after
// the mechanism ("AUTH LOGIN failed because of LogonDenied"): lower-case words
// and words in brackets are prose. A response of lower-case letters only is
// possible and very rare; base64 pads and mixes.
func looksSecret(s string) bool {
	if s == blanked || isWellKnown(s) || s[0] == '<' || s[0] == '(' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 'a' || c > 'z' {
			return true
		}
	}
	return len(s) >= 12
}
