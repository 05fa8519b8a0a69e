package capture

// The ERSPAN headers (draft-foschiano-erspan-03, sections 4.2 and 4.3).
const (
	erspan2Version = 1 // upper four bits of the first byte
	erspan2Len     = 8

	erspan3Version  = 2
	erspan3Len      = 12
	erspan3Flags    = 10     // P, frame type, hardware, direction, granularity, O
	erspan3TypeMask = 0x7c00 // frame type
	erspan3TypeIP   = 2 << 10
	erspan3HasSub   = 0x0001 // O
	erspan3SubLen   = 8
)

// erspan reads an ERSPAN header of type II or III and the frame behind it.
// The version decides: some switches announce both with the same EtherType.
func (d *decoder) erspan(p span) outcome {
	if len(p.data) == 0 {
		return p.lacks(1)
	}
	switch p.data[0] >> 4 {
	case erspan2Version:
		return d.innerEthernet(p, erspan2Len)
	case erspan3Version:
		return d.erspan3(p)
	}
	return outcomeMalformed
}

func (d *decoder) erspan3(p span) outcome {
	if len(p.data) < erspan3Len {
		return p.lacks(erspan3Len)
	}
	flags, n := be16(p.data[erspan3Flags:]), erspan3Len
	if flags&erspan3HasSub != 0 {
		n += erspan3SubLen
	}
	if len(p.data) < n {
		return p.lacks(n)
	}
	if flags&erspan3TypeMask == erspan3TypeIP {
		return d.anyIP(p.skip(n))
	}
	return d.ethernet(p.skip(n))
}
