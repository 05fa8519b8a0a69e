package capture

import (
	"fmt"
	"strings"
)

// expression is what the kernel is to filter by on an interface of a link
// type.
func (c *LiveConfig) expression(link int32) string {
	if c.Filter != "" || len(c.Ports) == 0 {
		return c.Filter
	}
	return portFilter(c.Ports, link == linkEthernet)
}

// portFilter lets through mail on these ports, and what may carry it out of
// the filter's sight: tunnels, fragments behind the first, ICMP errors that
// may quote it, and VLAN tags, one or two deep, as mirror ports add them.
// "vlan" moves what stands behind it (see pcap-filter(7)), so the order of the
// parts matters.
func portFilter(ports []uint16, tagged bool) string {
	var mail strings.Builder
	for i, p := range ports {
		if i > 0 {
			mail.WriteString(" or ")
		}
		fmt.Fprintf(&mail, "tcp port %d", p)
	}
	one := "(" + mail.String() + ") or " + hiddenPorts
	if !tagged {
		return one
	}
	return fmt.Sprintf("%s or %s or (vlan and (%s or (vlan and (%s))))", one, labelled, one, one)
}

// hiddenPorts are packets whose ports the kernel's filter cannot see: later
// fragments, ICMP errors, IP in IP, 6in4, GRE and ERSPAN, VXLAN, Geneve.
const hiddenPorts = "(ip[6:2] & 0x1fff != 0) or (ip6[6] = 44) or " +
	"(icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 11 or icmp[0] = 12) or (icmp6 and ip6[40] < 5) or " +
	"(ip proto 4 or ip proto 41 or ip proto 47) or (ip6 proto 4 or ip6 proto 41 or ip6 proto 47) or " +
	"(udp port 4789 or udp port 8472 or udp port 6081)"

// labelled are MPLS and PPPoE.
const labelled = "(ether proto 0x8847) or (ether proto 0x8864)"
