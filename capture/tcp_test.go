package capture

import (
	"fmt"
	"strings"
	"testing"
)

// withOptions is a TCP header with these options and no payload, in IPv4.
func withOptions(options string) string {
	n := octets(options)
	return in4(protoTCP, fmt.Sprintf("9c40 0019 11223344 00000000 %x002 2000 0000 0000 %s\n", (20+n)/4, options))
}

func TestTCPOptions(t *testing.T) {
	sack := func(edges ...uint32) (o Options) {
		for i := 0; i+1 < len(edges); i += 2 {
			o.SACK[o.SACKCount] = SACKBlock{edges[i], edges[i+1]}
			o.SACKCount++
		}
		return o
	}
	for _, c := range []struct {
		name, hex string
		want      Options
	}{
		{"none", "", Options{}},
		{"a SYN of Linux", "0204 05b4 0402 080a 00000001 00000000 01 0303 07",
			Options{MSS: 1460, WindowScale: 7, HasScale: true, SACKPermitted: true, HasTimestamps: true, TSVal: 1}},
		{"timestamps", "0101 080a 12345678 9abcdef0", Options{HasTimestamps: true, TSVal: 0x12345678, TSEcr: 0x9abcdef0}},
		{"timestamps first", "080a 12345678 9abcdef0 0101", Options{HasTimestamps: true, TSVal: 0x12345678, TSEcr: 0x9abcdef0}},
		{"one SACK block", "0101 050a 00000001 00000002", sack(1, 2)},
		{"four SACK blocks", "0101 0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
			sack(1, 2, 3, 4, 5, 6, 7, 8)},
		{"empty SACK", "0502 0204 05b4 0000", Options{MSS: 1460}},
		{"SACK of half a block", "0506 00000001 01 0204 05b4 00", Options{MSS: 1460}},
		{"scale 0", "0303 00 01", Options{HasScale: true}},
		{"scale above 14", "0303 ff 01", Options{HasScale: true, WindowScale: 14}},
		{"after the end", "00 0204 05b4 000000", Options{}},
		{"length 0", "0200 05b4 0402 0000", Options{}},
		{"length 1", "0402 0201 05b4 0000", Options{SACKPermitted: true}},
		{"longer than the header", "0402 0206 05b4 0000", Options{SACKPermitted: true, MSS: 0}},
		{"beyond the header", "0402 01 02", Options{SACKPermitted: true}},
		{"MSS of the wrong length", "0205 05b400 0402 01", Options{SACKPermitted: true}},
		{"unknown kinds", "fe04 1234 1d04 aabb 0204 05b4", Options{MSS: 1460}},
		{"fast open", "2204 aabb 0204 05b4", Options{MSS: 1460, FastOpen: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, ok := decodeOne(t, newDecoder(), linkRaw, unhex(t, withOptions(c.hex)))
			if !ok || s.Options != c.want || s.Length != 0 {
				t.Errorf("%v, %d bytes\ngot  %+v\nwant %+v", ok, s.Length, s.Options, c.want)
			}
		})
	}
}

func TestTCPHeader(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(tcp4, old, new, 1) }
	change := func(f func(*Segment)) func() Segment {
		return func() Segment { s := segment5(); f(&s); return s }
	}
	runFrames(t, []frameCase{
		{name: "every flag", link: linkRaw, hex: with("5018", "50ff"),
			want: change(func(s *Segment) { s.Flags = 0xff })},
		{name: "flags beyond eight bits", link: linkRaw, hex: with("5018", "5f02"),
			want: change(func(s *Segment) { s.Flags = SYN })},
		{name: "urgent data", link: linkRaw, hex: with("5018 2000 0000 0000", "5038 2000 0000 0003"),
			want: change(func(s *Segment) { s.Flags |= URG })},
		{name: "SYN with data", link: linkRaw, hex: with("5018", "5002"),
			want: change(func(s *Segment) { s.Flags = SYN })},
		{name: "no payload", link: linkRaw, hex: with("002d", "0028"),
			want: change(func(s *Segment) { s.Payload, s.Length = nil, 0 })},
		{name: "header of 16 bytes", link: linkRaw, hex: with("5018", "4018"), count: inMalformed},
		{name: "header longer than the packet", link: linkRaw, hex: with("5018", "7018"), count: inMalformed},
		{name: "ends inside the header", link: linkRaw, hex: with("002d", "0020"), count: inMalformed},
	})
}

func TestTCPCutBySnapLength(t *testing.T) {
	whole := unhex(t, in4(protoTCP, `
		9c40 0019 11223344 55667788 8018 2000 0000 0000
		0101 080a 00000001 00000002 # timestamps
		45484c4f 0a
	`))
	for n, want := range map[int]struct {
		ok      bool
		options bool
		payload string
	}{
		20 + 15: {},
		20 + 16: {ok: true},
		20 + 20: {ok: true},
		20 + 31: {ok: true},
		20 + 32: {ok: true, options: true},
		20 + 34: {ok: true, options: true, payload: "EH"},
		20 + 37: {ok: true, options: true, payload: "EHLO\n"},
	} {
		s, ok := decodeCut(t, newDecoder(), linkRaw, whole[:n], len(whole))
		if ok != want.ok {
			t.Errorf("%d bytes: a segment: %v", n, ok)
		} else if ok && (s.Length != 5 || string(s.Payload) != want.payload || s.Options.HasTimestamps != want.options) {
			t.Errorf("%d bytes: %+v", n, s)
		}
	}
}

func TestPortTally(t *testing.T) {
	d := newDecoder()
	for _, h := range []string{tcp4, tcp4, inUDP4(53, ""), in4(protoTCP, strings.Replace(tcp5, "0019", "01bb", 1))} {
		decodeOne(t, d, linkRaw, unhex(t, h))
	}
	s := d.stats()
	if fmt.Sprint(s.TCPPorts, s.UDPPorts) != "[{25 2} {443 1}] [{53 1}]" {
		t.Errorf("%v %v", s.TCPPorts, s.UDPPorts)
	}
}

// Hostile variety does not make the statistics grow.
func TestStatsAreBounded(t *testing.T) {
	d := newDecoder()
	for i := range 1000 {
		decodeOne(t, d, linkEthernet, unhex(t, fmt.Sprintf("%s %04x 0000", macs, 0xa000+i)))
		decodeOne(t, d, int32(1000+i), nil)
		decodeOne(t, d, linkRaw, unhex(t, inUDP4(1024+i, "")))
	}
	s := d.stats()
	if len(s.EtherTypes) != tallyKinds || len(s.LinkTypes) != tallyKinds || len(s.UDPPorts) != tallyPorts {
		t.Errorf("%d EtherTypes, %d link types, %d ports", len(s.EtherTypes), len(s.LinkTypes), len(s.UDPPorts))
	}
	if s.EtherType != 1000 || s.Link != 1000 || s.UDP != 1000 {
		t.Errorf("%+v", s)
	}
}
