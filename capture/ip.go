package capture

import "net/netip"

// IP protocol and IPv6 next header numbers (IANA protocol numbers).
const (
	protoHopByHop    = 0
	protoICMP        = 1
	protoIPv4        = 4
	protoTCP         = 6
	protoUDP         = 17
	protoIPv6        = 41
	protoRouting     = 43
	protoFragment    = 44
	protoGRE         = 47
	protoAH          = 51
	protoICMPv6      = 58
	protoDestination = 60
	protoEtherIP     = 97
	protoMobility    = 135
	protoMPLS        = 137
	protoHIP         = 139
	protoShim6       = 140
)

// ipVersion is the offset of the version, in both headers the upper four bits.
const ipVersion = 0

// anyIP reads an IP packet of either version.
func (d *decoder) anyIP(p span) outcome {
	if len(p.data) == 0 {
		return p.lacks(1)
	}
	switch p.data[ipVersion] >> 4 {
	case 4:
		return d.ip4(p)
	case 6:
		return d.ip6(p)
	}
	return outcomeMalformed
}

// transport reads what an IP header carries.
func (d *decoder) transport(proto uint8, p span) outcome {
	switch proto {
	case protoTCP:
		return d.tcp(p)
	case protoUDP:
		return d.udp(p)
	case protoICMP:
		return d.icmp4(p)
	case protoICMPv6:
		return d.icmp6(p)
	case protoGRE, protoIPv4, protoIPv6, protoMPLS, protoEtherIP:
		if !d.enter() {
			return outcomeTooDeep
		}
		return d.ipTunnel(proto, p)
	}
	return d.counts.protocol(proto)
}

// ipTunnel reads a tunnel that has an IP protocol number of its own.
func (d *decoder) ipTunnel(proto uint8, p span) outcome {
	switch proto {
	case protoGRE:
		return d.gre(p)
	case protoIPv4: // RFC 2003
		return d.ip4(p)
	case protoIPv6: // RFC 4213
		return d.ip6(p)
	case protoMPLS: // RFC 4023
		return d.mpls(p)
	}
	return d.etherIP(p)
}

// followed reports whether an IPv4 protocol is looked into, so that its
// fragments are worth keeping.
func followed(proto uint8) bool {
	switch proto {
	case protoTCP, protoUDP, protoICMP, protoAH,
		protoGRE, protoIPv4, protoIPv6, protoMPLS, protoEtherIP:
		return true
	}
	return false
}

func addr4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b)) }

// addr6 reads an IPv6 address; one in IPv4-mapped form (RFC 6052 translators
// put such on the wire) becomes the IPv4 address, as Segment promises.
func addr6(b []byte) netip.Addr { return netip.AddrFrom16([16]byte(b[:16])).Unmap() }
