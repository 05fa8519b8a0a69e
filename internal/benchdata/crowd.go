package benchdata

import (
	"container/heap"
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"time"
)

// begin is the time of the first packet: 2024-01-15 08:00:00 UTC.
const begin = 1705305600 * time.Second

// crowd plays many connections at once.
type crowd struct {
	profile Profile
	rand    *rand.Rand
	out     *pcapWriter
	heap    waiting
	made    int // connections
	mails   int // of those, mail sessions
	clock   time.Duration
	frame   [frameMax]byte
	truths  []*Truth
	stuck   []*stalled
}

// stalled is a session that no packet ended.
type stalled struct {
	truth *Truth
	conn  *conn
	last  time.Duration // its last packet
}

// waiting are connections by the time of their next packet.
type waiting []entry

type entry struct {
	packet packet
	number int
	conn   *conn
}

func (w waiting) Len() int      { return len(w) }
func (w waiting) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *waiting) Push(x any)   { *w = append(*w, x.(entry)) }
func (w *waiting) Pop() any     { e := (*w)[len(*w)-1]; *w = (*w)[:len(*w)-1]; return e }
func (w waiting) Less(i, j int) bool {
	return w[i].packet.at < w[j].packet.at || w[i].packet.at == w[j].packet.at && w[i].number < w[j].number
}

// Generate writes the capture of a profile, and the truth as JSON Lines in the
// order of the sessions' first frames.
func Generate(p Profile, capture, truth io.Writer) error {
	c := &crowd{profile: p, rand: rand.New(rand.NewPCG(p.Seed, 1)), out: newPcapWriter(capture), clock: begin}
	spread := 4 * float64(p.Pace) // the first ones begin within this time, per connection
	for range p.AtOnce {
		c.open(begin+time.Duration(c.rand.Float64()*spread*3), nil)
	}
	c.play()
	if err := c.out.w.Flush(); err != nil {
		return err
	}
	return c.tell(truth)
}

func (c *crowd) full() bool {
	return c.profile.Bytes > 0 && c.out.bytes >= c.profile.Bytes ||
		c.profile.Sessions > 0 && c.mails >= c.profile.Sessions
}

// open begins a connection, on the ports of another that was there before.
func (c *crowd) open(at time.Duration, before *conn) *conn {
	k := newConn(&c.profile, c.made, at, before)
	c.made++
	if k.mail {
		c.mails++
	}
	if p, ok := k.next(); ok {
		heap.Push(&c.heap, entry{p, c.made, k})
	}
	return k
}

// play hands the packets out until the capture is long enough.
func (c *crowd) play() {
	for len(c.heap) > 0 {
		e := &c.heap[0]
		k := e.conn
		c.clock = time.Duration(e.packet.at)
		c.put(k, &e.packet)
		next, ok := k.next()
		if ok {
			e.packet = next
			heap.Fix(&c.heap, 0)
			if c.profile.Bytes > 0 && c.out.bytes >= c.profile.Bytes {
				break // in the middle of all that goes on
			}
			continue
		}
		heap.Pop(&c.heap)
		c.close(k)
		if !c.full() {
			c.open(c.clock+time.Duration(c.rand.Float64()*float64(c.profile.Pace)), nil)
		}
		if k.bequeaths {
			k.heir = c.open(c.clock+c.profile.Pace, k)
		}
	}
	for _, e := range c.heap {
		e.conn.truth.Cut = true
		c.close(e.conn)
	}
}

// put writes a packet, if the capture has it.
func (c *crowd) put(k *conn, p *packet) {
	k.passed(p)
	t := &k.truth
	if k.hides(p) {
		t.Hidden++
		t.HiddenBytes[p.from] += int64(p.payload)
		return
	}
	n := k.frame(c.frame[:], p)
	c.out.record(p.at, c.frame[:n])
	if t.Session == 0 {
		t.Session, t.Start = c.out.frames, p.at
	}
	t.Frames++
	t.End = p.at
	if p.flags == syn {
		k.syns++
	}
	if !p.again {
		t.Bytes[p.from] += int64(p.payload)
	}
	if p.late {
		t.OutOfOrder[p.from]++
	}
}

// close takes the truth of a connection that is over.
func (c *crowd) close(k *conn) {
	t := &k.truth
	if !k.mail || t.Session == 0 {
		return
	}
	c.truths = append(c.truths, t)
	if k.ended {
		t.Phase = k.end
		return
	}
	t.Phase = k.phase
	c.stuck = append(c.stuck, &stalled{t, k, c.clock})
}

// tell says how those ended that no packet ended, and writes the truth.
func (c *crowd) tell(w io.Writer) error {
	for _, s := range c.stuck {
		t, k := s.truth, s.conn
		if k.heir != nil && k.heir.truth.Session > 0 {
			continue // replaced
		}
		t.By = "unknown"
		switch {
		case t.Phase == "connect" && (k.syns > 1 || c.clock-k.began >= unanswered):
			t.How = "syn-unanswered"
		case c.clock-s.last >= idleLimit:
			t.How = "silence"
		default:
			t.How = "capture-end"
		}
	}
	slices.SortFunc(c.truths, func(a, b *Truth) int { return int(a.Session - b.Session) })
	enc := json.NewEncoder(w)
	for _, t := range c.truths {
		if err := enc.Encode(t); err != nil {
			return err
		}
	}
	return nil
}
