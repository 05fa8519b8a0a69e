package gatewaylog

import (
	"encoding/base64"
	"hash/maphash"
	"slices"
	"strings"
)

// hush follows what two sides of a transcript say, as far as it takes to know
// what must not be repeated: responses of an AUTH exchange, what is no command,
// the content of mails, and replies that say any of it again. It is shown lines
// as they were logged, and what it gives is all that anything else sees of them.
type hush struct {
	auth    bool     // inside an AUTH exchange: what the client says is secret
	stray   bool     // an AUTH or DATA was refused: what is no command may belong to it still
	content bool     // behind DATA or BDAT: what the client says is a mail's content
	chunk   bool     // of BDAT, which has no end that could be seen
	begun   bool     // some of the content was logged; nearly all logs leave it out
	ahead   int      // replies to come before the one to DATA or BDAT
	due     int      // replies to come
	hidden  []uint64 // hashes of words that were blanked: a reply may repeat them
}

// maxHidden is how many of these words are kept, the last.
const maxHidden = 64

// hashes are of this run only; the words themselves are not kept.
var hushSeed = maphash.MakeSeed()

func hushed(word string) uint64 { return maphash.String(hushSeed, strings.ToLower(word)) }

// command takes a line of the client and gives what may be shown of it.
func (h *hush) command(line string) string {
	switch {
	case h.content && !h.ends(line):
		return h.contentLine(line)
	case h.auth:
		if strings.TrimSpace(line) == "*" || strings.TrimSpace(line) == "" {
			return line
		}
		h.due++
		return h.hide(line)
	}
	h.content, h.chunk = false, false
	x := takeApart(line)
	verb := strings.ToUpper(x.verb)
	if !isCommand(verb) {
		h.due++
		if h.stray && !strangers[verb] {
			return x.lead + h.hide(x.verb+x.gap+x.rest)
		}
		return h.show(x)
	}
	if h.due == 0 {
		h.hidden = h.hidden[:0] // everything that they were said in was answered
	}
	h.stray = false
	switch verb {
	case "":
		return line
	case "AUTH", "X-EXPS":
		h.auth = true
	case "DATA":
		h.content, h.begun, h.ahead = true, false, h.due
	case "BDAT":
		h.content, h.chunk, h.begun, h.ahead = true, true, false, h.due
	}
	h.due++
	return h.show(x)
}

// show gives what may be shown of a line, and remembers the rest.
func (h *hush) show(x saying) string {
	text, secret := x.shown()
	h.remember(secret)
	return text
}

// contentLine is what may be shown of a mail's content.
func (h *hush) contentLine(line string) string {
	if strings.TrimSpace(line) == "" {
		return line
	}
	h.begun = true
	return blanked
}

// ends reports whether a line stands behind the content: the dot is its last,
// which may be missing where the server gave the mail up. Of chunks the next may
// be said before the reply.
func (h *hush) ends(line string) bool {
	bare := strings.TrimRight(line, " \t")
	if h.chunk {
		verb, size, _ := strings.Cut(bare, " ")
		return strings.EqualFold(verb, "BDAT") && isSize(size)
	}
	switch strings.ToUpper(bare) {
	case ".", "QUIT", "RSET":
		return true
	}
	return !h.begun && len(bare) > 11 && strings.EqualFold(bare[:11], "MAIL FROM:<")
}

// hide blanks what must not be shown and remembers its words.
func (h *hush) hide(secret string) string {
	if strings.TrimSpace(secret) == "" {
		return secret
	}
	h.remember(secret)
	return blanked
}

// remember notes the words of what was blanked, and those that it is the base64
// of: a server may say either. In an AUTH exchange they stand between NULs, ^A
// and "=" (RFC 4616, RFC 7628).
func (h *hush) remember(secret string) {
	for _, word := range strings.FieldsFunc(secret, partsWords) {
		h.rememberWord(word)
	}
	for _, word := range strings.Fields(secret) {
		if plain, ok := decoded(word); ok {
			for _, word := range strings.FieldsFunc(plain, partsWords) {
				h.rememberWord(word)
			}
		}
	}
}

func (h *hush) rememberWord(word string) {
	if len(word) < 2 || len(word) == 3 && leadingDigits(word) == 3 || isCommand(word) || protocolWords[strings.ToLower(word)] {
		return
	}
	if len(h.hidden) >= maxHidden {
		h.hidden = append(h.hidden[:0], h.hidden[1:]...)
	}
	h.hidden = append(h.hidden, hushed(word))
}

// protocolWords stand beside the secret in a response (RFC 7628 section 3.1).
var protocolWords = map[string]bool{"user": true, "auth": true, "bearer": true, "host": true, "port": true, "blanked": true}

// decoded is what a word is the base64 of, if it is any.
func decoded(word string) (string, bool) {
	word = strings.TrimRight(strings.Trim(word, `"'<>()\`), "=")
	if len(word) < 4 || len(word) > 4096 {
		return "", false
	}
	form := base64.RawStdEncoding
	if strings.ContainsAny(word, "-_") {
		form = base64.RawURLEncoding
	}
	plain, err := form.DecodeString(word)
	return string(plain), err == nil
}

// partsWords are the characters between words where a server quotes a line: all
// that are no letters and digits, for a server may put others beside them.
func partsWords(r rune) bool {
	return r < 0x80 && !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
}

// reply takes a line of the server and gives what may be shown of it.
func (h *hush) reply(line string) string {
	line, code := h.answer(line), replyCode(line)
	if code == 0 || len(line) > 3 && line[3] == '-' {
		return line // not the last line of the reply
	}
	if code == 334 {
		h.auth = true // also where the log began behind the AUTH
	} else if h.auth {
		h.auth, h.stray = false, code != 235
	}
	h.due = max(0, h.due-1)
	switch {
	case code == 354:
		h.content, h.ahead = true, 0
	case !h.content:
	case h.ahead > 0:
		h.ahead--
	case h.chunk || code < 400 || !h.begun:
		h.stray = h.stray || code >= 400
		h.content, h.chunk = false, false
	}
	return line
}

// answer is what may be shown of a reply's line.
func (h *hush) answer(line string) string {
	code := replyCode(line)
	switch {
	case code == 334 && len(line) > 4 && line[4] != '<': // Exchange has "<authentication response>" there
		return line[:4] + blanked
	case code == 0: // no reply, whoever said it
		return h.hide(line)
	case len(line) > 4 && (isFault(line[:3]) || code == 235): // it may repeat any line, also one that was not logged, or not here
		return line[:4] + onlyReplyWords(h.unsay(line[4:]))
	case h.auth:
		line = blankWords(line)
	}
	if line = h.unsay(line); code >= 400 || h.auth {
		line = blankEncoded(line)
	}
	return line
}

// unsay blanks the words of a text that were blanked before.
func (h *hush) unsay(text string) string {
	if len(h.hidden) == 0 {
		return text
	}
	var out strings.Builder
	for text != "" {
		n := strings.IndexFunc(text, partsWords)
		switch {
		case n < 0:
			n = len(text)
		case n == 0:
			n = max(escapeAt(text), 1)
		}
		word := text[:n]
		if n > 1 && word[0] != '\\' && word != "blanked" && slices.Contains(h.hidden, hushed(word)) {
			word = blanked
		}
		out.WriteString(word)
		text = text[n:]
	}
	return out.String()
}

// either takes a line of one side or the other, where the log does not say whose
// it is: what has the form of a reply is one.
func (h *hush) either(line string) string {
	if isReply(line) {
		return h.reply(line)
	}
	return h.command(line)
}

// lines takes all that one entry has of one side.
func (h *hush) lines(said string, take func(*hush, string) string) string {
	var out strings.Builder
	for said != "" {
		line, end, rest := cutLine(said)
		said = rest
		if strings.Trim(line, `\`) != "" {
			line = take(h, line)
		}
		out.WriteString(line)
		out.WriteString(end)
	}
	return out.String()
}
