package wirescript

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

// Ethertypes (IEEE 802 numbers).
const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherVLAN  = 0x8100
	etherQinQ  = 0x88a8
	etherMPLS  = 0x8847
	etherPPPoE = 0x8864
	etherTEB   = 0x6558 // an Ethernet frame inside GRE or Geneve
)

// layer is one word of a link line with its numbers.
type layer struct {
	kind string
	n    []uint32
}

// link is the layers below the IP packet, outermost first; the first is what
// the capture file calls its link type.
type link []layer

// linkBases are the words that can stand first, with their link types.
var linkBases = map[string]int{
	"ethernet": LinkEthernet, "sll": LinkSLL, "sll2": LinkSLL2, "null": LinkNull,
	"loop": LinkLoop, "raw": LinkRaw, "ppp": LinkPPP,
}

// linkNumbers says how many numbers follow a word, at most, and up to what.
var linkNumbers = map[string]struct {
	count int
	max   uint64
}{
	"vlan": {1, 4094}, "qinq": {2, 4094}, "mpls": {4, 1<<20 - 1}, "pppoe": {1, 65535},
	"gre": {0, 0}, "gretap": {0, 0}, "ipip": {0, 0},
	"erspan": {1, 3}, "vxlan": {1, 1<<24 - 1}, "geneve": {1, 1<<24 - 1},
}

// parseLink reads "ethernet vlan 12 gre"; where the first word is not a base,
// ethernet is meant.
func parseLink(l *lexer) (link, error) {
	var out link
	w := l.word()
	if w == "" {
		return nil, fmt.Errorf("a link type is missing")
	}
	if _, base := linkBases[w]; base {
		out = link{{kind: w}}
		w = l.word()
	} else {
		out = link{{kind: "ethernet"}}
	}
	for ; w != ""; w = l.word() {
		want, known := linkNumbers[w]
		if !known {
			return nil, fmt.Errorf("unknown link layer %q", w)
		}
		next := layer{kind: w}
		for len(next.n) < want.count && isNumber(l.peek()) {
			n, err := l.number("a number for "+w, want.max)
			if err != nil {
				return nil, err
			}
			next.n = append(next.n, uint32(n))
		}
		out = append(out, next)
	}
	return out, out.check()
}

func isNumber(w string) bool {
	_, err := strconv.ParseUint(w, 0, 32)
	return err == nil
}

// check refuses what cannot be put on a wire: raw, null, loop and PPP carry
// nothing but IP.
func (k link) check() error {
	for _, l := range k {
		if (l.kind == "vlan" && len(l.n) != 1) || (l.kind == "qinq" && len(l.n) != 2) {
			return fmt.Errorf("%s needs its VLAN numbers", l.kind)
		}
	}
	if len(k) < 2 || k[0].kind == "ethernet" || k[0].kind == "sll" || k[0].kind == "sll2" {
		return nil
	}
	switch k[1].kind {
	case "vlan", "qinq", "mpls", "pppoe":
		return fmt.Errorf("%s cannot carry %s", k[0].kind, k[1].kind)
	}
	return nil
}

// number is the i-th number of a layer, or what stands for it.
func (l layer) number(i int, otherwise uint32) uint32 {
	if i < len(l.n) {
		return l.n[i]
	}
	return otherwise
}

// wrap puts an IP packet of side from into a frame. near says that the sender
// is at the capture point: its short frames are not padded yet.
func (k link) wrap(ip []byte, from Side, near bool, serial uint16) ([]byte, int) {
	frame := k.wrapProto(ip, ipProto(ip), from, serial)
	if k[0].kind == "ethernet" && len(k) == 1 && !near {
		for len(frame) < 60 {
			frame = append(frame, 0)
		}
	}
	return frame, linkBases[k[0].kind]
}

func ipProto(ip []byte) uint16 {
	if ip[0]>>4 == 6 {
		return etherIPv6
	}
	return etherIPv4
}

// wrapProto is wrap for what any ethertype names, without padding.
func (k link) wrapProto(b []byte, proto uint16, from Side, serial uint16) []byte {
	for i := len(k) - 1; i > 0; i-- {
		b, proto = k[i].wrap(b, proto, from, serial)
	}
	return k[0].base(b, proto, from)
}

// base puts on the layer that the capture file's link type names.
func (l layer) base(b []byte, proto uint16, from Side) []byte {
	var h []byte
	switch l.kind {
	case "ethernet":
		h = ethernetHeader(from, proto)
	case "sll":
		// Packet type, ARPHRD_ETHER, address length, address, protocol.
		h = append([]byte{0, packetType(from), 0, 1, 0, 6}, mac(from)...)
		h = append(h, 0, 0)
		h = binary.BigEndian.AppendUint16(h, proto)
	case "sll2":
		h = binary.BigEndian.AppendUint16(nil, proto)
		h = append(h, 0, 0, 0, 0, 0, 2, 0, 1, packetType(from), 6)
		h = append(append(h, mac(from)...), 0, 0)
	case "null": // host byte order of the machine that captured: here little endian
		h = binary.LittleEndian.AppendUint32(nil, addressFamily(proto))
	case "loop":
		h = binary.BigEndian.AppendUint32(nil, addressFamily(proto))
	case "ppp":
		h = binary.BigEndian.AppendUint16([]byte{0xff, 3}, pppProtocol(proto))
	}
	return append(h, b...)
}

// packetType is SLL's word for the direction, seen from the server.
func packetType(from Side) byte {
	if from == Server {
		return 4
	}
	return 0
}

// addressFamily is BSD's AF_INET or, as macOS numbers it, AF_INET6.
func addressFamily(proto uint16) uint32 {
	if proto == etherIPv6 {
		return 30
	}
	return 2
}

func pppProtocol(proto uint16) uint16 {
	if proto == etherIPv6 {
		return 0x57
	}
	return 0x21
}

// mac is a locally administered address for each side.
func mac(s Side) []byte { return []byte{2, 0, 0, 0, 0, 0x10 + byte(s)} }

func ethernetHeader(from Side, proto uint16) []byte {
	h := append(append([]byte(nil), mac(from.other())...), mac(from)...)
	return binary.BigEndian.AppendUint16(h, proto)
}
