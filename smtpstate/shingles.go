package smtpstate

// Servers cut what they repeat: sendmail keeps the beginning and the end of a
// long line (shortenstring), others break it over the lines of a reply, or stop
// where their buffer does. What is left of a word has another hash than the word.
// So of the letters and digits of what is withheld each run of shingle bytes is
// remembered as well, and a word of a reply that is made of such runs is hidden.
const shingle = 5

// shinglesHeld is how many runs are remembered at least, and shingled from how
// many bytes of a word: servers repeat less of it.
const (
	shinglesHeld = 1024
	shingled     = 512
)

// shingles are the runs that came last: a table of those that come, in which
// one that is taken is followed by the next, and the one that was full before.
type shingles struct {
	table, before []uint32 // hash and kind; 0 = free
	held          int
	said, decoded lastBytes // of the letters and digits that are open
}

// lastBytes are those of a run of letters and digits, in small letters.
type lastBytes struct {
	bytes uint64
	n     int
}

const lastMask = 1<<(8*shingle) - 1

func (r *lastBytes) add(b byte) (whole bool) {
	if isUpper(b) {
		b += 'a' - 'A'
	}
	r.bytes = (r.bytes<<8 | uint64(b)) & lastMask
	r.n++
	return r.n >= shingle
}

// hash of the run, with the kind of what it is from.
func (r *lastBytes) hash(kind echo) uint32 {
	return uint32(r.bytes*0x9E3779B97F4A7C15>>32)&^7 | uint32(kind)&7 // no kind is 0
}

// add takes the next byte of what is withheld.
func (s *shingles) add(r *lastBytes, b byte, kind echo) {
	switch {
	case !isAlphanumeric(b):
		r.n = 0
	case r.add(b) && r.n <= shingled:
		s.keep(r.hash(kind))
	}
}

func (s *shingles) keep(hash uint32) {
	if holds(s.table, hash) {
		return
	}
	if s.held >= shinglesHeld {
		s.table, s.before, s.held = s.before, s.table, 0
		clear(s.table)
	}
	if 2*(s.held+1) > len(s.table) {
		s.grow()
	}
	put(s.table, hash)
	s.held++
}

func (s *shingles) grow() {
	wider := make([]uint32, max(64, 2*len(s.table)))
	for _, hash := range s.table {
		if hash != 0 {
			put(wider, hash)
		}
	}
	s.table = wider
}

// put adds a hash to a table that has room.
func put(table []uint32, hash uint32) {
	slot := slotFor(table, hash)
	for table[slot] != 0 {
		slot = (slot + 1) & (len(table) - 1)
	}
	table[slot] = hash
}

func holds(table []uint32, hash uint32) bool {
	if len(table) == 0 {
		return false
	}
	for slot := slotFor(table, hash); table[slot] != 0; slot = (slot + 1) & (len(table) - 1) {
		if table[slot] == hash {
			return true
		}
	}
	return false
}

func slotFor(table []uint32, hash uint32) int { return int(hash>>3) & (len(table) - 1) }

// makes reports whether a word is made of runs that were withheld.
func (s *shingles) makes(word string, e echo) bool {
	if len(word) < shingle || len(s.table) == 0 {
		return false
	}
	var r lastBytes
	for i := range len(word) {
		if r.add(word[i]) && !s.has(&r, e) {
			return false
		}
	}
	return !isReplyWord(word)
}

// has reports whether a run is of one of the kinds that e names.
func (s *shingles) has(r *lastBytes, e echo) bool {
	for _, kind := range [...]echo{echoSaid, echoAside, echoDecoded} {
		if hash := r.hash(kind); e&kind != 0 && (holds(s.table, hash) || holds(s.before, hash)) {
			return true
		}
	}
	return false
}
