package reassembly

import (
	"net/netip"
	"time"
	"unsafe"

	"smtpscope/capture"
)

// Conn is what is known of a connection. The fields are valid during the
// handler's calls and until End has returned.
//
// What every packet needs stands together at the front, and at the front of
// both halves: thousands of connections do not fit the cache, and each line
// that a packet touches is waited for.
type Conn struct {
	key      flow
	handler  Handler `dormant:"-"`
	clientA  bool    // the client is end A of key
	oriented bool
	settled  bool // both streams know where they begin
	ignored  bool
	holding  bool // something waits for the bound of HoldTime and HoldCount
	closed   bool
	kept     bool // see Keep
	ending   bool // Handler.End runs
	plain    bool // see isPlain

	OrientedBySYN bool // false: the sides were told from ports or content
	SYN, SYNACK   bool // seen
	Established   bool

	heldBytes int32 // held back; at most a segment above Limits.ConnBytes
	ackOff    int64 // of the segment that is being delivered

	a       *Assembler   `dormant:"-"`
	agenda  *agenda      `dormant:"-"` // in which it has an entry
	touched capture.Time // last packet, by the assembler's clock
	Last    Stamp
	Frames  int64
	Quiet   Quiet
	resets  []*segment `dormant:"-"` // accepted RSTs that wait for what was sent before them

	half [2]half
	Half [2]HalfStats

	Client, Server netip.AddrPort
	First          Stamp
	Source         int
	SourceFrame    int64                    // of First
	VLANs          [capture.MaxVLANs]uint16 // of the first frame
	VLANCount      uint8
	asked          bool // SYN, and no SYN-ACK since
	HandshakeTime  capture.Time
	HandshakeRTT   time.Duration // last SYN to the handshake's last ACK; 0 = not seen whole
	Duplicates     int64         // frames captured twice
	ReplacedBy     Stamp         // at EndReplaced: the SYN of the next connection

	synAt    capture.Time
	synackAt capture.Time
	ends     [2]netip.AddrPort // end A and end B of key
	hash     uint64            // of key, in the assembler's table
	early    []*segment        `dormant:"-"` // waits until the streams are settled, in order of arrival

	holdSince capture.Time
	holdCount int
	due       capture.Time // closed: when the time for stragglers is over

	closes link `dormant:"-"` // in closing
	holds  link `dormant:"-"` // in holding
	keeps  link `dormant:"-"` // in keeping
}

// warmLines are the cache lines of a connection that packets need.
const warmLines = (unsafe.Offsetof(Conn{}.Client) + 63) / 64

// Quiet is the longest time in which no packet of a connection was captured.
type Quiet struct {
	For           time.Duration
	Before, After Stamp // the packets around it
	FromA         bool  // the one after it came from end A; see Conn.Spoke
}

// Spoke is the side that sent the first packet after the longest quiet time.
func (c *Conn) Spoke() Side { return c.side(c.Quiet.FromA) }

// Ignore tells the reassembler that the connection is not of interest: the
// handler gets End(EndIgnored), buffers are freed, and the connection's later
// packets are only swallowed.
func (c *Conn) Ignore() {
	if c.ignored {
		return
	}
	c.ignored, c.plain = true, false
	c.drop()
	if h := c.handler; h != nil {
		c.handler = nil
		h.End(EndIgnored, c.a.clock)
	}
}

// Delivered is how many bytes of a side were delivered so far, gaps included.
func (c *Conn) Delivered(s Side) int64 { return c.half[s].next }

// Acked is how many bytes of a side the other acknowledged so far, in
// the same count as Delivered.
func (c *Conn) Acked(s Side) int64 { return c.half[s].heard() }

// AckedAt is when the other side first acknowledged the last bytes of a side of which
// nothing was captured, as far as is known when a Gap of it is told. A FIN is none.
func (c *Conn) AckedAt(s Side) capture.Time { return c.half[s].topTime }

// Unheard is how many bytes that a side had sent, as seen here, the other had
// not received when it sent what the handler is given now (Bytes, or a Gap that
// is GapCut): whoever sends acknowledges what has come (RFC 9293 section
// 3.10.7.4). 0 where nothing is known.
func (c *Conn) Unheard(s Side) int64 {
	if c.ackOff < 0 {
		return 0
	}
	return max(c.half[s].next-c.ackOff, 0)
}

// MissedFIN reports whether the other side has acknowledged one number behind
// all that came from a side: its FIN, most likely, which the capture missed.
func (c *Conn) MissedFIN(s Side) bool { return c.half[s].lone && !c.half[s].finDone }

// Base is the sequence number of the first byte of a side's stream; false
// where nothing is known of the stream. It stands once bytes were delivered.
func (c *Conn) Base(s Side) (uint32, bool) { return c.half[s].base, c.half[s].based }

func (c *Conn) side(fromA bool) Side {
	if fromA == c.clientA {
		return Client
	}
	return Server
}

func (c *Conn) event(kind EventKind, side Side, s *segment, n int64) {
	if c.handler == nil {
		return
	}
	e := &c.a.event
	*e = Event{Kind: kind, Side: side, N: n}
	s.header(e)
	c.handler.Event(e)
}

// mark sends an event of a packet that may be a repetition, or a RST.
func (c *Conn) mark(kind EventKind, side Side, s *segment, repeat, accepted bool) {
	if c.handler == nil {
		return
	}
	e := &c.a.event
	*e = Event{Kind: kind, Side: side, Repeat: repeat, Accepted: accepted, Prior: s.prior}
	s.header(e)
	c.handler.Event(e)
}
