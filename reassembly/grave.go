package reassembly

import "smtpscope/capture"

// graveReach is how far the numbers of a late packet may lie from the end of
// the connection that it belongs to: the window that was open then, at most.
const graveReach = 16 << 20

// A grave remembers where the streams of a connection ended.
type grave struct {
	key   flow
	hash  uint64 // of key
	until capture.Time
	end   [2]uint32 // sequence numbers, end A first
	known [2]bool
}

// graves keep the last ACK of a clean close, or a late retransmission, from
// opening a connection of their own. There is no Go map in here: one in which
// entries come and go for weeks grows to several times the room that it needs.
type graves struct {
	ring  []grave // by until, from first on; one of a later burial at the same place is stale
	first int     // index of the oldest
	n     int
	// places say where in ring the latest grave of a flow lies, plus 1; 0 = free.
	// They are a hash table as that of connections is (table), of at most half of
	// the places taken.
	places []uint32
}

const minGraves = 1 << 9

// add makes a grave; full = an older one had to go for it.
func (g *graves) add(c *Conn, until capture.Time, limit int) (full bool) {
	for g.n >= limit {
		g.dig()
		full = true
	}
	if g.n == len(g.ring) {
		g.grow(limit)
	}
	at := (g.first + g.n) % len(g.ring)
	g.n++
	r := &g.ring[at]
	*r = grave{key: c.key, hash: c.hash, until: until}
	for s := range c.half {
		h, i := &c.half[s], 1
		if (Side(s) == Client) == c.clientA {
			i = 0
		}
		r.end[i], r.known[i] = h.base+uint32(max(h.next, h.sent)), h.based
	}
	g.settle(at)
	return full
}

// grow doubles the room, up to what the limit needs.
func (g *graves) grow(limit int) {
	old := *g
	*g = graves{n: old.n, ring: make([]grave, min(max(2*old.n, minGraves), limit))}
	size := 1
	for size < 2*len(g.ring) {
		size *= 2
	}
	g.places = make([]uint32, size)
	for i := range old.n {
		g.ring[i] = old.ring[(old.first+i)%len(old.ring)]
		g.settle(i)
	}
}

// settle gives a grave its place, or that of an older one of the same flow.
func (g *graves) settle(at int) {
	r := &g.ring[at]
	g.places[g.search(r.hash, &r.key)] = uint32(at) + 1
}

// search is the place of a flow, or the free one that it would have.
func (g *graves) search(hash uint64, key *flow) uint64 {
	mask := uint64(len(g.places) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		at := g.places[i]
		if at == 0 {
			return i
		}
		if r := &g.ring[at-1]; r.hash == hash && r.key == *key {
			return i
		}
	}
}

// dig removes the oldest.
func (g *graves) dig() {
	r := &g.ring[g.first]
	if i := g.search(r.hash, &r.key); g.places[i] == uint32(g.first)+1 {
		g.leave(i)
	}
	g.first = (g.first + 1) % len(g.ring)
	g.n--
}

// leave frees a place, and closes the gap as table.remove does.
func (g *graves) leave(i uint64) {
	mask := uint64(len(g.places) - 1)
	for j := (i + 1) & mask; g.places[j] != 0; j = (j + 1) & mask {
		if home := g.ring[g.places[j]-1].hash & mask; (j-home)&mask >= (j-i)&mask {
			g.places[i], i = g.places[j], j
		}
	}
	g.places[i] = 0
}

// holds reports whether a segment is late for a connection that is over.
func (g *graves) holds(at *address, seg *capture.Segment, now capture.Time) bool {
	for g.n > 0 && g.ring[g.first].until < now {
		g.dig()
	}
	if g.n == 0 || opens(seg) {
		return false
	}
	found := g.places[g.search(at.hash, &at.key)]
	if found == 0 {
		return false
	}
	r, i := &g.ring[found-1], 1
	if at.fromA {
		i = 0
	}
	distance := int32(seg.Seq - r.end[i])
	return !r.known[i] || -graveReach < distance && distance < graveReach || seg.Flags.Has(capture.RST)
}
