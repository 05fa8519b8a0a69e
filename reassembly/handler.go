package reassembly

import "smtpscope/capture"

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
	HasTS    bool
	TSVal    uint32 // RFC 7323
	// Prior is set for RSTs: valid during the call.
	Prior *Prior
}

// EndReason says why a connection is given up by the reassembler.
type EndReason uint8

const (
	EndClosed     EndReason = iota + 1 // closed by both FINs or a RST, and the time for stragglers is over
	EndUnanswered                      // the handshake got no further and the connect limit is over
	EndIdle                            // nothing for longer than the idle limit
	EndReplaced                        // a SYN of another connection on the same addresses and ports
	EndEvicted                         // memory limit
	EndCapture                         // the input ended
	EndIgnored                         // the handler asked for no more (Conn.Ignore)
)
