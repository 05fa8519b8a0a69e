package wirescript

import (
	"encoding/binary"
	"net/netip"
)

// TCP control bits (RFC 9293 section 3.1).
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

const (
	protoICMP   = 1
	protoIPIP   = 4
	protoTCP    = 6
	protoUDP    = 17
	protoIPv6   = 41
	protoGRE    = 47
	protoICMPv6 = 58
)

// packet is one TCP segment with the fields of its IP header that a script can
// set.
type packet struct {
	src, dst    netip.AddrPort
	ttl         uint8
	ipid        uint16
	seq, ack    uint32
	flags       uint8
	window      uint16
	options     []byte // TCP options, a multiple of 4 bytes
	payload     []byte
	ipOptions   bool // a router alert option, or a hop-by-hop header
	badChecksum bool
	offload     bool // TCP checksum left to the network card: pseudo-header only
}

// tcp gives the segment with its checksum.
func (p *packet) tcp() []byte {
	b := make([]byte, 20, 20+len(p.options)+len(p.payload))
	binary.BigEndian.PutUint16(b[0:], p.src.Port())
	binary.BigEndian.PutUint16(b[2:], p.dst.Port())
	binary.BigEndian.PutUint32(b[4:], p.seq)
	binary.BigEndian.PutUint32(b[8:], p.ack)
	b[12] = uint8(5+len(p.options)/4) << 4
	b[13] = p.flags
	binary.BigEndian.PutUint16(b[14:], p.window)
	b = append(append(b, p.options...), p.payload...)
	sum := pseudoSum(p.src.Addr().AsSlice(), p.dst.Addr().AsSlice(), protoTCP, len(b))
	check := fold(sum16(sum, b))
	switch {
	case p.offload:
		check = ^fold(sum)
	case p.badChecksum:
		check ^= 0x5555
	}
	binary.BigEndian.PutUint16(b[16:], check)
	return b
}

// ip gives the whole IP packet.
func (p *packet) ip() []byte {
	if p.src.Addr().Is4() {
		var opts []byte
		if p.ipOptions {
			opts = []byte{0x94, 4, 0, 0} // router alert, RFC 2113
		}
		return ipv4(p.src.Addr(), p.dst.Addr(), protoTCP, p.ttl, p.ipid, opts, p.tcp())
	}
	body, next := p.tcp(), uint8(protoTCP)
	if p.ipOptions {
		// Hop-by-hop and destination options, each with one PadN of 6 bytes.
		dest := []byte{protoTCP, 0, 1, 4, 0, 0, 0, 0}
		hop := []byte{60, 0, 1, 4, 0, 0, 0, 0}
		body, next = append(append(hop, dest...), body...), 0
	}
	return ipv6(p.src.Addr(), p.dst.Addr(), next, p.ttl, body)
}

// ipv4 puts a header with DF before body.
func ipv4(src, dst netip.Addr, proto, ttl uint8, id uint16, options, body []byte) []byte {
	h := make([]byte, 20, 20+len(options)+len(body))
	h[0] = 0x40 | uint8(5+len(options)/4)
	binary.BigEndian.PutUint16(h[2:], uint16(20+len(options)+len(body)))
	binary.BigEndian.PutUint16(h[4:], id)
	h[6] = 0x40
	h[8], h[9] = ttl, proto
	copy(h[12:], src.AsSlice())
	copy(h[16:], dst.AsSlice())
	h = append(h, options...)
	binary.BigEndian.PutUint16(h[10:], fold(sum16(0, h)))
	return append(h, body...)
}

func ipv6(src, dst netip.Addr, next, hops uint8, body []byte) []byte {
	h := make([]byte, 40, 40+len(body))
	h[0] = 0x60
	binary.BigEndian.PutUint16(h[4:], uint16(len(body)))
	h[6], h[7] = next, hops
	copy(h[8:], src.AsSlice())
	copy(h[24:], dst.AsSlice())
	return append(h, body...)
}

// zeroTotalLength makes an IPv4 packet look like one that segmentation offload
// takes: total length 0 (Linux writes that above 64 KiB).
func zeroTotalLength(ip []byte) {
	if ip[0]>>4 == 4 {
		ip[2], ip[3], ip[10], ip[11] = 0, 0, 0, 0
		n := int(ip[0]&15) * 4
		binary.BigEndian.PutUint16(ip[10:], fold(sum16(0, ip[:n])))
		return
	}
	ip[4], ip[5] = 0, 0
}
