package capture

import "strings"

// Option codes (draft-ietf-opsawg-pcapng, sections 3.5 and 4).
const (
	ngOptEnd     = 0
	ngOptComment = 1

	ngOptHardware    = 2 // of a section header
	ngOptOS          = 3
	ngOptApplication = 4

	ngOptName       = 2 // of an interface description
	ngOptDescr      = 3
	ngOptResolution = 9
	ngOptFilter     = 11
	ngOptTimeOffset = 14

	ngOptReceived = 4 // of interface statistics
	ngOptIfDrop   = 5
	ngOptOSDrop   = 7
)

const ngOptionLen = 4

// maxText is how much of one text in a file is kept, in bytes.
const maxText = 256

// options calls take for each option in b. Options that do not fit end the
// list: they are never needed to read the packets.
func (n *pcapngReader) options(b []byte, take func(code uint16, value []byte)) {
	for len(b) >= ngOptionLen {
		code, size := word16(b, n.big), int(word16(b[2:], n.big))
		if b = b[ngOptionLen:]; code == ngOptEnd || size > len(b) {
			return
		}
		take(code, b[:size])
		b = b[min((size+3)&^3, len(b)):]
	}
}

// word64 reads a counter: pcapng has them in the byte order of the section.
func (n *pcapngReader) word64(b []byte) uint64 {
	low, high := uint64(n.word(b)), uint64(n.word(b[4:]))
	if n.big {
		low, high = high, low
	}
	return high<<32 | low
}

// counter gives a counter as the int64 that it fits in; others are nonsense
// and read as the largest.
func (n *pcapngReader) counter(b []byte) int64 {
	if len(b) < 8 {
		return 0
	}
	v := int64(n.word64(b))
	if v < 0 {
		return 1<<63 - 1
	}
	return v
}

// text makes a text of a file fit to be kept and shown.
func text(b []byte) string {
	s := string(b[:min(len(b), maxText)])
	return oneLine(strings.ToValidUTF8(strings.TrimRight(s, "\x00\r\n"), "?"))
}
