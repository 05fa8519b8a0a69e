package reassembly

import (
	"time"

	"smtpscope/capture"
)

// Evidence is how the packets of one side looked, for who asks why a
// connection went wrong. RSTs and copies by a mirror are left out. It takes
// fixed room, and a few compares for a packet.
type Evidence struct {
	Packets   int64
	Last      Packet // the last one captured
	IPIDSteps int64  // times that the IP-ID went up by 1 to maxStep from one packet to the next
	IPIDUsed  bool   // it was not always 0 (RFC 6864 section 4.1)
	FastOpen  bool   // its SYN asked for, or used, TCP Fast Open (RFC 7413)

	WindowMin, WindowMax uint16 // as in the header, after the handshake, 0 left out
	SynWindow            uint16 // of the SYN or SYN-ACK, never scaled (RFC 7323 section 2.2)

	LargestAcked int   // payload of one packet that was acknowledged, bytes; a lower bound
	MaxFlight    int64 // payload under way at once, bytes
	OneByte      int64 // packets of one byte
	ShutSince    Stamp // the window is 0 since then; zero = it is not

	// Answered is how long the other side's SYN or SYN-ACK waited for this
	// side's answer, at the capture point; 0 = not seen. Hosts answer these
	// from the kernel, so it is close to the round trip.
	Answered time.Duration
}

// Oddities are what most connections have nothing of. The zero value says so.
type Oddities struct {
	Stray    StraySACK
	Twice    Twice
	Outlived Outlived
	Probes   Probes
	Belated  Belated
	// Odd is the last packet of this side that did not belong where it came:
	// late, repeated or with impossible numbers. Frame 0 = none.
	Odd OddPacket
}

// oddities are those of an open connection, with what Unseen is made of.
type oddities struct {
	Oddities
	ahead ahead
	holes holes
}

// Oddities gives those of this side.
func (n *HalfStats) Oddities() Oddities {
	if n.oddities == nil {
		return Oddities{}
	}
	return n.oddities.Oddities
}

// oddly gives the memory for an oddity: a connection without any does not carry it.
func (n *HalfStats) oddly() *oddities {
	if n.oddities == nil {
		n.oddities = new(oddities)
	}
	return n.oddities
}

// Packet is what one packet looked like.
type Packet struct {
	At      Stamp
	IPID    uint16
	HasIPID bool
	TTL     uint8
	Window  uint16
}

// OddPacket is a packet out of its place.
type OddPacket struct {
	At  Stamp
	Ack uint32
}

// StraySACK is about this side's SACK blocks (RFC 2018) that lie where the
// other side never sent: more than maxGuess above all that was seen of it, or
// as far before its SYN.
type StraySACK struct {
	Count int64 // packets
	First Stamp
	// The distance between the blocks and the bytes that they can mean lies
	// from Low to High, if it was the same in all; where Low is above High, it
	// was not.
	Low, High int64
}

// Twice is payload that this side says it got twice: SACK blocks that its own
// acknowledgement has passed (D-SACK, RFC 2883 section 4).
type Twice struct {
	Count       int64 // packets of this side that say so
	First, Last Stamp
}

func (y *Twice) add(at Stamp) {
	if y.Count == 0 {
		y.First = at
	}
	y.Count++
	y.Last = at
}

// Probes are the keep-alive probes of a side (RFC 9293 section 3.8.4), and what asks
// in the same form whether a window of 0 has opened (section 3.8.6.1), since the other
// side was last heard: a host that still has the connection answers each.
type Probes struct {
	Count       int64
	Window      int64 // of these, into a window of 0
	First, Last Stamp
	heard       int64 // packets of the other side before them
}

func (y *Probes) add(at Stamp, heard int64) {
	if y.Count == 0 || y.heard != heard {
		*y = Probes{First: at, heard: heard}
	}
	y.Count++
	y.Last = at
}

// probe takes a keep-alive probe of a side.
func (c *Conn) probe(side Side, s *segment) {
	n := &c.Half[side]
	n.KeepAlives++
	n.oddly().Probes.add(s.at, c.Half[side.Other()].Frames)
	c.event(EventKeepAlive, side, s, 0)
}

// probeWindow takes a probe of a side into a window of 0. It is no keep-alive and is
// not told: the window is.
func (c *Conn) probeWindow(side Side, s *segment) {
	y := &c.Half[side].oddly().Probes
	y.add(s.at, c.Half[side.Other()].Frames)
	y.Window++
}

// Outlived is what a side sent after a RST in its name that its peer would
// accept: a host that has reset a connection has nothing more to say.
type Outlived struct {
	RST      Stamp
	Packets  int64
	Last     Packet
	NewBytes int64  // payload beyond what it had sent before the RST
	NewLast  Packet // the last packet that brought such payload
}

// maxStep is how much a host's IP-ID may grow between two packets of one
// connection: a counter of the whole host counts the others', too.
const maxStep = 256

// look takes a packet's looks down. Not for RSTs.
func (e *Evidence) look(seg *capture.Segment) {
	if step := seg.IPID - e.Last.IPID - 1; step < maxStep && e.Last.IPID != 0 && seg.IPID != 0 {
		e.IPIDSteps++
	}
	e.IPIDUsed = e.IPIDUsed || seg.IPID != 0
	e.Packets++
	last := &e.Last // field by field: a whole Packet is put together elsewhere first, and read before it is written
	last.At.Frame, last.At.Time = seg.Frame, seg.Time
	last.IPID, last.HasIPID, last.TTL, last.Window = seg.IPID, seg.HasIPID, seg.TTL, seg.Window
	if seg.Length == 1 {
		e.OneByte++
	}
	if w := seg.Window; w != 0 && seg.Flags&(capture.SYN|capture.ACK) == capture.ACK {
		if w < e.WindowMin || e.WindowMin == 0 {
			e.WindowMin = w
		}
		e.WindowMax = max(e.WindowMax, w)
	}
}

// odd notes a packet out of its place.
func (n *HalfStats) odd(s *segment) { n.oddly().Odd = OddPacket{s.at, s.ack} }

// outlives takes a packet of a side in whose name a RST came before it.
func (c *Conn) outlives(side Side, s *segment) {
	h := &c.half[side]
	from, at, top := h.rst, h.rstAt, h.rstTop
	for _, r := range c.resets {
		if !from && c.side(r.fromA) == side {
			from, at, top = true, r.at, r.top
		}
	}
	if !from || s.at.Frame < at.Frame {
		return
	}
	o := &c.Half[side].oddly().Outlived
	o.RST = at
	o.Packets++
	o.Last = Packet{s.at, s.ipid, s.hasIPID, s.ttl, s.window}
	if s.length > 0 && s.end() > max(top, h.sent) {
		o.NewBytes += s.end() - max(top, h.sent, s.off)
		o.NewLast = o.Last
	}
}

// heardSACK takes the SACK blocks of a packet of side. Rare: only holes have them.
func (c *Conn) heardSACK(side Side, s *segment, o *capture.Options) {
	h := &c.half[side.Other()]
	if b := o.SACK[0]; o.SACKCount > 0 && h.reportsTwice(h.offset(b.Left), h.offset(b.Right), s.ackOff) {
		c.Half[side].oddly().Twice.add(s.at)
	}
	stray, low, high := false, int64(0), int64(0)
	for _, b := range o.SACK[:min(int(o.SACKCount), len(o.SACK))] {
		left, right := h.offset(b.Left), h.offset(b.Right)
		if h.straySACK(left, right) {
			stray, low, high = true, right-max(h.sent, h.next), left-max(h.acked, 0)
			continue
		}
		h.flight.heard(left, right)
	}
	if stray {
		c.Half[side].oddly().Stray.add(s.at, low, high)
	}
}

// reportsTwice reports whether a first SACK block is a D-SACK about payload. One byte
// may as well be a FIN or a keep-alive probe.
func (h *half) reportsTwice(left, right, acked int64) bool {
	return left >= 0 && right-left > 1 && right <= acked
}

func (h *half) straySACK(left, right int64) bool {
	return h.anyAck && (right > max(h.sent, h.next)+maxGuess || h.hasISN && left < -maxGuess)
}

func (y *StraySACK) add(at Stamp, low, high int64) {
	if y.Count == 0 {
		y.First, y.Low, y.High = at, low, high
	}
	y.Count++
	y.Low, y.High = max(y.Low, low), min(y.High, high)
}
