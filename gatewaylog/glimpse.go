package gatewaylog

import "strings"

// glimpse is what is shown of a line that was not taken, as an example of its
// kind: its header and some words. Of lines that nobody understood nobody knows
// what in them is secret, and the words that are a program's own come first.
func glimpse(e *entry, why reason) string {
	head, body := "", e.text
	switch {
	case !e.stamped && exchangeOrNone(e) == "": // it may be a piece of any line, or of a mail
		return blanked
	case !e.stamped:
	case e.pid == "" && (e.iso == ' ' || why == foreign):
		body = e.after
	default:
		body = e.body
	}
	if rest, ok := strings.CutSuffix(e.text, body); ok {
		head = rest
	} else {
		body = e.text
	}
	_, said, ok := strings.Cut(body, blanked) // nothing behind what was blanked by its place
	if ok {
		body = body[:len(body)-len(said)]
	}
	indented := strings.HasPrefix(body, "  ") || strings.HasPrefix(strings.TrimPrefix(body, " "), "\t") // a piece of something, under a time that somebody added
	nameless := e.pid == "" && e.iso == ' ' && (why == unknownKind || why == brokenLine)                // Exim's, or any line with a time in front
	if (why == foreign || e.strange || indented || nameless) && body != "" && e.stamped {               // the header says whose it is
		return head + "…"
	}
	end := 0
	for n := 0; n < maxGlimpses && end < len(body); n++ {
		word := end + len(body[end:]) - len(strings.TrimLeft(body[end:], " \t"))
		next := word + strings.IndexAny(body[word:]+" ", " \t")
		if next-word > maxGlimpsed {
			end = word + maxGlimpsed
			break
		}
		end = next
		if last := body[max(end-1, 0)]; e.talk == nil && (last == ':' || last == '=') && !severities[body[word:end]] { // a value follows
			break
		}
	}
	shown := glimpsed(body[:end])
	if end < len(body) || ok && said != "" {
		shown += " …"
	}
	return head + shown
}

// severities stand before what a program has to say.
var severities = map[string]bool{"warning:": true, "error:": true, "fatal:": true, "panic:": true, "info:": true, "debug:": true, "notice:": true}

// maxGlimpses is how many words are shown, maxGlimpsed how much of one: longer
// ones are no words.
const (
	maxGlimpses = 3
	maxGlimpsed = 64
)

// glimpsed blanks the words that may be secret. A queue id looks like one.
func glimpsed(s string) string {
	id, rest, ok := strings.Cut(s, ": ")
	if ok && isQueueID(id) {
		return id + ": " + blankWords(rest)
	}
	return blankWords(s)
}
