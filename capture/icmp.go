package capture

import "net/netip"

// Offsets in the ICMP and ICMPv6 header (RFC 792, RFC 4443).
const (
	icmpType   = 0
	icmpCode   = 1
	icmp4MTU   = 6 // two bytes (RFC 1191, section 4)
	icmp6MTU   = 4 // four bytes (RFC 4443, section 3.2)
	icmpMinLen = 8 // where the quoted packet begins

	// quotedLen is what an error quotes of TCP at the least: ports and
	// sequence number (RFC 792).
	quotedLen = 8
)

// ICMP types that quote the packet they are about (RFC 1122, section 3.2.2).
const (
	icmp4Unreachable  = 3
	icmp4SourceQuench = 4
	icmp4Redirect     = 5
	icmp4TimeExceeded = 11
	icmp4BadParameter = 12

	icmp4FragmentationNeeded = 4 // code of icmp4Unreachable
)

// ICMPv6 error types (RFC 4443, section 3).
const (
	icmp6Unreachable  = 1
	icmp6TooBig       = 2
	icmp6TimeExceeded = 3
	icmp6BadParameter = 4
)

// icmp4 makes a Segment of an error that quotes TCP.
func (d *decoder) icmp4(p span) outcome {
	b := p.data
	if len(b) < icmpMinLen {
		return p.lacks(icmpMinLen)
	}
	e := ICMP{From: d.ip.src, Type: b[icmpType], Code: b[icmpCode]}
	switch e.Type {
	case icmp4Unreachable:
		if e.Code == icmp4FragmentationNeeded {
			e.MTU = uint32(be16(b[icmp4MTU:]))
		}
	case icmp4SourceQuench, icmp4Redirect, icmp4TimeExceeded, icmp4BadParameter:
	default:
		return outcomeICMP
	}
	src, dst, inner, ok := quoted4(b[icmpMinLen:])
	d.noteQuote(LayerICMP4, LayerQuoteIP4, p, inner)
	return d.quote(e, src, dst, inner, ok)
}

// icmp6 is icmp4 for ICMPv6.
func (d *decoder) icmp6(p span) outcome {
	b := p.data
	if len(b) < icmpMinLen {
		return p.lacks(icmpMinLen)
	}
	e := ICMP{From: d.ip.src, V6: true, Type: b[icmpType], Code: b[icmpCode]}
	switch e.Type {
	case icmp6TooBig:
		e.MTU = be32(b[icmp6MTU:])
	case icmp6Unreachable, icmp6TimeExceeded, icmp6BadParameter:
	default:
		return outcomeICMP
	}
	src, dst, inner, ok := quoted6(b[icmpMinLen:])
	d.noteQuote(LayerICMP6, LayerQuoteIP6, p, inner)
	return d.quote(e, src, dst, inner, ok)
}

// quote fills the Segment from the quoted TCP header; ok says whether there
// is one. TTL and IP-ID remain those of the error itself: they tell how far
// away its sender is.
func (d *decoder) quote(e ICMP, src, dst netip.Addr, tcp []byte, ok bool) outcome {
	if !ok || len(tcp) < quotedLen {
		return outcomeICMP
	}
	*d.seg = Segment{
		Kind: KindICMP,
		Src:  netip.AddrPortFrom(src, be16(tcp[tcpSrcPort:])),
		Dst:  netip.AddrPortFrom(dst, be16(tcp[tcpDstPort:])),
		Seq:  be32(tcp[tcpSeq:]),
		ICMP: e,
	}
	return outcomeQuote
}

// quoted4 finds the TCP header in a quoted IPv4 packet. Its length fields may
// have been changed on the way and are not believed.
func quoted4(b []byte) (src, dst netip.Addr, tcp []byte, ok bool) {
	if len(b) < ip4MinLen || b[ipVersion]>>4 != 4 {
		return
	}
	header := int(b[ipVersion]&0x0f) * 4
	offset := be16(b[ip4Fragment:]) & ip4OffsetMask
	if header < ip4MinLen || header > len(b) || offset != 0 || b[ip4Protocol] != protoTCP {
		return
	}
	return addr4(b[ip4Src:]), addr4(b[ip4Dst:]), b[header:], true
}

// quoted6 is quoted4 for IPv6.
func quoted6(b []byte) (src, dst netip.Addr, tcp []byte, ok bool) {
	if len(b) < ip6Len || b[ipVersion]>>4 != 6 {
		return
	}
	src, dst = addr6(b[ip6Src:]), addr6(b[ip6Dst:])
	next, rest := b[ip6NextHeader], span{data: b[ip6Len:], wire: len(b) - ip6Len}
	for next != protoTCP {
		var stop outcome
		if !isExtension(next) && (next != protoFragment || !first6(rest.data)) {
			return
		}
		if next, rest, stop = skipExtension(next, rest); stop != outcomeNone {
			return
		}
	}
	return src, dst, rest.data, true
}

// first6 reports whether a fragment header begins a datagram.
func first6(b []byte) bool {
	return len(b) >= frag6Len && be16(b[frag6Offset:])&frag6OffsetMask == 0
}
