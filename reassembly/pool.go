package reassembly

// maxPooled bounds the payload kept with a pooled segment: an Ethernet frame.
// A larger buffer, from a host with offload, goes back to the runtime.
const maxPooled = 2048

// take gives a segment to hold a payload of n bytes.
func (a *Assembler) take(n int) *segment {
	if k := len(a.spare); k > 0 {
		s := a.spare[k-1]
		a.spare = a.spare[:k-1]
		return s
	}
	return &segment{payload: make([]byte, 0, n)}
}

func (a *Assembler) give(s *segment) {
	if cap(s.payload) > maxPooled || len(a.spare) >= maxSpare {
		return
	}
	s.payload = s.payload[:0]
	a.spare = append(a.spare, s)
}

// maxSpare bounds the pools, so that a burst does not stay in memory.
const maxSpare = 1024

// conn gives a cleared Conn.
func (a *Assembler) conn() *Conn {
	var c *Conn
	if k := len(a.spareConns); k > 0 {
		c = a.spareConns[k-1]
		a.spareConns = a.spareConns[:k-1]
	} else {
		c = new(Conn)
	}
	*c = Conn{a: a, early: c.early[:0], resets: c.resets[:0], half: c.half}
	c.half[Client].reset()
	c.half[Server].reset()
	return c
}

// maxQueue bounds the room for held segments that is kept with a spare Conn, of
// each side. Each Conn has a gap some day: in weeks all of them would have it.
const maxQueue = 8

// Keep leaves a connection that ends as it is until Free: it is asked for from
// within Handler.End, by who wants to look at some of them together.
func (c *Conn) Keep() { c.kept = true }

// Free lets go of a connection that was kept.
func (c *Conn) Free() {
	if c.kept = false; !c.ending {
		c.a.recycle(c)
	}
}

func (a *Assembler) recycle(c *Conn) {
	for i := range c.half {
		if h := &c.half[i]; cap(h.queue) > maxQueue {
			h.queue = nil
		}
	}
	if len(a.spareConns) < maxSpare {
		a.spareConns = append(a.spareConns, c)
	}
}
