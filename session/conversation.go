package session

import (
	"net/netip"
	"time"

	"smtpscope/capture"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// conversation is one connection while it goes on: it carries the bytes from
// the reassembly to the SMTP machine and watches for the event that ends it.
type conversation struct {
	// What every packet needs comes first: of thousands of sessions that are
	// open at once none is in the processor's cache when its next packet comes,
	// and each line of 64 bytes is fetched anew.
	tracker *Tracker           `dormant:"-"`
	conn    *reassembly.Conn   `dormant:"-"`
	machine *smtpstate.Machine // nil until something was said
	story   *story             `dormant:"known"` // nil: not kept
	tracer  *tracer            `dormant:"ref"`   // nil: nobody copies the packets
	spoken  capture.Time       // last new payload byte of either side, or the handshake
	// A reply may come in several segments, or be cut by the snap length:
	// what was silent was silent before its first byte.
	beforeReply capture.Time // spoken, before that byte
	weight      int          // what it was last weighed as, in bytes of memory
	turn        turn         // of the client: what came of it since the server last spoke
	replying    bool
	mail        bool // false: still to be told from what is said
	saidAny     bool
	unproxied   bool  // no PROXY header comes, or comes any more
	settled     bool  // there is a verdict
	gone        bool  // the client closed or reset
	turnedAway  bool  // the server refused the client itself, or what nobody saw
	unread      bool  // the server said something unseen since the client's last word
	unreplied   bool  // the client likewise, since the server's
	missed      bool  // the capture missed packets of the session
	clientReset bool  // the client sent a RST that counts
	replayed    bool  // what the machine is given came earlier: see consider
	asked       asked // what kind of commands the client sent
	told        story // where story points

	verdict     verdict
	unasked     *Unasked     `dormant:"ref"`
	syns        int          // copies of the SYN or SYN-ACK, duplicates by a mirror left out
	fin         capture.Time // of the server
	unreachable *unreachable `dormant:"ref"` // an ICMP error that quotes the SYN
	notes       []string
	waiting     []chunk
	proxy       proxyReader
}

// A turn is the client's, since the server's last word. A server that then gives
// up says whether it waited in vain, or had enough of waiting.
type turn struct {
	since capture.Time  // 0 = the server has not spoken
	bytes int64         // of the client
	pause time.Duration // the longest before any of them
}

// came counts bytes of the client that nobody had spoken before since a moment.
func (t *turn) came(n int64, spoken, now capture.Time) {
	t.bytes += n
	if spoken != 0 {
		t.pause = max(t.pause, now.Sub(spoken))
	}
}

// weigh tells the tracker what the conversation has grown to.
func (c *conversation) weigh() {
	now := c.story.weight() + c.tracer.weight()
	if c.machine != nil {
		now += c.machine.Weight()
	}
	c.tracker.weight += int64(now - c.weight)
	c.weight = now
}

// Bytes implements reassembly.Handler.
func (c *conversation) Bytes(side reassembly.Side, data []byte, at reassembly.Stamp) {
	if !c.mail {
		c.consider(chunk{side: side, data: data, at: at})
		return
	}
	if c.machine == nil {
		c.ready()
	}
	c.tracer.heard(side, data)
	if side == reassembly.Client {
		c.turn.came(int64(len(data)), c.spoken, at.Time)
		c.unread = false
	}
	switch {
	case side == reassembly.Server:
		c.unreplied = false
		c.beginReply()
		if n := c.unheard(); n > 0 {
			c.machine.Crossing(n)
			c.machine.Server(data, mark(at))
			c.machine.Crossing(0)
			break
		}
		c.machine.Server(data, mark(at))
	case c.unproxied:
		c.machine.Client(data, mark(at))
	default:
		c.maybeProxied(data, at)
	}
	c.watchQuit(at)
	c.spoken, c.saidAny = at.Time, true
	c.weigh()
}

// Gap implements reassembly.Handler.
func (c *conversation) Gap(side reassembly.Side, n int64, kind reassembly.GapKind, at reassembly.Stamp) {
	if !c.mail {
		c.consider(chunk{side: side, gap: n, kind: kind, at: at})
		return
	}
	if c.machine == nil {
		c.ready()
	}
	c.tracer.gap(side, n)
	cut := kind == reassembly.GapCut
	c.unread = side == reassembly.Server && (c.unread || !cut)
	c.unreplied = c.unreplied || side == reassembly.Client && !cut
	c.missed = c.missed || !cut
	c.machine.InVain(kind == reassembly.GapLost)
	if side == reassembly.Server {
		c.beginReply()
		if cut {
			c.machine.Crossing(c.unheard())
		}
		c.machine.ServerGap(n, cut, mark(at))
		c.machine.Crossing(0)
	} else {
		if held := c.proxy.flush(); len(held) > 0 {
			c.machine.Client(held, mark(at))
		}
		c.machine.ClientGap(n, cut, mark(at))
	}
	c.story.gap(side, n, kind, at)
	c.watchQuit(at)
	switch {
	case cut:
		c.speaks(side, n, at.Time)
	case kind == reassembly.GapMissed && c.conn.Half[side].Frames == 0: // what it is acknowledged is what it said
		c.speaks(side, n, min(c.conn.AckedAt(side), at.Time))
	}
	c.weigh()
}

// speaks notes bytes of a side that are not there to be read.
func (c *conversation) speaks(side reassembly.Side, n int64, now capture.Time) {
	if side == reassembly.Client {
		c.turn.came(n, c.spoken, now)
	}
	c.spoken, c.saidAny = max(c.spoken, now), true
}

// unheard is how many bytes of the client the server had not received when it
// sent what comes now. They are counted from the end, so a PROXY header that the
// machine was not given does not matter once it is read.
func (c *conversation) unheard() int64 {
	if !c.unproxied || c.replayed {
		return 0
	}
	return c.conn.Unheard(reassembly.Client)
}

// beginReply notes the silence before the reply that is coming in.
func (c *conversation) beginReply() {
	if !c.replying {
		c.replying, c.beforeReply = true, c.spoken
	}
}

// ready makes the machine when the first byte is known of.
func (c *conversation) ready() {
	c.machine = c.tracker.pool.machines.Machine((*listener)(c), smtpstate.Limits{})
	if c.tracer != nil {
		c.machine.Trace(c.tracer)
	}
	if c.midStream() {
		c.machine.MidStream()
	}
}

// midStream reports whether the capture began inside the connection.
func (c *conversation) midStream() bool { return !c.conn.SYN && !c.conn.SYNACK }

// maybeProxied takes the client's first bytes, which may be a PROXY header.
func (c *conversation) maybeProxied(data []byte, at reassembly.Stamp) {
	rest := c.proxy.strip(data)
	c.noteOrigin(at)
	if len(rest) > 0 {
		c.machine.Client(rest, mark(at))
	}
	c.unproxied = c.proxy.done
}

// noteOrigin tells the story of a PROXY header once it was read.
func (c *conversation) noteOrigin(at reassembly.Stamp) {
	if c.proxy.origin != nil && !c.proxy.told {
		c.proxy.told = true
		c.tracer.proxied(c.proxy.header)
		c.story.add(&entry{kind: kindProxy, side: sideClient, frame: at.Frame, time: at.Time,
			text: "PROXY protocol: speaks for " + c.proxy.origin.address()})
	}
}

// Event implements reassembly.Handler.
func (c *conversation) Event(e *reassembly.Event) {
	switch e.Kind {
	case reassembly.EventSYN, reassembly.EventSYNACK:
		c.syns++
	case reassembly.EventEstablished:
		if !c.saidAny {
			c.spoken = e.At.Time
		}
	case reassembly.EventFIN:
		if !e.Repeat {
			c.sawFIN(e)
		}
	case reassembly.EventRST:
		if e.Accepted && !e.Repeat {
			c.sawRST(e)
		}
	case reassembly.EventRSTVoid:
		c.voidRST()
	case reassembly.EventICMP:
		if c.unreachable == nil && refuses(e) {
			c.unreachable = &unreachable{at: e.At, from: e.ICMP.From}
		}
	}
	c.story.tcp(e)
	c.tracer.event(e)
	c.weigh()
}

// unreachable is an ICMP error that refuses a connection.
type unreachable struct {
	at   reassembly.Stamp
	from netip.Addr
}

// refuses reports whether an ICMP error says that the SYN's target is not to
// be reached: destination unreachable, of either version (RFC 792, RFC 4443).
// "Fragmentation needed" (code 4) refuses nothing.
func refuses(e *reassembly.Event) bool {
	if e.Side != reassembly.Client {
		return false
	}
	if e.ICMP.V6 {
		return e.ICMP.Type == 1
	}
	return e.ICMP.Type == 3 && e.ICMP.Code != 4
}

// End implements reassembly.Handler.
func (c *conversation) End(reason reassembly.EndReason, now capture.Time) {
	t := c.tracker
	switch {
	case reason == reassembly.EndIgnored || !c.mail:
		t.quality.OtherTCP++
	case c.remnant():
		t.quality.Remnants++
	default:
		t.ended(c, reason, now)
		return
	}
	t.dropped(c.conn)
	t.release(c)
}

// tell makes the session of a conversation that has ended.
func (c *conversation) tell(reason reassembly.EndReason, now capture.Time) *Session {
	if !c.settled {
		c.settleAtEnd(reason, now)
	}
	c.verdict.answered()
	c.story.halfReply(c.machine)
	return c.session()
}

// remnant reports whether no more than the last packets of a connection were
// captured: no payload, and no orderly close that began here. A session that
// ended before the capture began is not this capture's session.
func (c *conversation) remnant() bool {
	if !c.midStream() || c.saidAny || c.machine != nil {
		return false
	}
	return c.verdict.how != ByFIN
}

func mark(at reassembly.Stamp) smtpstate.Mark {
	return smtpstate.Mark{Frame: at.Frame, Time: int64(at.Time)}
}

func sideName(s reassembly.Side) string {
	if s == reassembly.Server {
		return "server"
	}
	return "client"
}
