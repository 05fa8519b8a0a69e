package capture

import "net/netip"

// Where the headers of a plain frame stand.
const (
	plainIP  = etherLen
	plainTCP = plainIP + ip4MinLen
	plainLen = plainTCP + tcpMinLen
)

// plainStart are the EtherType of IPv4, its version and the length of a header
// without options, as they follow each other in a frame; a byte is left out.
const plainStart = etherIPv4<<16 | 4<<12 | (ip4MinLen/4)<<8

// decode fills s from r and reports whether r holds a TCP segment or an
// ICMP error that quotes one. Every field of s is set then; without ok, s
// is as it was. s.Payload lies in r.data or, for a datagram put together
// from fragments, in a buffer that the next decode overwrites.
//
// Here it decodes the frame that nearly all are: Ethernet without tags, IPv4
// without options and not in fragments, TCP captured to the end of its header.
// Any other is left to walk, which takes nearly three times as many instructions
// and gives the same of this one.
func (d *decoder) decode(r *record, s *Segment) (ok bool) {
	if len(r.data) < plainLen || r.link != linkEthernet || d.notes != nil {
		return d.walk(r, s)
	}
	b := (*[plainLen]byte)(r.data)
	total := int(be16(b[plainIP+ip4TotalLength:]))
	header := int(b[plainTCP+tcpDataOffset]>>4) * 4
	if be32(b[etherTypeOffset:])&^0xff != plainStart || b[plainIP+ip4Protocol] != protoTCP ||
		be16(b[plainIP+ip4Fragment:])&(ip4MoreFragments|ip4OffsetMask) != 0 ||
		header < tcpMinLen || header > total-ip4MinLen {
		return d.walk(r, s)
	}
	captured := r.data[plainTCP:min(plainIP+total, len(r.data))]
	if header > len(captured) {
		return d.walk(r, s)
	}
	src, dst := be16(b[plainTCP+tcpSrcPort:]), be16(b[plainTCP+tcpDstPort:])
	d.counts.outcomes[outcomeTCP]++
	d.counts.tcpPorts.one(min(src, dst))
	d.borrowed = false

	if s.Kind != KindTCP { // what holds a TCP segment has none already
		s.ICMP = ICMP{}
	}
	s.Kind = KindTCP
	s.Frame, s.Source, s.SourceFrame, s.Original, s.Time = r.frame, r.source, r.sourceFrame, r.original, r.time
	s.VLANs, s.VLANCount = [MaxVLANs]uint16{}, 0
	s.TTL, s.HasIPID, s.IPID = b[plainIP+ip4TTL], true, be16(b[plainIP+ip4ID:])
	s.Seq, s.Ack = be32(b[plainTCP+tcpSeq:]), be32(b[plainTCP+tcpAck:])
	s.Flags, s.Window = Flags(b[plainTCP+tcpFlags]), be16(b[plainTCP+tcpWindow:])
	s.Options = Options{}
	if header > tcpMinLen {
		s.Options.parse(captured[tcpMinLen:header])
	}
	s.Length = total - ip4MinLen - header
	s.Src = netip.AddrPortFrom(addr4(b[plainIP+ip4Src:plainIP+ip4Dst]), src)
	s.Dst = netip.AddrPortFrom(addr4(b[plainIP+ip4Dst:plainTCP]), dst)
	s.Payload = captured[header:]
	return true
}
