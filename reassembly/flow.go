package reassembly

import (
	"encoding/binary"
	"net/netip"

	"smtpscope/capture"
)

// flow names a connection by its two ends in a fixed order, so that both
// directions have the same key. Plain numbers hash in one go.
type flow struct {
	a0, a1, b0, b1 uint64
	ports          uint64
}

// between makes f the key of a segment from src to dst, and reports whether its
// sender is end A.
func (f *flow) between(src, dst *netip.AddrPort) (fromA bool) {
	s, d := src.Addr().As16(), dst.Addr().As16()
	s0, s1 := binary.BigEndian.Uint64(s[:8]), binary.BigEndian.Uint64(s[8:])
	d0, d1 := binary.BigEndian.Uint64(d[:8]), binary.BigEndian.Uint64(d[8:])
	sp, dp := uint64(src.Port()), uint64(dst.Port())
	fromA = s0 < d0 || s0 == d0 && (s1 < d1 || s1 == d1 && sp <= dp)
	if !fromA {
		s0, s1, sp, d0, d1, dp = d0, d1, dp, s0, s1, sp
	}
	f.a0, f.a1, f.b0, f.b1, f.ports = s0, s1, d0, d1, sp<<16|dp
	return fromA
}

// is reports whether two flows are one. Without a branch for each word: they
// differ nearly never where this is asked.
func (f *flow) is(o *flow) bool {
	return f.a0^o.a0|f.a1^o.a1|f.b0^o.b0|f.b1^o.b1|f.ports^o.ports == 0
}

// A segment is what the reassembly needs of a captured one. One that has to
// wait owns its payload.
type segment struct {
	fromA    bool
	seq, ack uint32
	off      int64 // of seq in its side's stream, once that is known
	ackOff   int64 // of ack in the other side's stream; -1 = no ACK, or an impossible one
	reach    int64 // of one that is held: where it, and all before it in its queue, end at the latest
	flags    capture.Flags
	window   uint16
	length   int
	payload  []byte
	content  uint64 // contentPrint of payload
	at       Stamp
	ttl      uint8
	hasIPID  bool
	ipid     uint16
	top      int64 // RST: how far its sender had got
	void     bool  // RST: taken back while it waited
	hasTS    bool
	tsval    uint32
	prior    *Prior // RST
}

func (s *segment) take(seg *capture.Segment, fromA bool) {
	s.fromA, s.seq, s.ack, s.flags, s.window = fromA, seg.Seq, seg.Ack, seg.Flags, seg.Window
	s.length, s.payload, s.prior = seg.Length, seg.Payload, nil
	s.at.Frame, s.at.Time = seg.Frame, seg.Time
	s.ttl, s.hasIPID, s.ipid = seg.TTL, seg.HasIPID, seg.IPID
	s.hasTS, s.tsval = seg.Options.HasTimestamps, seg.Options.TSVal
	s.off, s.ackOff, s.reach, s.content, s.top, s.void = 0, -1, 0, 0, 0, false
}

// fills reports whether the segment takes up room in its side's stream.
func (s *segment) fills() bool { return s.length > 0 || s.flags.Has(capture.FIN) }

func (s *segment) end() int64 { return s.off + int64(s.length) }

// header copies the fields that are evidence into an event.
func (s *segment) header(e *Event) {
	e.At, e.TTL, e.IPID, e.HasIPID = s.at, s.ttl, s.ipid, s.hasIPID
	e.Window, e.Seq, e.Ack, e.Flags = s.window, s.seq, s.ack, s.flags
	e.HasTS, e.TSVal = s.hasTS, s.tsval
}
