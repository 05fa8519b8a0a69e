package capture

import "encoding/binary"

// LINKTYPE_NFLOG: a header, then attributes of length, type and value in the
// byte order of the host, each padded to four bytes
// (https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html).
const (
	nflogHeaderLen = 4
	nflogVersion   = 1 // offset; 0 is the only version
	nflogAttrLen   = 4 // length and type, which the length includes
	nflogPayload   = 9 // the type of the attribute that holds the packet
	nflogAlign     = 4
)

// nflog finds the IP packet among the attributes. The byte order is little
// endian wherever Linux is found today.
func (d *decoder) nflog(p span) outcome {
	if len(p.data) < nflogHeaderLen {
		return p.lacks(nflogHeaderLen)
	}
	if p.data[nflogVersion] != 0 {
		return outcomeMalformed
	}
	p = p.skip(nflogHeaderLen)
	for len(p.data) >= nflogAttrLen {
		n := int(binary.LittleEndian.Uint16(p.data))
		if n < nflogAttrLen {
			return outcomeMalformed
		}
		if binary.LittleEndian.Uint16(p.data[2:]) == nflogPayload {
			return d.anyIP(d.shrink(p, n).skip(nflogAttrLen))
		}
		n = (n + nflogAlign - 1) &^ (nflogAlign - 1)
		if n > len(p.data) {
			return p.lacks(n)
		}
		p = p.skip(n)
	}
	return p.lacks(nflogAttrLen)
}
