package session

import (
	"strings"

	"smtpscope/smtpstate"
)

// words keeps side by side the texts of a story that the machine does not have
// as they were sent.
type words struct {
	text    strings.Builder
	scratch []byte
}

// wordsChunk is room for some such replies, in bytes.
const wordsChunk = 256

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

// reply is a reply as it was sent.
func (w *words) reply(r *smtpstate.Reply) string {
	if r.Sent != "" {
		return r.Sent
	}
	w.scratch = r.AppendSent(w.scratch[:0])
	return w.keep(w.scratch)
}
