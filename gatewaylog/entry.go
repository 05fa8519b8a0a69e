package gatewaylog

import (
	"strings"

	"github.com/leodido/go-syslog/v4/rfc5424"
)

// entry is one log line taken apart as far as all products share.
type entry struct {
	file    string
	number  int64
	text    string // the whole line
	time    Time
	host    string // of the innermost syslog header that names one
	tag     string // program or log subscription: "postfix/smtpd", "mail_logs"
	pid     string
	level   string // AsyncOS: Info, Warning, Critical, Debug, Trace
	body    string // after the header
	after   string // what follows the innermost timestamp
	stamped bool
	iso     byte // the separator of an ISO stamp: 'T' or ' '; 0 for other stamps
	epoch   bool // the stamp is Symantec's epoch
	header  Time // Symantec: the time of the syslog header before the epoch
	broken  bool // only NULs
	pieces  int  // how many lines were joined to this one
	strange bool // it looks like no product's, and is said to be one's
	behind  bool // the time stands behind something else

	esaRow *row[*esa] // found while looking whether the line is whole
	whole  string     // the text before pieces were joined to it
	begun  *row[*esa] // and what was found of that
	fields fields

	talk *hush // the dialogue that it is a line of
	whom side  // whose line it is

	line *Line // made once, when the first connection or message keeps it
}

// keep makes the line that results point to.
func (e *entry) keep() *Line {
	if e.line == nil {
		e.line = &Line{File: e.file, Number: e.number, Text: e.text, Time: e.time}
	}
	return e.line
}

// maxTokens is how many words may stand between a timestamp and the tag: host,
// level, facility, "[ID 801593 mail.warning]".
const maxTokens = 6

// parse takes the text apart. It returns false where no timestamp is found;
// body is then the whole text, and a tag at its start is still recognised.
func (e *entry) parse(text string, c *clock) bool {
	e.text, e.body = text, text
	rest := text
	if text != "" && text[0] == '<' {
		pri, isRFC5424 := priority(text)
		if isRFC5424 && e.parseRFC5424(text, c) {
			return true
		}
		rest = text[pri:]
	}
	rest, ok := e.takeStamp(rest, c)
	if !ok {
		after, found := e.afterCollector(rest, c)
		if !found {
			e.takeTag(rest, c)
			return false
		}
		rest, e.behind = after, true
	}
	if e.epoch || (rest != "" && rest[0] == ',') {
		e.body = rest
		return true
	}
	e.takeTag(strings.TrimLeft(rest, " \t"), c)
	return true
}

// takeStamp reads a timestamp at the start of s.
func (e *entry) takeStamp(s string, c *clock) (string, bool) {
	st, n := scanStamp(s)
	if n == 0 {
		return s, false
	}
	if e.stamped && !e.time.IsZero() {
		e.header = e.time
	}
	e.iso, e.epoch = 0, false
	if n >= 19 && s[4] == '-' {
		e.iso = s[10]
	}
	e.epoch = n < len(s) && s[n] == '|' && leadingDigits(s) == n
	e.time = c.resolve(st, s[:n])
	e.stamped, e.after = true, s[n:]
	return s[n:], true
}

// afterCollector looks for a timestamp after what a collector put before the
// line: "192.0.2.80:45924 : local1.info Feb 17 …".
func (e *entry) afterCollector(s string, c *clock) (string, bool) {
	for i := 0; i < 4; i++ {
		n := strings.IndexAny(s, " \t")
		if n < 0 || n > 64 {
			return s, false
		}
		s = strings.TrimLeft(s[n:], " \t")
		if rest, ok := e.takeStamp(s, c); ok {
			return rest, true
		}
	}
	return s, false
}

// takeTag reads what stands between the timestamp and the body: host, tag,
// pid, a second header inside the first, an AsyncOS level.
func (e *entry) takeTag(s string, c *clock) {
	e.body = s
	var words [maxTokens]string
	n := 0
	for rest := s; n < maxTokens; n++ {
		if n > 0 {
			if inner, ok := e.takeInner(rest, c); ok {
				e.takeTag(inner, c)
				return
			}
		}
		end := strings.IndexAny(rest, " \t")
		word := rest
		if end >= 0 {
			word, rest = rest[:end], strings.TrimLeft(rest[end:], " \t")
		} else {
			rest = ""
		}
		if isLevel(word) {
			e.level, e.body = word[:len(word)-1], rest
			e.setHost(words[:n])
			return
		}
		if word == "CEF:0" || strings.HasPrefix(word, "CEF:0|") {
			return
		}
		if tag, ok := tagOf(word); ok && len(word) <= 96 {
			e.setTag(tag)
			e.setHost(words[:n])
			e.body = rest
			e.takeInnerHeader(rest, c)
			return
		}
		if end < 0 {
			return
		}
		words[n] = word
	}
}

// takeInner reads a second timestamp that stands between the words before a
// tag: a collector's header before the product's own.
func (e *entry) takeInner(s string, c *clock) (string, bool) {
	rest, ok := e.takeStamp(s, c)
	if !ok || e.epoch {
		return s, false
	}
	return strings.TrimLeft(rest, " \t"), true
}

// takeInnerHeader looks at what follows the tag: a second header (relays,
// Exim by syslog), an AsyncOS level, Symantec's epoch.
func (e *entry) takeInnerHeader(rest string, c *clock) {
	inner, ok := e.takeStamp(rest, c)
	if ok && e.epoch {
		e.body = inner
		return
	}
	if ok {
		tag, pid := e.tag, e.pid
		inner = strings.TrimLeft(inner, " \t")
		e.body = inner
		if tag == "exim" || strings.HasPrefix(inner, "[") {
			return
		}
		e.takeTag(inner, c)
		if e.tag == "" {
			e.tag, e.pid = tag, pid
		}
		return
	}
	if end := strings.IndexByte(rest, ' '); end > 0 && isLevel(rest[:end]) {
		e.level, e.body = rest[:end-1], strings.TrimLeft(rest[end:], " ")
	}
}

// setHost takes the host from the words before the tag. Levels and
// facilities in brackets are not hosts.
func (e *entry) setHost(words []string) {
	for _, w := range words {
		if w == "" || w[0] == '<' || w[0] == '[' || w[0] == '(' && w != "(none)" || strings.HasSuffix(w, "]") || w == "INFO" || w == ":" {
			continue
		}
		e.host = w
		return
	}
}

// setTag splits "postfix/smtpd[1313]". "unknown[192.0.2.1]" is a host of
// Postfix's, with which the rest of a wrapped line may begin.
func (e *entry) setTag(tag string) {
	e.tag = tag
	if n := len(tag); n > 2 && tag[n-1] == ']' {
		if i := strings.IndexByte(tag, '['); i > 0 && !strings.ContainsAny(tag[i:], ".:") {
			e.tag, e.pid = tag[:i], tag[i+1:n-1]
		}
	}
}

// tagOf is the tag in a word that ends with a colon; AsyncOS also writes
// "splunk_maillogs:nopid".
func tagOf(word string) (string, bool) {
	n := len(word)
	if n < 2 {
		return "", false
	}
	if word[n-1] == ':' {
		return word[:n-1], true
	}
	return strings.CutSuffix(word, ":nopid")
}

// isLevel recognises AsyncOS's levels, with the colon.
func isLevel(word string) bool {
	switch word {
	case "Info:", "Warning:", "Critical:", "Debug:", "Trace:":
		return true
	}
	return false
}

// priority is the length of "<166>", 0 if there is none, and whether a
// version follows, which makes it RFC 5424.
func priority(s string) (int, bool) {
	n := leadingDigits(s[1:])
	if n == 0 || n > 3 || len(s) < n+2 || s[n+1] != '>' {
		return 0, false
	}
	rest := s[n+2:]
	return n + 2, strings.HasPrefix(rest, "1 ")
}

// parseRFC5424 leaves structured data, escapes and the byte order mark to the
// library; the lines that need it are few enough for its speed (see the
// benchmark).
func (e *entry) parseRFC5424(text string, c *clock) bool {
	msg, _ := rfc5424.NewParser(rfc5424.WithBestEffort()).Parse([]byte(text))
	m, ok := msg.(*rfc5424.SyslogMessage)
	if !ok || m == nil || m.Timestamp == nil || m.Message == nil {
		return false
	}
	_, after, _ := strings.Cut(text, " ")
	st, n := scanStamp(after)
	if n == 0 {
		return false
	}
	e.time, e.stamped = c.resolve(st, after[:n]), true
	e.host, e.tag, e.pid = value(m.Hostname), value(m.Appname), value(m.ProcID)
	e.body = strings.TrimLeft(strings.TrimPrefix(*m.Message, "\ufeff"), " ")
	e.takeInnerHeader(e.body, c)
	return true
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
