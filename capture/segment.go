package capture

import (
	"net/netip"
	"time"
)

// Kind says what a Segment holds.
type Kind uint8

const (
	// KindTCP is a TCP segment.
	KindTCP Kind = iota + 1
	// KindICMP is an ICMP or ICMPv6 error; Src, Dst and Seq are those of the
	// TCP segment that it quotes (RFC 792, RFC 4443), so Src is the host that
	// the error is addressed to.
	KindICMP
	// KindTick carries nothing but Time: an idle live source says that time
	// has passed, so that limits expire. It has no frame number.
	KindTick
)

// Flags are the TCP control bits (RFC 9293, section 3.1).
type Flags uint8

// The control bits, in the order of the header.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// Has reports whether every bit of want is set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// Time is a moment of a capture: nanoseconds since the Unix epoch, UTC. It is
// a plain number because every packet carries one.
type Time int64

// A packet's Time lies within these, the years 1823 to 2116, whatever its record
// says: the span between any two then fits in 64 bits, and so does a moment with
// a limit behind it. All that a pcap record can say lies within.
const (
	minTime = -maxTime
	maxTime = Time(1 << 62)
)

// Time gives the moment as a time.Time in UTC.
func (t Time) Time() time.Time { return time.Unix(0, int64(t)).UTC() }

// Sub is the span from u to t; negative where t is earlier.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Add is the moment d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Options are the TCP options that tell something about a session
// (RFC 9293 section 3.2, RFC 7323, RFC 2018). Options that are malformed are
// left out; the segment is kept.
type Options struct {
	MSS           uint16 // bytes; 0 = not offered
	WindowScale   uint8  // shift count, 0 to 14; valid where HasScale
	HasScale      bool
	SACKPermitted bool
	FastOpen      bool // TCP Fast Open, a cookie or the wish for one (RFC 7413)
	HasTimestamps bool
	TSVal, TSEcr  uint32
	SACKCount     uint8 // used entries of SACK, 0 to 4
	SACK          [4]SACKBlock
}

// SACKBlock is one block of a SACK option: sequence numbers, left edge
// included, right edge excluded (RFC 2018).
type SACKBlock struct{ Left, Right uint32 }

// ICMP is an ICMP error that quotes a TCP segment.
type ICMP struct {
	From       netip.Addr // who sent the error
	V6         bool       // Type and Code are ICMPv6's
	Type, Code uint8
	MTU        uint32 // next-hop MTU in bytes of "fragmentation needed" or "packet too big", else 0
}

// MaxVLANs is how many VLAN tags of one frame are kept, outermost first.
const MaxVLANs = 4

// Segment is one TCP segment, or one ICMP error that quotes one, as it was
// captured. A Reader hands out the same Segment again and again: it and its
// Payload are valid until the next call of Next.
type Segment struct {
	Kind        Kind
	Frame       int64 // number of the frame in the whole input, from 1
	Source      int   // index of the source in Summary.Sources
	SourceFrame int64 // number of the frame in its source, from 1
	// Original is the number that the frame had in the capture out of which
	// smtpscope cut this one, as its comment says; 0 = it has no such comment.
	Original int64
	Time     Time

	Src, Dst  netip.AddrPort // IPv4 addresses are never in IPv6 form
	VLANs     [MaxVLANs]uint16
	VLANCount uint8
	TTL       uint8 // TTL or hop limit of the innermost IP header
	HasIPID   bool  // IPv4; IPv6 has no identification outside fragments
	IPID      uint16

	Seq, Ack uint32
	Flags    Flags
	Window   uint16 // as in the header, not scaled
	Options  Options

	// Payload is what was captured of the TCP payload. It is shorter than
	// Length where the snap length, or the end of the record, cut it. Link
	// layer padding is not part of it.
	Payload []byte
	Length  int // bytes of TCP payload on the wire

	ICMP ICMP // for KindICMP

	// Resumed: all inputs that began before had ended when this one's began, of
	// which it is the first segment. Whether anything passed meanwhile nobody
	// knows.
	Resumed bool
}
