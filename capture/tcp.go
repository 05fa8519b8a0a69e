package capture

import "net/netip"

// Offsets in the TCP header (RFC 9293, section 3.1).
const (
	tcpSrcPort    = 0
	tcpDstPort    = 2
	tcpSeq        = 4
	tcpAck        = 8
	tcpDataOffset = 12 // upper four bits, in 32-bit words
	tcpFlags      = 13
	tcpWindow     = 14
	tcpMinLen     = 20

	// tcpNeeded is what must have been captured to make a segment of it: all
	// that comes before the checksum, which nobody asks for.
	tcpNeeded = 16
)

// tcp makes a segment of p. A header cut inside its options keeps the
// segment; checksums are not verified, since hosts with offload never
// captured a good one.
func (d *decoder) tcp(p span) outcome {
	b := p.data
	if len(b) < tcpNeeded {
		return p.lacks(tcpMinLen)
	}
	header := int(b[tcpDataOffset]>>4) * 4
	if header < tcpMinLen || header > p.wire {
		return outcomeMalformed
	}
	src, dst := be16(b[tcpSrcPort:]), be16(b[tcpDstPort:])
	d.counts.tcpPorts.one(min(src, dst))

	d.note(LayerTCP, p)
	s := d.seg
	s.Kind = KindTCP
	s.Src = netip.AddrPortFrom(d.ip.src, src)
	s.Dst = netip.AddrPortFrom(d.ip.dst, dst)
	s.Seq = be32(b[tcpSeq:])
	s.Ack = be32(b[tcpAck:])
	s.Flags = Flags(b[tcpFlags])
	s.Window = be16(b[tcpWindow:])
	s.Options = Options{}
	if end := min(header, len(b)); end > tcpMinLen {
		s.Options.parse(b[tcpMinLen:end])
	}
	s.Payload = b[min(header, len(b)):]
	s.Length = p.wire - header
	s.ICMP = ICMP{}
	return outcomeTCP
}
