package gatewaylog

import (
	"strings"
	"unicode/utf8"
)

// What a client says is its credentials wherever it is no command that is
// known: a server that refused its AUTH, or never offered it, is told name and
// password all the same (RFC 4954 section 4), and clients of other protocols
// send theirs to any port. So a line is shown as far as it is known to be SMTP.

// argument says what may be shown behind a command.
type argument uint8

const (
	argNone   argument = iota // it has none: what stands there is something else
	argAny                    // names, addresses, attributes
	argPath                   // FROM: or TO: and what belongs to it
	argName                   // an address or a list; words of base64 are not
	argSize                   // of BDAT
	argAuth                   // a mechanism; a response behind it is blanked
	argClient                 // XCLIENT's attributes, one of which is a login
)

// commands are what a client says beside its credentials (RFC 5321 section
// 4.1.1, and extensions).
var commands = map[string]argument{
	"HELO": argAny, "EHLO": argAny, "LHLO": argAny, "MAIL": argPath, "RCPT": argPath, "DATA": argNone, "BDAT": argSize, "RSET": argNone,
	"NOOP": argNone, "QUIT": argNone, "VRFY": argName, "EXPN": argName, "HELP": argNone, "ETRN": argAny, "AUTH": argAuth,
	"X-EXPS": argAuth, "STARTTLS": argNone, "XCLIENT": argClient, "XFORWARD": argAny, "": argAny, ".": argNone,
}

// strangers are verbs of other protocols and of products: they tell who knocks.
// Nothing behind them is shown.
var strangers = map[string]bool{}

func init() {
	for _, verb := range strings.Fields(`GET HEAD POST PUT DELETE OPTIONS TRACE PATCH CONNECT PROXY PRI
		USER PASS APOP CAPA STAT LIST RETR DELE TOP UIDL LOGIN LOGOUT CAPABILITY SELECT FETCH IDLE
		SEND SOML SAML TURN ATRN VERB ONEX ESAM XADR XSTA XCIR XGEN XDEBUG XUSR XACK
		XEXCH50 X-LINK2STATE XSHADOW XSHADOWREQUEST XQDISCARD XPROXY XPROXYTO XPROXYFROM XRDST XSESSIONPARAMS
		XANONYMOUSTLS X-ANONYMOUSTLS X-EXCH50 XOORG DEBUG WIZ XMESSAGEVALUE BURL JOIN PING UNKNOWN END-OF-MESSAGE`) {
		strangers[verb] = true
	}
}

// knownVerb is a verb that was refused, in capitals; "" where it was blanked.
func knownVerb(verb string) string {
	if verb == blanked {
		return ""
	}
	return strings.ToUpper(verb)
}

func isCommand(verb string) bool {
	_, known := commands[strings.ToUpper(verb)]
	return known
}

// blankAt is the length of a blank at i, written as itself or as the escape of
// a tab; 0 is none.
func blankAt(s string, i int) int {
	switch {
	case i >= len(s):
		return 0
	case isBlank(s[i]):
		return 1
	case s[i] == '#' && strings.HasPrefix(s[i:], "#011"):
		return 4
	case s[i] != '\\':
		return 0
	case strings.HasPrefix(s[i:], `\t`):
		return 2
	case strings.HasPrefix(s[i:], `\011`), strings.HasPrefix(s[i:], `\x09`):
		return 4
	}
	return 0
}

func blanksAt(s string, i int) int {
	for n := blankAt(s, i); n > 0; n = blankAt(s, i) {
		i += n
	}
	return i
}

// escapeAt is the length of an escape for a blank or a line end, 0 if none
// stands there.
func escapeAt(s string) int {
	if n := blankAt(s, 0); n > 1 {
		return n
	}
	for _, e := range escapedEnds {
		if strings.HasPrefix(s, e) {
			return len(e)
		}
	}
	return 0
}

// saying is a client's line taken apart.
type saying struct{ lead, verb, gap, rest string }

func takeApart(line string) saying {
	lead := blanksAt(line, 0)
	end := lead
	for end < len(line) && blankAt(line, end) == 0 {
		end++
	}
	gap := blanksAt(line, end)
	return saying{line[:lead], line[lead:end], line[end:gap], line[gap:]}
}

// shown is what may be shown of the line, and secret what is blanked in it.
func (x saying) shown() (text, secret string) {
	arg, known := commands[strings.ToUpper(x.verb)]
	head := x.lead + x.verb + x.gap
	switch {
	case !known && !strangers[strings.ToUpper(x.verb)]:
		return x.lead + blanked, x.verb + x.gap + x.rest
	case strings.TrimSpace(x.rest) == "":
		return head + x.rest, ""
	case arg == argAuth:
		return x.shownAuth()
	case arg == argClient:
		return x.shownClient()
	case arg == argName:
		return head + blankEncoded(blankWords(x.rest)), ""
	case !known && isRootOf(x.rest), arg == argAny && known, arg == argPath && isPath(x.verb, x.rest), arg == argSize && isSize(x.rest):
		return head + x.rest, ""
	}
	return head + blanked, x.rest
}

// shownAuth blanks whatever stands behind the mechanism.
func (x saying) shownAuth() (text, secret string) {
	end := skipWord(x.rest, 0)
	gap := blanksAt(x.rest, end)
	switch {
	case !isWellKnown(x.rest[:end]) || gap == end && end < len(x.rest):
		return x.lead + x.verb + x.gap + blanked, x.rest
	case gap == len(x.rest):
		return x.lead + x.verb + x.gap + x.rest, ""
	}
	return x.lead + x.verb + x.gap + x.rest[:gap] + blanked, x.rest[gap:]
}

// shownClient blanks the login among the attributes (Postfix, XCLIENT_README).
func (x saying) shownClient() (text, secret string) {
	words := strings.Split(x.rest, " ")
	for i, word := range words {
		if name, value, ok := strings.Cut(word, "="); ok && strings.EqualFold(name, "LOGIN") && !strings.EqualFold(value, "[UNAVAILABLE]") {
			words[i], secret = name+"="+blanked, secret+" "+value
		}
	}
	return x.lead + x.verb + x.gap + strings.Join(words, " "), secret
}

// isPath tells an envelope, well written or not, from a sentence that begins
// with the same word.
func isPath(verb, rest string) bool {
	preposition := "FROM"
	if strings.EqualFold(verb, "RCPT") {
		preposition = "TO"
	}
	n := len(preposition)
	if len(rest) < n || !strings.EqualFold(rest[:n], preposition) {
		return false
	}
	after := strings.TrimLeft(rest[n:], " :")
	return len(after) < len(rest[n:]) && (strings.Contains(rest, ":") || strings.HasPrefix(after, "<"))
}

// isRootOf: "GET / HTTP/1.1" asks for nothing that would have to be hidden.
func isRootOf(rest string) bool {
	version, root := strings.CutPrefix(rest, "/ HTTP/")
	return root && len(version) <= 3 && strings.Trim(version, "0123.") == ""
}

func isSize(rest string) bool {
	size, last, _ := strings.Cut(strings.TrimSpace(rest), " ")
	return size != "" && len(size) < 20 && leadingDigits(size) == len(size) && (last == "" || strings.EqualFold(strings.TrimSpace(last), "LAST"))
}

// escapedEnds are how a CRLF is written where a log quotes it, the last two by
// rsyslog.
var escapedEnds = []string{`\r`, `\n`, `\015`, `\012`, `\x0d`, `\x0a`, `\x0D`, `\x0A`, "#015", "#012"}

// cutLine takes the first line off what a client said, and the end of it.
func cutLine(said string) (line, end, rest string) {
	for i := 0; i < len(said); i++ {
		switch said[i] {
		case '\r', '\n':
			return said[:i], said[i : i+1], said[i+1:]
		case '\\', '#':
			at := i // an escape may have been escaped again, by what carried the log
			for said[i] == '\\' && at+1 < len(said) && said[at+1] == '\\' {
				at++
			}
			for _, e := range escapedEnds {
				if strings.HasPrefix(said[at:], e) {
					return said[:i], said[i : at+len(e)], said[at+len(e):]
				}
			}
			i = at
		}
	}
	return said, "", ""
}

// blankSaid is what may be shown of lines that a client said, one or more.
func blankSaid(said string) string {
	var out strings.Builder
	content := false
	for said != "" {
		line, end, rest := cutLine(said)
		said = rest
		x := takeApart(line)
		switch {
		case content && line == ".":
			content = false
		case strings.Trim(line, `\`) == "": // of an escape that was escaped
		case content:
			line = blanked
		default:
			line, _ = x.shown()
			content = strings.EqualFold(x.verb, "DATA")
		}
		out.WriteString(line)
		out.WriteString(end)
	}
	return out.String()
}

// blankArgument is what may be shown of a command's argument. Behind a line end
// another line begins.
func blankArgument(said string) string {
	line, end, rest := cutLine(said)
	return blankEncoded(blankWords(line)) + end + blankSaid(rest)
}

// blankWords blanks the words of a text that may be credentials.
func blankWords(s string) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && !aroundWords(s[end]) {
			end++
		}
		if word := strings.TrimRight(s[i:end], "."); isResponse(word) && !challenges[word] && !isAttribute(word, s[end:]) && (i == 0 || s[i-1] != '<' || isLongResponse(word)) {
			out.WriteString(s[done:i])
			out.WriteString(blanked)
			done = i + len(word)
		}
		i = end + max(escapeAt(s[end:]), 1)
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// isLongResponse: between angle brackets stand names, as "504 5.5.2 <DESKTOP7>:
// Helo command rejected" has them; a response is padded or long.
func isLongResponse(word string) bool { return len(word) >= 24 || strings.HasSuffix(word, "=") }

// isAttribute tells "from=" in front of "<a@example.org>" from a padded response.
func isAttribute(word, after string) bool {
	if after == "" || word[len(word)-1] != '=' {
		return false
	}
	switch after[0] {
	case '<', '[', '(', '{':
		return true
	case '"', '\'':
		return len(word)%4 != 0
	}
	return false
}

// unpadded undoes the padding of a log that was mailed (RFC 2045 section 6.7).
func unpadded(word string) string {
	for strings.HasSuffix(word, "=3D") {
		word = strings.TrimSuffix(word, "=3D")
		if !strings.HasSuffix(word, "=3D") {
			word += "="
			break
		}
	}
	return word
}

// isEncoded reports whether a word is the base64 of a text, of six bytes or
// more, as hardly any other word is: of names, ids and hashes one in thousands
// decodes to what can be read. NUL and ^A stand in responses (RFC 4616, RFC 7628).
func isEncoded(word string) bool {
	if len(word) < 8 || word[0] < 'A' || word[0] > 'f' && len(word) < 12 {
		return false
	}
	word = strings.TrimRight(unpadded(word), "=")
	if len(word)%4 == 1 { // cut short
		word = word[:len(word)-1]
	}
	plain, ok := decoded(word)
	if !ok || len(plain) < 6 || !utf8.ValidString(plain) {
		return false
	}
	for i := range len(plain) {
		if c := plain[i]; c < ' ' && c > 1 && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// blankEncoded blanks the words that are the base64 of a text.
func blankEncoded(s string) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && isEncoding[s[end]] {
			end++
		}
		if word := s[i:end]; isEncoded(word) && !challenges[word] {
			out.WriteString(s[done:i])
			out.WriteString(blanked)
			done = end
		}
		i = end + max(escapeAt(s[end:]), 1)
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// isEncoding: the bytes of base64 and of its form for addresses.
var isEncoding = func() (is [256]bool) {
	for c := range 256 {
		is[c] = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
	}
	return is
}()

// aroundWords are bytes that stand around a word of base64 where a server or a
// log quotes it. Those of host names, addresses and attributes are not among
// them, so that no part of such a name is taken for one.
func aroundWords(c byte) bool {
	switch c {
	case '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', ':', ';', ',', '!', '?', '|', '\\', '#':
		return true
	}
	return c <= ' '
}

// challenges are "Username:" and "Password:", as every server asks for them, and
// some logs repeat with the failure (Postfix, smtpd_sasl_glue.c).
var challenges = map[string]bool{"VXNlcm5hbWU6": true, "UGFzc3dvcmQ6": true, "dXNlcm5hbWU6": true, "cGFzc3dvcmQ6": true, "VXNlciBOYW1lAA==": true, "UGFzc3dvcmQA": true}

// isResponse reports whether a word may be a response in base64: nothing but
// its letters, padded; or long, and no plain word or number.
func isResponse(word string) bool {
	word = unpadded(word)
	letters := strings.TrimRight(word, "=")
	var upper, lower, digit bool
	for i := range len(letters) {
		switch c := letters[i]; {
		case c >= 'A' && c <= 'Z':
			upper = upper || i > 0
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= '0' && c <= '9', c == '+', c == '/':
			digit = true
		default:
			return false
		}
	}
	return len(word) >= 4 && (len(letters) < len(word) || len(word) >= 6 && (upper && lower || digit && (upper || lower)))
}
