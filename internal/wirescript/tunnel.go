package wirescript

import (
	"encoding/binary"
	"net/netip"
)

// The ends of the tunnels: a switch that mirrors and the machine that captures.
var (
	tunnelFrom = netip.MustParseAddr("10.255.0.1")
	tunnelTo   = netip.MustParseAddr("10.255.0.2")
)

// wrap puts one layer around b, which is of ethertype proto, and says what
// the result is. serial becomes the outer IP-ID.
func (l layer) wrap(b []byte, proto uint16, from Side, serial uint16) ([]byte, uint16) {
	switch l.kind {
	case "vlan":
		return vlanTag(l.n[0], proto, b), etherVLAN
	case "qinq":
		return vlanTag(l.n[0], etherVLAN, vlanTag(l.n[1], proto, b)), etherQinQ
	case "mpls":
		return l.mpls(b), etherMPLS
	case "pppoe": // RFC 2516
		h := []byte{0x11, 0}
		h = binary.BigEndian.AppendUint16(h, uint16(l.number(0, 1)))
		h = binary.BigEndian.AppendUint16(h, uint16(2+len(b)))
		h = binary.BigEndian.AppendUint16(h, pppProtocol(proto))
		return append(h, b...), etherPPPoE
	case "ipip":
		inner := uint8(protoIPIP)
		if proto == etherIPv6 {
			inner = protoIPv6
		}
		return outerIP(inner, serial, b), etherIPv4
	case "gre": // RFC 2784, no key, no checksum
		return outerIP(protoGRE, serial, append(greHeader(0, proto), b...)), etherIPv4
	}
	inner := append(ethernetHeader(from, proto), b...)
	return l.wrapEthernet(inner, serial), etherIPv4
}

// wrapEthernet is for the tunnels that carry Ethernet frames.
func (l layer) wrapEthernet(inner []byte, serial uint16) []byte {
	switch l.kind {
	case "gretap":
		return outerIP(protoGRE, serial, append(greHeader(0, etherTEB), inner...))
	case "erspan":
		return outerIP(protoGRE, serial, l.erspan(inner, serial))
	case "vxlan": // RFC 7348: the I flag, then the VNI
		h := []byte{8, 0, 0, 0}
		h = binary.BigEndian.AppendUint32(h, l.number(0, 100)<<8)
		return outerUDP(4789, serial, append(h, inner...))
	}
	// Geneve, RFC 8926, with one option of 8 bytes to make readers step over it.
	h := []byte{2, 0}
	h = binary.BigEndian.AppendUint16(h, etherTEB)
	h = binary.BigEndian.AppendUint32(h, l.number(0, 100)<<8)
	h = append(h, 0x01, 0x02, 0x03, 1, 0xde, 0xad, 0xbe, 0xef)
	return outerUDP(6081, serial, append(h, inner...))
}

// erspan: draft-foschiano-erspan-03; type I has neither sequence number nor
// header of its own.
func (l layer) erspan(inner []byte, serial uint16) []byte {
	switch l.number(0, 2) {
	case 1:
		return append(greHeader(0, 0x88be), inner...)
	case 2:
		h := binary.BigEndian.AppendUint32(greHeader(0x1000, 0x88be), uint32(serial))
		h = append(h, 0x10, 0x01, 0x00, 0x64, 0, 0, 0, 1) // version 1, VLAN 1, session 100, index 1
		return append(h, inner...)
	}
	h := binary.BigEndian.AppendUint32(greHeader(0x1000, 0x22eb), uint32(serial))
	h = append(h, 0x20, 0x01, 0x00, 0x64) // version 2, VLAN 1, session 100
	h = append(h, 0, 0, 0, 0)             // timestamp
	h = append(h, 0, 0, 0, 0)             // SGT, frame type Ethernet, no subheader
	return append(h, inner...)
}

func greHeader(flags, proto uint16) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, flags), proto)
}

// mpls writes the label stack, the last entry with the bottom bit (RFC 3032).
func (l layer) mpls(b []byte) []byte {
	labels := l.n
	if len(labels) == 0 {
		labels = []uint32{100}
	}
	var h []byte
	for i, label := range labels {
		entry := label<<12 | 64
		if i == len(labels)-1 {
			entry |= 1 << 8
		}
		h = binary.BigEndian.AppendUint32(h, entry)
	}
	return append(h, b...)
}

func vlanTag(id uint32, proto uint16, b []byte) []byte {
	h := binary.BigEndian.AppendUint16(nil, uint16(id))
	return append(binary.BigEndian.AppendUint16(h, proto), b...)
}

func outerIP(proto uint8, serial uint16, body []byte) []byte {
	return ipv4(tunnelFrom, tunnelTo, proto, 250, serial, nil, body)
}

// outerUDP leaves the checksum 0, as tunnels do (RFC 7348 section 5).
func outerUDP(port, serial uint16, body []byte) []byte {
	h := binary.BigEndian.AppendUint16(nil, 49152+serial%1000)
	h = binary.BigEndian.AppendUint16(h, port)
	h = binary.BigEndian.AppendUint16(h, uint16(8+len(body)))
	return outerIP(protoUDP, serial, append(append(h, 0, 0), body...))
}
