package capture

// Offsets in the Linux cooked headers
// (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and _SLL2.html).
const (
	sllHardware = 2
	sllProtocol = 14
	sllLen      = 16

	sll2Protocol = 0
	sll2Hardware = 8
	sll2Len      = 20
)

// sllLLC is a value of the protocol field that is no EtherType: an IEEE 802.2
// header follows (ETH_P_802_2 in linux/if_ether.h).
const sllLLC = 0x0004

// hardwareNetlink is the ARPHRD_ type of netlink messages, whose protocol
// field is a netlink family.
const hardwareNetlink = 824

func (d *decoder) sll(p span) outcome {
	if len(p.data) < sllLen {
		return p.lacks(sllLen)
	}
	d.noteHeader(LayerSLL, p, sllLen)
	return d.cooked(be16(p.data[sllProtocol:]), be16(p.data[sllHardware:]), p.skip(sllLen))
}

func (d *decoder) sll2(p span) outcome {
	if len(p.data) < sll2Len {
		return p.lacks(sll2Len)
	}
	d.noteHeader(LayerSLL2, p, sll2Len)
	return d.cooked(be16(p.data[sll2Protocol:]), be16(p.data[sll2Hardware:]), p.skip(sll2Len))
}

// cooked reads what stands behind a cooked header.
func (d *decoder) cooked(proto, hardware uint16, p span) outcome {
	if hardware == hardwareNetlink {
		return d.counts.etherType(proto)
	}
	if proto == sllLLC {
		return d.llc(uint16(min(p.wire, etherMaxLength)), p)
	}
	return d.protocolType(proto, p)
}
