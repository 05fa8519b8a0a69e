package report

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// safeJSON rewrites characters that could deceive a person who looks at JSON
// in a terminal as \uNNNN, which every parser reads back as the same
// character: DEL, C1 controls, and Unicode's format characters (among them
// those that turn the direction of writing). line must be valid JSON whose
// bytes above 0x7e stand in strings only, as encoding/json writes it.
func safeJSON(line []byte) []byte {
	if bytes.IndexFunc(line, deceptive) < 0 {
		return line
	}
	out := make([]byte, 0, len(line)+16)
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		switch {
		case !deceptive(r):
			out = append(out, line[:n]...)
		case r > 0xffff: // JSON knows 16 bits an escape (RFC 8259 section 7)
			r -= 0x10000
			out = appendEscape(out, 0xd800+r>>10)
			out = appendEscape(out, 0xdc00+r&0x3ff)
		default:
			out = appendEscape(out, r)
		}
		line = line[n:]
	}
	return out
}

func deceptive(r rune) bool {
	return r >= 0x7f && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r))
}

func appendEscape(b []byte, r rune) []byte {
	const figures = "0123456789abcdef"
	return append(b, '\\', 'u', figures[r>>12&15], figures[r>>8&15], figures[r>>4&15], figures[r&15])
}
