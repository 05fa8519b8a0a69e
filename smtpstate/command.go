package smtpstate

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// Verb is a command's name in upper case. Of a command that the machine does
// not know the word is kept only where it is one of another protocol, or nearly
// a command (see knownWord); otherwise it is "?".
type Verb string

// The queue's entries that are not commands.
const (
	VerbGreeting    Verb = "GREETING"    // the server speaks first (RFC 5321 section 3.1)
	VerbEndOfData   Verb = "END-OF-DATA" // the final dot
	VerbCredentials Verb = "CREDENTIALS" // a client line of an AUTH exchange (RFC 4954 section 4)
	VerbHidden      Verb = "HIDDEN"      // commands that missing bytes may hide
	VerbOdd         Verb = "?"           // a line that is no command
)

// Command is one command of the client, or one of the queue's other entries.
type Command struct {
	Verb    Verb     // "GREETING", "END-OF-DATA", "CREDENTIALS" and "HIDDEN" are the entries that are not commands
	Arg     string   // the rest of the line; "" for AUTH's credentials and of commands that are not known
	At      Mark     // where its line ended
	Offset  int64    // client stream offset of its first byte
	Cut     bool     // part of the line was not captured
	Message *Message // of MAIL, RCPT, DATA, BDAT, END-OF-DATA

	row    *row     `dormant:"ref"`
	behind Phase    // the phase behind it, in the projection
	passed bool     // missing bytes hid its reply; its effect has been taken already
	from   Phase    // where the conversation stood then
	prior  *Message // MAIL, EHLO, STARTTLS, RSET, QUIT: the transaction that was open
	rcpt   int32    // RCPT: index in Message.Recipients; -1 = not kept
	chunk  *chunk   // BDAT
	repeat int32    // it stands for that many more like it, which came when the queue was full
	weak   bool     // HIDDEN: there is no sign yet that it stands for anything
	first  bool     // HIDDEN: what was said before the capture began
	cancel bool     // CREDENTIALS: the line was "*"
	early  bool     // END-OF-DATA: a refusal that came early is taken for its reply: see early.go
}

// commandLine is a line taken apart.
type commandLine struct {
	row   *row
	word  []byte // the first word, as sent
	arg   []byte // the rest, without the white space between
	raw   []byte // the line as far as it was kept
	total int    // bytes of the line without its end, those not kept included
	cut   bool
}

// parse splits a line (without its end) into verb and argument
// (RFC 5321 section 2.4: verbs are not case sensitive). White space in front
// is skipped, as many servers do. Of a line that missing bytes cut the verb is
// taken from its unique beginning.
func (l *commandLine) parse(line []byte, total int, cut bool) {
	l.raw, l.total, l.cut = line, total, cut
	line = withoutBlanks(line)
	var row *row
	n := 4
	if len(line) == n || len(line) > n && line[n] == ' ' { // a verb of four letters in capitals, as nearly all are sent
		row = rowAt(uint64(binary.BigEndian.Uint32(line)), n)
	}
	if row == nil {
		n = wordLen(line)
		if row = rowOf(line[:n]); row == nil && cut && n == len(line) {
			row = rowFromPrefix(line)
		}
		if row == nil {
			row = rowUnknown
		}
	}
	l.row, l.word = row, line[:n]
	arg := withoutBlanks(line[n:])
	for k := len(arg); k > 0 && isBlank(arg[k-1]); k-- {
		arg = arg[:k-1]
	}
	l.arg = arg
}

// withoutBlanks is b without the white space in front. bytes.TrimLeft
// makes a table of its set first: most of the time that a command line took.
func withoutBlanks(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	return b
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

func wordLen(line []byte) int {
	for i, b := range line {
		if b == ' ' || b == '\t' {
			return i
		}
	}
	return len(line)
}

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }
func isLower(b byte) bool { return b >= 'a' && b <= 'z' }

// upperVerb is a word as a Verb.
func upperVerb(word []byte) Verb { return Verb(bytes.ToUpper(word)) }

// lineText is the line as sent but for white space, at most Limits.Line bytes
// of its argument, and the argument in it.
func (m *Machine) lineText(l *commandLine) (line, arg string) {
	word := len(l.word)
	switch {
	case len(l.arg) == 0 && string(l.word) == string(l.row.verb):
		return string(l.row.verb), ""
	case len(l.arg) > 0 && len(l.raw) == word+1+len(l.arg) && l.raw[word] == ' ' && len(l.arg) <= min(m.lim.Line, argMax): // as nearly all are sent
		line = m.text.keep(l.raw)
		return line, line[word+1:]
	}
	return m.oddLineText(l)
}

// oddLineText is lineText of any line.
func (m *Machine) oddLineText(l *commandLine) (line, arg string) {
	word := len(l.word)
	switch {
	case len(l.arg) == 0:
		return m.text.keep(l.word), ""
	case len(l.raw) == word+1+len(l.arg) && l.raw[word] == ' ' && len(l.arg) <= m.lim.Line:
		line = m.text.keep(l.raw)
	default:
		b := append(append(m.store.scratch[:0], l.word...), ' ')
		b = append(b, l.arg[:min(len(l.arg), m.lim.Line)]...)
		line = m.text.keep(b)
		m.store.scratch = b
	}
	if arg = line[word+1:]; len(arg) > argMax {
		arg = strings.Clone(arg[:argMax]) // so that a command that waits does not keep the whole line
	}
	return line, arg
}

// names: the command has attributes, LOGIN among them.
func (w *row) names() bool { return w == rowXClient || w == rowXForward }

// attributes are those of XCLIENT and XFORWARD that say nothing but where a client
// is (Postfix XCLIENT_README, XFORWARD_README).
var attributes = wordSet("NAME", "ADDR", "PORT", "PROTO", "HELO", "DESTADDR", "DESTPORT", "IDENT", "SOURCE")

// eachLogin finds the values of other attributes: LOGIN is the name by which the
// client logged in at the proxy, which is not kept, as those that AUTH sends are not;
// of one that nobody knows nobody knows what it holds.
func (l *commandLine) eachLogin(line []byte, found func(from, to int)) {
	if !l.row.names() {
		return
	}
	for at := 0; at < len(line); {
		end := at + wordLen(line[at:])
		if n := bytes.IndexByte(line[at:end], '=') + 1; n > 1 && at+n < end && !attributes[string(upperVerb(line[at:at+n-1]))] {
			found(at+n, end)
		}
		at = end + 1
	}
}

// withoutLogin is the line with "..." for what eachLogin finds.
func (l *commandLine) withoutLogin() *commandLine {
	var arg []byte
	done := 0
	l.eachLogin(l.arg, func(from, to int) {
		arg = append(append(arg, l.arg[done:from]...), "..."...)
		done = to
	})
	shown := *l
	if done > 0 {
		shown.arg = append(arg, l.arg[done:]...)
		shown.raw = nil // or it would stand for a line that is as long by chance
	}
	return &shown
}

// shown is a line that is not, or not all, to be kept, as the observer may see
// it.
func (l *commandLine) shown(c *Command) string {
	switch {
	case c.row == rowUnknown:
		if rest := l.total - len(l.word); c.Verb != VerbOdd && rest == 0 {
			return string(c.Verb)
		} else if c.Verb != VerbOdd {
			return string(c.Verb) + " " + byteCount(rest)
		}
		return byteCount(l.total)
	}
	s := string(l.word)
	if c.Arg != "" {
		s += " " + c.Arg
	}
	if wordLen(l.arg) < len(l.arg) {
		s += " <credentials>"
	}
	return s
}
