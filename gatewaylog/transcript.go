package gatewaylog

import "strings"

// transcripts knows the lines of a log that repeat a dialogue word by word, and
// blanks in them what must not be repeated, before anything else sees them:
// Cisco's debug logs, Exchange's protocol log, and what servers and clients write
// while they are watched (Postfix debug_peer_list, Exim -d, sendmail LogLevel 15,
// swaks).
type transcripts struct {
	now, before map[string]*hush // by process and peer; bounded, those not heard of lately go
	columns     []string         // of Exchange's rows, from the #Fields line
	send        bool             // it is the log of what Exchange sends
}

// maxTalks is how many dialogues are followed, and as many again that are not
// heard of lately.
const maxTalks = 1 << 13

func (t *transcripts) talk(key string) *hush {
	h := t.now[key]
	if h != nil {
		return h
	}
	if h = t.before[key]; h == nil {
		h = &hush{}
	}
	if len(t.now) >= maxTalks || t.now == nil {
		t.before, t.now = t.now, map[string]*hush{}
	}
	t.now[key] = h
	return h
}

// A side says whose words stand in a line.
type side func(*hush, string) string

// mark is how a line of a dialogue begins.
type mark struct {
	word string
	whom side
	peer string // what ends the name of the peer that follows; "" = none follows
}

// marks are those of the programs that log dialogues.
var marks = []mark{
	{"<-- ", (*hush).command, ""},                              // sendmail srvrsmtp.c
	{"--> ", (*hush).reply, ""},                                // the same
	{"--- ", (*hush).reply, ""},                                // sendmail err.c: a reply that is an error
	{"<<< ", (*hush).either, ""},                               // OpenSMTPD smtpd -T smtp, sendmail -v
	{">>> ", (*hush).either, ""},                               // the same
	{"SMTP<< ", (*hush).either, ""},                            // Exim -d: either side of it
	{"SMTP>> ", (*hush).either, ""},                            // the same
	{"SMTP(Connected)>> ", (*hush).either, ""},                 // the same
	{"Sent to '", (*hush).reply, "': '"},                       // Cisco, injection debug log
	{"Rcvd from '", (*hush).command, "': '"},                   // the same
	{"Received from '", (*hush).command, "': '"},               // the same
	{"Sent: '", (*hush).command, ""},                           // Cisco, domain debug log
	{"Rcvd: '", (*hush).reply, ""},                             // the same
	{"< ", (*hush).either, "]"},                                // Postfix smtpd_chat.c, smtp_chat.c: see postfixSide
	{"> ", (*hush).either, "]"},                                // the same
	{"-> ", (*hush).command, ""}, {"~> ", (*hush).command, ""}, // swaks
	{"<-  ", (*hush).reply, ""}, {"<~  ", (*hush).reply, ""}, {"<** ", (*hush).reply, ""}, {"<~* ", (*hush).reply, ""},
}

// hide gives the line as it may be shown. ok is false where it is no part of a
// dialogue, or of debugging that shows secrets: redact's business.
func (t *transcripts) hide(e *entry) (safe string, ok bool) {
	if e.iso == 'T' && strings.HasPrefix(e.after, ",") {
		return t.row(e)
	}
	if !e.stamped {
		if line := strings.TrimLeft(e.text, "\t >\""); strings.HasPrefix(line, "#") {
			t.head(line)
			return "", false
		}
	}
	if i := restAt(e.text); i >= 0 {
		return t.put(e, e.text[i:], blanked), true
	}
	rest, id, m := behindHeads(unwrapped(e.body))
	if m == nil && e.tag != "" {
		if kept := debugging(rest); kept >= 0 {
			return t.put(e, rest, rest[:kept]+blanked), true
		}
	}
	if r, i, x := behindArrow(e.text); x != nil { // what is said may begin with a time, or with what looks like a tag
		return t.speak(e, x.whom, "said "+i, r[len(x.word):]), true
	}
	if _, n := scanStamp(e.text); n > 0 && e.after != e.text[n:] { // the same: of two times the second may be said
		if r, i, x := behindHeads(e.text[n:]); x != nil && x.peer == "" {
			rest, id, m = r, i, x
		}
	}
	if e.behind { // the same
		if r, i, x := behindHeads(e.text); x != nil && x.peer == "" {
			rest, id, m = r, i, x
		}
	}
	switch { // where what looks like a tag may be none: in logs of their own, and in what programs show who debugs them
	case m == nil && !e.stamped:
		rest, id, m = behindHeads(e.text)
	case m == nil && e.iso == ' ':
		rest, id, m = behindHeads(e.after)
	case m == nil && strings.IndexByte(e.pid, '.') >= 0, m == nil && strings.IndexByte(e.tag, '[') >= 0: // the peer was taken for a tag: "mx1 < unknown[192.0.2.1]: …"
		rest, id, m = behindWords(e.after)
	}
	if m == nil && !e.stamped && isReply(e.text) && e.text[0] == '5' { // sendmail -v writes replies as they come
		return t.speak(e, (*hush).reply, "said ", e.text), true
	}
	if m == nil {
		return "", false
	}
	said, peer := rest[len(m.word):], ""
	if m.peer != "" {
		said, peer = behindPeer(said, m.peer)
	}
	whom := m.whom
	if m.peer == "]" {
		whom = postfixSide(e.tag, m.word)
	}
	process := e.host + " " + e.tag + " " + e.pid
	if e.pid == "" {
		process += " " + id
	}
	return t.speak(e, whom, process+" "+peer, said), true
}

// speak gives the line of a dialogue.
func (t *transcripts) speak(e *entry, whom side, dialogue, said string) string {
	e.talk, e.whom = t.talk(dialogue), whom
	return redact(t.put(e, said, hushLine(e.talk, whom, said))) // it may be a log's line, in a mail that quotes it
}

// restAt is where the rest of a line stands that Exim has cut, as it cuts what is long for
// a syslog ("[2\2] ", log.c, write_syslog); -1 where none does. Nothing in it says what it
// belongs to, and its first word may look like a tag.
func restAt(text string) int {
	first := strings.IndexByte(text, '\\')
	if first < 0 { // as in nearly all lines
		return -1
	}
	for i := max(first-len("[2"), 0); i+len(`[2\2]`) <= len(text); i++ {
		if text[i] != '[' || text[i+2] != '\\' || leadingDigits(text[i+1:]) != 1 {
			continue
		}
		if rest := strings.TrimLeft(text[i+2:], `\`); leadingDigits(rest) == 1 && rest[1:] != "" && rest[1] == ']' { // which something may have escaped again
			return i
		}
	}
	return -1
}

// unwrapped is a line that rsyslog wrote once for several.
func unwrapped(body string) string {
	if inner, repeated := strings.CutPrefix(body, "message repeated "); repeated {
		_, body, _ = strings.Cut(inner, "[ ")
	}
	return body
}

// markAt is the mark that a text begins with, nil if it is none.
func markAt(s string) *mark {
	if s == "" || strings.IndexByte("<>-~SR", s[0]) < 0 {
		return nil
	}
	for i := range marks {
		if strings.HasPrefix(s, marks[i].word) {
			return &marks[i]
		}
	}
	return nil
}

// hushLine is what may be shown of what a line says, the quote behind it left
// as it is.
func hushLine(h *hush, whom side, said string) string {
	text := strings.TrimSuffix(said, "'")
	return h.lines(text, whom) + said[len(text):]
}

// put gives the line with a part of it, up to its end, replaced.
func (t *transcripts) put(e *entry, part, safe string) string {
	tail := ""
	if n := len(part) - 1; n >= 0 && part[n] == ']' && strings.Contains(e.text, "message repeated ") && !strings.HasSuffix(safe, "]") {
		tail = "]"
	}
	at := strings.LastIndex(e.text, part)
	if at < 0 { // RFC 5424, which the library has normalised
		return e.text[:min(len(e.text), len("<22>1 2023-11-14T22:13:20Z"))] + " " + blanked
	}
	return e.text[:at] + safe + e.text[at+len(part):] + tail
}

// behindHeads takes off what may stand between a line's header and a mark:
// "[1234] ", "6216 ", "050 ", "sAEMDKx0000009: ", "smtp: 0x1: ". The number or
// name is the dialogue's, where the log has nothing better.
func behindHeads(s string) (rest, id string, m *mark) {
	for range 5 {
		s = strings.TrimLeft(s, " \t")
		if m := markAt(s); m != nil {
			return s, id, m
		}
		n := 0
		for n < len(s) && n < 24 && isWordByte(s[n]) {
			n++
		}
		switch {
		case n > 0 && n+1 < len(s) && s[n] == ':' && s[n+1] == ' ':
			if strings.IndexByte(s[:n], '_') >= 0 { // the name of a function
				return s, id, nil
			}
			s = s[n+2:]
		case n > 0 && n < len(s) && s[n] == ' ' && leadingDigits(s) == n:
			id, s = s[:n], s[n+1:]
		case n == 0 && strings.HasPrefix(s, "["):
			inside, after, ok := strings.Cut(s[1:], "] ")
			if !ok || inside == "" || leadingDigits(inside) != len(inside) {
				return s, id, nil
			}
			id, s = inside, after
		default:
			return s, id, nil
		}
	}
	return s, id, nil
}

// behindWords looks for a mark behind the words of a header: a host, a level.
func behindWords(s string) (rest, id string, m *mark) {
	for range maxTokens {
		s = strings.TrimLeft(s, " \t")
		if m := markAt(s); m != nil {
			return s, "", m
		}
		n := strings.IndexByte(s, ' ')
		if n < 0 {
			break
		}
		s = s[n:]
	}
	return s, "", nil
}

// arrows are the marks that stand alone, as a word.
var arrows = map[string]bool{"<<<": true, ">>>": true, "SMTP<<": true, "SMTP>>": true, "->": true, "~>": true, "<-": true, "<~": true, "<**": true, "<~*": true}

// behindArrow looks for one behind a few words, whatever they are: no header has such
// a word, but a delivery of Exim's has one behind the message's id. The word in front
// of it is the dialogue's name.
func behindArrow(s string) (rest, id string, m *mark) {
	for range maxTokens + 2 {
		s = strings.TrimLeft(s, " \t")
		n := strings.IndexByte(s, ' ')
		switch {
		case n < 0:
			return "", "", nil
		case strings.IndexByte("<>-~S", s[0]) >= 0 && arrows[s[:n]] && !isEximID(id):
			return s, id, markAt(s)
		}
		id, s = s[:n], s[n:]
	}
	return "", "", nil
}

// behindPeer takes the name and address off: "unknown[192.0.2.1]:25: ", or what
// ends with the words given. Without one all was said by nobody knows whom.
func behindPeer(s, ends string) (said, peer string) {
	i := strings.Index(s, ends)
	switch {
	case i < 0 || i > 320:
		return s, ""
	case ends != "]":
		return s[i+len(ends):], s[:i]
	}
	port, said, ok := strings.Cut(s[i:], ": ")
	if !ok {
		return s, ""
	}
	return said, s[:i] + port
}

// postfixSide: "<" is what a program has read, so the clients' words in servers
// and the servers' in clients.
func postfixSide(tag, word string) side {
	program := tag[strings.LastIndexByte(tag, '/')+1:]
	switch {
	case program != "smtpd" && program != "postscreen" && program != "smtp" && program != "lmtp":
		return (*hush).either
	case (word == "< ") == (program == "smtpd" || program == "postscreen"):
		return (*hush).command
	}
	return (*hush).reply
}

// debugging says how much may be shown of a line that a Postfix program writes
// when it is watched (debug_peer_list, -v): behind the name of a function stand
// responses, passwords looked up, records of the mail; -1 is all.
func debugging(body string) int {
	end := strings.IndexByte(body, ' ')
	switch {
	case strings.HasPrefix(body, "input attribute value: "):
		return len("input attribute value: ")
	case strings.HasPrefix(body, "send attr "):
		return len("send attr ")
	case end < 2 || body[end-1] != ':' || strings.IndexByte(body[:end], '_') < 0:
		return -1
	case strings.Contains(body, "sasl"), strings.Contains(body, "passw"), strings.HasPrefix(body, "rec_"), strings.HasPrefix(body, "dict_"):
		return end + 1
	}
	return -1
}
