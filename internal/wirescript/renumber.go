package wirescript

import (
	"encoding/binary"
	"net/netip"
)

// ShiftISN adds delta to every sequence number of both directions, and to the
// acknowledgments, SACK blocks and ICMP quotations that name them.
func ShiftISN(frames []Frame, delta uint32) []Frame {
	return renumber(frames, func(flow, uint32) uint32 { return delta })
}

// WrapISN moves the numbers of each direction so that they wrap around 2^32
// after about so many bytes from the first that was captured.
func WrapISN(frames []Frame, after uint32) []Frame {
	deltas := map[flow]uint32{}
	return renumber(frames, func(w flow, first uint32) uint32 {
		d, ok := deltas[w]
		if !ok {
			d = -after - first
			deltas[w] = d
		}
		return d
	})
}

// renumber asks for the shift of each direction, with a number that the
// direction used: its own sequence number, or what the peer acknowledged.
func renumber(frames []Frame, shift func(w flow, number uint32) uint32) []Frame {
	out := make([]Frame, len(frames))
	for i, f := range frames {
		out[i] = f.clone()
		below, ip, ok := ipPacket(out[i])
		if !ok {
			continue
		}
		n, proto, fragment := ipHeader(ip)
		if fragment && !firstFragment(ip, n) {
			continue
		}
		l4 := out[i].Data[len(below)+n : len(below)+len(ip)]
		switch {
		case proto == protoTCP && len(l4) >= 20:
			renumberTCP(flowOf(ip, l4), l4, shift)
		case proto == protoICMP || proto == protoICMPv6:
			renumberQuote(l4, shift)
		}
	}
	return out
}

func firstFragment(ip []byte, n int) bool {
	if ip[0]>>4 == 4 {
		return binary.BigEndian.Uint16(ip[6:])&0x1fff == 0
	}
	return binary.BigEndian.Uint16(ip[n-6:])&^7 == 0
}

// renumberTCP updates the checksum by the difference (RFC 1624), which works
// for fragments and cut payload too and leaves a wrong checksum wrong.
func renumberTCP(w flow, tcp []byte, shift func(flow, uint32) uint32) {
	add := func(at int, delta uint32) {
		addNumber(tcp, at, delta, 16)
	}
	flags := tcp[13]
	add(4, shift(w, binary.BigEndian.Uint32(tcp[4:])))
	if flags&flagACK == 0 {
		return
	}
	delta := shift(w.reverse(), binary.BigEndian.Uint32(tcp[8:]))
	add(8, delta)
	end := min(int(tcp[12]>>4)*4, len(tcp))
	for at := 20; at < end; {
		switch {
		case tcp[at] == 0:
			return
		case tcp[at] == 1:
			at++
			continue
		case at+1 >= end || tcp[at+1] < 2:
			return
		}
		if size := int(tcp[at+1]); tcp[at] == 5 && at+size <= end {
			for edge := at + 2; edge+4 <= at+size; edge += 4 {
				add(edge, delta)
			}
		}
		at += int(tcp[at+1])
	}
}

// addNumber adds to a 32-bit number and to the checksum at check. The number
// may begin at an odd place.
func addNumber(b []byte, at int, delta uint32, check int) {
	from, to := at&^1, min((at+5)&^1, len(b))
	before := sum16(0, b[from:to])
	binary.BigEndian.PutUint32(b[at:], binary.BigEndian.Uint32(b[at:])+delta)
	after := sum16(0, b[from:to])
	if check+2 > len(b) {
		return
	}
	sum := uint32(^binary.BigEndian.Uint16(b[check:])) + uint32(^fold(after)) + uint32(fold(before))
	binary.BigEndian.PutUint16(b[check:], fold(sum))
}

// renumberQuote moves the sequence number that an ICMP error quotes.
func renumberQuote(icmp []byte, shift func(flow, uint32) uint32) {
	if len(icmp) < 8+28 {
		return
	}
	quoted := icmp[8:]
	if v := quoted[0] >> 4; v != 4 && (v != 6 || len(quoted) < 48) {
		return
	}
	n, proto, _ := ipHeader(quoted)
	if proto != protoTCP || len(quoted) < n+8 {
		return
	}
	tcp := quoted[n:]
	delta := shift(flowOf(quoted, tcp), binary.BigEndian.Uint32(tcp[4:]))
	addNumber(icmp, 8+n+4, delta, 2)
}

// OneSided keeps what one side of each connection sent. The client is who sent
// a SYN, else who does not use the lower port. Frames that are not TCP stay.
func OneSided(frames []Frame, side Side) []Frame {
	clients := map[flow]bool{}
	for _, f := range frames {
		if v, ok := tcpView(f); ok && v.flags()&(flagSYN|flagACK) == flagSYN {
			clients[flowOf(v.ip, v.tcp)] = true
		}
	}
	var out []Frame
	for _, f := range frames {
		v, ok := tcpView(f)
		if !ok {
			out = append(out, f)
			continue
		}
		w := flowOf(v.ip, v.tcp)
		fromClient := clients[w] || !clients[w.reverse()] && lowerPort(w.dst, w.src)
		if fromClient == (side == Client) {
			out = append(out, f)
		}
	}
	return out
}

func lowerPort(a, b netip.AddrPort) bool { return a.Port() < b.Port() }
