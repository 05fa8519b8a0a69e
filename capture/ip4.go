package capture

// Offsets in the IPv4 header (RFC 791, section 3.1).
const (
	ip4TotalLength = 2
	ip4ID          = 4
	ip4Fragment    = 6 // three flags and the offset
	ip4TTL         = 8
	ip4Protocol    = 9
	ip4Src         = 12
	ip4Dst         = 16
	ip4MinLen      = 20

	ip4MoreFragments = 0x2000
	ip4OffsetMask    = 0x1fff // in units of eight bytes
)

// ip4 reads an IPv4 packet.
func (d *decoder) ip4(p span) outcome {
	b := p.data
	if len(b) < ip4MinLen {
		return p.lacks(ip4MinLen)
	}
	header := int(b[ipVersion]&0x0f) * 4
	total := int(be16(b[ip4TotalLength:]))
	if total == 0 {
		// Segmentation offload: the length did not fit, or was left to the card.
		total = p.wire
	}
	if b[ipVersion]>>4 != 4 || header < ip4MinLen || total < header {
		return outcomeMalformed
	}
	if len(b) < header {
		return p.lacks(header)
	}
	d.ip = network{
		src: addr4(b[ip4Src:]), dst: addr4(b[ip4Dst:]),
		ttl: b[ip4TTL], hasID: true, id: be16(b[ip4ID:]),
	}
	d.noteHeader(LayerIP4, p, header)
	rest := d.declare(p, total).skip(header)
	if fragment := be16(b[ip4Fragment:]); fragment&(ip4MoreFragments|ip4OffsetMask) != 0 {
		return d.fragment4(b[ip4Protocol], fragment, rest)
	}
	return d.payload4(b[ip4Protocol], rest)
}

// payload4 reads what an IPv4 header, or the datagram put together from
// fragments, carries.
func (d *decoder) payload4(proto uint8, p span) outcome {
	for proto == protoAH {
		var stop outcome
		if proto, p, stop = skipExtension(proto, p); stop != outcomeNone {
			return stop
		}
	}
	return d.transport(proto, p)
}

// fragment4 keeps a fragment, and reads the datagram that it completes.
func (d *decoder) fragment4(proto uint8, field uint16, p span) outcome {
	f := fragment{
		key:    d.fragmentKey(4, proto, uint32(d.ip.id)),
		offset: int(field&ip4OffsetMask) * 8,
		last:   field&ip4MoreFragments == 0,
		next:   proto,
		data:   p,
	}
	return d.defragment(&f)
}
