package capture

// EtherTypes (IEEE 802 numbers at IANA).
const (
	etherIPv4       = 0x0800
	etherARP        = 0x0806
	etherRARP       = 0x8035
	etherTEB        = 0x6558 // Ethernet in GRE, NVGRE and Geneve (RFC 7637)
	etherVLAN       = 0x8100 // IEEE 802.1Q
	etherIPv6       = 0x86dd
	etherMPLS       = 0x8847
	etherMPLSUp     = 0x8848 // upstream-assigned label, once multicast
	etherPPPoE      = 0x8864 // session; discovery is 0x8863
	etherProvider   = 0x88a8 // IEEE 802.1ad
	etherBackbone   = 0x88e7 // IEEE 802.1ah, a provider's backbone
	etherFabricPath = 0x8903 // Cisco FabricPath
	etherSGT        = 0x8909 // Cisco MetaData: TrustSec security group tag
	etherVNTag      = 0x8926 // Cisco VN-Tag
	etherQinQ       = 0x9100 // QinQ before IEEE 802.1ad

	// etherMin is the smallest EtherType; below, the field is the length of
	// an IEEE 802.3 frame (at most etherMaxLength).
	etherMin       = 0x0600
	etherMaxLength = 1500
)

// Lengths of headers around an EtherType.
const (
	etherTypeOffset = 12
	etherLen        = 14
	tagLen          = 4 // tag control information, then an EtherType
	vnTagLen        = 6 // four bytes of tag, then an EtherType
	sgtLen          = 8 // version, length, option, tag, then an EtherType
	fabricPathLen   = 2 // forwarding tag and TTL, then an Ethernet header
	backboneLen     = 4 // service tag, then an Ethernet header
	vlanIDMask      = 0x0fff
)

// ethernet reads an Ethernet frame.
func (d *decoder) ethernet(p span) outcome {
	if len(p.data) < etherLen {
		return p.lacks(etherLen)
	}
	d.noteHeader(LayerEthernet, p, etherLen)
	return d.etherType(be16(p.data[etherTypeOffset:]), p.skip(etherLen))
}

// etherType reads what a field announces that holds an EtherType or, where
// it is too small for one, a length. Tags are walked in a loop; each takes
// four bytes or more.
func (d *decoder) etherType(t uint16, p span) outcome {
	for {
		switch t {
		case etherIPv4:
			return d.ip4(p)
		case etherIPv6:
			return d.ip6(p)
		case etherVLAN, etherProvider, etherQinQ, etherVNTag, etherSGT:
			var stop outcome
			if t, p, stop = d.tag(t, p); stop != outcomeNone {
				return stop
			}
			continue
		case etherARP, etherRARP:
			return outcomeARP
		case etherMPLS, etherMPLSUp, etherPPPoE, etherFabricPath, etherBackbone, etherTEB:
			if !d.enter() {
				return outcomeTooDeep
			}
			return d.etherTunnel(t, p)
		}
		if t <= etherMaxLength {
			return d.llc(t, p)
		}
		return d.counts.etherType(t)
	}
}

// etherTunnel reads an encapsulation that has an EtherType of its own.
func (d *decoder) etherTunnel(t uint16, p span) outcome {
	switch t {
	case etherMPLS, etherMPLSUp:
		return d.mpls(p)
	case etherPPPoE:
		return d.pppoe(p)
	case etherFabricPath:
		return d.innerEthernet(p, fabricPathLen)
	case etherBackbone:
		return d.innerEthernet(p, backboneLen)
	}
	return d.ethernet(p)
}

// innerEthernet reads an Ethernet frame behind a tag of n bytes.
func (d *decoder) innerEthernet(p span, n int) outcome {
	if len(p.data) < n {
		return p.lacks(n)
	}
	return d.ethernet(p.skip(n))
}

// tag steps over a tag of the given EtherType to the EtherType behind it. The
// first MaxVLANs VLANs are kept. VLAN 0 is none: a tag that has only a
// priority (IEEE 802.1Q, table 9-2).
func (d *decoder) tag(kind uint16, p span) (t uint16, rest span, stop outcome) {
	n := tagLen
	switch kind {
	case etherVNTag:
		n = vnTagLen
	case etherSGT:
		n = sgtLen
	}
	if len(p.data) < n {
		return 0, p, p.lacks(n)
	}
	if n == tagLen {
		id := be16(p.data) & vlanIDMask
		if id != 0 && int(d.vlanCount) < MaxVLANs {
			d.vlans[d.vlanCount] = id
			d.vlanCount++
		}
	}
	return be16(p.data[n-2:]), p.skip(n), outcomeNone
}

// IEEE 802.2 logical link control: two service access points and a control
// byte; with SNAP, an organization and its protocol follow (RFC 1042).
const (
	llcLen      = 3
	llcSNAP     = 0xaaaa
	llcIP       = 0x0606
	llcUI       = 0x03
	snapOrg     = 3
	snapType    = 6
	snapLen     = 8
	orgEther    = 0x000000 // the protocol is an EtherType
	orgEther802 = 0x0000f8 // likewise, bridged (IEEE 802.1H)
)

// llc reads an IEEE 802.3 frame of the given length.
func (d *decoder) llc(length uint16, p span) outcome {
	p = d.shrink(p, int(length))
	b := p.data
	if len(b) < llcLen {
		return p.lacks(llcLen)
	}
	switch access := be16(b); {
	case b[2] != llcUI:
		return outcomeLLC
	case access == llcIP:
		return d.ip4(p.skip(llcLen))
	case access != llcSNAP:
		return outcomeLLC
	case len(b) < snapLen:
		return p.lacks(snapLen)
	}
	org := be32(b[snapOrg-1:]) & 0xffffff
	t := be16(b[snapType:])
	if (org != orgEther && org != orgEther802) || t < etherMin {
		return outcomeLLC
	}
	return d.etherType(t, p.skip(snapLen))
}
