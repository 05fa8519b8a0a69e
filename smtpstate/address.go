package smtpstate

import (
	"bytes"
)

// pathArg is the argument of MAIL or RCPT, taken apart.
type pathArg struct {
	address []byte // these two lie in the argument
	params  []byte
	whole   bool // the address ended inside the line
}

// parsePath reads "FROM:<path> params" (RFC 5321 section 4.1.2), with what
// clients really send: spaces around the colon, the colon or the brackets
// missing. Source routes stay as given; a ">" inside a quoted local part does
// not end the path. cut says that missing bytes followed arg.
func parsePath(arg []byte, keyword string, cut bool) pathArg {
	rest := withoutBlanks(arg)
	if n := len(keyword); len(rest) >= n && keyOf(rest[:n]) == keyOf([]byte(keyword)) { // in any case of letters
		rest = withoutBlanks(rest[len(keyword):])
	} else if cut {
		return pathArg{}
	}
	if len(rest) > 0 && rest[0] == ':' {
		rest = withoutBlanks(rest[1:])
	}
	end, closed := pathEnd(rest)
	p := pathArg{whole: closed || !cut}
	p.address = atMost(bytes.TrimPrefix(rest[:end], []byte("<")), addressMax)
	if closed && rest[0] == '<' {
		end++
	}
	p.params = atMost(bytes.TrimSpace(rest[end:]), paramsMax)
	return p
}

// pathEnd finds where the path ends: at ">" outside quotes where it began
// with "<", at white space otherwise.
func pathEnd(s []byte) (end int, closed bool) {
	bracket := len(s) > 0 && s[0] == '<'
	quoted := false
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '\\' && quoted:
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case bracket && b == '>':
			return i, true
		case !bracket && (b == ' ' || b == '\t'):
			return i, true
		}
	}
	if bracket { // never closed: what stands before a space is the best guess
		if i := bytes.IndexAny(s, " \t"); i >= 0 {
			return i, false
		}
	}
	return len(s), false
}

func atMost(b []byte, max int) []byte { return b[:min(len(b), max)] }

// clip makes a string of at most max bytes.
func clip(b []byte, max int) string {
	if len(b) > max {
		b = b[:max]
	}
	return string(b)
}
