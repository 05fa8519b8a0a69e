package wirescript

import "time"

// Times of a Linux host that an observer sees.
const (
	spacing    = 12 * time.Microsecond  // between segments of one write
	thinking   = 250 * time.Microsecond // from a packet to the program's answer
	delayedAck = 40 * time.Millisecond
	minimumRTO = 200 * time.Millisecond
)

// window scales and windows of a Linux host with default buffers.
const (
	windowShift  = 7
	synWindow    = 64240
	synackWindow = 65160
	openWindow   = 502 // 64256 bytes
)

// arrival is a segment on its way to a host.
type arrival struct {
	at       time.Duration
	seq, ack uint32
	flags    uint8
	length   int
	tsval    uint32
	noack    bool
	wakes    bool // a bare ACK that a program notices: the connection opens, a window changes
}

// meaningful: a program, not only its TCP, sees that something came.
func (a arrival) meaningful() bool {
	return a.wakes || a.length > 0 || a.flags&(flagSYN|flagFIN|flagRST) != 0
}

// next is the sequence number behind the segment.
func (a arrival) next() uint32 {
	n := a.seq + uint32(a.length)
	if a.flags&flagFIN != 0 {
		n++
	}
	return n
}

// sentSegment is kept so that it can be sent again.
type sentSegment struct {
	seq     uint32
	flags   uint8
	payload []byte
}

func (s sentSegment) next() uint32 {
	return arrival{seq: s.seq, flags: s.flags, length: len(s.payload)}.next()
}

// span is received bytes behind a hole: [left, right).
type span struct{ left, right uint32 }

// host is one end with its TCP state (RFC 9293 section 3.3.1's names).
type host struct {
	side             Side
	free             time.Duration // the earliest moment it can act
	heard            time.Duration // when the last thing came that a program sees; 0 = nothing yet
	sndNxt, sndUna   uint32
	rcvNxt           uint32
	beyond           []span // received out of order
	window           uint16
	ipid             uint16
	tsBase, tsRecent uint32
	lastAck          uint32 // acknowledgment number of the last segment received
	inbox            []arrival
	unacked          int           // segments received and not acknowledged
	ackDue           time.Duration // delayed ACK; 0 = none
	sent             []sentSegment
	finSent          bool
	closed           bool   // sent or received a RST: acknowledges nothing more
	write            []byte // not sent yet
	written          int    // bytes of content made by data, for its lines
	content          int    // content bytes of the present message
}

// close is what a RST does: nothing is acknowledged any more.
func (h *host) close() { h.closed, h.ackDue = true, 0 }

// before compares sequence numbers modulo 2^32.
func before(a, b uint32) bool { return int32(a-b) < 0 }

// clock is the host's RFC 7323 timestamp: milliseconds, as Linux has them.
func (h *host) clock(t time.Duration) uint32 {
	return h.tsBase + uint32(t/time.Millisecond)
}

// verdict is what a received segment asks of the receiver's TCP.
type verdict uint8

const (
	ackNothing verdict = iota
	ackLater
	ackNow
)

// receive takes one segment in and says how it is to be acknowledged.
func (h *host) receive(a arrival) verdict {
	if a.flags&flagACK != 0 {
		h.lastAck = a.ack
		if before(h.sndUna, a.ack) && !before(h.sndNxt, a.ack) {
			h.sndUna = a.ack
		}
	}
	if h.closed {
		return ackNothing
	}
	if a.flags&flagRST != 0 {
		h.close()
		return ackNothing
	}
	if a.tsval != 0 && !before(h.rcvNxt, a.seq) {
		h.tsRecent = a.tsval
	}
	if a.flags&flagSYN != 0 {
		h.rcvNxt = a.seq + 1
		return ackNothing
	}
	if a.next() == a.seq {
		// A keep-alive or window probe lies before the window and is answered.
		if before(a.seq, h.rcvNxt) {
			return ackNow
		}
		return ackNothing
	}
	return h.take(a)
}

// take is receive for what occupies sequence numbers.
func (h *host) take(a arrival) verdict {
	switch {
	case !before(h.rcvNxt, a.next()): // all of it is old
		return ackNow
	case before(h.rcvNxt, a.seq): // behind a hole
		h.beyond = append(h.beyond, span{a.seq, a.next()})
		return ackNow
	}
	h.rcvNxt = a.next()
	filled := h.join()
	h.unacked++
	if filled || h.unacked >= 2 || a.flags&flagFIN != 0 && h.finSent {
		return ackNow
	}
	return ackLater
}

// join moves rcvNxt over what came before its turn.
func (h *host) join() bool {
	joined := false
	for i := 0; i < len(h.beyond); i++ {
		s := h.beyond[i]
		if before(h.rcvNxt, s.left) {
			continue
		}
		if before(h.rcvNxt, s.right) {
			h.rcvNxt = s.right
		}
		h.beyond = append(h.beyond[:i], h.beyond[i+1:]...)
		joined, i = true, -1
	}
	return joined
}
