//go:build cgo

package capture

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcap"
)

func TestFilter(t *testing.T) {
	const sll2 = "0800 0000 00000002 0001 00 06 020000000001 0000"
	for _, c := range []struct {
		name, expr string
		link       int32
		hex        string
		want       bool
	}{
		{"Ethernet", "tcp port 25", linkEthernet, ether4, true},
		{"Ethernet, other port", "tcp port 26", linkEthernet, ether4, false},
		{"Ethernet, IPv6", "ip6 and tcp dst port 25", linkEthernet, ether6, true},
		{"VLAN", "vlan 12 and host 192.0.2.1", linkEthernet, macs + "8100 000c 0800" + tcp4, true},
		{"VLAN, without saying so", "host 192.0.2.1", linkEthernet, macs + "8100 000c 0800" + tcp4, false},
		{"SLL", "src host 192.0.2.1", linkSLL, "0004 0001 0006 020000000001 0000 0800" + tcp4, true},
		{"SLL2", "tcp port 25", linkSLL2, sll2 + tcp4, true},
		{"SLL2, other port", "tcp port 26", linkSLL2, sll2 + tcp4, false},
		{"SLL2, direction", "inbound", linkSLL2, sll2 + tcp4, true},
		{"SLL2, interface", "ifindex 2", linkSLL2, sll2 + tcp4, true},
		{"raw", "dst port 25", linkRaw, tcp4, true},
		{"raw, IPv6", "host 2001:db8::2", linkRaw, tcp6, true},
		{"null", "tcp", linkNull, "02000000" + tcp4, true},
		{"PPP", "tcp", linkPPP, "ff03 0021" + tcp4, true},
		{"flags", "tcp[tcpflags] & tcp-push != 0", linkEthernet, ether4, true},
		{"payload", "tcp[20:4] = 0x45484c4f", linkEthernet, ether4, true},
		{"length", "greater 60", linkEthernet, ether4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := compileFilter(c.expr)
			if err != nil {
				t.Fatal(err)
			}
			data := unhex(t, c.hex)
			if got := f.match(&record{data: data, wire: len(data), link: c.link}); got != c.want || f.err() != nil {
				t.Errorf("%v, %v", got, f.err())
			}
		})
	}
}

func TestFilterMistakes(t *testing.T) {
	for _, expr := range []string{"tcp prt 25", "port", "host 1.2.3.4.5.6", "(tcp", "ip6 protochain 6"} {
		_, err := compileFilter(expr)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), expr) {
			t.Errorf("%q: %v", expr, err)
		}
	}
	// Right for Ethernet, without meaning for raw IP.
	f, err := compileFilter("ether host 02:00:00:00:00:01")
	if err != nil {
		t.Fatal(err)
	}
	data := unhex(t, ether4)
	if !f.match(&record{data: data, wire: len(data), link: linkEthernet}) || f.err() != nil {
		t.Error("dropped an Ethernet frame", f.err())
	}
	data = unhex(t, tcp4)
	if f.match(&record{data: data, wire: len(data), link: linkRaw}) || f.err() == nil ||
		!strings.Contains(f.err().Error(), "link type 101") {
		t.Error("raw IP:", f.err())
	}
}

// The machine here and libpcap's agree on every frame.
func TestFilterAgreesWithLibpcap(t *testing.T) {
	frames := []string{ether4, ether6, macs + "8100 000c 0800" + tcp4, macs + "0806 0001",
		macs + "0800" + inUDP4(53, "01020304"), macs + "86dd" + in6(protoHopByHop, "06 00 010400000000"+tcp5)}
	random := rand.New(rand.NewPCG(3, 4))
	for _, expr := range []string{
		"tcp", "not tcp", "port 25 or port 53", "ip6", "vlan", "vlan and tcp", "net 192.0.2.0/24",
		"tcp[13] & 8 != 0", "ip[2:2] - ((ip[0] & 0xf) << 2) > 20", "len > 60", "ether multicast",
		"udp[8:4] * 2 / 3 = 0", "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x45484c4f", "portrange 20-30",
	} {
		ours, err := compileFilter(expr)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := pcap.NewBPF(layers.LinkTypeEthernet, filterSnapLen, expr)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range frames {
			for range 50 {
				data := unhex(t, h)
				data[random.IntN(len(data))] ^= 1 << random.IntN(8)
				data = data[:1+random.IntN(len(data))]
				wire := len(data) + random.IntN(3)
				got := ours.match(&record{data: data, wire: wire, link: linkEthernet})
				if want := theirs.Matches(gopacket.CaptureInfo{CaptureLength: len(data), Length: wire}, data); got != want {
					t.Fatalf("%s on %x (%d): %v, libpcap says %v", expr, data, wire, got, want)
				}
			}
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	f, err := compileFilter("tcp port 25 or tcp port 587")
	if err != nil {
		b.Fatal(err)
	}
	data := unhex(b, ether4)
	r := record{data: data, wire: len(data), link: linkEthernet}
	b.ReportAllocs()
	for b.Loop() {
		f.match(&r)
	}
}
