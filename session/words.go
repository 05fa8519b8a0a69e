package session

import (
	"strconv"
	"strings"

	"smtpscope/smtpstate"
)

// words keeps the texts of a story side by side: they are some dozen short
// ones.
type words struct {
	text    strings.Builder
	scratch []byte
}

// wordsChunk is what the replies of a session with one mail need, in bytes.
const wordsChunk = 1 << 10

// keep is b as a string.
func (w *words) keep(b []byte) string {
	if len(b) > wordsChunk/2 {
		return string(b)
	}
	if w.text.Cap()-w.text.Len() < len(b) {
		w.text = strings.Builder{}
		w.text.Grow(wordsChunk)
	}
	from := w.text.Len()
	w.text.Write(b)
	return w.text.String()[from:]
}

// reply is a reply as it was sent, the code in front of each line (RFC 5321
// section 4.2.1).
func (w *words) reply(r *smtpstate.Reply) string {
	var code [3]byte
	copy(code[:], "???")
	switch {
	case r.Code > 0:
		strconv.AppendInt(code[:0], int64(r.Code), 10)
	case r.Class > 0:
		code[0] = '0' + r.Class
	}
	w.scratch = appendReply(w.scratch[:0], code[:], r.Text)
	return w.keep(w.scratch)
}

func appendReply(b, code []byte, text string) []byte {
	for {
		line, rest, more := strings.Cut(text, "\n")
		b = append(b, code...)
		if !more {
			return append(append(b, ' '), line...)
		}
		b = append(append(append(b, '-'), line...), '\n')
		text = rest
	}
}
