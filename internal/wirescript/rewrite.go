package wirescript

import "time"

// Rewriter is one way to write a capture differently without changing what
// was said in it: verdict, messages, envelope, bytes and replies must stay the
// same; frame numbers, times and TCP counters may differ.
type Rewriter struct {
	Name string // the word for "unfit"
	Do   func([]Frame) []Frame
}

// Rewriters are those that a test puts every case through. A script's "unfit"
// names the ones that make its truth another one.
var Rewriters = []Rewriter{
	{"one-byte", OneByteSegments},
	{"seven-byte", func(f []Frame) []Frame { return Resegment(f, 7) }},
	{"reorder", func(f []Frame) []Frame { return ReorderSafely(f, 4, 1) }},
	{"double", func(f []Frame) []Frame { return Duplicate(f, false, 15*time.Microsecond) }},
	{"double-ttl", func(f []Frame) []Frame { return Duplicate(f, true, 200*time.Microsecond) }},
	{"vlan", func(f []Frame) []Frame { return ToVLAN(f, 12) }},
	{"qinq", func(f []Frame) []Frame { return Relink(f, "qinq 100 12") }},
	{"sll", ToSLL},
	{"sll2", ToSLL2},
	{"gre", ToGRE},
	{"erspan", func(f []Frame) []Frame { return ToERSPAN(f, 2) }},
	{"vxlan", func(f []Frame) []Frame { return ToVXLAN(f, 100) }},
	{"geneve", func(f []Frame) []Frame { return Relink(f, "geneve 100") }},
	{"wrap", func(f []Frame) []Frame { return WrapISN(f, 300) }},
	{"shift-isn", func(f []Frame) []Frame { return ShiftISN(f, 0x80000000) }},
	{"shift-time", func(f []Frame) []Frame { return ShiftTime(f, 400*24*time.Hour) }},
}

func rewriterKnown(name string) bool {
	for _, r := range Rewriters {
		if r.Name == name {
			return true
		}
	}
	return false
}

// Snap cuts frames to n bytes, as tcpdump -s does.
func Snap(frames []Frame, n int) []Frame {
	out := make([]Frame, len(frames))
	for i, f := range frames {
		k := min(n, len(f.Data))
		f.Data = f.Data[:k:k]
		out[i] = f
	}
	return out
}

// ShiftTime moves every frame by d.
func ShiftTime(frames []Frame, d time.Duration) []Frame {
	out := make([]Frame, len(frames))
	for i, f := range frames {
		f.Time = f.Time.Add(d)
		out[i] = f
	}
	return out
}

// Relink takes the link layer off and puts another one on, in the words of a
// script's link line: "sll2", "ethernet vlan 12", "vxlan 100". Frames whose
// network layer is not found are left out. It panics where the words are wrong.
func Relink(frames []Frame, words string) []Frame {
	k, err := parseLink(&lexer{rest: words})
	if err != nil {
		panic("wirescript: Relink: " + err.Error())
	}
	ipOnly := k[0].kind == "raw" || k[0].kind == "null" || k[0].kind == "loop" || k[0].kind == "ppp"
	var out []Frame
	for i, f := range frames {
		at, proto, ok := networkLayer(f)
		if !ok || ipOnly && proto != etherIPv4 && proto != etherIPv6 {
			continue
		}
		// The whole length on the wire goes into outer headers, then what
		// was cut before is cut again.
		cut := max(0, f.Wire-len(f.Data))
		whole := append(append([]byte(nil), f.Data[at:]...), make([]byte, cut)...)
		if _, ip, ok := ipPacket(f); ok && cut == 0 {
			whole = append([]byte(nil), ip...) // without padding
		}
		b := k.wrapProto(whole, proto, senderOf(f), uint16(i))
		out = append(out, Frame{f.Time, linkBases[k[0].kind], b[: len(b)-cut : len(b)-cut], len(b)})
	}
	return out
}

// senderOf guesses the side from the ports; it only chooses MAC addresses.
func senderOf(f Frame) Side {
	if v, ok := tcpView(f); ok {
		if w := flowOf(v.ip, v.tcp); w.src.Port() < w.dst.Port() {
			return Server
		}
	}
	return Client
}

// ToVLAN carries the frames over an 802.1Q VLAN.
func ToVLAN(frames []Frame, id int) []Frame { return Relink(frames, "vlan "+itoa(id)) }

// ToSLL writes them as tcpdump -i any did before libpcap 1.10.
func ToSLL(frames []Frame) []Frame { return Relink(frames, "sll") }

// ToSLL2 writes them as tcpdump -i any does.
func ToSLL2(frames []Frame) []Frame { return Relink(frames, "sll2") }

// ToGRE puts every IP packet in a GRE tunnel.
func ToGRE(frames []Frame) []Frame { return Relink(frames, "gre") }

// ToERSPAN mirrors them over ERSPAN type 1, 2 or 3.
func ToERSPAN(frames []Frame, version int) []Frame { return Relink(frames, "erspan "+itoa(version)) }

// ToVXLAN puts every frame in VXLAN.
func ToVXLAN(frames []Frame, vni int) []Frame { return Relink(frames, "vxlan "+itoa(vni)) }
