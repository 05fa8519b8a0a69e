package capture

import (
	"bytes"
	"reflect"
	"testing"
)

// fuzzLinks are the link types that are read.
var fuzzLinks = []int32{
	linkEthernet, linkNull, linkPPP, linkRawBSD, linkRawOBSD, linkPPPHDLC, linkPPPoE, linkRaw, linkCHDLC,
	linkLoop, linkSLL, linkIPv4, linkIPv6, linkNFLOG, linkSLL2,
}

// fuzzDecoder is used again and again, as its counters are large.
var fuzzDecoder = newDecoder()

// fresh gives a decoder that has seen no fragment.
func fresh() *decoder {
	fuzzDecoder.fragments = defragmenter{}
	return fuzzDecoder
}

func fuzzSeeds(t testing.TB) map[int32][][]byte {
	seeds := make(map[int32][][]byte)
	add := func(link int32, frames ...string) {
		for _, h := range frames {
			seeds[link] = append(seeds[link], unhex(t, h))
		}
	}
	add(linkEthernet, ether4, ether6, ether4+"0000 0000",
		macs+"88a8 0001 8100 0002 0800"+tcp4, macs+"8926 80010002 8909 0101 0001 0008 0800"+tcp4,
		macs+"0035 aaaa03 000000 0800"+tcp4, macs+"8847 00010140 00000001"+ether4, macs+"8847 00010140"+tcp6,
		macs+"8864 1100 0007 002f 0021"+tcp4, macs+"8903 1020"+ether4,
		macs+"0800"+inUDP4(portVXLAN, "08000000 00000500"+ether4), macs+"0800"+inUDP4(portVXLANGPE, "0c000001 00000500"+tcp4),
		macs+"0800"+inUDP4(portGeneve, "02 40 86dd 000005 00 01020301 deadbeef"+tcp6),
		macs+"0800"+in4(protoGRE, "b000 86dd abcd0000 00000007 00000008"+tcp6),
		macs+"0800"+in4(protoGRE, "1000 88be 00000009 100c0801 00000005"+ether4),
		macs+"0800"+in4(protoGRE, "1000 22eb 00000009 200c0801 00000005 0000 0001 1c000000 00000000"+ether4),
		macs+"0800"+in4(protoGRE, "2001 6400 003b 0700"+ether4),
		macs+"0800"+in4(protoGRE, "3081 880b 0031 0007 00000001 00000002 ff03 0021"+tcp4),
		macs+"0800"+in4(protoICMP, "0304 0000 0000 0578"+tcp4), macs+"86dd"+in6(protoICMPv6, "0200 0000 00000500"+tcp6),
		macs+"0800"+withOptions("0204 05b4 0402 080a 00000001 00000000 01 0303 07"),
		macs+"86dd"+in6(protoHopByHop, "2c 00 010400000000 33 00 0000 00000001 06 01 0000 00000001 00000002"+tcp5))
	add(linkNull, "02000000"+tcp4, "0000001e"+tcp6)
	add(linkPPP, "0021"+tcp4, "ff03 0281 00010140"+tcp4)
	add(linkRaw, tcp4, in4(protoIPv6, in6(protoIPv4, tcp4)), in4(protoEtherIP, "3000"+ether4))
	add(linkSLL, "0004 0001 0006 020000000001 0000 0800"+tcp4)
	add(linkSLL2, "0800 0000 00000002 0001 00 06 020000000001 0000"+tcp4)
	add(linkNFLOG, "02 00 0000 0500 0a00 00 000000 3100 0900"+tcp4+"000000")
	for _, r := range fragments6(1, protoTCP, unhex(t, segment64), 32) {
		seeds[linkRaw] = append(seeds[linkRaw], r.data)
	}
	return seeds
}

// FuzzDecode holds what is true of every frame, and what a snap length and
// padding may change.
func FuzzDecode(f *testing.F) {
	for i, link := range fuzzLinks {
		for _, data := range fuzzSeeds(f)[link] {
			f.Add(uint8(i), data, uint16(0), uint16(len(data)/2))
			f.Add(uint8(i), data, uint16(9), uint16(len(data)-3))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte, beyond, cut uint16) {
		link := fuzzLinks[int(kind)%len(fuzzLinks)]
		wire := len(data) + int(beyond)
		wantAsWalked(t, link, data, wire)
		whole, ok := decodeCut(t, fresh(), link, data, wire)
		if !ok {
			whole.Length = 0
			wantNothingFromLess(t, link, data[:int(cut)%(len(data)+1)], wire)
			return
		}
		again, _ := decodeCut(t, fresh(), link, data, wire)
		if !reflect.DeepEqual(whole, again) {
			t.Fatalf("first %+v\nthen  %+v", whole, again)
		}
		end := payloadEnd(t, data, whole)
		wantSameWithOtherPadding(t, link, data, end, wire, whole)
		wantLessFromLess(t, link, data[:int(cut)%(len(data)+1)], wire, whole)
	})
}

// payloadEnd is where the payload ends in data; it fails where it lies
// outside.
func payloadEnd(t *testing.T, data []byte, s Segment) int {
	if s.Kind != KindTCP || len(s.Payload) == 0 {
		return len(data)
	}
	// Both share one array, so their capacities tell how far apart they begin.
	start := cap(data) - cap(s.Payload)
	if start < 0 || start+len(s.Payload) > len(data) || &data[start] != &s.Payload[0] {
		t.Fatalf("the payload %q lies outside the frame", s.Payload)
	}
	return start + len(s.Payload)
}

// wantSameWithOtherPadding: what follows a whole payload means nothing.
func wantSameWithOtherPadding(t *testing.T, link int32, data []byte, end, wire int, want Segment) {
	if len(want.Payload) < want.Length {
		return
	}
	padded := bytes.Clone(data)
	for i := end; i < len(padded); i++ {
		padded[i] ^= 0xff
	}
	got, ok := decodeCut(t, fresh(), link, padded, wire)
	if !ok || !reflect.DeepEqual(got, want) {
		t.Fatalf("with other padding\ngot  %+v\nwant %+v", got, want)
	}
}

// wantNothingFromLess: a shorter snap length makes no segment of a frame that
// holds none.
func wantNothingFromLess(t *testing.T, link int32, data []byte, wire int) {
	if got, ok := decodeCut(t, fresh(), link, data, wire); ok {
		t.Fatalf("%d bytes give a segment, the whole frame none: %+v", len(data), got)
	}
}

// wantLessFromLess: a shorter snap length takes payload and options away, or
// the whole segment, and changes nothing.
func wantLessFromLess(t *testing.T, link int32, data []byte, wire int, whole Segment) {
	got, ok := decodeCut(t, fresh(), link, data, wire)
	if !ok {
		return
	}
	if !bytes.HasPrefix(whole.Payload, got.Payload) {
		t.Fatalf("cut to %d bytes: payload %q, not the beginning of %q", len(data), got.Payload, whole.Payload)
	}
	if len(got.Payload) == 0 {
		whole.Options, got.Options = Options{}, Options{}
	}
	whole.Payload, got.Payload = nil, nil
	if !reflect.DeepEqual(got, whole) {
		t.Fatalf("cut to %d bytes\ngot  %+v\nwant %+v", len(data), got, whole)
	}
}
