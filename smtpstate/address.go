package smtpstate

import (
	"bytes"
)

// parsePath reads "FROM:<path> params" (RFC 5321 section 4.1.2), with what
// clients really send: spaces around the colon, the colon or the brackets
// missing. Source routes stay as given; a ">" inside a quoted local part does
// not end the path. cut says that missing bytes followed arg. address and params
// lie in the argument; whole: the address ended inside the line.
func parsePath(arg []byte, keyword string, cut bool) (address, params []byte, whole bool) {
	rest := withoutBlanks(arg)
	if beginsWith(rest, keyword) {
		rest = withoutBlanks(rest[len(keyword):])
	} else if cut {
		return nil, nil, false
	}
	if len(rest) > 0 && rest[0] == ':' {
		rest = withoutBlanks(rest[1:])
	}
	end, closed := pathEnd(rest)
	address = rest[:end]
	if len(rest) > 0 && rest[0] == '<' {
		address = rest[1:end]
		if closed {
			end++
		}
	}
	if params = rest[end:]; len(params) > 0 {
		params = atMost(bytes.TrimSpace(params), paramsMax)
	}
	return atMost(address, addressMax), params, closed || !cut
}

// beginsWith reports whether b begins with a word in capitals, in any case of
// letters.
func beginsWith(b []byte, word string) bool {
	if len(b) < len(word) || string(b[:len(word)]) == word {
		return len(b) >= len(word)
	}
	for i := range len(word) {
		if c := b[i]; c != word[i] && (!isLower(c) || c-('a'-'A') != word[i]) {
			return false
		}
	}
	return true
}

// pathEnd finds where the path ends: at ">" outside quotes where it began
// with "<", at white space otherwise.
func pathEnd(s []byte) (end int, closed bool) {
	if len(s) > 0 && s[0] == '<' { // as nearly all are sent, nothing quoted: two looks in place of one a byte
		if i := bytes.IndexByte(s, '>'); i > 0 && bytes.IndexByte(s[:i], '"') < 0 {
			return i, true
		}
	}
	return pathEndByByte(s)
}

func pathEndByByte(s []byte) (end int, closed bool) {
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
