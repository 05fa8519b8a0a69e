package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow each other before they are
// written as escapes: a stack of hundreds paints over the lines around it.
const maxMarks = 3

// Printable writes text from the wire so that it can do nothing to a terminal
// and hide nothing from a reader. Control characters (C0, DEL, C1) and bytes
// that are not UTF-8 become \xNN; characters that show nothing or turn the
// direction of writing (Unicode's format characters, separators, unassigned
// and private ones) become \uNNNN. A line feed is a control character too.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks := 0
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			hex(&b, `\x`, uint32(s[0]), 2)
		case r < 0x20 || r == 0x7f:
			hex(&b, `\x`, uint32(r), 2)
		case !unicode.IsPrint(r):
			escapeRune(&b, r)
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				escapeRune(&b, r)
			} else {
				b.WriteRune(r)
			}
			s = s[n:]
			continue
		default:
			b.WriteRune(r)
		}
		marks = 0
		s = s[n:]
	}
	return b.String()
}

// plain reports whether s is printable ASCII, which nearly all text is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

func escapeRune(b *strings.Builder, r rune) {
	if r > 0xffff {
		hex(b, `\U`, uint32(r), 8)
		return
	}
	hex(b, `\u`, uint32(r), 4)
}

func hex(b *strings.Builder, prefix string, v uint32, digits int) {
	const figures = "0123456789abcdef"
	b.WriteString(prefix)
	for shift := (digits - 1) * 4; shift >= 0; shift -= 4 {
		b.WriteByte(figures[v>>shift&15])
	}
}
