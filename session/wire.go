package session

import "smtpscope/capture"

// Wire is what the packets of a session looked like, beyond what the record
// counts: evidence for diagnosis, gathered in fixed space. Zero values mean
// that nothing of the kind was seen.
type Wire struct {
	Client, Server SideWire
}

// Side gives the side named "client" or "server".
func (w *Wire) Side(name string) *SideWire {
	if name == "server" {
		return &w.Server
	}
	return &w.Client
}

// SideWire is about the packets that one side sent.
type SideWire struct {
	// Of all its packets but RSTs:
	Packets        int64
	TTLMin, TTLMax uint8
	// SentMSS is the MSS option of its SYN (what it accepts), 0 = none seen.
	SentMSS uint16
	// SentScale: its SYN or SYN-ACK carried the window scale option.
	SentScale bool
	// WindowMin and WindowMax are the raw window fields after the handshake,
	// windows of 0 left out.
	WindowMin, WindowMax uint16
	// LargestSegment is its largest payload in one packet, bytes. Above the
	// other side's SentMSS the capture was taken on a host with offload, and
	// nothing can be said of packet sizes on the wire.
	LargestSegment int
	// LargestAcked is the largest payload in one packet that was acknowledged,
	// bytes; a lower bound.
	LargestAcked int
	// MaxFlight is the most payload that was under way at once, bytes.
	MaxFlight int64
	// OneByte is how many packets carried a single byte: somebody types.
	OneByte int64
	// Stuck is the first packet that was never acknowledged, if it was sent
	// at least twice.
	Stuck Stuck
	// StraySACK counts acknowledgements of this side with a SACK block above
	// all that the other side ever sent (RFC 2018), and Offset is how far
	// above where that was the same each time, 0 otherwise.
	StraySACK       int64
	StraySACKOffset int64
	StraySACKFrame  int64 // the first of them
	// FastOpen: its SYN carried payload (RFC 7413).
	FastOpen bool
}

// Stuck is a packet that was sent again and again and never acknowledged.
type Stuck struct {
	Size  int   // bytes of payload of the first try; later tries may be shorter
	Least int   // bytes of payload of the shortest try
	Tries int64 // the first one included
	First capture.Time
	Last  capture.Time
	// FirstFrame and LastFrame are the first and the last try.
	FirstFrame, LastFrame int64
	// LaterHeard is the largest payload of a packet behind it that was
	// acknowledged by SACK (RFC 2018), bytes; 0 = none, or the sizes are not known.
	LaterHeard int
	// LaterLost counts packets behind it, of Size or smaller, that were not.
	LaterLost int
}

// Prior is how the alleged sender of a RST, and its peer, looked before it:
// what tells a forged RST (docs/diagnosis.md).
type Prior struct {
	Packets        int64 // of the alleged sender, RSTs left out
	TTLMin, TTLMax uint8 // of these
	HasIPID        bool
	LastIPID       uint16       // of its last packet
	AllIPIDZero    bool         // it always sends 0 (RFC 6864)
	LastWindow     uint16       // raw, of its last packet
	LastAt         capture.Time // when that came
	PeerIPID       uint16       // of the last packet of the other side
	PeerTTL        uint8        // of that packet
	PeerWindow     uint16       // raw, of that packet
	PeerAt         capture.Time // when that came
	// AckAge is how long before the RST the last byte that it acknowledges
	// was captured; negative = not known. Where it is less than the shortest
	// round trip to the alleged sender, that host cannot have sent the RST.
	AckAge Seconds
	MinRTT Seconds // shortest round trip from here to the alleged sender and back, 0 = not known
}
