package smtpstate

import "bytes"

// Clients that ignore a refusal send their mail all the same, and a line of it
// that begins "help" or "mail" would be taken for a command, with what follows for
// its argument. So where content may come, only what could be nothing but a
// command is one.

// spill: from here on content may come.
func (m *Machine) spill(at int64) {
	if m.spilled {
		at = max(at, m.spilledAt)
	}
	m.spilled, m.spilledAt = true, at
}

// accepted: the server took a command that begins anew. What it was said behind was
// no content, or is over.
func (m *Machine) accepted(c *Command) { m.spilled = m.spilled && c.Offset < m.spilledAt }

// strict reports whether a line is as RFC 5321 section 4.1.1 has the command: a
// colon behind FROM or TO, one word behind a hello, nothing behind those that
// stand alone. Commands that take free text are none.
func (l *commandLine) strict() bool {
	arg := l.arg
	switch w := l.row; {
	case w == rowUnknown, w.auth: // of which nothing is kept
		return true
	case w.opensMail():
		return l.hasPath("FROM")
	case w == rowRCPT:
		return l.hasPath("TO")
	case w.isHello():
		return (len(arg) > 0 || l.cut) && wordLen(arg) == len(arg)
	case w == rowBDAT:
		size := wordLen(arg)
		last := withoutBlanks(arg[size:])
		return isNumber(arg[:size]) && (size > 0 || l.cut) && (len(last) == 0 || bytes.EqualFold(last, []byte("LAST")[:min(len(last), 4)]) && (l.cut || len(last) == 4))
	case w.names():
		return bytes.IndexByte(arg, '=') > 0
	case w.done == nil && w.said == nil && w.verb != "NOOP": // VRFY and others of free text
		return false
	}
	return len(arg) == 0
}

func isNumber(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// hasPath reports whether an argument begins with "FROM:" or "TO:" and an address,
// as far as it was captured, and goes on with parameters, of which all but two have
// a value (RFC 5321 section 4.1.2, RFC 6531, RFC 8689). Blanks before the colon are
// forgiven, and so are missing brackets.
func (l *commandLine) hasPath(key string) bool {
	n := min(len(l.arg), len(key))
	rest := withoutBlanks(l.arg[n:])
	switch {
	case !bytes.EqualFold(l.arg[:n], []byte(key)[:n]):
		return false
	case len(rest) == 0:
		return l.cut
	case rest[0] == ':':
		if rest = withoutBlanks(rest[1:]); len(rest) == 0 {
			return true
		}
	case rest[0] != '<':
		return false
	}
	path := rest[:wordLen(rest)]
	if bytes.HasPrefix(rest, []byte("<")) {
		if i := bytes.IndexByte(rest, '>'); i >= 0 {
			path = rest[:i+1]
		} else if !l.cut {
			return false
		}
	} else if bytes.IndexByte(path, '@') < 0 && len(path) > 0 {
		return false
	}
	for rest = withoutBlanks(rest[len(path):]); len(rest) > 0; rest = withoutBlanks(rest[wordLen(rest):]) {
		word := rest[:wordLen(rest)]
		if bytes.IndexByte(word, '=') < 0 && !bytes.EqualFold(word, []byte("SMTPUTF8")) && !bytes.EqualFold(word, []byte("REQUIRETLS")) && !(l.cut && len(word) == len(rest)) {
			return false
		}
	}
	return true
}

// mayBeName reports whether the name of a hello may be shown where content may
// stand. "helo" and a word may be a line of that, so it must have the form of a
// host's name or an address, or be what the client has said before.
func (m *Machine) mayBeName(name []byte) bool {
	if m.hello != nil && m.hello.Name != "" && string(name) == m.hello.Name {
		return true
	}
	dot := bytes.IndexByte(name, '.')
	return wordLen(name) == len(name) && (dot > 0 && dot < len(name)-1 || bytes.HasPrefix(name, []byte("[")))
}

// mayBeProse reports whether a line that was taken for a command has more behind it than
// the command takes: not those that are asked about themselves, and not QUIT, whose
// argument Exim answers (answeredQuit). An address is a client's, however it is written.
func (l *commandLine) mayBeProse() bool {
	switch w := l.row; {
	case w.auth, w.isHello(), w == rowQuit:
		return false
	case (w.opensMail() || w == rowRCPT) && bytes.ContainsAny(l.arg, "@<"):
		return false
	}
	return !l.strict()
}

// secondLine finds where another line begins in a command's argument, -1 where
// none does: behind a CR or a NUL, which other programs take for its end, behind
// "\r" or "\n" that somebody typed for them (echo without -e), or at AUTH where
// another command stands in front.
func (l *commandLine) secondLine() int {
	if l.row.auth { // nothing of it is shown
		return -1
	}
	arg := l.arg
	for i, b := range arg {
		if (b == '\r' || b == 0) && bytes.ContainsFunc(arg[i:], func(r rune) bool { return r > ' ' }) || b == '\\' && typedLineEnd(arg[i+1:]) {
			return i
		}
	}
	if l.row == rowRCPT || l.row.opensMail() {
		return -1
	}
	for at := 0; at < len(arg); {
		n := wordLen(arg[at:])
		if at+n < len(arg) && bytes.EqualFold(arg[at:at+n], []byte("AUTH")) {
			return at
		}
		at += n + 1
	}
	return -1
}

// typedLineEnd reports whether a line end was typed as words behind a backslash:
// "r\n", or "n" with a command behind it, which the name in a Windows domain (AREA\nora)
// has not.
func typedLineEnd(rest []byte) bool {
	if bytes.HasPrefix(rest, []byte(`r\n`)) {
		return true
	}
	return len(rest) > 0 && (rest[0] == 'r' || rest[0] == 'n') && rowOf(rest[1:1+wordLen(rest[1:])]) != nil
}

// dropBehind keeps of a command what stands before the n-th byte of its argument.
func (m *Machine) dropBehind(l *commandLine, n int) {
	m.withholdLine(l.arg[n:])
	if l.cut || l.total > len(l.raw) {
		m.withholdUnseen()
	}
	end := cap(l.raw) - cap(l.arg) + n
	l.arg, l.raw = l.arg[:n], l.raw[:end]
}
