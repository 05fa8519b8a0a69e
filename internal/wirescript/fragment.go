package wirescript

import "encoding/binary"

// fragments cuts an IP packet into pieces of at most size bytes of payload
// each (RFC 791 section 3.2, RFC 8200 section 4.5). size is rounded down to a
// multiple of 8.
func fragments(ip []byte, size int, id uint32) [][]byte {
	size &^= 7
	if size < 8 {
		size = 8
	}
	if ip[0]>>4 == 6 {
		return fragments6(ip, size, id)
	}
	n := int(ip[0]&15) * 4
	head, body := ip[:n], ip[n:]
	var out [][]byte
	for at := 0; at < len(body); at += size {
		end, more := at+size, uint16(0x2000)
		if end >= len(body) {
			end, more = len(body), 0
		}
		f := append(append([]byte(nil), head...), body[at:end]...)
		binary.BigEndian.PutUint16(f[2:], uint16(len(f)))
		binary.BigEndian.PutUint16(f[6:], more|uint16(at/8))
		f[10], f[11] = 0, 0
		binary.BigEndian.PutUint16(f[10:], fold(sum16(0, f[:n])))
		out = append(out, f)
	}
	return out
}

// fragments6 puts the fragment header right behind the fixed header.
func fragments6(ip []byte, size int, id uint32) [][]byte {
	head, body := ip[:40], ip[40:]
	var out [][]byte
	for at := 0; at < len(body); at += size {
		end, more := at+size, uint16(1)
		if end >= len(body) {
			end, more = len(body), 0
		}
		f := append([]byte(nil), head...)
		f = append(f, head[6], 0)
		f = binary.BigEndian.AppendUint16(f, uint16(at)|more)
		f = binary.BigEndian.AppendUint32(f, id)
		f = append(f, body[at:end]...)
		f[6] = 44
		binary.BigEndian.PutUint16(f[4:], uint16(len(f)-40))
		out = append(out, f)
	}
	return out
}
