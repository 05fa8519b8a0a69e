package capture

// Offsets in the IPv6 header (RFC 8200, section 3).
const (
	ip6PayloadLength = 4
	ip6NextHeader    = 6
	ip6HopLimit      = 7
	ip6Src           = 8
	ip6Dst           = 24
	ip6Len           = 40
)

// Offsets in the fragment header (RFC 8200, section 4.5). Its first byte is
// the next header, as in every extension header.
const (
	frag6Offset = 2 // in units of eight bytes, above three flag bits
	frag6ID     = 4
	frag6Len    = 8

	frag6OffsetMask    = 0xfff8
	frag6MoreFragments = 0x0001
)

// ip6 reads an IPv6 packet.
func (d *decoder) ip6(p span) outcome {
	b := p.data
	if len(b) < ip6Len {
		return p.lacks(ip6Len)
	}
	if b[ipVersion]>>4 != 6 {
		return outcomeMalformed
	}
	d.noteHeader(LayerIP6, p, ip6Len)
	d.ip = network{src: addr6(b[ip6Src:]), dst: addr6(b[ip6Dst:]), ttl: b[ip6HopLimit]}
	length := int(be16(b[ip6PayloadLength:]))
	if length == 0 {
		// A jumbogram (RFC 2675), or segmentation offload beyond 64 KiB, with
		// or without its hop-by-hop option.
		length = p.wire - ip6Len
	}
	return d.payload6(b[ip6NextHeader], d.declare(p, ip6Len+length).skip(ip6Len))
}

// payload6 walks the extension headers to what they carry. Each takes eight
// bytes or more, which bounds the walk.
func (d *decoder) payload6(next uint8, p span) outcome {
	var stop outcome
	for {
		switch {
		case isExtension(next) || next == protoAH || next == protoFragment && atomicFragment(p):
			if next, p, stop = skipExtension(next, p); stop != outcomeNone {
				return stop
			}
		case next == protoFragment:
			return d.fragment6(p)
		default:
			return d.transport(next, p)
		}
	}
}

// isExtension reports whether next is an extension header with the common
// layout: next header, length in eight bytes without the first eight.
func isExtension(next uint8) bool {
	switch next {
	case protoHopByHop, protoRouting, protoDestination, protoMobility, protoHIP, protoShim6:
		return true
	}
	return false
}

// skipExtension steps over an extension header, an AH (RFC 4302: its length is
// in four bytes, less two) or a fragment header (no length). stop is outcomeNone where the walk goes on.
func skipExtension(kind uint8, p span) (next uint8, rest span, stop outcome) {
	const shortest = 8
	if len(p.data) < shortest {
		return 0, p, p.lacks(shortest)
	}
	n := (int(p.data[1]) + 1) * 8
	switch kind {
	case protoAH:
		n = (int(p.data[1]) + 2) * 4
	case protoFragment:
		n = frag6Len
	}
	if len(p.data) < n {
		return 0, p, p.lacks(n)
	}
	return p.data[0], p.skip(n), outcomeNone
}

// atomicFragment reports whether p begins with the fragment header of a packet that
// is whole all the same, and so waits for nothing (RFC 6946).
func atomicFragment(p span) bool {
	return len(p.data) >= frag6Len &&
		be16(p.data[frag6Offset:])&(frag6OffsetMask|frag6MoreFragments) == 0
}

// fragment6 keeps a fragment, and reads the datagram that it completes.
func (d *decoder) fragment6(p span) outcome {
	b := p.data
	if len(b) < frag6Len {
		return p.lacks(frag6Len)
	}
	field := be16(b[frag6Offset:])
	f := fragment{
		key:    d.fragmentKey(6, 0, be32(b[frag6ID:])),
		offset: int(field & frag6OffsetMask),
		last:   field&frag6MoreFragments == 0,
		next:   b[0],
		data:   p.skip(frag6Len),
	}
	return d.defragment(&f)
}
