package gatewaylog

import "strings"

// quotes are where products log what a client said, from the words before it
// on. A client whose AUTH was refused, or that did not wait for the reply to
// it, sends its user name and password there, in base64 (RFC 4954 section 4).
var quotes = []struct {
	opens  string // begins the quotation, or
	closes string // what it ends with; "" = the line
	behind string // stands between the words and the quotation
}{
	{`input="`, `"`, ""},                     // Exim smtp_in.c: synchronization error
	{` error in "`, `" H=`, ""},              // the same: protocol and syntax errors
	{`last command was "`, `"`, ""},          // the same: too many errors
	{`command="`, `" result=`, ""},           // OpenSMTPD smtp_session.c: failed-command
	{"<-- ", "", ""},                         // sendmail srvrsmtp.c, LogLevel above 14
	{"command pipelining after ", "", "]: "}, // Postfix smtpd.c
	{"non-SMTP command from ", "", "]: "},    // the same
}

// blankQuoted blanks what may be credentials in what the client said.
func blankQuoted(s string) string {
	for _, q := range quotes {
		i := strings.Index(s, q.opens)
		if i < 0 {
			continue
		}
		i += len(q.opens)
		k := strings.Index(s[i:], q.behind)
		if k < 0 {
			continue
		}
		i += k + len(q.behind)
		end := len(s)
		if k := strings.Index(s[i:], q.closes); k >= 0 && q.closes != "" {
			end = i + k
		}
		if said := blankSaid(s[i:end]); said != s[i:end] {
			s = s[:i] + said + s[end:]
		}
	}
	return s
}

// escapedEnds are how a CRLF is written where a log quotes it.
var escapedEnds = []string{`\r`, `\n`, `\015`, `\012`}

// cutLine takes the first line off what a client said, and the end of it.
func cutLine(said string) (line, end, rest string) {
	for i := range len(said) {
		switch said[i] {
		case '\r', '\n':
			return said[:i], said[i : i+1], said[i+1:]
		case '\\':
			for _, e := range escapedEnds {
				if strings.HasPrefix(said[i:], e) {
					return said[:i], e, said[i+len(e):]
				}
			}
		}
	}
	return said, "", ""
}

// blankSaid blanks words of base64 in the lines of a client that begin with no
// command.
func blankSaid(said string) string {
	var out strings.Builder
	for said != "" {
		line, end, rest := cutLine(said)
		if verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); !isCommand(verb) {
			line = blankWords(line)
		}
		out.WriteString(line)
		out.WriteString(end)
		said = rest
	}
	return out.String()
}

// blankWords blanks the words of a text that may be credentials.
func blankWords(s string) string {
	var out strings.Builder
	for s != "" {
		n := strings.IndexByte(s, ' ')
		if n < 0 {
			n = len(s)
		}
		if isResponse(s[:n]) {
			out.WriteString(blanked)
		} else {
			out.WriteString(s[:n])
		}
		next := min(n+1, len(s))
		out.WriteString(s[n:next])
		s = s[next:]
	}
	return out.String()
}

// commands are what a client says beside its credentials (RFC 5321 section
// 4.1.1, and extensions).
var commands = map[string]bool{
	"HELO": true, "EHLO": true, "LHLO": true, "MAIL": true, "RCPT": true, "DATA": true, "BDAT": true, "RSET": true, "NOOP": true,
	"QUIT": true, "VRFY": true, "EXPN": true, "HELP": true, "ETRN": true, "AUTH": true, "X-EXPS": true, "STARTTLS": true,
	"XCLIENT": true, "XFORWARD": true, "": true,
}

func isCommand(verb string) bool { return commands[strings.ToUpper(verb)] }

// isResponse reports whether a word may be a response in base64: nothing but
// its letters, padded; or long, and no plain word or number.
func isResponse(word string) bool {
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
