package reassembly

import "smtpscope/capture"

// graveReach is how far the numbers of a late packet may lie from the end of
// the connection that it belongs to: the window that was open then, at most.
const graveReach = 16 << 20

// A grave remembers where the streams of a connection ended.
type grave struct {
	until capture.Time
	end   [2]uint32 // sequence numbers, end A first
	known [2]bool
}

// graves keep the last ACK of a clean close, or a late retransmission, from
// opening a connection of their own.
type graves struct {
	of    map[flow]grave
	order []burial // by until; one of a later burial at the same place is stale
	first int      // index of the oldest in order
}

type burial struct {
	key   flow
	until capture.Time
}

// add makes a grave; full = an older one had to go for it.
func (g *graves) add(c *Conn, until capture.Time, limit int) (full bool) {
	r := grave{until: until}
	for s := range c.half {
		h, i := &c.half[s], 1
		if (Side(s) == Client) == c.clientA {
			i = 0
		}
		r.end[i], r.known[i] = h.base+uint32(max(h.next, h.sent)), h.based
	}
	for len(g.order)-g.first >= limit {
		g.dig()
		full = true
	}
	g.order = append(g.order, burial{c.key, until})
	g.of[c.key] = r
	return full
}

// dig removes the oldest.
func (g *graves) dig() {
	b := &g.order[g.first]
	if g.of[b.key].until == b.until {
		delete(g.of, b.key)
	}
	g.first++
	if g.first > 1024 && g.first > len(g.order)/2 {
		g.order = append(g.order[:0], g.order[g.first:]...)
		g.first = 0
	}
}

// holds reports whether a segment is late for a connection that is over.
func (g *graves) holds(key flow, seg *capture.Segment, fromA bool, now capture.Time) bool {
	for g.first < len(g.order) && g.order[g.first].until < now {
		g.dig()
	}
	if opens(seg) {
		return false
	}
	r, dead := g.of[key]
	if !dead {
		return false
	}
	i := 1
	if fromA {
		i = 0
	}
	distance := int32(seg.Seq - r.end[i])
	return !r.known[i] || -graveReach < distance && distance < graveReach || seg.Flags.Has(capture.RST)
}
