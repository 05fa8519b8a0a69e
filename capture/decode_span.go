package capture

import "encoding/binary"

// span is a header with everything behind it, as far as its layer goes. Its
// four words travel in registers; a fifth would cost the walk its speed.
type span struct {
	data []byte // what was captured
	wire int    // bytes on the wire, never less than len(data)
}

// lacks says why n bytes cannot be read from s: the capture cut them, or they
// were never there. It is asked only where len(s.data) < n.
func (s span) lacks(n int) outcome {
	if s.wire >= n {
		return outcomeTruncated
	}
	return outcomeMalformed
}

// skip is s without its first n bytes, which the caller has seen to be there.
func (s span) skip(n int) span { return span{s.data[n:], s.wire - n} }

// shrink ends s after n bytes where a length field says so: what follows is
// padding or a trailer. A field that promises more than there is, is ignored.
func (d *decoder) shrink(s span, n int) span {
	if n >= s.wire {
		return s
	}
	d.padded = true
	return span{s.data[:min(n, len(s.data))], n}
}

// declare gives s the length n that an IP header declares, also where the
// frame ends before: a receiver takes no shorter frame, so it was cut on its
// way into the capture (a mirror port that truncates, a tool that lost the
// original length), and the sequence numbers go by the header. Where the
// frame goes on, but a length around this one keeps its bytes out, that one
// is believed: there are concentrators that write the length of a padded
// frame into the IP header.
func (d *decoder) declare(s span, n int) span {
	if n > s.wire && !d.padded {
		return span{s.data, n}
	}
	return d.shrink(s, n)
}

func be16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
