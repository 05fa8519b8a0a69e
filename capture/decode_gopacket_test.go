package capture

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// packetMaker builds random packets with gopacket's layers, and the Segment
// that decode should make of each.
type packetMaker struct {
	*rand.Rand
	want   Segment
	layers []gopacket.SerializableLayer
}

func (m *packetMaker) add(l ...gopacket.SerializableLayer) { m.layers = append(m.layers, l...) }

func (m *packetMaker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return b
}

// ethernet adds an Ethernet header and up to two tags in front of next.
func (m *packetMaker) ethernet(next layers.EthernetType) {
	tags := m.IntN(3)
	types := []layers.EthernetType{next, layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ}
	// An MPLS payload must not begin like an IP packet or a control word.
	m.add(&layers.Ethernet{
		SrcMAC: m.bytes(6), DstMAC: net.HardwareAddr(append([]byte{0xf2}, m.bytes(5)...)), EthernetType: types[tags],
	})
	for ; tags > 0; tags-- {
		id := uint16(1 + m.IntN(4094))
		m.add(&layers.Dot1Q{VLANIdentifier: id, Priority: uint8(m.IntN(8)), Type: types[tags-1]})
		if m.want.VLANCount < MaxVLANs {
			m.want.VLANs[m.want.VLANCount] = id
			m.want.VLANCount++
		}
	}
}

// network adds an IP header of either version for proto and says which.
func (m *packetMaker) network(proto layers.IPProtocol) (next layers.EthernetType, l gopacket.NetworkLayer) {
	m.want.TTL = uint8(m.Uint32())
	if m.IntN(2) == 0 {
		m.want.HasIPID, m.want.IPID = true, uint16(m.Uint32())
		src, dst := m.bytes(4), m.bytes(4)
		m.want.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(src)), 0)
		m.want.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(dst)), 0)
		ip := &layers.IPv4{Version: 4, TTL: m.want.TTL, Id: m.want.IPID, Protocol: proto, SrcIP: src, DstIP: dst}
		for range m.IntN(3) {
			ip.Options = append(ip.Options, layers.IPv4Option{OptionType: 0x94, OptionLength: 4, OptionData: []byte{0, 0}})
		}
		return layers.EthernetTypeIPv4, ip
	}
	m.want.HasIPID, m.want.IPID = false, 0
	src, dst := m.bytes(16), m.bytes(16)
	m.want.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(src)), 0)
	m.want.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(dst)), 0)
	return layers.EthernetTypeIPv6, &layers.IPv6{Version: 6, HopLimit: m.want.TTL, NextHeader: proto, SrcIP: src, DstIP: dst}
}

// tunnel adds the headers of a random tunnel, with an Ethernet frame to come.
func (m *packetMaker) tunnel() {
	kind := m.IntN(4)
	if kind == 0 {
		m.ethernet(layers.EthernetTypeMPLSUnicast)
		m.add(&layers.MPLS{Label: 100, TTL: 3}, &layers.MPLS{Label: 16, TTL: 9, StackBottom: true})
		return
	}
	proto := layers.IPProtocolUDP
	if kind == 1 {
		proto = layers.IPProtocolGRE
	}
	next, ip := m.network(proto)
	m.ethernet(next)
	m.add(ip.(gopacket.SerializableLayer))
	switch kind {
	case 1:
		m.add(&layers.GRE{
			Protocol: layers.EthernetTypeTransparentEthernetBridging, KeyPresent: m.IntN(2) == 0, Key: m.Uint32(),
			SeqPresent: m.IntN(2) == 0, ChecksumPresent: m.IntN(2) == 0,
		})
	case 2:
		udp := &layers.UDP{SrcPort: 50000, DstPort: portVXLAN}
		_ = udp.SetNetworkLayerForChecksum(ip)
		m.add(udp, &layers.VXLAN{ValidIDFlag: true, VNI: m.Uint32() & 0xffffff})
	case 3:
		udp := &layers.UDP{SrcPort: 50000, DstPort: portGeneve}
		_ = udp.SetNetworkLayerForChecksum(ip)
		// A Geneve header by hand: gopacket writes none.
		m.add(udp, gopacket.Payload([]byte{0, 0, 0x65, 0x58, 0, 0, 9, 0}))
	}
}

// tcp gives a TCP header with random options, and sets what is wanted of it.
func (m *packetMaker) tcp(ip gopacket.NetworkLayer) *layers.TCP {
	w := &m.want
	w.Src = netip.AddrPortFrom(w.Src.Addr(), uint16(m.Uint32()))
	w.Dst = netip.AddrPortFrom(w.Dst.Addr(), uint16(m.Uint32()))
	w.Seq, w.Ack, w.Window, w.Flags = m.Uint32(), m.Uint32(), uint16(m.Uint32()), Flags(m.Uint32())
	t := &layers.TCP{
		SrcPort: layers.TCPPort(w.Src.Port()), DstPort: layers.TCPPort(w.Dst.Port()), Seq: w.Seq, Ack: w.Ack, Window: w.Window,
		FIN: w.Flags.Has(FIN), SYN: w.Flags.Has(SYN), RST: w.Flags.Has(RST), PSH: w.Flags.Has(PSH),
		ACK: w.Flags.Has(ACK), URG: w.Flags.Has(URG), ECE: w.Flags.Has(ECE), CWR: w.Flags.Has(CWR),
	}
	option := func(kind layers.TCPOptionKind, data []byte) {
		t.Options = append(t.Options, layers.TCPOption{OptionType: kind, OptionLength: uint8(len(data) + 2), OptionData: data})
	}
	if m.IntN(2) == 0 {
		data := m.bytes(2)
		w.Options.MSS = be16(data)
		option(layers.TCPOptionKindMSS, data)
	}
	if m.IntN(2) == 0 {
		w.Options.HasScale, w.Options.WindowScale = true, uint8(m.IntN(15))
		option(layers.TCPOptionKindWindowScale, []byte{w.Options.WindowScale})
	}
	if m.IntN(2) == 0 {
		data := m.bytes(8)
		w.Options.HasTimestamps, w.Options.TSVal, w.Options.TSEcr = true, be32(data), be32(data[4:])
		option(layers.TCPOptionKindTimestamps, data)
	}
	if m.IntN(3) == 0 {
		data := m.bytes(8)
		w.Options.SACKCount, w.Options.SACK[0] = 1, SACKBlock{be32(data), be32(data[4:])}
		option(layers.TCPOptionKindSACK, data)
	}
	_ = t.SetNetworkLayerForChecksum(ip)
	return t
}

// frame gives the next packet, as an Ethernet frame.
func (m *packetMaker) frame(t *testing.T) []byte {
	m.want, m.layers = Segment{Kind: KindTCP}, nil
	for range m.IntN(4) {
		m.tunnel()
	}
	next, ip := m.network(layers.IPProtocolTCP)
	m.ethernet(next)
	m.want.Payload = m.bytes(m.IntN(50))
	m.want.Length = len(m.want.Payload)
	m.add(ip.(gopacket.SerializableLayer), m.tcp(ip), gopacket.Payload(m.want.Payload))
	buffer := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(buffer, options, m.layers...); err != nil {
		t.Fatal(err)
	}
	return append(buffer.Bytes(), m.bytes(m.IntN(8))...) // padding
}

// What gopacket builds, decode reads.
func TestAgainstGopacket(t *testing.T) {
	d := newDecoder()
	m := packetMaker{Rand: rand.New(rand.NewPCG(5, 6))}
	for round := range 3000 {
		data := m.frame(t)
		got, ok := decodeOne(t, d, linkEthernet, data)
		if !ok {
			t.Fatalf("round %d: no segment in %x", round, data)
		}
		wantSegment(t, got, m.want)
		if t.Failed() {
			var names []string
			for _, l := range m.layers {
				names = append(names, fmt.Sprint(l.LayerType()))
			}
			t.Fatalf("round %d: %v\n%x", round, names, data)
		}
	}
}
