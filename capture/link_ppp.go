package capture

// PPP protocol numbers (IANA PPP numbers).
const (
	pppIPv4   = 0x0021
	pppIPv6   = 0x0057
	pppMPLS   = 0x0281
	pppMPLSUp = 0x0283
)

// Framing of PPP (RFC 1662; Cisco's from RFC 1547, section 4.3.1).
const (
	pppAddressControl    = 0xff03
	pppAddressControlLen = 2
	hdlcPPP              = 0xff // first byte: PPP, all stations
	hdlcUnicast          = 0x0f // first byte: Cisco HDLC
	hdlcMulticast        = 0x8f
	hdlcLen              = 4 // address, control, EtherType
)

// PPPoE (RFC 2516, section 4).
const (
	pppoeVersionType = 0x11
	pppoeSession     = 0 // code
	pppoeLength      = 4
	pppoeLen         = 6
)

// ppp reads a PPP frame. Address and control may be left out, and so may the
// first byte of a protocol below 0x100 (RFC 1661, section 6.5): a protocol's
// first byte is even, its last is odd.
func (d *decoder) ppp(p span) outcome {
	if len(p.data) >= pppAddressControlLen && be16(p.data) == pppAddressControl {
		p = p.skip(pppAddressControlLen)
	}
	if len(p.data) == 0 {
		return p.lacks(1)
	}
	if p.data[0]&1 == 1 && p.data[0] != hdlcPPP { // no protocol is 0xff
		return d.pppProtocol(uint16(p.data[0]), p.skip(1))
	}
	if len(p.data) < 2 {
		return p.lacks(2)
	}
	return d.pppProtocol(be16(p.data), p.skip(2))
}

func (d *decoder) pppProtocol(proto uint16, p span) outcome {
	switch proto {
	case pppIPv4:
		return d.ip4(p)
	case pppIPv6:
		return d.ip6(p)
	case pppMPLS, pppMPLSUp:
		if !d.enter() {
			return outcomeTooDeep
		}
		return d.mpls(p)
	}
	return d.counts.etherType(proto)
}

// hdlc reads PPP or Cisco HDLC on a serial line.
func (d *decoder) hdlc(p span) outcome {
	if len(p.data) < hdlcLen {
		return p.lacks(hdlcLen)
	}
	switch p.data[0] {
	case hdlcUnicast, hdlcMulticast:
		return d.etherType(be16(p.data[2:]), p.skip(hdlcLen))
	}
	return d.ppp(p)
}

// pppoe reads a PPPoE session frame.
func (d *decoder) pppoe(p span) outcome {
	b := p.data
	if len(b) < pppoeLen {
		return p.lacks(pppoeLen)
	}
	if b[0] != pppoeVersionType || b[1] != pppoeSession {
		return outcomeMalformed
	}
	return d.ppp(d.shrink(p.skip(pppoeLen), int(be16(b[pppoeLength:]))))
}
