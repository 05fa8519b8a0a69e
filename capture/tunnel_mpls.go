package capture

// MPLS label stack (RFC 3032) and what may lie under it.
const (
	mplsLabelLen   = 4
	mplsBottom     = 2 // offset of the byte whose lowest bit ends the stack
	mplsControlLen = 4 // pseudowire control word (RFC 4385), first half byte 0
)

// mpls reads a label stack and guesses what it carries, since nothing says
// so: the first half byte is 4 or 6 for IP, 0 for a pseudowire's control
// word, 1 for its control channel; otherwise an Ethernet frame.
func (d *decoder) mpls(p span) outcome {
	for bottom := false; !bottom; p = p.skip(mplsLabelLen) {
		if len(p.data) < mplsLabelLen {
			return p.lacks(mplsLabelLen)
		}
		bottom = p.data[mplsBottom]&1 == 1
	}
	if len(p.data) < ip4MinLen {
		return p.lacks(ip4MinLen)
	}
	first := p.data[0] >> 4
	if header := int(p.data[0]&0x0f) * 4; first == 4 && len(p.data) < header {
		return p.lacks(header) // too little to tell
	}
	switch {
	case first == 4 && plausible4(p):
		return d.ip4(p)
	case first == 6 && plausible6(p):
		return d.ip6(p)
	case first == 0 && !carried(p.data[etherTypeOffset:]) ||
		first == 0 && carried(p.data[mplsControlLen+etherTypeOffset:]):
		return d.ethernet(p.skip(mplsControlLen))
	case first == 1 && !carried(p.data[etherTypeOffset:]):
		return d.counts.etherType(etherMPLS)
	}
	return d.ethernet(p)
}

// plausible4 tells an IPv4 header from a MAC address that begins with 4: no
// EtherType stands where the source address is, or the checksum is right. The
// caller has seen that the whole header is there.
func plausible4(p span) bool {
	header := int(p.data[ipVersion]&0x0f) * 4
	if header < ip4MinLen {
		return false
	}
	return !carried(p.data[etherTypeOffset:]) || checksum(p.data[:header]) == 0
}

// plausible6 tells an IPv6 header from a MAC address that begins with 6: no
// EtherType stands in the source address, or the length fits the frame.
func plausible6(p span) bool {
	length := int(be16(p.data[ip6PayloadLength:]))
	return !carried(p.data[etherTypeOffset:]) || ip6Len+length == p.wire
}

// checksum is the Internet checksum (RFC 1071); 0 over a header that holds
// the right one. len(b) is even.
func checksum(b []byte) uint16 {
	var sum uint32
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(be16(b))
	}
	sum = sum>>16 + sum&0xffff
	return ^uint16(sum + sum>>16)
}

// carried reports whether an EtherType that is followed stands at b.
func carried(b []byte) bool {
	switch be16(b) {
	case etherIPv4, etherIPv6, etherARP, etherVLAN, etherProvider, etherQinQ, etherMPLS, etherPPPoE:
		return true
	}
	return false
}
