package capture

import "testing"

func TestLinkTypes(t *testing.T) {
	const (
		sllEther  = "0004 0001 0006 020000000001 0000 # outgoing, Ethernet, 6 bytes of address\n"
		sll2Ether = "0000 00000002 0001 00 06 020000000001 0000 # reserved, interface 2, Ethernet, to us\n"
	)
	runFrames(t, []frameCase{
		{name: "Ethernet", link: linkEthernet, hex: ether4, want: segment5},
		{name: "Ethernet, IPv6", link: linkEthernet, hex: ether6, want: segment5v6},
		{name: "Ethernet, padded", link: linkEthernet, hex: ether4 + "0000 00000000", want: segment5},
		{name: "Ethernet, cut", link: linkEthernet, hex: macs, count: inMalformed},
		{name: "ARP", link: linkEthernet, hex: macs + "0806 0001", count: inARP},
		{name: "LLDP", link: linkEthernet, hex: macs + "88cc 0207", count: ofEtherType(0x88cc)},

		{name: "null, little endian", link: linkNull, hex: "02000000" + tcp4, want: segment5},
		{name: "null, big endian", link: linkNull, hex: "00000002" + tcp4, want: segment5},
		{name: "null, IPv6 of BSD", link: linkNull, hex: "18000000" + tcp6, want: segment5v6},
		{name: "null, IPv6 of FreeBSD", link: linkNull, hex: "1c000000" + tcp6, want: segment5v6},
		{name: "null, IPv6 of macOS", link: linkNull, hex: "1e000000" + tcp6, want: segment5v6},
		{name: "null, IPv6 of Linux", link: linkNull, hex: "0a000000" + tcp6, want: segment5v6},
		{name: "null, IPv6 of Windows", link: linkNull, hex: "17000000" + tcp6, want: segment5v6},
		{name: "null, another family", link: linkNull, hex: "07000000" + tcp4, count: ofEtherType(7)},
		{name: "null, empty", link: linkNull, hex: "020000", count: inMalformed},
		{name: "loop", link: linkLoop, hex: "00000002" + tcp4, want: segment5},
		{name: "loop, IPv6", link: linkLoop, hex: "00000018" + tcp6, want: segment5v6},

		{name: "raw", link: linkRaw, hex: tcp4, want: segment5},
		{name: "raw, IPv6", link: linkRaw, hex: tcp6, want: segment5v6},
		{name: "raw 12", link: linkRawBSD, hex: tcp4, want: segment5},
		{name: "raw 14", link: linkRawOBSD, hex: tcp6, want: segment5v6},
		{name: "raw, version 5", link: linkRaw, hex: "55" + tcp4, count: inMalformed},
		{name: "IPv4", link: linkIPv4, hex: tcp4, want: segment5},
		{name: "IPv4 holds IPv6", link: linkIPv4, hex: tcp6, count: inMalformed},
		{name: "IPv6", link: linkIPv6, hex: tcp6, want: segment5v6},
		{name: "IPv6 holds IPv4", link: linkIPv6, hex: tcp4, count: inMalformed},

		{name: "SLL", link: linkSLL, hex: sllEther + "0800" + tcp4, want: segment5},
		{name: "SLL, VLAN", link: linkSLL, hex: sllEther + "8100 600c 86dd" + tcp6, want: segment5v6, vlans: []uint16{12}},
		{name: "SLL, no IP", link: linkSLL, hex: sllEther + "0806 0001", count: inARP},
		{name: "SLL, 802.2", link: linkSLL, hex: sllEther + "0004 424203 00000000", count: inLLC},
		{name: "SLL, 802.2 SNAP", link: linkSLL, hex: sllEther + "0004 aaaa03 000000 0800" + tcp4, want: segment5},
		{name: "SLL, netlink", link: linkSLL, hex: "0004 0338 0000 0000000000000000 0800" + tcp4, count: ofEtherType(0x0800)},
		{name: "SLL2", link: linkSLL2, hex: "0800" + sll2Ether + tcp4, want: segment5},
		{name: "SLL2, IPv6", link: linkSLL2, hex: "86dd" + sll2Ether + tcp6, want: segment5v6},
		{name: "SLL2, VLAN", link: linkSLL2, hex: "8100" + sll2Ether + "000c 0800" + tcp4, want: segment5, vlans: []uint16{12}},

		{name: "PPP, bare", link: linkPPP, hex: "0021" + tcp4, want: segment5},
		{name: "PPP, address and control", link: linkPPP, hex: "ff03 0057" + tcp6, want: segment5v6},
		{name: "PPP, protocol in one byte", link: linkPPP, hex: "21" + tcp4, want: segment5},
		{name: "PPP, LCP", link: linkPPP, hex: "ff03 c021 0101 0004", count: ofEtherType(0xc021)},
		{name: "PPP, MPLS", link: linkPPP, hex: "ff03 0281 00010140" + tcp4, want: segment5},
		{name: "PPP in HDLC", link: linkPPPHDLC, hex: "ff03 0021" + tcp4, want: segment5},
		{name: "PPP in HDLC, check sequence", link: linkPPPHDLC, hex: "ff03 0021" + tcp4 + "abcd", want: segment5},
		{name: "Cisco HDLC", link: linkPPPHDLC, hex: "0f00 0800" + tcp4, want: segment5},
		{name: "Cisco HDLC, multicast", link: linkCHDLC, hex: "8f00 86dd" + tcp6, want: segment5v6},
		{name: "PPPoE", link: linkEthernet, hex: macs + "8864 1100 0007 002f 0021" + tcp4 + "0000", want: segment5},
		{name: "PPPoE over VLAN", link: linkEthernet, hex: macs + "8100 0007 8864 1100 0007 0043 0057" + tcp6, want: segment5v6, vlans: []uint16{7}},
		{name: "PPPoE alone", link: linkPPPoE, hex: "1100 0007 002f 0021" + tcp4, want: segment5},
		{name: "PPPoE, not a session", link: linkEthernet, hex: macs + "8864 1109 0000 0000", count: inMalformed},
		{name: "PPPoE, discovery", link: linkEthernet, hex: macs + "8863 1109 0000 0000", count: ofEtherType(0x8863)},

		{name: "netfilter log", link: linkNFLOG, hex: `
			02 00 0000            # IPv4, version 0, group
			0500 0a00 00 000000   # prefix: 1 byte, padded
			3100 0900             # payload: 45 bytes
		` + tcp4 + "000000", want: segment5},
		{name: "netfilter log, attribute of length 0", link: linkNFLOG, hex: "02 00 0000 0000 0900" + tcp4, count: inMalformed},
		{name: "netfilter log, no payload", link: linkNFLOG, hex: "02 00 0000 0500 0a00 00000000", count: inMalformed},
		{name: "IEEE 802.11", link: 105, hex: ether4, count: inLinks},
	})
}

func TestTags(t *testing.T) {
	const oneTag = "8100 0064 # VLAN 100\n"
	runFrames(t, []frameCase{
		{name: "802.1Q", link: linkEthernet, hex: macs + oneTag + "0800" + tcp4, want: segment5, vlans: []uint16{100}},
		{name: "priority and drop bits", link: linkEthernet, hex: macs + "8100 f064 0800" + tcp4, want: segment5, vlans: []uint16{100}},
		{name: "priority only", link: linkEthernet, hex: macs + "8100 e000 0800" + tcp4, want: segment5},
		{name: "802.1ad", link: linkEthernet, hex: macs + "88a8 0001 8100 0002 86dd" + tcp6, want: segment5v6, vlans: []uint16{1, 2}},
		{name: "QinQ before the standard", link: linkEthernet, hex: macs + "9100 0001 8100 0002 0800" + tcp4, want: segment5, vlans: []uint16{1, 2}},
		{name: "four tags", link: linkEthernet, hex: macs + "8100 0001 8100 0002 8100 0003 8100 0004 0800" + tcp4,
			want: segment5, vlans: []uint16{1, 2, 3, 4}},
		{name: "five tags", link: linkEthernet, hex: macs + "8100 0001 8100 0002 8100 0003 8100 0004 8100 0005 0800" + tcp4,
			want: segment5, vlans: []uint16{1, 2, 3, 4}},
		{name: "tag cut", link: linkEthernet, hex: macs + "8100 0001 08", count: inMalformed},
		{name: "Cisco VN-Tag", link: linkEthernet, hex: macs + "8926 80010002 8100 0064 0800" + tcp4, want: segment5, vlans: []uint16{100}},
		{name: "Cisco MetaData", link: linkEthernet, hex: macs + "8909 0101 0001 0008 0800" + tcp4, want: segment5},
		{name: "Cisco FabricPath", link: linkEthernet, hex: macs + "8903 1020" + macs + oneTag + "0800" + tcp4,
			want: segment5, vlans: []uint16{100}},
		{name: "provider backbone", link: linkEthernet, hex: macs + "88a8 0007 88e7 00000123" + macs + oneTag + "0800" + tcp4,
			want: segment5, vlans: []uint16{7, 100}},

		{name: "SNAP", link: linkEthernet, hex: macs + "0035 aaaa03 000000 0800" + tcp4 + "0000", want: segment5},
		{name: "SNAP in a VLAN", link: linkEthernet, hex: macs + oneTag + "0035 aaaa03 000000 0800" + tcp4, want: segment5, vlans: []uint16{100}},
		{name: "IP over 802.2", link: linkEthernet, hex: macs + "0030 060603" + tcp4, want: segment5},
		{name: "spanning tree", link: linkEthernet, hex: macs + "0007 424203 00000000", count: inLLC},
		{name: "CDP", link: linkEthernet, hex: macs + "000c aaaa03 00000c 2000 02b40000", count: inLLC},
		{name: "802.2 longer than its length", link: linkEthernet, hex: macs + "0002 aaaa03 000000 0800" + tcp4, count: inMalformed},
		{name: "neither length nor type", link: linkEthernet, hex: macs + "05dd" + tcp4, count: ofEtherType(0x05dd)},
	})
}
