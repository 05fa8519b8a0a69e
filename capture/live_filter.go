package capture

import (
	"fmt"
	"slices"
	"strings"
)

// expression is what the kernel is to filter by on an interface of a link
// type.
func (c *LiveConfig) expression(link int32) string {
	if c.Filter != "" || len(c.Ports) == 0 {
		return c.Filter
	}
	return portFilter(c.Ports, link)
}

// portFilter lets through mail on these ports, and what may carry it out of
// the filter's sight: all that this package looks into. A mirror port adds
// tags, so it is looked for behind two of them, and what has three comes
// whole. "vlan" moves what stands behind it (pcap-filter(7)), so the order of
// the parts matters.
func portFilter(ports []uint16, link int32) string {
	plain := orEach("tcp port %d", ports) + " or " + hidden
	switch link {
	case linkEthernet:
		one := plain + " or " + orEach("ether proto %#x", wrapped)
		return fmt.Sprintf("%s or (vlan and (%s or (vlan and (%s or vlan))))", one, one, one)
	case linkSLL:
		return plain + " or " + orEach("ether proto %#x", slices.Concat(tags, wrapped))
	}
	return plain
}

// hidden are packets whose ports the kernel's filter cannot see: IPv4
// fragments behind the first, ICMP errors, tunnels, and IPv6 with headers in
// front of TCP, a fragment's among them.
var hidden = "(ip[6:2] & 0x1fff != 0) or " +
	"(icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 5 or icmp[0] = 11 or icmp[0] = 12) or (icmp6 and ip6[40] < 5) or " +
	orEach("ip proto %d", hiding) + " or " + orEach("ip6[6] = %d", slices.Concat(hiding, extensions)) + " or " +
	orEach("udp port %d", []uint16{portGRE, portVXLAN, portVXLANGPE, portGeneve, portMPLS, portVXLANOld})

var (
	hiding     = []uint16{protoIPv4, protoIPv6, protoGRE, protoAH, protoEtherIP, protoMPLS}
	extensions = []uint16{protoHopByHop, protoRouting, protoFragment, protoDestination, protoMobility, protoHIP, protoShim6}

	// wrapped are the EtherTypes behind which IP stands that the filter does
	// not look for, and IEEE 802.2's access points of SNAP and IP, which
	// pcap-filter takes for EtherTypes; tags are those of VLANs.
	wrapped = []uint16{etherMPLS, etherMPLSUp, etherPPPoE, etherFabricPath, etherBackbone, etherVNTag, etherSGT, llcSNAP & 0xff, llcIP & 0xff}
	tags    = []uint16{etherVLAN, etherProvider, etherQinQ}
)

// orEach is an alternative for each number.
func orEach(form string, numbers []uint16) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = fmt.Sprintf(form, n)
	}
	return "(" + strings.Join(parts, " or ") + ")"
}
