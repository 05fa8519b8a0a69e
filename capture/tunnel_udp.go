package capture

// Offsets in the UDP header (RFC 768).
const (
	udpSrcPort = 0
	udpDstPort = 2
	udpLength  = 4
	udpLen     = 8
)

// UDP ports of tunnels (IANA service names and port numbers). A tunnel's port
// is the destination; the source port is a hash of the inner flow.
const (
	portGRE      = 4754 // RFC 8086
	portVXLAN    = 4789 // RFC 7348
	portVXLANGPE = 4790 // draft-ietf-nvo3-vxlan-gpe
	portGeneve   = 6081 // RFC 8926
	portMPLS     = 6635 // RFC 7510
	portVXLANOld = 8472 // Linux's default, from before the assignment
)

// The VXLAN header (RFC 7348, section 5; GPE: draft-ietf-nvo3-vxlan-gpe).
const (
	vxlanFlags   = 0
	vxlanNext    = 3 // GPE: what follows
	vxlanLen     = 8
	vxlanValid   = 0x08 // flag: the network identifier is valid
	vxlanHasNext = 0x04 // flag: there is a next protocol
)

// The Geneve header (RFC 8926, section 3.4).
const (
	geneveVersion = 0 // upper two bits; below them the options' length in 32-bit words
	geneveProto   = 2
	geneveLen     = 8
)

// Next protocols of VXLAN-GPE.
const (
	gpeIPv4     = 1
	gpeIPv6     = 2
	gpeEthernet = 3
)

// udp reads a UDP datagram as far as it is a tunnel.
func (d *decoder) udp(p span) outcome {
	b := p.data
	if len(b) < udpLen {
		return p.lacks(udpLen)
	}
	src, dst := be16(b[udpSrcPort:]), be16(b[udpDstPort:])
	rest := p.skip(udpLen)
	if n := int(be16(b[udpLength:])); n >= udpLen {
		rest = d.shrink(rest, n-udpLen)
	}
	d.noteHeader(LayerUDP, p, udpLen+len(rest.data))
	if out := d.udpTunnel(dst, rest); out != outcomeNone {
		return out
	}
	d.counts.udpPorts.one(min(src, dst))
	return outcomeUDP
}

// udpTunnel reads a tunnel to a UDP port; outcomeNone says that it is none.
func (d *decoder) udpTunnel(port uint16, p span) outcome {
	switch port {
	case portVXLAN, portVXLANOld:
		return d.vxlan(p, false)
	case portVXLANGPE:
		return d.vxlan(p, true)
	case portGeneve:
		return d.geneve(p)
	case portGRE, portMPLS:
		if !d.enter() {
			return outcomeTooDeep
		}
		if port == portGRE {
			return d.gre(p)
		}
		return d.mpls(p)
	}
	return outcomeNone
}

// vxlan reads VXLAN (RFC 7348), or its generic protocol extension. Without
// the flag that the network identifier is valid it is something else.
func (d *decoder) vxlan(p span, generic bool) outcome {
	if len(p.data) < vxlanLen || p.data[vxlanFlags]&vxlanValid == 0 {
		return outcomeNone
	}
	next := uint8(gpeEthernet)
	if generic && p.data[vxlanFlags]&vxlanHasNext != 0 {
		next = p.data[vxlanNext]
	}
	if next < gpeIPv4 || next > gpeEthernet {
		return outcomeNone
	}
	if !d.enter() {
		return outcomeTooDeep
	}
	p = p.skip(vxlanLen)
	switch next {
	case gpeIPv4:
		return d.ip4(p)
	case gpeIPv6:
		return d.ip6(p)
	}
	return d.ethernet(p)
}

// geneve reads Geneve. A version that does not exist is not read.
func (d *decoder) geneve(p span) outcome {
	b := p.data
	if len(b) < geneveLen || b[geneveVersion]>>6 != 0 {
		return outcomeNone
	}
	n := geneveLen + int(b[geneveVersion]&0x3f)*4
	if len(b) < n {
		return p.lacks(n)
	}
	if !d.enter() {
		return outcomeTooDeep
	}
	return d.protocolType(be16(b[geneveProto:]), p.skip(n))
}
