package capture

// LayerKind names a header in a frame.
type LayerKind uint8

// The headers that whoever rewrites a frame must know: those with addresses
// and those with checksums.
const (
	LayerEthernet LayerKind = iota + 1 // two hardware addresses of 6 bytes
	LayerSLL                           // Linux cooked, version 1
	LayerSLL2                          // version 2
	LayerIP4
	LayerIP6
	LayerUDP
	LayerGRE // with a checksum
	LayerTCP
	LayerICMP4
	LayerICMP6
	LayerQuoteIP4 // in an ICMP error: the packet that it quotes
	LayerQuoteIP6
	LayerQuoteTCP
)

// Layer is where a header stands. At and End are offsets in the frame, or in
// the datagram that was put together from fragments: of the header's first
// byte, and behind what it carries as far as that was captured (of IP: behind
// the header itself).
type Layer struct {
	Kind    LayerKind
	At, End int
}

// FragmentID tells datagrams apart whose fragments are under way at one time.
type FragmentID struct{ key fragmentKey }

// Fragment is what a frame that is an IP fragment holds of its datagram.
type Fragment struct {
	ID     FragmentID
	Offset int // of its first byte in the datagram's payload
	At     int // of that byte in the frame
}

// layerNotes is where the decoder writes down what it found. The place of a
// slice in its buffer is told by its capacity: the decoder only ever cuts
// slices in front and behind, and never their capacity.
type layerNotes struct {
	buffer   int // capacity of the buffer that is being read
	list     []Layer
	fragment Fragment
	is       bool   // the frame is a fragment
	datagram []byte // put together from fragments; nil = none
	inner    int    // list from here on is of datagram
	nested   bool   // fragments inside a datagram from fragments
}

func (n *layerNotes) begin(frame []byte) {
	*n = layerNotes{buffer: cap(frame), list: n.list[:0]}
}

// note writes down a header that stands at the front of p, where somebody
// asked for it.
func (d *decoder) note(kind LayerKind, p span) {
	if d.notes != nil {
		d.notes.add(kind, p.data, len(p.data))
	}
}

// noteHeader is note for a header whose checksum covers no more than its own n
// bytes, which were seen to be there.
func (d *decoder) noteHeader(kind LayerKind, p span, n int) {
	if d.notes != nil {
		d.notes.add(kind, p.data, n)
	}
}

func (n *layerNotes) add(kind LayerKind, data []byte, length int) {
	at := n.buffer - cap(data)
	n.list = append(n.list, Layer{Kind: kind, At: at, End: at + length})
}

// noteQuote writes down an ICMP error p with the packet that it quotes; tcp is
// what it has of the quoted TCP header and what follows, nil where it has none.
func (d *decoder) noteQuote(icmp, ip LayerKind, p span, tcp []byte) {
	if d.notes == nil || tcp == nil {
		return
	}
	d.notes.add(icmp, p.data, len(p.data))
	quoted := p.data[icmpMinLen:]
	d.notes.add(ip, quoted, len(quoted)-len(tcp))
	d.notes.add(LayerQuoteTCP, tcp, len(tcp))
}

// noteFragment writes down that the frame is a fragment.
func (d *decoder) noteFragment(f *fragment) {
	n := d.notes
	if n == nil {
		return
	}
	if n.is {
		n.nested = true
		return
	}
	n.is = true
	n.fragment = Fragment{ID: FragmentID{f.key}, Offset: f.offset, At: n.buffer - cap(f.data.data)}
}

// noteDatagram writes down that what follows stands in a datagram which the
// frame has completed.
func (d *decoder) noteDatagram(whole []byte) {
	if n := d.notes; n != nil {
		n.datagram, n.buffer, n.inner = whole, cap(whole), len(n.list)
	}
}
