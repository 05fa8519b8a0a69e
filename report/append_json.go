package report

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"smtpscope/session"
)

// The lines of the record are written by hand, not through encoding/json:
// reflection, and a second look at every byte for safeJSON, took more than
// 30 % of a run over short sessions, now 11 %. TestAppendRecord holds the two together, field
// for field. What is rare goes through encoding/json all the same.

// fields writes the members of one JSON object.
type fields struct {
	b    []byte
	days *days
}

// open begins an object, shut ends it.
func (f *fields) open() { f.b = append(f.b, '{') }
func (f *fields) shut() { f.b = append(f.b, '}') }

// key begins a member. name must need no escape.
func (f *fields) key(name string) {
	if f.b[len(f.b)-1] != '{' {
		f.b = append(f.b, ',')
	}
	f.b = append(append(append(f.b, '"'), name...), '"', ':')
}

// item begins an entry of an array.
func (f *fields) item() {
	if f.b[len(f.b)-1] != '[' {
		f.b = append(f.b, ',')
	}
}

func (f *fields) text(name, value string) {
	f.key(name)
	f.b = appendString(f.b, value)
}

func (f *fields) textIf(name, value string) {
	if value != "" {
		f.text(name, value)
	}
}

func (f *fields) number(name string, value int64) {
	f.key(name)
	f.b = strconv.AppendInt(f.b, value, 10)
}

func (f *fields) numberIf(name string, value int64) {
	if value != 0 {
		f.number(name, value)
	}
}

func (f *fields) truth(name string, value bool) {
	f.key(name)
	f.b = strconv.AppendBool(f.b, value)
}

func (f *fields) truthIf(name string, value bool) {
	if value {
		f.truth(name, true)
	}
}

func (f *fields) time(name string, t session.Time) {
	f.key(name)
	f.b = f.days.append(f.b, t)
}

func (f *fields) timeIf(name string, t *session.Time) {
	if t != nil {
		f.time(name, *t)
	}
}

func (f *fields) span(name string, s session.Seconds) {
	f.key(name)
	f.b = s.Append(f.b)
}

func (f *fields) spanIf(name string, s *session.Seconds) {
	if s != nil {
		f.span(name, *s)
	}
}

func (f *fields) address(name string, a netip.Addr) {
	f.key(name)
	f.b = append(f.b, '"')
	if a.Zone() == "" {
		f.b = a.AppendTo(f.b)
	} else {
		f.b = appendEscaped(f.b, a.String())
	}
	f.b = append(f.b, '"')
}

func (f *fields) texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	f.key(name)
	f.b = append(f.b, '[')
	for _, s := range list {
		f.item()
		f.b = appendString(f.b, s)
	}
	f.b = append(f.b, ']')
}

func (f *fields) sides(name string, s session.Sides) {
	f.key(name)
	f.open()
	f.number("client", s.Client)
	f.number("server", s.Server)
	f.shut()
}

func (f *fields) sidesIf(name string, s session.Sides) {
	if s != (session.Sides{}) {
		f.sides(name, s)
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
	if b = append(b, s...); allPlain(b[from:]) {
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

// allPlain reports whether every byte stands for itself. It looks at eight
// bytes at a time: in each term a byte's highest bit shows that it is below ' ',
// a quote, a backslash, or DEL and above. A borrow or carry from one byte to the
// next comes only from a byte that has shown already.
func allPlain(b []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		quote, slash := w^'"'*ones, w^'\\'*ones
		odd := (w-' '*ones)&^w | (quote-ones)&^quote | (slash-ones)&^slash | w | (w + ones)
		if odd&high != 0 {
			return false
		}
	}
	for _, c := range b {
		if !itself[c] {
			return false
		}
	}
	return true
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

// days writes times. Of a run of times nearly all are of one day, whose name
// is kept: the calendar costs more than all the rest of a time.
type days struct {
	day  int64 // since 1970; valid where name is set
	name []byte
}

const (
	nanosOfDay    = int64(24 * time.Hour)
	nanosOfSecond = int64(time.Second)
)

// append writes RFC 3339 in UTC with as many digits of a second as are not
// zero, as session.Time.MarshalJSON does.
func (d *days) append(b []byte, t session.Time) []byte {
	day := int64(t) / nanosOfDay
	if rest := int64(t) % nanosOfDay; rest < 0 {
		day--
	}
	if day != d.day || len(d.name) == 0 {
		d.day, d.name = day, time.Unix(day*86400, 0).UTC().AppendFormat(d.name[:0], `"2006-01-02T`)
	}
	rest := int64(t) - day*nanosOfDay
	seconds, nanos := rest/nanosOfSecond, rest%nanosOfSecond
	b = append(b, d.name...)
	b = append(b,
		'0'+byte(seconds/36000), '0'+byte(seconds/3600%10), ':',
		'0'+byte(seconds/600%6), '0'+byte(seconds/60%10), ':',
		'0'+byte(seconds/10%6), '0'+byte(seconds%10))
	if nanos > 0 {
		b = session.AppendFraction(append(b, '.'), nanos)
	}
	return append(b, 'Z', '"')
}
