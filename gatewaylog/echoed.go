package gatewaylog

import "strings"

// blankEchoed blanks words of base64 behind a reply that finds fault with a line
// and may repeat it (RFC 5321 section 4.2.3, RFC 4954 section 6): 500 to 504 and
// 530 to 539, whichever server said it; and where a product says why a login
// failed.
func blankEchoed(s string) string {
	at := faultAt(s)
	if i := strings.Index(s, "uthentication failed"); i >= 0 && (at < 0 || i < at) {
		at = i
	}
	if at >= 0 {
		if rest := blankWords(s[at:]); rest != s[at:] {
			s = s[:at] + rest
		}
	}
	for _, what := range []string{"uthentication fail", "uthenticator failed", "AUTH failure"} { // sasl_errdetail, Exim, sendmail
		if i := strings.Index(s, what); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	if at < 0 {
		return s
	}
	if rest := blankEncoded(s[at:]); rest != s[at:] {
		return s[:at] + rest
	}
	return s
}

// faultAt is where the text behind the first such code begins, -1 if there is
// none.
func faultAt(s string) int {
	for i := 0; i+4 < len(s); i++ {
		n := strings.IndexByte(s[i:], '5')
		if n < 0 {
			break
		}
		i += n
		if i+4 < len(s) && isFault(s[i:i+3]) && (s[i+3] == ' ' || s[i+3] == '-') && (i == 0 || !isWordByte(s[i-1]) && s[i-1] != '.' && s[i-1] != ':') {
			return i + 4
		}
	}
	return -1
}

// isFault says of three bytes whether they are such a code.
func isFault(code string) bool {
	return code[0] == '5' && (code[1] == '0' && code[2] >= '0' && code[2] <= '4' || code[1] == '3' && code[2] >= '0' && code[2] <= '9')
}
