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
	*c = Conn{a: a}
	c.half[Client].fin, c.half[Server].fin = -1, -1
	return c
}

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
		a.giveRoom(c.half[i].queue)
		c.half[i].queue = nil
	}
	if len(a.spareConns) < maxSpare {
		a.spareConns = append(a.spareConns, c)
	}
}

// roomSize is for how many segments there is room at once, maxRooms how many
// such rooms are kept. They do not stay with the Conn that needed one: each Conn
// has something to hold some day, and in weeks all of them would have the room.
const (
	roomSize = 16
	maxRooms = 256
)

// room gives an empty list for segments that have to wait.
func (a *Assembler) room() []*segment {
	if k := len(a.rooms); k > 0 {
		list := a.rooms[k-1]
		a.rooms = a.rooms[:k-1]
		return list
	}
	return make([]*segment, 0, roomSize)
}

// giveRoom takes a list back whose segments nobody needs. One that has grown goes
// back to the runtime.
func (a *Assembler) giveRoom(list []*segment) {
	if cap(list) == roomSize && len(a.rooms) < maxRooms {
		clear(list[:roomSize])
		a.rooms = append(a.rooms, list[:0])
	}
}
