package capture

import (
	"encoding/hex"
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

// unhex turns annotated hex into bytes: blanks mean nothing, # begins a
// comment that goes to the end of the line.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	var digits strings.Builder
	for line := range strings.Lines(s) {
		line, _, _ = strings.Cut(line, "#")
		digits.WriteString(strings.Join(strings.Fields(line), ""))
	}
	b, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The packet that most tables wrap: 192.0.2.1:40000 says "EHLO\n" to
// 198.51.100.2:25.
const (
	tcp5 = `
		9c40 0019            # ports 40000, 25
		11223344 55667788    # seq, ack
		5018 2000 0000 0000  # 20 bytes; ACK PSH; window 8192; checksum; urgent
		45484c4f 0a          # EHLO, line feed
	`
	ip4Header = `
		4500 002d 1a2b 4000  # version 4, 20 bytes; total 45; id; don't fragment
		4006 0000            # TTL 64, TCP, checksum
		c0000201 c6336402    # 192.0.2.1, 198.51.100.2
	`
	ip6Header = `
		60000000 0019 06 3f              # version 6; 25 bytes; TCP; hop limit 63
		20010db8000000000000000000000001 # 2001:db8::1
		20010db8000000000000000000000002 # 2001:db8::2
	`
	tcp4   = ip4Header + tcp5
	tcp6   = ip6Header + tcp5
	macs   = "020000000002 020000000001 # to, from\n"
	ether4 = macs + "0800 # IPv4\n" + tcp4
	ether6 = macs + "86dd # IPv6\n" + tcp6
)

// segment5 is what decode makes of tcp4.
func segment5() Segment {
	return Segment{
		Kind: KindTCP,
		Src:  netip.MustParseAddrPort("192.0.2.1:40000"),
		Dst:  netip.MustParseAddrPort("198.51.100.2:25"),
		TTL:  64, HasIPID: true, IPID: 0x1a2b,
		Seq: 0x11223344, Ack: 0x55667788, Flags: ACK | PSH, Window: 8192,
		Payload: []byte("EHLO\n"), Length: 5,
	}
}

// segment5v6 is what decode makes of tcp6.
func segment5v6() Segment {
	s := segment5()
	s.Src = netip.MustParseAddrPort("[2001:db8::1]:40000")
	s.Dst = netip.MustParseAddrPort("[2001:db8::2]:25")
	s.TTL, s.HasIPID, s.IPID = 63, false, 0
	return s
}

// dirty is a Segment in which every field holds something, so that a field
// that decode forgets shows.
func dirty() Segment {
	a := netip.MustParseAddrPort("203.0.113.9:9")
	return Segment{
		Kind: 99, Frame: 99, Source: 99, SourceFrame: 99, Time: 99, Src: a, Dst: a,
		VLANs: [MaxVLANs]uint16{9, 9, 9, 9}, VLANCount: 4, TTL: 99, HasIPID: true, IPID: 99,
		Seq: 99, Ack: 99, Flags: 0xff, Window: 99, Payload: []byte("dirt"), Length: 99,
		Options: Options{
			MSS: 9, WindowScale: 9, HasScale: true, SACKPermitted: true, HasTimestamps: true,
			TSVal: 9, TSEcr: 9, SACKCount: 4, SACK: [4]SACKBlock{{9, 9}, {9, 9}, {9, 9}, {9, 9}},
		},
		ICMP: ICMP{From: a.Addr(), V6: true, Type: 9, Code: 9, MTU: 9},
	}
}

// decodeOne decodes one frame that was captured whole.
func decodeOne(t testing.TB, d *decoder, link int32, data []byte) (Segment, bool) {
	t.Helper()
	return decodeCut(t, d, link, data, len(data))
}

// decodeCut decodes what was captured of a frame of wire bytes, and holds
// what is true of every frame.
func decodeCut(t testing.TB, d *decoder, link int32, data []byte, wire int) (Segment, bool) {
	t.Helper()
	var before, after int64
	for _, n := range d.counts.outcomes {
		before += n
	}
	s := dirty()
	ok := d.decode(&record{data: data, wire: wire, link: link}, &s)
	for _, n := range d.counts.outcomes {
		after += n
	}
	if after != before+1 || d.counts.outcomes[outcomeNone] != 0 {
		t.Fatalf("the counters went from %d to %d frames", before, after)
	}
	if ok && s.Length < len(s.Payload) {
		t.Fatalf("payload of %d bytes in a segment of %d", len(s.Payload), s.Length)
	}
	return s, ok
}

// frames is the sum that DecodeStats promises: one for each frame.
func frames(s DecodeStats) int64 {
	return s.TCP + s.Quotes + s.ICMP + s.UDP + s.ARP + s.LLC + s.EtherType + s.Protocol + s.Link +
		s.FragmentsHeld + s.Truncated + s.Malformed + s.TooDeep
}

func wantSegment(t *testing.T, got, want Segment) {
	t.Helper()
	if len(got.Payload) == 0 && len(want.Payload) == 0 {
		got.Payload, want.Payload = nil, nil
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// frameCase is a frame and what it holds: a segment, or a counter that goes
// up by one and no segment.
type frameCase struct {
	name  string
	link  int32
	hex   string
	want  func() Segment
	vlans []uint16
	count func(DecodeStats) int64
}

func runFrames(t *testing.T, cases []frameCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDecoder()
			got, ok := decodeOne(t, d, c.link, unhex(t, c.hex))
			if n := frames(d.stats()); n != 1 {
				t.Errorf("%d frames counted", n)
			}
			if ok != (c.want != nil) {
				t.Fatalf("a segment: %v; counted %+v", ok, d.stats())
			}
			if c.want == nil {
				if c.count(d.stats()) != 1 {
					t.Errorf("counted %+v", d.stats())
				}
				return
			}
			want := c.want()
			want.VLANCount = uint8(len(c.vlans))
			copy(want.VLANs[:], c.vlans)
			wantSegment(t, got, want)
			wantThrough(t, c.link, unhex(t, c.hex))
		})
	}
}

// The counters that the tables name.
func inUDP(s DecodeStats) int64       { return s.UDP }
func inICMP(s DecodeStats) int64      { return s.ICMP }
func inARP(s DecodeStats) int64       { return s.ARP }
func inLLC(s DecodeStats) int64       { return s.LLC }
func inMalformed(s DecodeStats) int64 { return s.Malformed }
func inTooDeep(s DecodeStats) int64   { return s.TooDeep }
func inLinks(s DecodeStats) int64     { return s.Link }
func ofEtherType(n uint16) func(DecodeStats) int64 {
	return func(s DecodeStats) int64 { return s.EtherTypes[n] }
}
func ofProtocol(n uint8) func(DecodeStats) int64 {
	return func(s DecodeStats) int64 { return s.Protocols[n] }
}

func TestDecodeKeepsRecord(t *testing.T) {
	data := unhex(t, ether4)
	s := dirty()
	r := record{data: data, wire: len(data), time: 7, link: linkEthernet, frame: 3, source: 1, sourceFrame: 2}
	if !newDecoder().decode(&r, &s) {
		t.Fatal("no segment")
	}
	want := segment5()
	want.Time, want.Frame, want.Source, want.SourceFrame = 7, 3, 1, 2
	wantSegment(t, s, want)
	if &s.Payload[0] != &data[len(data)-5] {
		t.Error("the payload is a copy")
	}
}

func TestDecodeLeavesSegmentWithoutOne(t *testing.T) {
	for _, h := range []string{macs + "0800 4500", macs + "0806" + tcp4} {
		s := dirty()
		data := unhex(t, h)
		if newDecoder().decode(&record{data: data, wire: len(data), link: linkEthernet}, &s) {
			t.Fatal("a segment")
		}
		wantSegment(t, s, dirty())
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	const vxlan = macs + "0800" + `
		4500 0063 0000 0000 4011 0000 0a000001 0a000002 # IPv4, UDP
		c000 12b5 004f 0000                            # to 4789
		08000000 00000100                              # VXLAN 1
	`
	for name, h := range map[string]string{
		"IPv4": ether4, "IPv6": ether6, "VLAN": macs + "8100 000c 0800" + tcp4,
		"VXLAN": vxlan + ether4, "ARP": macs + "0806 0001", "cut": macs + "0800 4500",
	} {
		d, s := newDecoder(), Segment{}
		data := unhex(t, h)
		r := record{data: data, wire: len(data), link: linkEthernet}
		if n := testing.AllocsPerRun(100, func() { d.decode(&r, &s) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	const options = `
		9c40 0019 11223344 55667788 8018 2000 0000 0000
		0101080a 00000001 00000002  # timestamps
		45484c4f 0a
	`
	for _, c := range []struct{ name, hex string }{
		{"IPv4", ether4},
		{"IPv4Timestamps", macs + "0800 4500 0039 1a2b 4000 4006 0000 c0000201 c6336402" + options},
		{"IPv6", ether6},
		{"QinQ", macs + "88a8 0001 8100 000c 0800" + tcp4},
	} {
		b.Run(c.name, func(b *testing.B) {
			d, s := newDecoder(), Segment{}
			data := unhex(b, c.hex)
			r := record{data: data, wire: len(data), link: linkEthernet}
			b.ReportAllocs()
			for b.Loop() {
				d.decode(&r, &s)
			}
		})
	}
}
