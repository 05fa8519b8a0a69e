package smtpstate

import "slices"

// withheld are the last scraps of client lines that were dropped.
type withheld struct {
	said    ring // as they were sent
	aside   ring // behind a word that is kept: what a mistyped command was about
	decoded ring // credentials, decoded: a reply to AUTH may name the user, or worse
	open    scrap
	inner   scrap // the letters and digits with which open ends
	base64  decoder
	pieces  shingles
	asides  bool // they are of the latter kind
	unsure  bool // a scrap was missing, or had to go before its line was answered
}

// scrapsHeld is how many are remembered: some dozen lines of an AUTH exchange,
// or a dozen of prose that was sent as commands.
const scrapsHeld = 256

// A ring keeps the last scrapsHeld hashes (FNV-1a).
type ring struct {
	scraps []uint64
	next   int        // which is overwritten next, when there are scrapsHeld
	marks  [16]uint64 // a bit for each hash, so that most words need not be looked for
}

func (r *ring) has(p scrap) bool {
	return r.marks[p.hash>>6%16]&(1<<(p.hash%64)) != 0 && slices.Contains(r.scraps, p.hash)
}

func (r *ring) mark(hash uint64) { r.marks[hash>>6%16] |= 1 << (hash % 64) }

// add remembers a scrap. full: it took the place of another.
func (r *ring) add(p scrap) (full bool) {
	switch {
	case r.has(p):
		return false
	case len(r.scraps) < scrapsHeld:
		r.scraps = append(r.scraps, p.hash)
		r.mark(p.hash)
		return false
	}
	r.scraps[r.next] = p.hash
	r.mark(p.hash)
	if r.next = (r.next + 1) % scrapsHeld; r.next == 0 { // all are others than at the last time
		r.marks = [16]uint64{}
		for _, hash := range r.scraps {
			r.mark(hash)
		}
	}
	return true
}

// scrapMin is the shortest scrap that is hidden: fewer bytes than that say
// nothing. innerMin is that of letters and digits inside one, where a server may
// have written the rest of it in another way ("pass!" as "pass\!"), and of what
// was decoded.
const (
	scrapMin = 2
	innerMin = 4
)

// scrap is a run of bytes between those that servers put around what they
// quote.
type scrap struct {
	hash uint64
	n    int
}

const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211 // FNV-1a, 64 bits

func (p *scrap) add(b byte) {
	if p.n == 0 {
		p.hash = fnvOffset
	}
	if isUpper(b) { // servers change the case of verbs
		b += 'a' - 'A'
	}
	p.hash = (p.hash ^ uint64(b)) * fnvPrime
	p.n++
}

// scrapOf is the scrap of a whole run. The hash stays in a register: one that goes
// through memory takes twice as long.
func scrapOf(run string) scrap {
	hash := uint64(fnvOffset)
	for i := range len(run) {
		b := run[i]
		if isUpper(b) {
			b += 'a' - 'A'
		}
		hash = (hash ^ uint64(b)) * fnvPrime
	}
	return scrap{hash, len(run)}
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
func parts(b byte) bool { return parting[b] }

// parting is looked up: each byte of what is dropped, and of each reply behind that,
// is asked for.
var parting = func() (is [256]bool) {
	for b := range is {
		is[b] = b <= ' ' || b >= 0x7f
	}
	for _, b := range []byte("\"'`<>()[]{}:;,.=?\\") {
		is[b] = true
	}
	return is
}()

// holdBack makes room for what is dropped.
func (m *Machine) holdBack() {
	if m.withheld == nil {
		m.withheld = new(withheld)
	}
}

// withhold takes bytes of a client line that are not kept, in any segmentation.
func (m *Machine) withhold(data []byte) {
	if len(data) == 0 {
		return
	}
	m.holdBack()
	for _, b := range data {
		d := m.withheld
		if !isAlphanumeric(b) {
			m.innerEnd()
		} else {
			d.inner.add(b)
		}
		d.pieces.add(&d.pieces.said, b, d.kind())
		if parts(b) {
			m.withholdEnd()
		} else {
			d.open.add(b)
		}
	}
}

// withholdCoded takes bytes of credentials: what they decode to is withheld as
// well (RFC 4954 section 4: base64).
func (m *Machine) withholdCoded(data []byte) {
	if len(data) == 0 {
		return
	}
	m.holdBack()
	for i, b := range data {
		m.withheld.decode(b)
		m.withhold(data[i : i+1]) // where a scrap ends, what it decodes to does
	}
}

// innerEnd: the letters and digits end here. They are a scrap of their own where
// they are only a part of one.
func (m *Machine) innerEnd() {
	d := m.withheld
	if p := d.inner; p.n >= innerMin && !verbs[p.hash] {
		d.to().add(p)
	}
	d.inner = scrap{}
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
	m.innerEnd()
	d.decode('\n')
	p := d.open
	d.open, d.pieces.said.n = scrap{}, 0
	if p.n < scrapMin || verbs[p.hash] {
		return
	}
	waits := m.waits()
	d.unsure = d.unsure && waits
	if d.to().add(p) {
		d.unsure = waits
	}
}

// kind says of what kind is what is dropped now.
func (d *withheld) kind() echo {
	if d.asides {
		return echoAside
	}
	return echoSaid
}

// to is where scraps go.
func (d *withheld) to() *ring {
	if d.asides {
		return &d.aside
	}
	return &d.said
}

// withholdAside takes what stood behind a word that is kept.
func (m *Machine) withholdAside(data []byte) {
	if len(data) == 0 {
		return
	}
	m.withholdEnd()
	m.holdBack()
	m.withheld.asides = true
	m.withholdLine(data)
	m.withheld.asides = false
}

// withholdResponse takes the initial response of a line that begins an AUTH
// exchange; what a sealed line had of it was taken when it came.
func (m *Machine) withholdResponse(l *commandLine) {
	switch n := initialResponse(l.raw); {
	case m.client.line.sealed:
		m.withholdEnd()
	case n >= 0:
		m.withholdCoded(l.raw[n:])
		m.withholdEnd()
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
