package reassembly

import (
	"cmp"
	"math"
	"net/netip"
	"time"

	"smtpscope/capture"
)

// Assembler follows all connections of a capture. It is used from one
// goroutine; the handlers are called from within Segment and Close.
type Assembler struct {
	cfg    Config
	limits Limits
	conns  table
	graves graves
	seen   *prints

	full  bool  // a bound in total was reached
	frame int64 // of the last segment; 0 while limits run out before it
	turn  Turn

	started bool
	clock   capture.Time // the latest packet time that was believed
	doubted *doubted     // the last segment, if its time was not

	connecting, open agenda // of those that are not closed
	awake            agenda // of those that are silent and cannot sleep
	asleep           sleepers
	closing          list         // by the moment of closing
	holding          list         // by the moment since when something waits
	keeping          list         // by the moment since when something is held
	calm             capture.Time // nothing is due before

	held       int // bytes held back, of all connections
	spare      []*segment
	spareConns []*Conn
	rooms      [][]*segment
	ahead      [maxAhead]address
	event      Event
	scratch    segment
	prior      Prior   // of the RST that is being taken
	batch      []*Conn // those that end at one moment
	stats      Stats
}

// Stats are totals over all connections.
type Stats struct {
	Connections int64 // begun
	Open        int64 // now
	PeakOpen    int64
	HeldBytes   int64 // now: payload, and some bytes of overhead for each segment
	PeakHeld    int64
	Evicted     int64
	Duplicates  int64 // frames captured twice
	Buried      int64 // late packets of connections that were over
	Implausible int64 // packets whose numbers belong to no stream
	Slept       int64 // times that a connection was put to sleep (Config.Sleep)
}

// New gives an Assembler.
func New(cfg Config) *Assembler {
	a := &Assembler{cfg: cfg, limits: cfg.Limits.withDefaults(), conns: newTable(), seen: new(prints)}
	cfg.Share.divide(&a.limits)
	a.closing.of, a.holding.of, a.keeping.of = byCloses, byHolds, byKeeps
	return a
}

// forever is the longest limit: with any packet's time before it, it fits in 64
// bits.
const forever = 100 * 365 * 24 * time.Hour

func (l Limits) withDefaults() Limits {
	l.Idle = min(cmp.Or(l.Idle, 65*time.Minute), forever)
	l.Connect = cmp.Or(l.Connect, 130*time.Second)
	l.Straggler = cmp.Or(l.Straggler, 30*time.Second)
	l.RestClosed = cmp.Or(l.RestClosed, restClosed)
	l.RestSilent = cmp.Or(l.RestSilent, restSilent)
	l.Tombstone = cmp.Or(l.Tombstone, 240*time.Second)
	l.HoldTime = cmp.Or(l.HoldTime, 2*time.Second)
	l.HoldCount = cmp.Or(l.HoldCount, 16)
	l.ConnBytes = min(cmp.Or(l.ConnBytes, 4<<20), 1<<30)
	l.ConnHeld = cmp.Or(l.ConnHeld, 1<<14)
	l.TotalBytes = cmp.Or(l.TotalBytes, 256<<20)
	l.Connections = cmp.Or(l.Connections, 1<<18)
	return l
}

// Stats gives the totals so far.
func (a *Assembler) Stats() Stats {
	s := a.stats
	s.Open, s.HeldBytes = int64(a.count()), int64(a.held)
	return s
}

// Open is how many connections are open.
func (a *Assembler) Open() int { return a.count() }

// Evict gives up the n connections that have been idle for longest, or all if
// there are fewer: their handlers get End(EndEvicted).
func (a *Assembler) Evict(n int) {
	for ; n > 0 && a.count() > 0; n-- {
		a.evict()
	}
}

// Segment takes the next segment of the capture.
func (a *Assembler) Segment(seg *capture.Segment) {
	var at address
	if at.find(a, seg); !at.elsewhere {
		at.c = a.conns.guess(at.hash)
	}
	if !a.follow(seg, &at) {
		a.next(seg, &at)
	}
	a.rest()
}

// next takes a segment of any kind.
func (a *Assembler) next(seg *capture.Segment, at *address) {
	if a.doubted != nil {
		a.resolve(seg.Time)
	}
	due := seg.Time >= a.calm
	if seg.Resumed && due && seg.Time.Sub(a.clock) <= maxLeap {
		a.pause(seg.Time)
	}
	if !a.tick(seg.Time) {
		a.doubt(seg, at)
		return
	}
	if due && a.follow(seg, at) { // only the clock was in its way
		return
	}
	a.route(seg, at)
}

// route hands a segment to its connection; the clock is right.
func (a *Assembler) route(seg *capture.Segment, at *address) {
	a.frame = seg.Frame
	switch {
	case at.elsewhere:
	case seg.Kind == capture.KindTCP:
		a.tcp(seg, at)
	case seg.Kind == capture.KindICMP:
		a.icmp(seg, at)
	}
}

// tcp takes a TCP segment of a flow.
func (a *Assembler) tcp(seg *capture.Segment, at *address) {
	fromA := at.fromA
	c := a.connection(at)
	if c != nil && c.reusedBy(seg, fromA) {
		a.replace(c, seg)
		c = nil
	}
	if c == nil {
		if a.graves.holds(at, seg, a.clock) {
			a.stats.Buried++
			return
		}
		c = a.begin(at.key, at.hash, seg, fromA)
	}
	a.touch(c)
	c.arrive(seg, fromA, &a.seen[at.shelf])
	if c.ignored && c.closed {
		a.bury(c)
		return
	}
	a.stats.PeakHeld = max(a.stats.PeakHeld, int64(a.held))
	if int(c.heldBytes) > a.limits.ConnBytes || c.heldBytes > 0 && c.heldCount() > a.limits.ConnHeld {
		c.flush(GapEvicted)
	}
	for a.held > a.limits.TotalBytes {
		a.full = true
		a.keeping.head.flush(GapEvicted)
	}
	c.plain = c.isPlain()
}

// icmp hands an ICMP error to the connection whose segment it quotes.
func (a *Assembler) icmp(seg *capture.Segment, at *address) {
	c := a.connection(at)
	if c == nil || c.handler == nil {
		return
	}
	e := &a.event
	*e = Event{Kind: EventICMP, Side: c.side(at.fromA), At: Stamp{seg.Frame, seg.Time}, ICMP: seg.ICMP,
		TTL: seg.TTL, Seq: seg.Seq}
	c.handler.Event(e)
}

// begin makes a connection from its first segment.
func (a *Assembler) begin(key flow, hash uint64, seg *capture.Segment, fromA bool) *Conn {
	for a.count() >= a.limits.Connections {
		a.full = true
		a.evict()
	}
	c := a.conn()
	c.key, c.hash = key, hash
	c.ends = [2]netip.AddrPort{seg.Dst, seg.Src}
	if fromA {
		c.ends = [2]netip.AddrPort{seg.Src, seg.Dst}
	}
	c.First = Stamp{seg.Frame, seg.Time}
	c.Source, c.SourceFrame = seg.Source, seg.SourceFrame
	c.VLANs, c.VLANCount = seg.VLANs, seg.VLANCount
	a.conns.put(hash, c)
	a.stats.Connections++
	a.stats.PeakOpen = max(a.stats.PeakOpen, int64(a.count()))
	a.touch(c)
	if opens(seg) {
		c.OrientedBySYN = true
		sender := Client
		if seg.Flags.Has(capture.ACK) {
			sender = Server
		}
		c.turn(fromA, sender)
		c.introduce()
	}
	return c
}

// introduce asks for the handler of a new connection.
func (c *Conn) introduce() {
	if c.handler != nil || c.ignored {
		return
	}
	var h Handler
	if c.a.cfg.New != nil {
		h = c.a.cfg.New(c)
	}
	switch {
	case h == nil:
		c.ignored = true
		c.drop()
	case c.ignored: // from within New
		h.End(EndIgnored, c.a.clock)
	default:
		c.handler = h
	}
}

// end takes a connection out and tells its handler.
func (a *Assembler) end(c *Conn, reason EndReason, now capture.Time) {
	c.drop()
	a.closing.remove(c)
	c.agenda, c.plain = nil, false
	a.conns.remove(c.hash, c)
	a.turn = Turn{a.clock, a.frame, c.First.Frame}
	if h := c.handler; h != nil {
		c.handler, c.ending = nil, true
		h.End(reason, now)
		c.ending = false
	}
	if !c.kept {
		a.recycle(c)
	}
}

// Close says that the input has ended: what is held back is delivered, and
// every connection ends, in the order of their first frames.
func (a *Assembler) Close() {
	if a.doubted != nil {
		a.resolve(a.clock)
	}
	a.endAll()
}

// endAll ends all connections as the end of a capture does.
func (a *Assembler) endAll() {
	a.frame = math.MaxInt64
	for _, r := range a.all() {
		c := a.rouse(r)
		c.flush(GapLost)
		reason := EndCapture
		if c.closed {
			reason = EndClosed
		}
		a.end(c, reason, a.clock)
	}
}
