package report

import (
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
func (f *fields) key(lead string) { f.b = appendLead(f.b, lead) }

func appendLead(b []byte, lead string) []byte {
	if b[len(b)-1] == '{' {
		lead = lead[1:]
	}
	return append(b, lead...)
}

// item begins an entry of an array.
func (f *fields) item() {
	if f.b[len(f.b)-1] != '[' {
		f.b = append(f.b, ',')
	}
}

// text writes a string. Its lead goes on to the quote.
func (f *fields) text(lead, value string) {
	f.b = append(appendEscaped(appendLead(f.b, lead), value), '"')
}

func (f *fields) textIf(lead, value string) {
	if value != "" {
		f.text(lead, value)
	}
}

func (f *fields) number(lead string, value int64) {
	f.b = appendNumber(appendLead(f.b, lead), value)
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
	f.b = f.days.append(appendLead(f.b, lead), t)
}

func (f *fields) timeIf(lead string, t *session.Time) {
	if t != nil {
		f.time(lead, *t)
	}
}

func (f *fields) span(lead string, s session.Seconds) {
	f.b = s.Append(appendLead(f.b, lead))
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
	if isPlain(s) { // nearly always
		return append(b, s...)
	}
	return appendOddly(b, s)
}

// isPlain reports whether every byte of s stands for itself. It looks at eight
// bytes at a time, at the last ones together with some of those before.
func isPlain(s string) bool {
	plain := uint64(highBits)
	switch n := len(s); {
	case n >= 8:
		for rest := s; len(rest) > 8; rest = rest[8:] {
			plain &= plainBytes(wordAt(rest))
		}
		plain &= plainBytes(wordAt(s[n-8:]))
	case n >= 4:
		plain &= plainBytes(uint64(halfAt(s)) | uint64(halfAt(s[n-4:]))<<32)
	default:
		for i := range n {
			if !itself[s[i]] {
				return false
			}
		}
	}
	return plain == highBits
}

// wordAt and halfAt are the first eight and four bytes of s.
func wordAt(s string) uint64 {
	s = s[:8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func halfAt(s string) uint32 {
	s = s[:4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

const eachByte, highBits = 0x0101010101010101, 0x8080808080808080

// plainBytes has the highest bit of each of eight bytes where these stand for
// themselves: where they are above 0x1f, no quote, no backslash, and neither
// DEL nor more. A carry from one byte to the next comes only from one of more
// than DEL, whose own bit says no.
func plainBytes(w uint64) uint64 {
	return (w + (0x80-' ')*eachByte) & ((w ^ '"'*eachByte) + 0x7f*eachByte) & ((w ^ '\\'*eachByte) + 0x7f*eachByte) &^ (w | (w + eachByte))
}

// appendOddly writes a string in which not all is plain.
func appendOddly(b []byte, s string) []byte {
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
