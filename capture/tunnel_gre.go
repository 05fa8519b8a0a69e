package capture

// The GRE header (RFC 2784, RFC 2890; version 1 RFC 2637).
const (
	greFlags    = 0
	greProtocol = 2
	greMinLen   = 4
	greFieldLen = 4 // of each optional field
	greChecksum = 0x8000
	greRouting  = 0x4000 // RFC 1701 only
	greKey      = 0x2000
	greSequence = 0x1000
	greAck      = 0x0080 // version 1
	greVersion  = 0x0007

	greEoIP     = 0x6400 // MikroTik's Ethernet over IP, version 1
	grePPP      = 0x880b // PPTP, version 1
	greERSPAN   = 0x88be // types I and II
	greERSPAN3  = 0x22eb // type III
	greV1Length = 4      // payload length, in the upper half of the key
)

// gre reads a GRE packet.
func (d *decoder) gre(p span) outcome {
	b := p.data
	if len(b) < greMinLen {
		return p.lacks(greMinLen)
	}
	flags, proto := be16(b[greFlags:]), be16(b[greProtocol:])
	n := greLen(flags)
	if len(b) < n {
		return p.lacks(n)
	}
	rest := p.skip(n)
	if flags&greChecksum != 0 && flags&greVersion == 0 {
		d.note(LayerGRE, p)
	}
	switch {
	case flags&greVersion == 1:
		return d.gre1(flags, proto, b, rest)
	case flags&greVersion != 0 || flags&greRouting != 0:
		return d.counts.protocol(protoGRE)
	case proto == greERSPAN && flags&greSequence == 0:
		return d.ethernet(rest) // type I has no header of its own
	case proto == greERSPAN || proto == greERSPAN3:
		return d.erspan(rest)
	}
	return d.protocolType(proto, rest)
}

// protocolType reads what a GRE, Geneve or Linux cooked header announces: an EtherType, never
// a length.
func (d *decoder) protocolType(t uint16, p span) outcome {
	if t < etherMin {
		return d.counts.etherType(t)
	}
	return d.etherType(t, p)
}

// greLen is the length of a header with these flags.
func greLen(flags uint16) int {
	n := greMinLen
	optional := []uint16{greChecksum, greKey, greSequence}
	if flags&greVersion == 1 {
		optional = []uint16{greKey, greSequence, greAck}
	}
	for _, f := range optional {
		if flags&f != 0 {
			n += greFieldLen
		}
	}
	return n
}

// gre1 reads version 1: PPTP, and EoIP, which borrows its shape.
func (d *decoder) gre1(flags, proto uint16, b []byte, p span) outcome {
	if flags&greKey == 0 {
		return outcomeMalformed
	}
	p = d.shrink(p, int(be16(b[greV1Length:])))
	switch proto {
	case grePPP:
		if p.wire > 0 { // else it is only an acknowledgment
			return d.ppp(p)
		}
	case greEoIP:
		return d.ethernet(p)
	}
	return d.counts.protocol(protoGRE)
}
