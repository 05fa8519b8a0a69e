package gatewaylog

import "strings"

// blanked stands where a credential stood.
const blanked = "[blanked]"

// redact is applied to every line that is no part of a transcript before it is
// read (transcript.go knows those). It blanks what follows AUTH and its
// mechanism (RFC 4954 section 4), the initial response; what may be credentials
// where a line quotes the client or the reply to it (quoted.go, echoed.go); and
// what a line tells of a mail's content (content.go).
func redact(s string) string {
	if asked := screen(s); asked != 0 {
		return redactBy(asked, s)
	}
	return s
}

// redactBy is redact by the rules that there is a reason to ask (screen.go).
func redactBy(asked rules, s string) string {
	text, tail := unrepeated(s)
	safe := text
	if asked&ruleInitial != 0 {
		safe = blankInitial(safe)
	}
	if asked >= ruleQuoted {
		safe = blankQuoted(safe, asked)
	}
	if asked&ruleFurther != 0 {
		safe = blankFurther(safe)
	}
	if asked&ruleEchoed != 0 {
		safe = blankEchoed(safe)
	}
	if safe = blankContent(safe, asked); safe == text {
		return s
	}
	return safe + tail
}

// unrepeated takes the bracket off that rsyslog puts behind a line which came
// again: "message repeated 3 times: [ … ]".
func unrepeated(s string) (text, tail string) {
	if n := len(s) - 1; n > 0 && s[n] == ']' && strings.Contains(s, "message repeated ") {
		return s[:n], s[n:]
	}
	return s, ""
}

// blankInitial blanks initial responses. It goes over the line once: a line of
// 64 KiB may hold thousands.
func blankInitial(s string) string {
	var out strings.Builder
	done := 0
	for from := 0; ; {
		i, after := indexAuth(s, from)
		if i < 0 {
			break
		}
		word := skipBlanks(s, after)
		mechanism := skipWord(s, word)
		secret := skipBrackets(s, skipBlanks(s, mechanism))
		end := secretEnd(s, secret)
		from = word // the word behind AUTH may be another AUTH
		if end > secret && secret > mechanism && isMechanism(s[word:mechanism]) && looksSecret(s[secret:end]) && !beginsAuth(s[secret:]) {
			out.WriteString(s[done:secret])
			out.WriteString(blanked)
			from, done = end, end
		}
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// mechanisms are the names that clients write in any case (IANA's list of SASL
// mechanisms, and those of products). Others count when they are written as SASL
// names are, in capitals (RFC 4422 section 3.1), and are not shown where they may
// be the response.
var mechanisms = map[string]bool{}

func init() {
	for _, m := range strings.Fields(`plain login cram-md5 cram-sha1 cram-sha256 digest-md5 ntlm gssapi external anonymous xoauth xoauth2 oauthbearer otp skey srp securid
		scram-md5 gss-spnego spnego kerberos_v4 kerberos_v5 krb5 gs2-krb5 gs2-krb5-plus 9798-u-rsa-sha1-enc 9798-m-rsa-sha1-enc ecdsa-nist256p-challenge eap-aes128 saml20 openid20 exchangeauth msn apop`) {
		mechanisms[m] = true
	}
}

func isMechanism(s string) bool {
	return isWellKnown(s) || len(s) >= 3 && strings.ToUpper(s) == s
}

func isWellKnown(s string) bool {
	const longest, scram = 32, "scram-sha" // RFC 5802: a name for each hash
	if len(s) > longest {
		return false
	}
	var name [longest]byte
	for i := range len(s) {
		name[i] = s[i]
		if s[i] >= 'A' && s[i] <= 'Z' {
			name[i] |= 0x20
		}
	}
	return mechanisms[string(name[:len(s)])] || len(s) <= len("scram-sha3-512-plus") && strings.HasPrefix(string(name[:len(s)]), scram)
}

// indexAuth finds AUTH and a blank in any case, as a word, from a place on;
// after is the place behind it. Exchange has a verb of its own for the same, X-EXPS.
func indexAuth(s string, from int) (at, after int) {
	for i := from; i+5 <= len(s); i++ {
		switch {
		case s[i]|0x20 == 'a' && s[i+1]|0x20 == 'u' && isBlank(s[i+4]) && strings.EqualFold(s[i:i+4], "auth"):
			after = i + 5
		case s[i]|0x20 == 'x' && s[i+1] == '-' && i+7 <= len(s) && isBlank(s[i+6]) && strings.EqualFold(s[i:i+6], "x-exps"):
			after = i + 7
		default:
			continue
		}
		if i == 0 || !isWordByte(s[i-1]) || endsEscape(s[:i]) {
			return i, after
		}
	}
	return -1, 0
}

// escapes are those of line ends and tabs.
var escapes = append([]string{`\t`, `\011`, `\x09`, "#011"}, escapedEnds...)

// endsEscape: what stands here was written for a line end or a tab, and is no
// part of the word behind it.
func endsEscape(s string) bool {
	for _, e := range escapes {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

// beginsAuth: what stands here is no response but another AUTH.
func beginsAuth(s string) bool {
	at, _ := indexAuth(s[:min(len(s), len("x-exps "))], 0)
	return at == 0
}

func skipBlanks(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// skipBrackets goes over angle brackets that stand alone, also as JSON may write them.
func skipBrackets(s string, i int) int {
	for _, b := range []string{"<", ">", `\u003c`, `\u003e`} {
		if n := i + len(b); n < len(s) && s[i:n] == b && isBlank(s[n]) {
			return skipBlanks(s, n)
		}
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
	for i < len(s) && !isBlank(s[i]) && s[i] != '"' && s[i] != '\'' && s[i] != '\\' && s[i] != ',' {
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
