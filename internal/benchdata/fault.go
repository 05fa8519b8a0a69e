package benchdata

import "time"

// retransmitAfter is the time-out of a sender whose acknowledgement was late:
// the least that Linux has.
const retransmitAfter = 210 * time.Millisecond

// misbehave repeats a segment, or lets the one behind it overtake it.
func (c *conn) misbehave(p *packet, last, acked bool) {
	switch k := c.rand.Float64(); {
	case k < c.profile.Retransmitted:
		p.known = true
		again := *p
		c.id[p.from] += 100 // other connections of the host used some
		again.id, again.again = c.id[p.from], true
		again.at += int64(retransmitAfter)
		c.plan(again)
		if c.mail {
			c.truth.Retransmitted[again.from]++
		}
	case k < c.profile.Retransmitted+c.profile.Reordered && !last && !acked && (c.pieces+1)%burst != 0:
		late := *p
		c.unplan(p)
		late.at += int64(segmentGap + segmentGap/3) // before the acknowledgement of both
		late.late = true
		c.plan(late)
	}
}

func (c *conn) unplan(p *packet) {
	for i := range c.queue {
		if &c.queue[i] == p {
			c.queue = append(c.queue[:i], c.queue[i+1:]...)
			return
		}
	}
}

// hides decides whether the capture misses a packet. The first one is always
// there: a session's number is that of its first frame.
func (c *conn) hides(p *packet) bool {
	return c.truth.Frames > 0 && !p.known && !p.again && !p.late && c.rand.Float64() < c.profile.Hidden
}
