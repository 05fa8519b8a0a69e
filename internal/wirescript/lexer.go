package wirescript

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// lexer takes one line of a script apart, word by word.
type lexer struct{ rest string }

// word is the next word, "" at the end of the line. A word that begins with #
// begins a comment.
func (l *lexer) word() string {
	l.rest = strings.TrimLeft(l.rest, " \t")
	if l.rest == "" || l.rest[0] == '#' {
		l.rest = ""
		return ""
	}
	end := strings.IndexAny(l.rest, " \t")
	if end < 0 {
		end = len(l.rest)
	}
	w := l.rest[:end]
	l.rest = l.rest[end:]
	return w
}

// peek is the next word without taking it.
func (l *lexer) peek() string {
	kept := *l
	return kept.word()
}

// take drops the next word if it is w.
func (l *lexer) take(w string) bool {
	if l.peek() != w {
		return false
	}
	l.word()
	return true
}

// raw is everything behind the one blank that follows a "C:".
func (l *lexer) raw() string {
	s := strings.TrimPrefix(l.rest, " ")
	l.rest = ""
	return s
}

// end says that nothing may follow.
func (l *lexer) end() error {
	if w := l.word(); w != "" {
		return fmt.Errorf("%q is one word too many", w)
	}
	return nil
}

// number reads a decimal or 0x number of at most max.
func (l *lexer) number(what string, max uint64) (uint64, error) {
	w := l.word()
	if w == "" {
		return 0, fmt.Errorf("%s is missing", what)
	}
	n, err := strconv.ParseUint(w, 0, 64)
	if err != nil || n > max {
		return 0, fmt.Errorf("%q is not %s (0 to %d)", w, what, max)
	}
	return n, nil
}

// duration reads a duration as time.ParseDuration knows it.
func (l *lexer) duration() (time.Duration, error) {
	w := l.word()
	d, err := time.ParseDuration(w)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration like 20ms or 65m", w)
	}
	return d, nil
}

// addrPort reads 192.0.2.10:25 or [2001:db8::10]:25.
func (l *lexer) addrPort() (netip.AddrPort, error) {
	w := l.word()
	a, err := netip.ParseAddrPort(w)
	if err != nil {
		return a, fmt.Errorf("%q is not an address with a port", w)
	}
	return a, nil
}

// quoted reads a text in double quotes with the escapes \r \n \t \0 \\ \" and
// \xHH; any other backslash is an error.
func (l *lexer) quoted() ([]byte, error) {
	s := strings.TrimLeft(l.rest, " \t")
	if !strings.HasPrefix(s, `"`) {
		return nil, fmt.Errorf("a text in double quotes is missing")
	}
	var out []byte
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			l.rest = s[i+1:]
			return out, nil
		case '\\':
			b, used, err := escape(s[i+1:])
			if err != nil {
				return nil, err
			}
			out = append(out, b)
			i += used
		default:
			out = append(out, s[i])
		}
	}
	return nil, fmt.Errorf("the closing double quote is missing")
}

// escape reads what follows a backslash and says how many characters it took.
func escape(s string) (b byte, used int, err error) {
	if s == "" {
		return 0, 0, fmt.Errorf("a backslash ends the line")
	}
	if i := strings.IndexByte(`rnt0\"`, s[0]); i >= 0 {
		return "\r\n\t\x00\\\""[i], 1, nil
	}
	if s[0] == 'x' && len(s) >= 3 {
		if v, err := hex.DecodeString(s[1:3]); err == nil {
			return v[0], 3, nil
		}
	}
	return 0, 0, fmt.Errorf("unknown escape \\%c", s[0])
}

// hexBytes reads the rest of the line as hexadecimal digits, blanks ignored.
func (l *lexer) hexBytes() ([]byte, error) {
	var digits strings.Builder
	for w := l.word(); w != ""; w = l.word() {
		digits.WriteString(w)
	}
	b, err := hex.DecodeString(digits.String())
	if err != nil || len(b) == 0 {
		return nil, fmt.Errorf("%q is not pairs of hexadecimal digits", digits.String())
	}
	return b, nil
}
