package smtpstate

import "slices"

// Servers repeat what they do not understand ("502 5.5.2 Error: command not
// recognized: hunter2"). What was dropped of a client's line because it may be
// a secret must not come back that way, so replies that may repeat it are
// searched for it. The line itself is not kept for that: only a hash of each
// of its scraps is.

// echo says how much of a reply's text may repeat what was dropped.
type echo uint8

const (
	echoNone    echo = iota
	echoScraps       // scraps that were dropped are hidden
	echoGuessed      // these, and words that look like base64
	echoAll          // everything, for not all that the client said is known
)

// withheld are the last scraps of client lines that were dropped.
type withheld struct {
	scraps []uint64 // a ring of FNV-1a hashes
	next   int      // which is overwritten next, when there are scrapsHeld
	open   scrap    // that has not ended
	unsure bool     // a scrap was missing, or had to go before its line was answered
}

// scrapsHeld is how many are remembered: a dozen lines of an AUTH exchange, or
// four of prose that was sent as commands.
const scrapsHeld = 64

// scrapMin is the shortest scrap that is hidden: fewer bytes than that say
// nothing.
const scrapMin = 2

// scrap is a run of bytes between those that servers put around what they
// quote.
type scrap struct {
	hash uint64
	n    int
}

func (p *scrap) add(b byte) {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a, 64 bits
	if p.n == 0 {
		p.hash = offset
	}
	if isUpper(b) { // servers change the case of verbs
		b += 'a' - 'A'
	}
	p.hash = (p.hash ^ uint64(b)) * prime
	p.n++
}

// verbs are the hashes of words that any reply may hold: they are not hidden.
var verbs = map[uint64]bool{}

func init() {
	for i := range rows {
		var p scrap
		for _, b := range []byte(rows[i].verb) {
			p.add(b)
		}
		verbs[p.hash] = true
	}
}

// parts reports whether a byte stands between scraps. "?" and all beyond ASCII
// do, because servers write the one for the other.
func parts(b byte) bool {
	switch b {
	case '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', ':', ';', ',', '.', '=', '?', '\\':
		return true
	}
	return b <= ' ' || b >= 0x7f
}

// withhold takes bytes of a client line that are not kept, in any segmentation.
func (m *Machine) withhold(data []byte) {
	if m.withheld == nil && len(data) > 0 {
		m.withheld = new(withheld)
	}
	for _, b := range data {
		if parts(b) {
			m.withholdEnd()
		} else {
			m.withheld.open.add(b)
		}
	}
}

// withholdLine takes bytes with which a line, or what may be seen of one, ends.
func (m *Machine) withholdLine(data []byte) {
	m.withhold(data)
	m.withholdEnd()
}

// withholdEnd: the scrap ends here.
func (m *Machine) withholdEnd() {
	d := m.withheld
	if d == nil || d.open.n == 0 {
		return
	}
	p := d.open
	d.open = scrap{}
	if p.n < scrapMin || verbs[p.hash] {
		return
	}
	waits := m.waits()
	d.unsure = d.unsure && waits
	if d.has(p) {
		return
	}
	if len(d.scraps) < scrapsHeld {
		d.scraps = append(d.scraps, p.hash)
		return
	}
	d.unsure = waits
	d.scraps[d.next] = p.hash
	d.next = (d.next + 1) % scrapsHeld
}

// withholdResponse takes the initial response of a line that begins an AUTH
// exchange; what a sealed line had of it was taken when it came.
func (m *Machine) withholdResponse(l *commandLine) {
	switch n := initialResponse(l.raw); {
	case m.client.line.sealed:
		m.withholdEnd()
	case n >= 0:
		m.withholdLine(l.raw[n:])
	}
	if l.cut || l.total > m.lim.Line {
		m.withholdUnseen()
	}
}

// withholdUnseen: of what was dropped a part was not seen, or not kept.
func (m *Machine) withholdUnseen() {
	m.withhold([]byte{'\n'})
	m.withheld.unsure = true
}

// waits reports whether a client line waits for a reply that was not missed.
func (m *Machine) waits() bool {
	for _, c := range m.queue {
		if !c.passed && c.row != rowGreeting && c.row != rowHidden {
			return true
		}
	}
	return false
}

func (d *withheld) has(p scrap) bool {
	return slices.Contains(d.scraps, p.hash)
}

// hasWord reports whether a word was dropped, or a part of it.
func (d *withheld) hasWord(word []byte) bool {
	if d == nil {
		return false
	}
	hidden := make([]bool, len(word))
	d.find(string(word), hidden, 0)
	return slices.Contains(hidden, true)
}

// echoes says what of a reply to c (nil: to nothing) must be hidden.
func (m *Machine) echoes(c *Command, r *Reply) echo {
	d := m.withheld
	switch {
	case mayEcho(c, r):
		unheard := c == nil || c.row == rowHidden
		if d != nil && (d.unsure || r.Partial) || unheard && m.stray && r.Class == 5 {
			return echoAll
		}
		return echoGuessed
	case d != nil && (r.Code == 421 || c != nil && c.row == rowUnknown):
		return echoScraps
	}
	return echoNone
}

// hide cuts one line of a reply into runs that may be seen and runs that must
// not. An enhanced code (RFC 3463) in front may always be seen.
func (m *Machine) hide(line string, e echo, take func(from, to int, hide bool)) {
	hidden := make([]bool, len(line))
	begin := enhancedLen(line)
	switch e {
	case echoAll:
		for i := begin; i < len(line); i++ {
			hidden[i] = line[i] != ' ' || i > begin
		}
	case echoGuessed:
		eachRun(line, isBase64, func(from, to int) { mark(hidden[from:to], suspicious(line[from:to])) })
	}
	if e != echoAll && m.withheld != nil {
		m.withheld.find(line, hidden, begin)
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

// find marks the scraps of a line that were dropped; what stands between two of
// them, but for white space, was dropped as well.
func (d *withheld) find(line string, hidden []bool, begin int) {
	last := -1 // where a scrap ended in this word
	for from := begin; from < len(line); {
		if parts(line[from]) {
			if line[from] <= ' ' {
				last = -1
			}
			from++
			continue
		}
		var p scrap
		to := from
		for ; to < len(line) && !parts(line[to]); to++ {
			p.add(line[to])
		}
		if p.n >= scrapMin && d.has(p) {
			if last >= 0 {
				mark(hidden[last:from], true)
			}
			mark(hidden[from:to], true)
			last = to
		}
		from = to
	}
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
