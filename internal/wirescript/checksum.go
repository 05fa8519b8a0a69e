package wirescript

import "encoding/binary"

// sum16 adds big-endian 16-bit words, RFC 1071; an odd last byte is padded.
func sum16(sum uint32, b []byte) uint32 {
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	return sum
}

func fold(sum uint32) uint16 {
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// pseudoSum is the sum over the pseudo-header (RFC 9293 section 3.1, RFC 8200
// section 8.1). src and dst have 4 or 16 bytes.
func pseudoSum(src, dst []byte, proto uint8, length int) uint32 {
	sum := sum16(sum16(0, src), dst)
	return sum + uint32(proto) + uint32(length>>16) + uint32(length&0xffff)
}
