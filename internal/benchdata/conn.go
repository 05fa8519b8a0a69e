package benchdata

import (
	"math/rand/v2"
	"time"
)

const (
	segmentGap = 120 * time.Microsecond // between two segments of a burst
	ackGap     = 70 * time.Microsecond  // until the other side acknowledges
	burst      = 10                     // segments without a pause
)

// conn is one connection while it plays its acts. Its packets come in the
// order of their times.
type conn struct {
	profile *Profile
	rand    *rand.Rand
	hosts   [2]host
	stamps  bool // TCP timestamps
	mail    bool

	bequeaths bool  // its ports are used anew where the acts end
	heir      *conn // by this one

	acts   []act
	doing  int // act
	done   int // bytes of it
	began  time.Duration
	syns   int           // in the capture
	at     time.Duration // time of the last packet that was planned
	queue  []packet      // planned and not handed out, by time
	seq    [2]uint32
	id     [2]uint16
	pieces int // segments since the last pause
	owed   int // segments that the other side has not acknowledged

	phase string
	ended bool
	end   string // phase at the end
	truth Truth
}

// next gives the next packet; false at the end.
func (c *conn) next() (packet, bool) {
	for len(c.queue) == 0 || c.queue[0].at > int64(c.at) {
		if c.doing == len(c.acts) {
			break
		}
		c.step()
	}
	if len(c.queue) == 0 {
		return packet{}, false
	}
	p := c.queue[0]
	c.queue = append(c.queue[:0], c.queue[1:]...)
	return p, true
}

// plan puts a packet in its place by time.
func (c *conn) plan(p packet) {
	c.queue = append(c.queue, p)
	for i := len(c.queue) - 1; i > 0 && c.queue[i].at < c.queue[i-1].at; i-- {
		c.queue[i], c.queue[i-1] = c.queue[i-1], c.queue[i]
	}
}

// send plans a packet that takes up n sequence numbers.
func (c *conn) send(from side, flags byte, n int) *packet {
	c.id[from]++
	c.plan(packet{at: int64(c.at), from: from, flags: flags, seq: c.seq[from], ack: c.seq[from.other()], id: c.id[from]})
	c.seq[from] += uint32(n)
	for i := range c.queue {
		if p := &c.queue[i]; p.id == c.id[from] && p.from == from {
			return p
		}
	}
	return nil
}

// step plans what comes next of the act at hand.
func (c *conn) step() {
	a := &c.acts[c.doing]
	if c.done == 0 {
		c.at += a.after
		if a.kind == actFIN || a.kind == actRST { // what is under way comes first
			if n := len(c.queue); n > 0 {
				c.at = max(c.at, time.Duration(c.queue[n-1].at)+segmentGap)
			}
		}
	}
	switch a.kind {
	case actSay, actBody:
		c.segment(a)
		return
	case actSYN:
		p := c.send(client, syn, 0)
		p.ack = 0
	case actSYNACK:
		c.seq[client]++
		c.send(server, syn|ack, 1)
	case actACK:
		c.send(a.side, ack, 0)
	case actFIN:
		c.send(a.side, fin|ack, 1)
	case actRST:
		c.send(a.side, rst|ack, 0)
	case actRefuse:
		c.seq[client]++
		p := c.send(server, rst|ack, 0)
		p.seq = 0
	}
	c.finishAct(&c.queue[len(c.queue)-1])
}

func (c *conn) finishAct(p *packet) {
	p.act = c.doing + 1
	c.doing++
	c.done = 0
}

// segment plans the next segment of bytes.
func (c *conn) segment(a *act) {
	size := len(a.data)
	if a.kind == actBody {
		size = a.body.size()
	}
	most := mss
	if c.stamps {
		most -= stampLen
	}
	n := min(most, size-c.done)
	if c.done > 0 {
		c.at += segmentGap
		if c.pieces++; c.pieces%burst == 0 {
			c.at += c.pause()
		}
	}
	last := c.done+n == size
	flags := byte(ack)
	if last || c.pieces%burst == burst-1 {
		flags |= psh
	}
	at := c.at
	p := c.send(a.side, flags, n)
	p.payload, p.offset, p.act = n, c.done, c.doing
	c.owed++
	c.done += n
	acked := c.owed >= 2 || last
	c.misbehave(p, last, acked)
	if last {
		for i := range c.queue {
			if q := &c.queue[i]; q.at == int64(at) && q.payload > 0 && !q.again {
				q.last = true
			}
		}
		c.doing++
		c.done = 0
		if c.answeredAtOnce(a) {
			c.owed = 0
			return
		}
	}
	if acked {
		c.owed = 0
		c.at += ackGap
		c.send(a.side.other(), ack, 0)
	}
}

// answeredAtOnce: the other side's answer carries the acknowledgement.
func (c *conn) answeredAtOnce(a *act) bool {
	if c.doing == len(c.acts) {
		return false
	}
	next := &c.acts[c.doing]
	return next.side != a.side && next.kind != actRST && next.after < 40*time.Millisecond
}

// pause is how long a window lasts.
func (c *conn) pause() time.Duration {
	return time.Duration((0.2 + 1.6*c.rand.Float64()) * float64(c.profile.Pace))
}

// payload writes the bytes that a packet carries.
func (c *conn) payload(b []byte, p *packet) {
	if p.payload == 0 {
		return
	}
	if a := &c.acts[p.act]; a.kind == actSay {
		copy(b, a.data[p.offset:])
	} else {
		a.body.read(b, p.offset)
	}
}

// passed takes down what the conversation has come to once a packet is there.
func (c *conn) passed(p *packet) {
	i := p.act
	switch {
	case p.payload > 0 && !p.last && !p.again && p.offset == 0 && c.acts[i].from != "":
		c.phase = c.acts[i].from
		return
	case p.payload > 0 && !p.last || p.again:
		return
	case p.payload == 0:
		if i--; i < 0 {
			return
		}
	}
	a := &c.acts[i]
	if a.ends && !c.ended {
		c.ended, c.end = true, c.phase
	}
	if a.then != "" {
		c.phase = a.then
	}
}
