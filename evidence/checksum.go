package evidence

import (
	"encoding/binary"

	"smtpscope/capture"
)

// Offsets of checksums in their headers.
var checksumAt = map[capture.LayerKind]int{
	capture.LayerIP4: 10, capture.LayerQuoteIP4: 10, capture.LayerICMP4: 2, capture.LayerICMP6: 2,
	capture.LayerTCP: 16, capture.LayerQuoteTCP: 16, capture.LayerUDP: 6, capture.LayerGRE: 4,
}

// pseudo says which checksums cover the addresses too.
func pseudo(k capture.LayerKind) bool {
	switch k {
	case capture.LayerTCP, capture.LayerQuoteTCP, capture.LayerUDP, capture.LayerICMP6:
		return true
	}
	return false
}

// addressesOf is where an IP header has its addresses.
func addressesOf(l *capture.Layer) (from, to int) {
	switch l.Kind {
	case capture.LayerIP4, capture.LayerQuoteIP4:
		return l.At + 12, l.At + 20
	case capture.LayerIP6, capture.LayerQuoteIP6:
		return l.At + 8, l.At + 40
	}
	return 0, 0
}

// sum is the one's complement sum of b (RFC 1071), not folded.
func sum(b []byte) (n uint64) {
	for ; len(b) >= 2; b = b[2:] {
		n += uint64(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		n += uint64(b[0]) << 8
	}
	return n
}

func fold(n uint64) uint16 {
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}

// A change is what the sum of some bytes was and is.
type change struct{ before, now uint64 }

// change of bytes.
func changeOf(before, now []byte) change { return change{sum(before), sum(now)} }

// fixChecksums brings the checksums in now up to date, from the inside out. By
// the difference (RFC 1624): a checksum that was right stays right, also of a
// packet that was cut, and one that was wrong stays wrong. addresses is the
// change of the addresses of the IP header around all layers, if it is not
// among them.
func fixChecksums(before, now []byte, layers []capture.Layer, addresses change) {
	for i := len(layers) - 1; i >= 0; i-- {
		l := &layers[i]
		at, has := checksumAt[l.Kind]
		at += l.At
		if !has || at+2 > l.End || l.End > len(now) {
			continue
		}
		inside := changeOf(before[l.At:l.End], now[l.At:l.End])
		around := change{}
		if pseudo(l.Kind) {
			around = addresses
			for j := i - 1; j >= 0; j-- {
				if from, to := addressesOf(&layers[j]); to > 0 {
					around = changeOf(before[from:to], now[from:to])
					break
				}
			}
		}
		fixOne(now[at:at+2], l, before, inside, around)
	}
}

// fixOne brings one checksum up to date.
func fixOne(field []byte, l *capture.Layer, before []byte, inside, around change) {
	old := binary.BigEndian.Uint16(field)
	switch {
	case inside.before == inside.now && around.before == around.now:
		return
	case l.Kind == capture.LayerUDP && old == 0: // none (RFC 768)
		return
	case (l.Kind == capture.LayerTCP || l.Kind == capture.LayerUDP) && offloaded(old, l, before, around):
		binary.BigEndian.PutUint16(field, subtract(uint64(old)+around.now, around.before))
		return
	}
	fresh := ^subtract(uint64(^old)+inside.now+around.now, inside.before+around.before)
	if fresh == 0 && l.Kind == capture.LayerUDP {
		fresh = 0xffff
	}
	binary.BigEndian.PutUint16(field, fresh)
}

// subtract is a - b in one's complement arithmetic.
func subtract(a, b uint64) uint16 { return fold(uint64(fold(a)) + uint64(^fold(b))) }

// offloaded reports whether a checksum is none yet: a host that leaves it to
// its network card writes the sum of the pseudo header, which the card goes on
// with. Such a packet was captured before it was sent.
func offloaded(old uint16, l *capture.Layer, before []byte, around change) bool {
	proto, length := uint64(6), l.End-l.At
	if l.Kind == capture.LayerUDP {
		proto = 17
	}
	return old == fold(around.before+proto+uint64(length))
}
