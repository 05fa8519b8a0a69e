package reassembly

import (
	"time"

	"smtpscope/capture"
)

// Prior is how the alleged sender of a RST, and its peer, looked before it.
type Prior struct {
	Known          bool // false: the RST came before the streams were known
	Packets        int64
	TTLMin, TTLMax uint8
	IPIDUsed       bool
	IPIDSteps      int64
	Last, Peer     Packet // the last packet of the alleged sender, and of the other side
	PeerOdd        OddPacket
	// AckAge is how long before the RST the last byte that it acknowledges was
	// captured; -1 = not known. It is known while nobody else has acknowledged
	// that byte.
	AckAge time.Duration
	// Round trips from the capture point to the alleged sender and back: of
	// the handshake, and the shortest of data, of RTTs in number; 0 = not known.
	Answered, RTTMin time.Duration
	RTTs             int64
}

// priorOf takes down what there is to compare a RST of side with.
func (c *Conn) priorOf(side Side, s *segment) Prior {
	n, peer := &c.Half[side], &c.Half[side.Other()]
	p := Prior{
		Known: true, Packets: n.Packets, TTLMin: n.TTLMin, TTLMax: n.TTLMax,
		IPIDUsed: n.IPIDUsed, IPIDSteps: n.IPIDSteps, Last: n.Last, Peer: peer.Last, PeerOdd: peer.Oddities().Odd, AckAge: -1,
		Answered: n.Answered, RTTMin: peer.RTTMin, RTTs: peer.RTTCount,
	}
	h := &c.half[side.Other()]
	if s.flags.Has(capture.ACK) && h.based {
		if at, ok := h.flight.firstSent(h.offset(s.ack)); ok {
			p.AckAge = max(s.at.Time.Sub(at), 0)
		}
	}
	return p
}
