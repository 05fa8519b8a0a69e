package reassembly

// Belated is payload of a side that came after it had been given up as missed:
// the capture has it, too far behind the packets that acknowledge it.
type Belated struct {
	Bytes       int64
	First, Last Stamp
}

// holes are the last places that were given up as missed.
type holes struct {
	ring [8]struct{ from, to int64 }
	next uint8
}

func (y *holes) add(from, to int64) {
	if last := &y.ring[(y.next+uint8(len(y.ring))-1)%uint8(len(y.ring))]; last.to == from {
		last.to = to
		return
	}
	y.ring[y.next].from, y.ring[y.next].to = from, to
	y.next = (y.next + 1) % uint8(len(y.ring))
}

// within is how many bytes of a range lie in these places.
func (y *holes) within(from, to int64) (n int64) {
	for i := range y.ring {
		n += max(min(to, y.ring[i].to)-max(from, y.ring[i].from), 0)
	}
	return n
}

// belated notes a segment that brings what had been given up. Rare: only what
// comes again, or late, is asked.
func (n *HalfStats) belated(s *segment) {
	if n.oddities == nil || n.Missed == 0 {
		return
	}
	o := n.oddities
	bytes := o.holes.within(s.off, s.end())
	if bytes == 0 {
		return
	}
	if o.Belated.Bytes == 0 {
		o.Belated.First = s.at
	}
	o.Belated.Bytes += bytes
	o.Belated.Last = s.at
}
