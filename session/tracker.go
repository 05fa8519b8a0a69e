package session

import (
	"cmp"
	"net/netip"

	"smtpscope/capture"
	"smtpscope/reassembly"
)

// Config says which connections are mail and what to do with their sessions.
type Config struct {
	Limits reassembly.Limits
	// Share is the part of the connections that this Tracker follows, of
	// several that each take every segment; the zero value means all. Limits
	// and Memory are those of all of them.
	Share reassembly.Share
	// Memory bounds what all sessions that are open take, in bytes; 0 = 1 GiB.
	// Beyond it those that have been idle for longest are given up.
	Memory int64
	// Ports are those whose connections are taken for mail whatever is said
	// on them; nil = DefaultPorts. On any other port a session begins with an
	// SMTP greeting.
	Ports *Ports
	// Gateways mark which end is ours: a session to one of them is "inbound",
	// one from it "outbound".
	Gateways []netip.Prefix
	// Source gives the name of a source (capture.Summary.Sources).
	Source func(index int) string
	// Events keeps the story of each session that KeepEvents wants (by the
	// number of its first frame; nil = all).
	Events     bool
	KeepEvents func(session int64) bool
	// OnDemand leaves Session.Events out until Session.Tell is called, which
	// has to be while Emit runs. Most sessions end in order, and nobody asks
	// for their story.
	OnDemand bool
	// Trace keeps which bytes of each session's packets are what, for those
	// that KeepTrace wants (nil = all).
	Trace     bool
	KeepTrace func(session int64) bool
	// TraceBytes bounds what is kept of one session for it; 0 = 32 MiB.
	TraceBytes int64
	// Emit takes a finished session, in the order in which nothing can change
	// them any more. It owns the Session, unless Reuse says otherwise.
	Emit func(*Session)
	// EmitSome takes them some at a time, in place of Emit and faster; the slice is
	// the Tracker's. With OnDemand the events that one session was asked for
	// are gone when the next one is asked for its own.
	EmitSome func([]Finished)
	// Dropped is told of connections that end without a session: they were
	// not mail, or no more of them was captured than their last packets.
	Dropped func(*reassembly.Conn)
	// ForGood says that Emit keeps every Session, and none comes back by
	// Return: what they point to lies side by side then.
	ForGood bool
	// Reuse says that Emit has let go of the Session and all that it points to
	// when it returns, strings of the Record aside: the next one is written in
	// its place.
	Reuse bool
	// ReuseTexts says that the strings of a Record are let go with it, too, where it
	// comes back, by Reuse or by Return: whoever keeps one copies it.
	ReuseTexts bool
}

// Quality counts what the tracker saw, over all sessions.
type Quality struct {
	Sessions    int64
	Abnormal    int64
	Open        int64 // sessions that were still open when the capture ended
	OneSided    int64 // sessions of which one side's packets were not captured
	Gapped      int64 // sessions with bytes that the capture missed
	Cut         int64 // sessions with bytes cut by the snap length
	Evicted     int64
	Duplicates  int64 // frames of sessions that were captured twice
	MissedBytes int64
	OtherTCP    int64 // connections that were not mail
	Remnants    int64 // connections of which only the last packets were captured, without payload
}

// Add adds what the Tracker of another Share has counted.
func (q *Quality) Add(o Quality) {
	q.Sessions += o.Sessions
	q.Abnormal += o.Abnormal
	q.Open += o.Open
	q.OneSided += o.OneSided
	q.Gapped += o.Gapped
	q.Cut += o.Cut
	q.Evicted += o.Evicted
	q.Duplicates += o.Duplicates
	q.MissedBytes += o.MissedBytes
	q.OtherTCP += o.OtherTCP
	q.Remnants += o.Remnants
}

// Tracker turns TCP segments into sessions. It is used from one goroutine.
type Tracker struct {
	cfg       Config
	ports     *Ports
	assembler *reassembly.Assembler
	quality   Quality
	pool      pool
	weight    int64 // of the open conversations, bytes
	full      bool  // Config.Memory was reached

	bed      bedroom
	together int // sessions are told together
	endings  []ending
	finished []Finished
}

// connWeight is what a connection takes in reassembly and as a conversation, in
// bytes, without what is held back.
const connWeight = 5 << 10

// NewTracker gives a Tracker that hands finished sessions to cfg.Emit.
func NewTracker(cfg Config) *Tracker {
	t := &Tracker{cfg: cfg, ports: cfg.Ports, together: 1}
	if cfg.EmitSome != nil && (cfg.OnDemand || !cfg.Reuse) {
		t.together = together
	}
	t.cfg.Memory = cmp.Or(cfg.Memory, 1<<30) / int64(max(cfg.Share.Of, 1))
	if t.ports == nil {
		t.ports = DefaultPorts()
	}
	t.assembler = reassembly.New(reassembly.Config{
		Limits: cfg.Limits,
		Share:  cfg.Share,
		Orient: t.orient,
		New:    t.open,
		Soon:   []func(reassembly.Handler){soonConversation, soonMachine},
		Sleep:  t.sleeper(),
	})
	return t
}

// Segment takes the next segment of the capture.
func (t *Tracker) Segment(seg *capture.Segment) {
	t.assembler.Segment(seg)
	t.slim()
}

// Segments takes the next segments of the capture, as Segment does one by one,
// and faster.
func (t *Tracker) Segments(segments []capture.Segment) {
	t.assembler.Segments(segments)
	t.slim()
}

// slim keeps within Config.Memory.
func (t *Tracker) slim() {
	for open := t.assembler.Open(); open > 0 && int64(open)*connWeight+t.weight > t.cfg.Memory; open = t.assembler.Open() {
		t.full = true
		t.assembler.Evict(1)
		t.tellAll() // what it weighed is free only then
	}
}

// Evict gives up the n connections that have been idle for longest: who runs
// for weeks must keep within its memory. Their sessions say so.
func (t *Tracker) Evict(n int) { t.assembler.Evict(n) }

// Close says that the input has ended; every session that is still open is
// emitted.
func (t *Tracker) Close() {
	t.assembler.Close()
	t.tellAll()
}

// Full reports whether a bound was reached that all sessions share. What the
// Tracker of a Share tells from then on may differ from what one with all
// sessions would tell.
func (t *Tracker) Full() bool { return t.full || t.assembler.Full() }

// Quality is what was counted so far.
func (t *Tracker) Quality() Quality { return t.quality }

// Assembly gives the totals of the reassembly.
func (t *Tracker) Assembly() reassembly.Stats { return t.assembler.Stats() }

func (t *Tracker) open(c *reassembly.Conn) reassembly.Handler {
	k := t.pool.conversation()
	k.tracker, k.conn = t, c
	k.mail = t.ports.Has(c.Server.Port()) || (!c.OrientedBySYN && t.ports.Has(c.Client.Port()))
	if t.tells(c.First.Frame) {
		k.told.pool = &t.pool
		k.story = &k.told
	}
	k.tracer = t.tracer(c.First.Frame)
	return k
}

// tells reports whether a session's story is kept.
func (t *Tracker) tells(session int64) bool {
	return t.cfg.Events && (t.cfg.KeepEvents == nil || t.cfg.KeepEvents(session))
}

func (t *Tracker) dropped(k *reassembly.Conn) {
	if t.cfg.Dropped != nil {
		t.cfg.Dropped(k)
	}
}

// count counts a finished session.
func (t *Tracker) count(r *Record) {
	q := &t.quality
	q.Sessions++
	if r.Abnormal != nil && *r.Abnormal {
		q.Abnormal++
	}
	if r.OneSided() {
		q.OneSided++
	}
	if missed := r.TCP.Missed.Client + r.TCP.Missed.Server; missed > 0 {
		q.Gapped++
		q.MissedBytes += missed
	}
	if r.TCP.Cut.Client+r.TCP.Cut.Server > 0 {
		q.Cut++
	}
	switch r.Ended.How {
	case ByCaptureEnd:
		q.Open++
	case ByEvicted:
		q.Evicted++
	}
	q.Duplicates += r.TCP.Duplicates
}
