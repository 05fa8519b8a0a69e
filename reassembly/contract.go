// Package reassembly turns TCP segments into two ordered byte streams a
// connection, and says what is missing, how the connection ended, and how the
// network behaved (RFC 9293).
package reassembly

import (
	"net/netip"
	"time"

	"smtpscope/capture"
)

// Side is one end of a connection.
type Side uint8

const (
	Client Side = iota // who opened the connection, or is believed to have
	Server
)

// Other is the opposite side.
func (s Side) Other() Side { return 1 - s }

// Stamp says where in the capture something was seen.
type Stamp struct {
	Frame int64
	Time  capture.Time
}

// GapKind says why bytes of a stream are not there.
type GapKind uint8

const (
	// GapMissed: the peer acknowledged the bytes, so they arrived and the
	// capture missed them.
	GapMissed GapKind = iota + 1
	// GapLost: nobody acknowledged the bytes and they never came again: lost
	// on the network, or the connection ended before they were repeated.
	GapLost
	// GapCut: the frame is there, its payload was cut by the snap length.
	// The gap ends where a segment ended on the wire.
	GapCut
	// GapEvicted: given up to keep within the memory limit.
	GapEvicted
)

// Handler takes what one connection says, in order. Calls come from one
// goroutine. Nothing of one side is delivered before the bytes of the other
// that it acknowledges.
type Handler interface {
	// Bytes delivers the next payload bytes of a side. data is valid during
	// the call. at is the frame that carried the bytes, first copy.
	Bytes(side Side, data []byte, at Stamp)
	// Gap says that the next n bytes of a side are unknown.
	Gap(side Side, n int64, kind GapKind, at Stamp)
	// Event delivers everything else, in its place between the bytes. The
	// Event is reused: valid during the call.
	Event(e *Event)
	// End is the last call: nothing more will come for this connection.
	// now is the capture's time at that moment.
	End(reason EndReason, now capture.Time)
}

// EventKind names what happened on a connection.
type EventKind uint8

const (
	EventSYN            EventKind = iota + 1 // a SYN, first copy or repeated (Repeat)
	EventSYNACK                              // a SYN-ACK, likewise
	EventEstablished                         // the handshake's last ACK, or the first segment that implies it
	EventFIN                                 // FIN in its place: all bytes of the side before it were delivered or declared a gap
	EventRST                                 // RST; Accepted says whether the receiver would take it
	EventRSTVoid                             // the RST accepted before did not end anything: new payload of its alleged sender was acknowledged after it
	EventRetransmission                      // payload bytes seen before (or a hole filled late by a repeated segment); N = bytes
	EventOutOfOrder                          // a segment that came late in the file or on the wire, not a repetition; N = bytes
	EventDuplicate                           // the same packet captured twice (mirror port)
	EventZeroWindow                          // the side announces window 0
	EventWindowOpen                          // the side announces a window again; N = nanoseconds that it was shut
	EventKeepAlive                           // a keep-alive probe
	EventOverlap                             // bytes seen twice with different content: the first were kept; N = bytes
	EventLate                                // payload after the side's own FIN, or after the end (RST answered or ignored); N = bytes, not delivered
	EventICMP                                // an ICMP error that quotes a segment of Side; ICMP is set
)

// Event is something that is not payload.
type Event struct {
	Kind     EventKind
	Side     Side // who sent the packet (of an ICMP error: whose segment is quoted)
	At       Stamp
	Repeat   bool // SYN, SYN-ACK, FIN, RST: not the first copy
	Accepted bool // RST: the receiver would accept it; SYN refused by RST counts as accepted
	N        int64

	// Header fields of the packet, for evidence.
	TTL      uint8
	IPID     uint16
	HasIPID  bool
	Window   uint16
	Seq, Ack uint32
	Flags    capture.Flags
	ICMP     capture.ICMP
}

// EndReason says why a connection is given up by the reassembler.
type EndReason uint8

const (
	EndClosed     EndReason = iota + 1 // closed by both FINs or a RST, and the time for stragglers is over
	EndUnanswered                      // the handshake got no further and the connect limit is over
	EndIdle                            // nothing for longer than the idle limit
	EndReplaced                        // a SYN with another ISN on the same addresses and ports
	EndEvicted                         // memory limit
	EndCapture                         // the input ended
	EndIgnored                         // the handler asked for no more (Conn.Ignore)
)

// Limits bound time and memory. The zero value means the defaults.
type Limits struct {
	Idle        time.Duration // 65 min: above every documented timer (RFC 5321 4.5.3.2; sendmail waits 60 min for a command)
	Connect     time.Duration // 130 s without a packet on a connection whose handshake did not complete (Linux repeats SYNs at gaps of up to 64 s)
	Straggler   time.Duration // 30 s after the end, in which late packets still belong to the connection
	Tombstone   time.Duration // 240 s more (2 MSL) in which late packets open no new connection
	HoldTime    time.Duration // 2 s: how long a proven gap waits for records that are merely out of order in the file
	HoldCount   int           // 16 segments of the connection, likewise; whichever is reached first
	ConnBytes   int           // 4 MiB held back for one connection
	TotalBytes  int           // 256 MiB held back in total
	Connections int           // 1<<20 open connections; the one idle for longest is evicted
}

// HalfStats are the numbers of one direction: of what this side sent.
type HalfStats struct {
	Frames                 int64
	Bytes                  int64 // payload bytes seen, each counted once
	Missing                int64 // bytes delivered as gaps
	Missed, Lost, Cut      int64 // Missing by kind
	Retransmitted          int64 // segments
	OutOfOrder             int64 // segments
	KeepAlives             int64
	ZeroWindow             int64 // times the side's window went to 0
	ZeroWindowTime         time.Duration
	Overlaps               int64 // segments with content that contradicts what was seen
	MSS                    uint16
	WindowScale            uint8
	HasScale               bool
	SACKPermitted          bool
	LargestSegment         int   // bytes of payload; above the peer's MSS: captured on a host with offload
	RTTCount               int64 // samples: time until this side's data was acknowledged, retransmitted segments left out (Karn)
	RTTMin, RTTMax, RTTSum time.Duration
	TTLMin, TTLMax         uint8
}

// Conn is what is known of a connection. The fields are valid during the
// handler's calls and until End has returned.
type Conn struct {
	Client, Server netip.AddrPort
	OrientedBySYN  bool // false: the sides were told from ports or content
	First, Last    Stamp
	Source         int
	SourceFrame    int64 // of First
	Frames         int64
	VLANs          [capture.MaxVLANs]uint16 // of the first frame
	VLANCount      uint8
	SYN, SYNACK    bool // seen
	Established    bool
	HandshakeTime  capture.Time
	HandshakeRTT   time.Duration // SYN to the handshake's last ACK; 0 = not seen whole
	Duplicates     int64         // frames captured twice
	Half           [2]HalfStats

	// private fields follow in the implementation
}

// Ignore tells the reassembler that the connection is not of interest: the
// handler gets End(EndIgnored), buffers are freed, and the connection's later
// packets are only swallowed.
func (c *Conn) Ignore() { panic("contract") }

// Delivered is how many bytes of a side were delivered so far, gaps included.
func (c *Conn) Delivered(s Side) int64 { panic("contract") }

// Acked is how many bytes of a side the other acknowledged so far, in
// the same count as Delivered.
func (c *Conn) Acked(s Side) int64 { panic("contract") }

// Config says how connections are told apart and who handles them.
type Config struct {
	Limits Limits
	// Orient is asked for the side of the sender of the first segment of a
	// connection whose SYN was not captured; ok false = not clear yet, ask
	// again with the next segment that carries payload.
	Orient func(seg *capture.Segment) (sender Side, ok bool)
	// New gives the handler of a new connection; nil = swallow it.
	New func(c *Conn) Handler
}
