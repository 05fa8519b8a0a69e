package report

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"unicode/utf8"

	"smtpscope/session"
)

// The lines of the record are written by hand, not through encoding/json:
// reflection, and a second look at every byte for safeJSON, cost as much as all
// that comes before. TestAppendRecord holds the two together, field for field.

// fields writes the members of one JSON object. What stands before a value is
// given as it stands in the line, a lead: `,"session":`, or where objects begin
// `,"frames":{"first":`. One copy of known length for all of it is what makes a
// line of 2 kB cost about a microsecond.
type fields struct {
	b     []byte // the line; its memory serves the next
	days  days
	names []string // of gateways; likewise
}

// put writes what needs no escape.
func (f *fields) put(s string) { f.b = append(f.b, s...) }

// key writes a lead. The first member of an object has no comma; which one it
// is depends on what the session has.
func (f *fields) key(lead string) {
	if f.b[len(f.b)-1] == '{' {
		lead = lead[1:]
	}
	f.b = append(f.b, lead...)
}

// item begins an entry of an array.
func (f *fields) item() {
	if f.b[len(f.b)-1] != '[' {
		f.b = append(f.b, ',')
	}
}

// text writes a string. Its lead goes on to the quote.
func (f *fields) text(lead, value string) {
	f.key(lead)
	f.b = append(appendEscaped(f.b, value), '"')
}

func (f *fields) textIf(lead, value string) {
	if value != "" {
		f.text(lead, value)
	}
}

func (f *fields) number(lead string, value int64) {
	f.key(lead)
	f.b = appendNumber(f.b, value)
}

func (f *fields) numberIf(lead string, value int64) {
	if value != 0 {
		f.number(lead, value)
	}
}

func (f *fields) truth(lead string, value bool) {
	f.key(lead)
	f.b = strconv.AppendBool(f.b, value)
}

func (f *fields) time(lead string, t session.Time) {
	f.key(lead)
	f.b = f.days.append(f.b, t)
}

func (f *fields) timeIf(lead string, t *session.Time) {
	if t != nil {
		f.time(lead, *t)
	}
}

func (f *fields) span(lead string, s session.Seconds) {
	f.key(lead)
	f.b = s.Append(f.b)
}

func (f *fields) spanIf(lead string, s *session.Seconds) {
	if s != nil {
		f.span(lead, *s)
	}
}

// address writes an address. Its lead goes on to the quote.
func (f *fields) address(lead string, a netip.Addr) {
	f.key(lead)
	switch {
	case a.Is4():
		f.b = appendIPv4(f.b, a.As4())
	case a.Zone() == "":
		f.b = a.AppendTo(f.b)
	default:
		f.b = appendEscaped(f.b, a.String())
	}
	f.b = append(f.b, '"')
}

// texts writes a list of strings. Its lead goes on to the bracket.
func (f *fields) texts(lead string, list []string) {
	if len(list) == 0 {
		return
	}
	f.key(lead)
	for _, s := range list {
		f.item()
		f.b = appendString(f.b, s)
	}
	f.b = append(f.b, ']')
}

// sides writes a number for each side. Its lead goes on to the first.
func (f *fields) sides(lead string, s session.Sides) {
	f.number(lead, s.Client)
	f.number(`,"server":`, s.Server)
	f.b = append(f.b, '}')
}

func (f *fields) sidesIf(lead string, s session.Sides) {
	if s != (session.Sides{}) {
		f.sides(lead, s)
	}
}

// itself are the bytes that stand for themselves in a JSON string.
var itself = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendString writes a string as encoding/json does, and what could deceive
// as \uNNNN (see safeJSON).
func appendString(b []byte, s string) []byte {
	return append(appendEscaped(append(b, '"'), s), '"')
}

func appendEscaped(b []byte, s string) []byte {
	from := len(b)
	if b = append(b, s...); plainFrom(b, from) {
		return b // nearly always
	}
	b = b[:from]
	for {
		n := 0
		for n < len(s) && itself[s[n]] {
			n++
		}
		b = append(b, s[:n]...)
		if s = s[n:]; s == "" {
			return b
		}
		b, n = appendOdd(b, s)
		s = s[n:]
	}
}

// plainFrom reports whether every byte of b from there on stands for itself. It
// looks at eight bytes at a time; the rest is looked at together with what
// stands before it, made plain.
func plainFrom(b []byte, from int) bool {
	for ; len(b)-from >= 8; from += 8 {
		if oddOf(binary.LittleEndian.Uint64(b[from:])) != 0 {
			return false
		}
	}
	rest := len(b) - from
	if len(b) < 8 {
		for _, c := range b[from:] {
			if !itself[c] {
				return false
			}
		}
		return true
	}
	last := binary.LittleEndian.Uint64(b[len(b)-8:])
	before := ^uint64(0) >> (8 * rest) // rest = 0: all of it
	return oddOf(last&^before|' '*eachByte&before) == 0
}

const eachByte, highBits = 0x0101010101010101, 0x8080808080808080

// oddOf is not 0 where one of eight bytes does not stand for itself: in each
// term a byte's highest bit shows that it is below ' ', a quote, a backslash, or
// DEL and above. A borrow or carry from one byte to the next comes only from a
// byte that has shown already.
func oddOf(w uint64) uint64 {
	quote, slash := w^'"'*eachByte, w^'\\'*eachByte
	return ((w-' '*eachByte)&^w | (quote-eachByte)&^quote | (slash-eachByte)&^slash | w | (w + eachByte)) & highBits
}

// appendOdd writes the first character of s, which is not plain, and says how
// many bytes it had.
func appendOdd(b []byte, s string) ([]byte, int) {
	switch s[0] {
	case '"', '\\':
		return append(b, '\\', s[0]), 1
	case '\n':
		return append(b, '\\', 'n'), 1
	case '\r':
		return append(b, '\\', 'r'), 1
	case '\t':
		return append(b, '\\', 't'), 1
	case '\b':
		return append(b, '\\', 'b'), 1
	case '\f':
		return append(b, '\\', 'f'), 1
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && n == 1:
		return append(b, `\ufffd`...), 1
	case r > 0xffff && deceptive(r): // JSON knows 16 bits an escape (RFC 8259 section 7)
		r -= 0x10000
		return appendEscape(appendEscape(b, 0xd800+r>>10), 0xdc00+r&0x3ff), n
	case r < ' ', deceptive(r), r == '\u2028', r == '\u2029':
		return appendEscape(b, r), n
	}
	return append(b, s[:n]...), n
}
