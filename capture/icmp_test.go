package capture

import (
	"strings"
	"testing"
)

func TestICMPQuotes(t *testing.T) {
	const (
		quote4 = ip4Header + "9c40 0019 11223344 # ports 40000, 25; seq\n"
		quote6 = ip6Header + "9c40 0019 11223344\n"
		// The same with a destination options header in between.
		quote6Options = "60000000 0021 3c 3f 20010db8000000000000000000000001 20010db8000000000000000000000002" +
			"06 00 010400000000 9c40 0019 11223344\n"
		quote6Fragment = "60000000 0021 2c 3f 20010db8000000000000000000000001 20010db8000000000000000000000002" +
			"06 00 0001 00000007 9c40 0019 11223344 # more fragments follow\n"
		quote6Later = "60000000 0021 2c 3f 20010db8000000000000000000000001 20010db8000000000000000000000002" +
			"06 00 0008 00000007 9c40 0019 11223344 # at offset 8\n"
	)
	v4 := func(kind, code uint8, mtu uint32) func() Segment {
		return func() Segment {
			return Segment{
				Kind: KindICMP, Src: segment5().Src, Dst: segment5().Dst, Seq: 0x11223344,
				TTL: 32, HasIPID: true, IPID: 7,
				ICMP: ICMP{From: addrPort("10.0.0.1:0").Addr(), Type: kind, Code: code, MTU: mtu},
			}
		}
	}
	v6 := func(kind, code uint8, mtu uint32) func() Segment {
		return func() Segment {
			return Segment{
				Kind: KindICMP, Src: segment5v6().Src, Dst: segment5v6().Dst, Seq: 0x11223344, TTL: 32,
				ICMP: ICMP{From: addrPort("[fd00::1]:0").Addr(), V6: true, Type: kind, Code: code, MTU: mtu},
			}
		}
	}
	in := func(b string) string { return in4(protoICMP, b) }
	runFrames(t, []frameCase{
		{name: "host unreachable", link: linkRaw, hex: in("0301 0000 00000000" + quote4), want: v4(3, 1, 0)},
		{name: "fragmentation needed", link: linkRaw, hex: in("0304 0000 0000 0578" + quote4), want: v4(3, 4, 1400)},
		{name: "prohibited, stale bytes", link: linkRaw, hex: in("030d 0000 0000 0578" + quote4), want: v4(3, 13, 0)},
		{name: "source quench", link: linkRaw, hex: in("0400 0000 00000000" + quote4), want: v4(4, 0, 0)},
		{name: "redirect", link: linkRaw, hex: in("0501 0000 0a000009" + quote4), want: v4(5, 1, 0)},
		{name: "time exceeded", link: linkRaw, hex: in("0b00 0000 00000000" + quote4), want: v4(11, 0, 0)},
		{name: "parameter problem", link: linkRaw, hex: in("0c00 0000 04000000" + quote4), want: v4(12, 0, 0)},
		{name: "more than eight bytes quoted", link: linkRaw, hex: in("0b00 0000 00000000" + tcp4), want: v4(11, 0, 0)},
		{name: "echo", link: linkRaw, hex: in("0800 0000 00010001" + quote4), count: inICMP},
		{name: "quotes UDP", link: linkRaw, hex: in("0303 0000 00000000" + strings.Replace(quote4, "4006", "4011", 1)), count: inICMP},
		{name: "quotes a later fragment", link: linkRaw, hex: in("0303 0000 00000000" + strings.Replace(quote4, "1a2b 4000", "1a2b 0001", 1)), count: inICMP},
		{name: "quotes too little", link: linkRaw, hex: in("0303 0000 00000000" + ip4Header + "9c40 0019 1122"), count: inICMP},
		{name: "quotes nothing", link: linkRaw, hex: in("0303 0000 00000000"), count: inICMP},
		{name: "quotes IPv6", link: linkRaw, hex: in("0303 0000 00000000" + quote6), count: inICMP},
		{name: "cut", link: linkRaw, hex: in("0303 0000"), count: inMalformed},

		{name: "6: unreachable", link: linkRaw, hex: in6(protoICMPv6, "0104 0000 00000000"+quote6), want: v6(1, 4, 0)},
		{name: "6: too big", link: linkRaw, hex: in6(protoICMPv6, "0200 0000 00000500"+quote6), want: v6(2, 0, 1280)},
		{name: "6: time exceeded", link: linkRaw, hex: in6(protoICMPv6, "0300 0000 00000000"+quote6), want: v6(3, 0, 0)},
		{name: "6: parameter problem", link: linkRaw, hex: in6(protoICMPv6, "0401 0000 00000006"+quote6), want: v6(4, 1, 0)},
		{name: "6: quotes options", link: linkRaw, hex: in6(protoICMPv6, "0200 0000 00000500"+quote6Options), want: v6(2, 0, 1280)},
		{name: "6: quotes a first fragment", link: linkRaw, hex: in6(protoICMPv6, "0200 0000 00000500"+quote6Fragment), want: v6(2, 0, 1280)},
		{name: "6: quotes a later fragment", link: linkRaw, hex: in6(protoICMPv6, "0200 0000 00000500"+quote6Later), count: inICMP},
		{name: "6: neighbour solicitation", link: linkRaw, hex: in6(protoICMPv6, "8700 0000 00000000 fe800000000000000000000000000001"), count: inICMP},
		{name: "6: quotes nothing", link: linkRaw, hex: in6(protoICMPv6, "0100 0000 00000000"), count: inICMP},
		{name: "6: cut", link: linkRaw, hex: in6(protoICMPv6, "0100 0000"), count: inMalformed},
	})
}
