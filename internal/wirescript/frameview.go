package wirescript

import (
	"encoding/binary"
	"net/netip"
)

// frameView is a captured TCP segment taken apart. Its slices lie in the
// frame's bytes.
type frameView struct {
	below   []byte // everything before the IP header
	ip      []byte // IP header with options or extension headers
	tcp     []byte // TCP header with options
	payload []byte // as captured, without padding
	length  int    // payload on the wire
}

// networkLayer finds where the frame's network layer begins and what it is,
// VLAN tags stepped over.
func networkLayer(f Frame) (at int, proto uint16, ok bool) {
	b := f.Data
	switch f.Link {
	case LinkEthernet:
		at = 12
	case LinkSLL:
		at = 14
	case LinkSLL2:
		if len(b) < 20 {
			return 0, 0, false
		}
		return 20, binary.BigEndian.Uint16(b), true
	case LinkPPP: // with address and control bytes, as wrap writes it
		if len(b) < 5 {
			return 0, 0, false
		}
		return 4, ipProto(b[4:]), b[3] == 0x21 || b[3] == 0x57
	case LinkRaw, LinkNull, LinkLoop:
		if f.Link != LinkRaw {
			at = 4
		}
		if len(b) <= at {
			return 0, 0, false
		}
		return at, ipProto(b[at:]), true
	default:
		return 0, 0, false
	}
	for ; len(b) >= at+2; at += 4 {
		proto = binary.BigEndian.Uint16(b[at:])
		if proto != etherVLAN && proto != etherQinQ {
			return at + 2, proto, true
		}
	}
	return 0, 0, false
}

// ipPacket gives the bytes below an IP packet, and the packet, which Ethernet
// padding is not part of.
func ipPacket(f Frame) (below, ip []byte, ok bool) {
	at, proto, ok := networkLayer(f)
	if !ok || proto != etherIPv4 && proto != etherIPv6 {
		return nil, nil, false
	}
	below, ip = f.Data[:at:at], f.Data[at:]
	size := 0
	switch {
	case proto == etherIPv4 && len(ip) >= 20 && ip[0]>>4 == 4:
		size = int(binary.BigEndian.Uint16(ip[2:]))
	case proto == etherIPv6 && len(ip) >= 40 && ip[0]>>4 == 6:
		if size = int(binary.BigEndian.Uint16(ip[4:])); size > 0 {
			size += 40
		}
	default:
		return nil, nil, false
	}
	if size > 0 && size < len(ip) {
		ip = ip[:size:size]
	}
	return below, ip, true
}

// tcpView takes a frame apart; ok is false where it holds no whole TCP header:
// another protocol, a fragment, cut short.
func tcpView(f Frame) (v frameView, ok bool) {
	below, ip, ok := ipPacket(f)
	if !ok {
		return v, false
	}
	n, proto, fragment := ipHeader(ip)
	if proto != protoTCP || fragment || len(ip) < n+20 {
		return v, false
	}
	h := int(ip[n+12]>>4) * 4
	if h < 20 || len(ip) < n+h {
		return v, false
	}
	v = frameView{below: below, ip: ip[:n:n], tcp: ip[n : n+h : n+h], payload: ip[n+h:]}
	v.length = len(v.payload)
	if cut := f.Wire - len(f.Data); cut > 0 {
		v.length += cut
	}
	return v, true
}

// ipHeader is the length of an IP header with what belongs to it, and the
// protocol behind it.
func ipHeader(ip []byte) (n int, proto uint8, fragment bool) {
	if ip[0]>>4 == 4 {
		return int(ip[0]&15) * 4, ip[9], binary.BigEndian.Uint16(ip[6:])&0x3fff != 0
	}
	n, proto = 40, ip[6]
	for proto == 0 || proto == 43 || proto == 60 || proto == 44 {
		if len(ip) < n+8 {
			return len(ip), 0, false
		}
		if proto == 44 {
			return n + 8, ip[n], true
		}
		n, proto = n+8+int(ip[n+1])*8, ip[n]
	}
	return min(n, len(ip)), proto, false
}

func (v frameView) v6() bool      { return v.ip[0]>>4 == 6 }
func (v frameView) flags() uint8  { return v.tcp[13] }
func (v frameView) seq() uint32   { return binary.BigEndian.Uint32(v.tcp[4:]) }
func (v frameView) ackno() uint32 { return binary.BigEndian.Uint32(v.tcp[8:]) }

// flow names one direction of a connection.
type flow struct{ src, dst netip.AddrPort }

func (f flow) reverse() flow { return flow{f.dst, f.src} }

// flowOf reads the addresses of an IP packet and the ports behind its header.
func flowOf(ip, tcp []byte) flow {
	at, size := 12, 4
	if ip[0]>>4 == 6 {
		at, size = 8, 16
	}
	src, _ := netip.AddrFromSlice(ip[at : at+size])
	dst, _ := netip.AddrFromSlice(ip[at+size : at+2*size])
	return flow{
		netip.AddrPortFrom(src, binary.BigEndian.Uint16(tcp)),
		netip.AddrPortFrom(dst, binary.BigEndian.Uint16(tcp[2:])),
	}
}

// frame puts a view together again with lengths and checksums made anew.
func (v frameView) frame(f Frame) Frame {
	b := append([]byte(nil), v.below...)
	ipAt := len(b)
	b = append(b, v.ip...)
	tcpAt := len(b)
	b = append(append(b, v.tcp...), v.payload...)
	ip, tcp := b[ipAt:tcpAt], b[tcpAt:]
	var src, dst []byte
	if v.v6() {
		src, dst = ip[8:24], ip[24:40]
		binary.BigEndian.PutUint16(ip[4:], uint16(len(b)-ipAt-40))
	} else {
		src, dst = ip[12:16], ip[16:20]
		binary.BigEndian.PutUint16(ip[2:], uint16(len(b)-ipAt))
		ip[10], ip[11] = 0, 0
		binary.BigEndian.PutUint16(ip[10:], fold(sum16(0, ip)))
	}
	tcp[16], tcp[17] = 0, 0
	binary.BigEndian.PutUint16(tcp[16:], fold(sum16(pseudoSum(src, dst, protoTCP, len(tcp)), tcp)))
	f.Data, f.Wire = b, len(b)
	return f
}
