package capture

import "math/bits"

// Link types that are read (https://www.tcpdump.org/linktypes.html).
const (
	linkNull     = 0   // BSD loopback, in the byte order of the host
	linkEthernet = 1   //
	linkPPP      = 9   // with or without address and control
	linkRawBSD   = 12  // raw IP, as some systems number it
	linkRawOBSD  = 14  // likewise, OpenBSD
	linkPPPHDLC  = 50  // PPP in HDLC-like framing, or Cisco HDLC
	linkPPPoE    = 51  // a PPPoE session
	linkRaw      = 101 // raw IP, version told by its first half byte
	linkCHDLC    = 104 // Cisco HDLC
	linkLoop     = 108 // OpenBSD loopback, in network byte order
	linkSLL      = 113 // Linux cooked, version 1
	linkIPv4     = 228 // raw IPv4
	linkIPv6     = 229 // raw IPv6
	linkNFLOG    = 239 // Linux netfilter log
	linkSLL2     = 276 // Linux cooked, version 2: what tcpdump -i any writes
)

// link reads a frame of a link type.
func (d *decoder) link(kind int32, p span) outcome {
	switch kind {
	case linkEthernet:
		return d.ethernet(p)
	case linkSLL:
		return d.sll(p)
	case linkSLL2:
		return d.sll2(p)
	case linkNull, linkLoop:
		return d.loopback(p)
	case linkRaw, linkRawBSD, linkRawOBSD:
		return d.anyIP(p)
	case linkIPv4:
		return d.ip4(p)
	case linkIPv6:
		return d.ip6(p)
	case linkPPP:
		return d.ppp(p)
	case linkPPPHDLC, linkCHDLC:
		return d.hdlc(p)
	case linkPPPoE:
		return d.pppoe(p)
	case linkNFLOG:
		return d.nflog(p)
	}
	return d.counts.linkType(kind)
}

// Address families of IPv4 and IPv6 in a loopback header.
const (
	afINET         = 2
	afINET6Linux   = 10
	afINET6Windows = 23
	afINET6BSD     = 24 // NetBSD, OpenBSD, BSD/OS
	afINET6FreeBSD = 28
	afINET6Darwin  = 30

	loopbackLen = 4
)

// loopback reads a frame whose header is an address family in the byte order
// of the host that captured it: families are small, so the order shows.
func (d *decoder) loopback(p span) outcome {
	if len(p.data) < loopbackLen {
		return p.lacks(loopbackLen)
	}
	family := be32(p.data)
	if family > 0xffff {
		family = bits.ReverseBytes32(family)
	}
	switch family {
	case afINET:
		return d.ip4(p.skip(loopbackLen))
	case afINET6Linux, afINET6Windows, afINET6BSD, afINET6FreeBSD, afINET6Darwin:
		return d.ip6(p.skip(loopbackLen))
	}
	return d.counts.etherType(uint16(family))
}
