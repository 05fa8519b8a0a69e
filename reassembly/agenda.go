package reassembly

import (
	"time"

	"smtpscope/capture"
)

// An agenda knows which connection has been silent for longest. Packets do not
// move entries: that would touch the neighbours of the connection, in memory
// that is in no cache, for every packet. An entry says when the connection was
// heard last at the latest look; it is put right when its turn comes.
type agenda struct {
	heap []entry // the smallest on top, see before
}

type entry struct {
	heard capture.Time // Conn.touched, or before it
	frame int64        // Conn.First.Frame: tells a connection from the next one in the same memory
	c     *Conn
}

func (e *entry) before(o *entry) bool {
	return e.heard < o.heard || e.heard == o.heard && e.frame < o.frame
}

// enter puts a connection in, and out of the other agenda. open is how many
// connections there are: with many more entries than that the stale ones go.
func (g *agenda) enter(c *Conn, open int) {
	if c.agenda == g {
		return
	}
	c.agenda = g
	if len(g.heap) > 2*open+minSlots {
		g.sweep()
	}
	g.heap = append(g.heap, entry{c.touched, c.First.Frame, c})
	g.up(len(g.heap) - 1)
}

// first is the connection that has been silent for longest, nil if there is none.
func (g *agenda) first() *Conn {
	for len(g.heap) > 0 {
		e := &g.heap[0]
		switch {
		case g.stale(e):
		case e.c.closed:
			e.c.agenda = nil
		case e.c.touched != e.heard:
			e.heard = e.c.touched
			g.down(0)
			continue
		default:
			return e.c
		}
		g.pop()
	}
	return nil
}

// pop takes the smallest entry out.
func (g *agenda) pop() {
	last := len(g.heap) - 1
	g.heap[0] = g.heap[last]
	g.heap[last] = entry{}
	g.heap = g.heap[:last]
	g.down(0)
}

// due takes out and appends those that have been silent for a limit at a moment.
func (g *agenda) due(list []*Conn, at capture.Time, limit time.Duration) []*Conn {
	for heard, any := g.bound(); any && heard.Add(limit) <= at; heard, any = g.bound() {
		c := g.first()
		if c == nil || c.touched.Add(limit) > at {
			break
		}
		c.agenda = nil
		g.pop()
		list = append(list, c)
	}
	return list
}

// bound is a moment that no connection in here was last heard before.
func (g *agenda) bound() (capture.Time, bool) {
	if len(g.heap) == 0 {
		return 0, false
	}
	return g.heap[0].heard, true
}

func (g *agenda) stale(e *entry) bool { return e.c.agenda != g || e.c.First.Frame != e.frame }

// sweep drops stale entries.
func (g *agenda) sweep() {
	kept := g.heap[:0]
	for i := range g.heap {
		if e := &g.heap[i]; !g.stale(e) {
			kept = append(kept, *e)
		}
	}
	clear(g.heap[len(kept):])
	g.heap = kept
	for i := len(kept)/2 - 1; i >= 0; i-- {
		g.down(i)
	}
}

func (g *agenda) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !g.heap[i].before(&g.heap[parent]) {
			return
		}
		g.heap[i], g.heap[parent] = g.heap[parent], g.heap[i]
		i = parent
	}
}

func (g *agenda) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(g.heap); child++ {
			if g.heap[child].before(&g.heap[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		g.heap[i], g.heap[least] = g.heap[least], g.heap[i]
		i = least
	}
}
