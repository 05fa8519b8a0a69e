package capture

import (
	"fmt"
	"strings"
	"testing"
)

// octets counts the bytes of annotated hex.
func octets(s string) int {
	n := 0
	for line := range strings.Lines(s) {
		line, _, _ = strings.Cut(line, "#")
		n += len(strings.Join(strings.Fields(line), ""))
	}
	return n / 2
}

// in4 puts inner into an IPv4 packet from 10.0.0.1 to 10.0.0.2.
func in4(proto byte, inner string) string {
	return fmt.Sprintf("4500 %04x 0007 0000 20 %02x 0000 0a000001 0a000002 %s\n", 20+octets(inner), proto, inner)
}

// in6 puts inner into an IPv6 packet.
func in6(next byte, inner string) string {
	return fmt.Sprintf("60000000 %04x %02x 20 fd000000000000000000000000000001 fd000000000000000000000000000002 %s\n",
		octets(inner), next, inner)
}

// inUDP4 puts inner into a UDP datagram over IPv4.
func inUDP4(port int, inner string) string {
	return in4(protoUDP, fmt.Sprintf("c000 %04x %04x 0000 %s\n", port, 8+octets(inner), inner))
}

func TestTunnels(t *testing.T) {
	const (
		vxlan  = "08000000 00000500 # VXLAN 5\n"
		geneve = "00 00 6558 000005 00 # version 0, no options, Ethernet, network 5\n"
		tag    = "8100 000c 0800 # VLAN 12, IPv4\n"
	)
	gre := func(inner string) string { return in4(protoGRE, inner) }
	runFrames(t, []frameCase{
		{name: "IPv4 in IPv4", link: linkRaw, hex: in4(protoIPv4, tcp4), want: segment5},
		{name: "IPv6 in IPv4", link: linkRaw, hex: in4(protoIPv6, tcp6), want: segment5v6},
		{name: "IPv4 in IPv6", link: linkRaw, hex: in6(protoIPv4, tcp4), want: segment5},
		{name: "IPv6 in IPv6", link: linkRaw, hex: in6(protoIPv6, tcp6), want: segment5v6},
		{name: "EtherIP", link: linkRaw, hex: in4(protoEtherIP, "3000"+ether4), want: segment5},
		{name: "EtherIP, version 4", link: linkRaw, hex: in4(protoEtherIP, "4000"+ether4), count: inMalformed},

		{name: "GRE", link: linkRaw, hex: gre("0000 0800" + tcp4), want: segment5},
		{name: "GRE in IPv6", link: linkRaw, hex: in6(protoGRE, "0000 86dd"+tcp6), want: segment5v6},
		{name: "GRE, checksum", link: linkRaw, hex: gre("8000 0800 abcd0000" + tcp4), want: segment5},
		{name: "GRE, key", link: linkRaw, hex: gre("2000 0800 00000007" + tcp4), want: segment5},
		{name: "GRE, sequence", link: linkRaw, hex: gre("1000 0800 00000007" + tcp4), want: segment5},
		{name: "GRE, all three", link: linkRaw, hex: gre("b000 86dd abcd0000 00000007 00000008" + tcp6), want: segment5v6},
		{name: "GRE, key cut", link: linkRaw, hex: gre("2000 0800 0000"), count: inMalformed},
		{name: "GRE, source routes", link: linkRaw, hex: gre("4000 0800 abcd0000 00000000" + tcp4), count: ofProtocol(protoGRE)},
		{name: "GRE, version 2", link: linkRaw, hex: gre("0002 0800" + tcp4), count: ofProtocol(protoGRE)},
		{name: "GRE, no IP", link: linkRaw, hex: gre("0000 00fe 0000"), count: ofEtherType(0x00fe)},
		{name: "GRE, MPLS", link: linkRaw, hex: gre("0000 8847 00010140" + tcp4), want: segment5},
		{name: "NVGRE", link: linkRaw, hex: gre("2000 6558 00000501" + macs + tag + tcp4), want: segment5, vlans: []uint16{12}},
		{name: "PPTP", link: linkRaw, hex: gre("3081 880b 0031 0007 00000001 00000002 ff03 0021" + tcp4), want: segment5},
		{name: "PPTP, acknowledgment", link: linkRaw, hex: gre("2081 880b 0000 0007 00000002"), count: ofProtocol(protoGRE)},
		{name: "PPTP without key", link: linkRaw, hex: gre("0001 880b ff03 0021" + tcp4), count: inMalformed},
		{name: "EoIP", link: linkRaw, hex: gre("2001 6400 003b 0700" + ether4), want: segment5},
		{name: "GRE in UDP", link: linkRaw, hex: inUDP4(portGRE, "0000 0800"+tcp4), want: segment5},

		{name: "ERSPAN I", link: linkRaw, hex: gre("0000 88be" + ether4), want: segment5},
		{name: "ERSPAN II", link: linkRaw, hex: gre("1000 88be 00000009 100c0801 00000005" + macs + tag + tcp4),
			want: segment5, vlans: []uint16{12}},
		{name: "ERSPAN III", link: linkRaw, hex: gre("1000 22eb 00000009 200c0801 00000005 0000 0008" + ether6), want: segment5v6},
		{name: "ERSPAN III, subheader", link: linkRaw,
			hex: gre("1000 22eb 00000009 200c0801 00000005 0000 0001 1c000000 00000000" + ether4), want: segment5},
		{name: "ERSPAN III, IP", link: linkRaw, hex: gre("1000 22eb 00000009 200c0801 00000005 0000 0800" + tcp4), want: segment5},
		{name: "ERSPAN III as II", link: linkRaw, hex: gre("1000 88be 00000009 200c0801 00000005 0000 0000" + ether4), want: segment5},
		{name: "ERSPAN, version 7", link: linkRaw, hex: gre("1000 88be 00000009 700c0801 00000005" + ether4), count: inMalformed},

		{name: "VXLAN", link: linkRaw, hex: inUDP4(portVXLAN, vxlan+macs+tag+tcp4), want: segment5, vlans: []uint16{12}},
		{name: "VXLAN, group policy and reserved bits", link: linkRaw, hex: inUDP4(portVXLAN, "88400011 00000512"+ether4), want: segment5},
		{name: "VXLAN, tags on both sides", link: linkEthernet,
			hex:  macs + "8100 0007 0800" + inUDP4(portVXLAN, vxlan+macs+tag+tcp4),
			want: segment5, vlans: []uint16{7, 12}},
		{name: "VXLAN on Linux's port", link: linkRaw, hex: inUDP4(portVXLANOld, vxlan+ether6), want: segment5v6},
		{name: "VXLAN without its flag", link: linkRaw, hex: inUDP4(portVXLAN, "00000000 00000500"+ether4), count: inUDP},
		{name: "VXLAN on another port", link: linkRaw, hex: inUDP4(4788, vxlan+ether4), count: inUDP},
		{name: "VXLAN's port, DNS", link: linkRaw, hex: inUDP4(portVXLAN, "1234 8180 0001 0000 0000 0000"), count: inUDP},
		{name: "VXLAN's port, nothing", link: linkRaw, hex: inUDP4(portVXLAN, ""), count: inUDP},
		{name: "VXLAN-GPE, IPv4", link: linkRaw, hex: inUDP4(portVXLANGPE, "0c000001 00000500"+tcp4), want: segment5},
		{name: "VXLAN-GPE, IPv6", link: linkRaw, hex: inUDP4(portVXLANGPE, "0c000002 00000500"+tcp6), want: segment5v6},
		{name: "VXLAN-GPE, Ethernet", link: linkRaw, hex: inUDP4(portVXLANGPE, "0c000003 00000500"+ether4), want: segment5},
		{name: "VXLAN-GPE, network service header", link: linkRaw, hex: inUDP4(portVXLANGPE, "0c000004 00000500"+ether4), count: inUDP},

		{name: "Geneve", link: linkRaw, hex: inUDP4(portGeneve, geneve+ether4), want: segment5},
		{name: "Geneve, options", link: linkRaw, hex: inUDP4(portGeneve, "02 40 86dd 000005 00 01020301 deadbeef"+tcp6), want: segment5v6},
		{name: "Geneve, options cut", link: linkRaw, hex: inUDP4(portGeneve, "02 00 6558 000005 00 01020301"), count: inMalformed},
		{name: "Geneve, version 1", link: linkRaw, hex: inUDP4(portGeneve, "40 00 6558 000005 00"+ether4), count: inUDP},

		{name: "MPLS", link: linkEthernet, hex: macs + "8847 00010140" + tcp4, want: segment5},
		{name: "MPLS, three labels, IPv6", link: linkEthernet, hex: macs + "8847 00010040 00020040 00002140" + tcp6, want: segment5v6},
		{name: "MPLS, stack without bottom", link: linkEthernet, hex: macs + "8847 00010040 00020040", count: inMalformed},
		{name: "MPLS, Ethernet with control word", link: linkEthernet, hex: macs + "8847 00010140 00000001" + ether4, want: segment5},
		{name: "MPLS, Ethernet", link: linkEthernet, hex: macs + "8847 00010140" + ether4, want: segment5},
		{name: "MPLS, Ethernet to a MAC with 4", link: linkEthernet,
			hex: macs + "8847 00010140 450000000002 020000000001 0800" + tcp4, want: segment5},
		{name: "MPLS, Ethernet to a MAC with 6", link: linkEthernet,
			hex: macs + "8847 00010140 600000000002 020000000001 0800" + tcp4, want: segment5},
		{name: "MPLS, control channel", link: linkEthernet,
			hex: macs + "8847 00010140 10000021" + tcp4, count: ofEtherType(etherMPLS)},
		{name: "MPLS in VLAN", link: linkEthernet, hex: macs + "8100 0007 8847 00010140" + tcp4, want: segment5, vlans: []uint16{7}},
		{name: "MPLS in IP", link: linkRaw, hex: in4(protoMPLS, "00010140"+tcp4), want: segment5},
		{name: "MPLS in UDP", link: linkRaw, hex: inUDP4(portMPLS, "00010140"+tcp4), want: segment5},
	})
}

// The source address 8.0.0.1 reads like the EtherType of IPv4; the header's
// checksum settles it.
func TestMPLSAddressLikeEtherType(t *testing.T) {
	s, ok := decodeOne(t, newDecoder(), linkEthernet, unhex(t, macs+`
		8847 00010140
		4500 002d 1a2b 4000 4006 ee69 08000001 c6336402
	`+tcp5))
	if !ok || s.Src.String() != "8.0.0.1:40000" {
		t.Errorf("%v from %v", ok, s.Src)
	}
}

// A mirror port that truncates leaves the outer headers whole: the inner IP
// header still says how long the segment was.
func TestTunnelTruncatedByMirror(t *testing.T) {
	inner := strings.Replace(ether4, "002d", "05dc", 1) // 1500 bytes in all
	s, ok := decodeOne(t, newDecoder(), linkRaw, unhex(t, in4(protoGRE, "0000 88be"+inner)))
	if !ok || s.Length != 1460 || string(s.Payload) != "EHLO\n" {
		t.Errorf("%v, %d bytes, %q", ok, s.Length, s.Payload)
	}
}

// A concentrator padded the frame, and wrote the padded length into the IP
// header but not into PPPoE's (seen in public captures): the padding is no
// payload.
func TestPPPoEPadding(t *testing.T) {
	ack := strings.Replace(tcp4, "002d", "002e", 1)
	ack = ack[:strings.Index(ack, "45484c4f")] + "000000000000"
	s, ok := decodeOne(t, newDecoder(), linkEthernet, unhex(t, macs+"8864 1100 0007 002a 0021"+ack))
	if !ok || s.Length != 0 || len(s.Payload) != 0 {
		t.Errorf("%v, %d bytes, %q", ok, s.Length, s.Payload)
	}
}

func TestDepth(t *testing.T) {
	nest := func(n int) string {
		s := tcp4
		for range n {
			s = in4(protoIPv4, s)
		}
		return s
	}
	runFrames(t, []frameCase{
		{name: "as deep as may be", link: linkRaw, hex: nest(maxDepth), want: segment5},
		{name: "one deeper", link: linkRaw, hex: nest(maxDepth + 1), count: inTooDeep},
		{name: "much deeper", link: linkRaw, hex: nest(500), count: inTooDeep},
	})
	d := newDecoder()
	decodeOne(t, d, linkRaw, unhex(t, nest(3)))
	decodeOne(t, d, linkRaw, unhex(t, nest(0)))
	if got := d.stats().Tunnelled; got != 1 {
		t.Errorf("%d frames in tunnels", got)
	}
}
