package smtpstate

import (
	"slices"
	"strings"
)

// Servers repeat what they do not understand ("502 5.5.2 Error: command not
// recognized: hunter2"). What was dropped of a client's line because it may be
// a secret must not come back that way, so replies that may repeat it are
// searched for it. The line itself is not kept for that: only a hash of each
// of its scraps is.

// echo says what of a reply's text may repeat what was dropped, and is hidden.
type echo uint8

const (
	echoSaid    echo = 1 << iota // scraps of lines that may have been secrets
	echoAside                    // scraps of what stood behind words that are kept
	echoDecoded                  // scraps of what credentials decode to
	echoGuessed                  // words that look like base64
	echoWords                    // all but the words that such replies are made of
	echoHost                     // with echoWords: but the host's name that stands in front
	echoAll                      // everything, for not all that the client said is known

	echoNone echo = 0
)

// hasWord reports whether a word was dropped, or a part of it.
func (d *withheld) hasWord(word []byte) bool {
	if d == nil {
		return false
	}
	hidden := make([]bool, len(word))
	d.find(string(word), hidden, 0, echoSaid)
	return slices.Contains(hidden, true)
}

// echoes says what of a reply to c (nil: to nothing) must be hidden.
func (m *Machine) echoes(c *Command, r *Reply) echo {
	d := m.withheld
	unheard := c == nil || c.row == rowHidden
	may := mayEcho(c, r)
	switch {
	case may && r.Code != 421 && (d != nil && (d.unsure || r.Partial) || unheard && m.stray && r.Class == 5):
		return echoAll
	case unheard && c != nil && r.Code/10 == 25 && spokenTo(r) == "": // whatever it accepts was not captured
		return echoWords | echoHost | echoSaid | echoAside | echoDecoded
	case r.Code == 421 && (m.holed || m.unread() || d != nil && d.unsure || m.server.lossy): // a server's last word may be about any line
		return echoWords | echoHost | echoSaid | echoAside | echoDecoded
	case findsFault(r) && (m.holed || m.unread() || unheard && (c != nil || d != nil) || c != nil && c.row == rowUnknown && c.Verb == VerbOdd),
		aboutAuth(r) && (m.holed || m.unread() || unheard || m.server.lossy), // of which a reply is missing: it may be another's
		may && r.positive() && (m.holed || unheard),                          // to AUTH, or with a code that nothing has
		(m.server.fray.torn && spokenTo(r) == "" || m.server.fray.varied) && (d != nil || m.holed || m.unread() || unheard),
		findsFault(r) && (m.inContent() || m.client.mode == modeChunk): // a server that waits for content finds no fault with its lines
		return echoWords | echoSaid | echoAside | echoDecoded
	case may && (unheard || c.row == rowUnknown):
		return echoGuessed | echoSaid | echoAside | echoDecoded
	case may:
		return echoGuessed | echoSaid | echoDecoded
	case d == nil:
		return echoNone
	case r.Code == 421:
		return echoSaid | echoAside | echoDecoded
	case c != nil && c.row == rowUnknown:
		return echoSaid | echoAside
	}
	return echoSaid
}

// aboutAuth: the code is one that AUTH gets, and hardly anything else (RFC 4954
// sections 4 and 6).
func aboutAuth(r *Reply) bool { return r.Code == 235 || r.Code == 454 || r.Code == 432 }

// unread reports whether of bytes that the client has sent it is not known what
// they are: the server, which knows, may have taken them for commands.
func (m *Machine) unread() bool {
	switch c := &m.client; c.mode {
	case modeWait:
		return c.wait != nil && c.wait.total > 0
	case modeFork:
		return len(c.fork.buf) > 0 || c.fork.missed > 0
	case modeMiddle:
		return true
	case modeContent:
		return c.content.soft != noSoftEnd && m.endUnheard() // it may have ended at a dot between bare LFs
	}
	return false
}

// hide cuts one line of a reply into runs that may be seen and runs that must
// not. An enhanced code (RFC 3463) in front may always be seen.
func (m *Machine) hide(line string, e echo, take func(from, to int, hide bool)) {
	hidden := make([]bool, len(line))
	begin := enhancedLen(line)
	switch {
	case e&echoAll != 0:
		for i := begin; i < len(line); i++ {
			hidden[i] = line[i] != ' ' || i > begin
		}
	case e&echoWords != 0:
		last := -1 // where the word before ended, if that was hidden
		eachRun(line[begin:], isNoBlank, func(from, to int) {
			from, to = begin+from, begin+to
			word, front := line[from:to], strings.TrimSpace(line[begin:from]) == ""
			if isReplyWord(word) || m.ownName(word) || e&echoHost != 0 && front && isHost(word) {
				last = -1
				return
			}
			if last < 0 {
				last = from
			}
			mark(hidden[last:to], true)
			last = to
		})
	case e&echoGuessed != 0:
		eachRun(line, isBase64, func(from, to int) { mark(hidden[from:to], suspicious(line[from:to])) })
	}
	if e&echoAll == 0 && m.withheld != nil {
		m.withheld.find(line, hidden, begin, e)
	}
	for from := 0; from < len(line); {
		to := from + 1
		for to < len(line) && hidden[to] == hidden[from] {
			to++
		}
		take(from, to, hidden[from])
		from = to
	}
}

// ownName reports whether a word is the name by which the server greeted, before
// the client had said anything.
func (m *Machine) ownName(word string) bool {
	if m.greeting == nil || m.greeting.Partial {
		return false
	}
	name := firstWord(m.greeting.Text)
	return len(name) > 0 && strings.EqualFold(strings.Trim(word, "<>()[]:;,"), name)
}

// isHost reports whether a word has the form of a mail server's name: that is what a
// 421 begins with (RFC 5321 section 4.2.3).
func isHost(word string) bool {
	word = strings.TrimSuffix(word, ":")
	labels := strings.Split(word, ".")
	for _, label := range labels {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return r >= 0x80 || !isAlphanumeric(byte(r)) && r != '-' }) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 2 && len(last) > 1 && !strings.ContainsAny(last, "0123456789-")
}

// has reports whether a scrap is one of the kinds that e names.
func (d *withheld) has(p scrap, e echo) bool {
	return e&echoSaid != 0 && d.said.has(p) || e&echoAside != 0 && d.aside.has(p)
}

// find marks the scraps of a line that were dropped; what stands between two of
// them, but for white space, was dropped as well.
func (d *withheld) find(line string, hidden []bool, begin int, e echo) {
	last := -1 // where a scrap ended in this word
	for from := begin; from < len(line); {
		if parts(line[from]) {
			if line[from] <= ' ' {
				last = -1
			}
			from++
			continue
		}
		to, whole := from, true
		for ; to < len(line) && !parts(line[to]); to++ {
			whole = whole && isAlphanumeric(line[to])
		}
		p := scrapOf(line[from:to])
		switch {
		case !whole:
			eachRun(line[from:to], isAlphanumeric, func(i, k int) { mark(hidden[from+i:from+k], d.hasInner(line[from+i:from+k], e)) })
		case e&echoDecoded != 0 && p.n >= innerMin:
			mark(hidden[from:to], d.decoded.has(p))
		}
		eachRun(line[from:to], isAlphanumeric, func(i, k int) { mark(hidden[from+i:from+k], d.hasPieces(line[from+i:from+k], e)) })
		if n := escaped(line, from, to); n > 0 {
			d.findEscaped(line[from+n:to], hidden[from+n:to], e)
		}
		if p.n >= scrapMin && d.has(p, e) {
			if last >= 0 {
				mark(hidden[last:from], true)
			}
			mark(hidden[from:to], true)
			last = to
		}
		from = to
	}
}

// escaped is how many bytes in front of a run stand for one that cannot be shown, as
// C and Exim (string_printing) write them behind a backslash: "t" in "\tpass", "001"
// in "\001pass".
func escaped(line string, from, to int) int {
	if from == 0 || line[from-1] != '\\' || from == to {
		return 0
	}
	return escape(line[from:to])
}

// escape is the length of what may follow a backslash.
func escape(run string) (n int) {
	switch run[0] {
	case 't', 'r', 'n', 'v', 'f':
		return 1
	case 'x', 'u':
		n = 1
	}
	for n < len(run) && n < 3 && hexDigit(run[n]) >= 0 {
		n++
	}
	return n
}

// hasPieces reports whether a run is made of pieces of what was dropped, also behind an
// escape whose backslash stands in the line before.
func (d *withheld) hasPieces(run string, e echo) bool {
	if d.pieces.makes(run, e) {
		return true
	}
	n := escape(run)
	return n > 0 && len(run)-n >= shingle && d.pieces.makes(run[n:], e)
}

// findEscaped is find for what stands behind a byte that was escaped.
func (d *withheld) findEscaped(text string, hidden []bool, e echo) {
	p := scrapOf(text)
	mark(hidden, p.n >= scrapMin && d.has(p, e) || e&echoDecoded != 0 && p.n >= innerMin && d.decoded.has(p))
	eachRun(text, isAlphanumeric, func(i, k int) { mark(hidden[i:k], d.hasInner(text[i:k], e) || d.pieces.makes(text[i:k], e)) })
}

// hasInner is has for the letters and digits inside a scrap.
func (d *withheld) hasInner(run string, e echo) bool {
	if len(run) < innerMin {
		return false
	}
	p := scrapOf(run)
	return d.has(p, e) || e&echoDecoded != 0 && d.decoded.has(p)
}

func mark(hidden []bool, hide bool) {
	for i := range hidden {
		hidden[i] = hidden[i] || hide
	}
}

// enhancedLen is the length of an enhanced code in front ("5.7.8").
func enhancedLen(line string) int {
	n := wordLen([]byte(line[:min(len(line), len("5.777.888"))]))
	dots := 0
	for i := range n {
		switch {
		case line[i] == '.':
			dots++
		case !isDigit(line[i]):
			return 0
		}
	}
	if dots != 2 {
		return 0
	}
	return n
}

// eachRun finds the runs of bytes that belong together.
func eachRun(text string, of func(byte) bool, take func(from, to int)) {
	from := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && of(text[i]) {
			continue
		}
		if from < i {
			take(from, i)
		}
		from = i + 1
	}
}
