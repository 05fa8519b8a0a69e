package capture

import (
	"net/netip"
	"strings"
	"testing"
)

func addrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func TestIPv4(t *testing.T) {
	head := func(old, new string) string { return strings.Replace(tcp4, old, new, 1) }
	runFrames(t, []frameCase{
		{name: "options", link: linkRaw, hex: `
			4700 0035 1a2b 4000 4006 0000 c0000201 c6336402  # 28 bytes of header
			94040000 01010100                                # router alert, no operation, end
		` + tcp5, want: segment5},
		{name: "no length, offload", link: linkRaw, hex: head("002d", "0000"), want: segment5},
		{name: "header of 16 bytes", link: linkRaw, hex: head("4500", "4400"), count: inMalformed},
		{name: "length below the header", link: linkRaw, hex: head("002d", "0013"), count: inMalformed},
		{name: "ends inside the header", link: linkRaw, hex: "4500 002d 1a2b 4000 4006", count: inMalformed},
		{name: "AH", link: linkRaw, hex: in4(protoAH, "0604 0000 00000001 00000002 aabbccdd aabbccdd aabbccdd"+tcp5), want: outer5},
		{name: "AH, cut", link: linkRaw, hex: in4(protoAH, "0604 0000 00000001"), count: inMalformed},
		{name: "ESP", link: linkRaw, hex: in4(50, "00000001 00000002"), count: ofProtocol(50)},
		{name: "IGMP", link: linkRaw, hex: in4(2, "16000000"), count: ofProtocol(2)},
		{name: "UDP", link: linkRaw, hex: in4(protoUDP, "9c40 0035 0009 0000 00"), count: inUDP},
		{name: "UDP, cut", link: linkRaw, hex: in4(protoUDP, "9c40 0035"), count: inMalformed},
		{name: "hop-by-hop is IPv6's", link: linkRaw, hex: in4(0, "0600 0000 00000000"+tcp5), count: ofProtocol(0)},
	})
}

// outer5 is what in4 makes of tcp5.
func outer5() Segment {
	s := segment5()
	s.Src, s.Dst = addrPort("10.0.0.1:40000"), addrPort("10.0.0.2:25")
	s.TTL, s.IPID = 32, 7
	return s
}

// outer5v6 is what in6 makes of tcp5.
func outer5v6() Segment {
	s := segment5()
	s.Src, s.Dst = addrPort("[fd00::1]:40000"), addrPort("[fd00::2]:25")
	s.TTL, s.HasIPID, s.IPID = 32, false, 0
	return s
}

func TestIPv6(t *testing.T) {
	const (
		routing = "02 00 01 00000000 fd000000000000000000000000000009\n"
		atomic  = "00 0000 00000001 # whole\n"
	)
	runFrames(t, []frameCase{
		{name: "hop by hop", link: linkRaw, hex: in6(protoHopByHop, "06 00 010400000000"+tcp5), want: outer5v6},
		{name: "destination", link: linkRaw, hex: in6(protoDestination, "06 00 010400000000"+tcp5), want: outer5v6},
		{name: "routing", link: linkRaw, hex: in6(protoRouting, "06"+routing+tcp5), want: outer5v6},
		{name: "mobility", link: linkRaw, hex: in6(protoMobility, "06 00 0000 0000 0000"+tcp5), want: outer5v6},
		{name: "AH", link: linkRaw, hex: in6(protoAH, "06 04 0000 00000001 00000002 aabbccdd aabbccdd aabbccdd"+tcp5), want: outer5v6},
		{name: "atomic fragment", link: linkRaw, hex: in6(protoFragment, "06"+atomic+tcp5), want: outer5v6},
		{name: "all of them", link: linkRaw, hex: in6(protoHopByHop,
			"3c 00 010400000000"+"2b 00 010400000000"+"2c"+routing+"33"+atomic+
				"3c 01 0000 00000001 00000002"+"06 00 010400000000"+tcp5), want: outer5v6},
		{name: "extension cut", link: linkRaw, hex: in6(protoDestination, "06 02 010400000000"), count: inMalformed},
		{name: "no next header", link: linkRaw, hex: in6(59, ""), count: ofProtocol(59)},
		{name: "jumbogram", link: linkRaw, hex: strings.Replace(
			in6(protoHopByHop, "06 00 c204 00000021 # jumbo payload, 33 bytes\n"+tcp5), "0021", "0000", 1), want: outer5v6},
		{name: "no length, no option", link: linkRaw, hex: strings.Replace(tcp6, "0019", "0000", 1), want: segment5v6},
		{name: "length cuts the padding", link: linkEthernet, hex: ether6 + "000000", want: segment5v6},
		{name: "version 7", link: linkIPv6, hex: strings.Replace(tcp6, "6000", "7000", 1), count: inMalformed},
		{name: "mapped addresses", link: linkRaw, want: func() Segment {
			s := segment5()
			s.TTL, s.HasIPID, s.IPID = 63, false, 0
			return s
		}, hex: "60000000 0019 06 3f 00000000000000000000ffffc0000201 00000000000000000000ffffc6336402" + tcp5},
	})
}

// What the snap length cut is told from what was never there: every header
// that is cut counts as such, up to the last byte of TCP that is needed.
func TestCutHeaders(t *testing.T) {
	for _, c := range []struct {
		name string
		link int32
		hex  string
	}{
		{"IPv4", linkEthernet, ether4},
		{"IPv6", linkEthernet, ether6},
		{"QinQ", linkEthernet, macs + "88a8 0001 8100 0002 0800" + tcp4},
		{"SNAP", linkEthernet, macs + "0035 aaaa03 000000 0800" + tcp4},
		{"FabricPath", linkEthernet, macs + "8903 1020" + ether4},
		{"PPPoE", linkEthernet, macs + "8864 1100 0007 002f 0021" + tcp4},
		{"MPLS", linkEthernet, macs + "8847 00010140" + tcp4},
		{"AH", linkRaw, in4(protoAH, "0604 0000 00000001 00000002 aabbccdd aabbccdd aabbccdd"+tcp5)},
		{"extension headers", linkRaw, in6(protoHopByHop, "2c 00 010400000000 06 00 0000 00000001"+tcp5)},
		{"GRE", linkRaw, in4(protoGRE, "b000 86dd abcd0000 00000007 00000008"+tcp6)},
		{"ERSPAN II", linkRaw, in4(protoGRE, "1000 88be 00000009 100c0801 00000005"+ether4)},
		{"ERSPAN III", linkRaw, in4(protoGRE, "1000 22eb 00000009 200c0801 00000005 0000 0001 1c000000 00000000"+ether4)},
		{"EtherIP", linkRaw, in4(protoEtherIP, "3000"+ether4)},
		// A VXLAN or Geneve header that is cut is not known to be one: UDP.
		{"VXLAN", linkRaw, inUDP4(portVXLAN, "08000000 00000500"+ether4)},
		{"Geneve", linkRaw, inUDP4(portGeneve, "01 00 6558 000005 00 01020300"+ether4)},
		{"null", linkNull, "02000000" + tcp4},
		{"SLL", linkSLL, "0004 0001 0006 020000000001 0000 0800" + tcp4},
		{"SLL2", linkSLL2, "0800 0000 00000002 0001 00 06 020000000001 0000" + tcp4},
		{"PPP", linkPPP, "ff03 0021" + tcp4},
		{"HDLC", linkPPPHDLC, "0f00 0800" + tcp4},
		{"netfilter log", linkNFLOG, "02 00 0000 0500 0a00 00 000000 3100 0900" + tcp4},
	} {
		whole := unhex(t, c.hex)
		needed := len(whole) - octets(tcp5) + tcpNeeded
		for n := range needed {
			d := newDecoder()
			_, ok := decodeCut(t, d, c.link, whole[:n], len(whole))
			if s := d.stats(); ok || s.Truncated+s.UDP != 1 {
				t.Errorf("%s, %d bytes: %v, %+v", c.name, n, ok, s)
			}
		}
		if _, ok := decodeCut(t, newDecoder(), c.link, whole[:needed], len(whole)); !ok {
			t.Errorf("%s: %d bytes are not enough", c.name, needed)
		}
	}
}
