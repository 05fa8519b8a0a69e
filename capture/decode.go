package capture

import "net/netip"

// outcome says what became of a frame. Every frame has exactly one, so the
// counters of DecodeStats add up to the number of frames.
type outcome uint8

const (
	outcomeNone      outcome = iota // none yet: the walk goes on
	outcomeTCP                      // a TCP segment: handed out
	outcomeQuote                    // an ICMP error that quotes TCP: handed out
	outcomeICMP                     // any other ICMP or ICMPv6
	outcomeUDP                      // a UDP datagram that is no tunnel
	outcomeARP                      // ARP or RARP
	outcomeLLC                      // 802.2 without IP: spanning tree, CDP, IS-IS
	outcomeEtherType                // an EtherType (or PPP protocol) that carries no IP
	outcomeProtocol                 // an IP protocol that carries no TCP
	outcomeFragment                 // a fragment that completed no datagram
	outcomeLink                     // a link type that is not read
	outcomeTruncated                // a header cut by the snap length
	outcomeMalformed                // a header that contradicts itself
	outcomeTooDeep                  // more than maxDepth encapsulations

	outcomeCount
)

// maxDepth is how many encapsulations may lie inside each other. A provider's
// mirror port needs three or four (QinQ does not count); the bound keeps a
// hostile frame from recursing.
const maxDepth = 8

// decoder finds the TCP segment in a frame. It walks the headers from the
// outside in, checks every length just before it is used, and allocates
// nothing except for IP fragments. It is not safe for concurrent use.
type decoder struct {
	seg   *Segment // being filled
	time  Time     // of the frame
	depth int      // encapsulations and reassemblies in this frame so far

	tunnelled bool // an encapsulation was entered
	borrowed  bool // the payload lies in a buffer that the next decode overwrites
	padded    bool // a length field left bytes of the frame out

	vlans     [MaxVLANs]uint16
	vlanCount uint8
	ip        network

	fragments defragmenter
	counts    counters
	notes     *layerNotes // nil: nobody asks where the headers stand
}

// network is what the innermost IP header said.
type network struct {
	src, dst netip.Addr
	ttl      uint8
	hasID    bool
	id       uint16
}

func newDecoder() *decoder { return &decoder{} }

// walk is decode for whatever a frame may be, layer by layer.
func (d *decoder) walk(r *record, seg *Segment) (ok bool) {
	d.seg, d.time = seg, r.time
	d.depth, d.tunnelled, d.padded, d.borrowed, d.vlanCount = 0, false, false, false, 0
	if d.notes != nil {
		d.notes.begin(r.data)
	}
	out := d.link(r.link, span{data: r.data, wire: max(r.wire, len(r.data))})
	d.counts.outcomes[out]++
	if d.tunnelled {
		d.counts.tunnelled++
	}
	if out != outcomeTCP && out != outcomeQuote {
		return false
	}
	seg.Frame, seg.Source, seg.SourceFrame, seg.Time = r.frame, r.source, r.sourceFrame, r.time
	seg.Original = r.original
	seg.VLANs, seg.VLANCount = [MaxVLANs]uint16{}, d.vlanCount
	copy(seg.VLANs[:d.vlanCount], d.vlans[:])
	seg.TTL, seg.HasIPID, seg.IPID = d.ip.ttl, d.ip.hasID, d.ip.id
	return true
}

// enter notes that an encapsulation begins and reports whether the frame may
// be followed into it.
func (d *decoder) enter() bool {
	d.tunnelled = true
	return d.deeper()
}

// deeper counts one more level that the walk goes down, and reports whether
// it may.
func (d *decoder) deeper() bool {
	d.depth++
	return d.depth <= maxDepth
}
