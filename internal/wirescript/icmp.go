package wirescript

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// icmpError is one kind of ICMP error in both families (RFC 792, RFC 4443).
type icmpError struct {
	type4, code4 uint8
	type6, code6 uint8
}

var icmpErrors = map[string]icmpError{
	"net-unreachable":  {3, 0, 1, 0},
	"host-unreachable": {3, 1, 1, 3},
	"port-unreachable": {3, 3, 1, 4},
	"frag-needed":      {3, 4, 2, 0},
	"admin-prohibited": {3, 13, 1, 1},
	"time-exceeded":    {11, 0, 3, 0},
}

// icmpMessage is an error from router that quotes quoted, an IP packet of
// which IPv4 routers return 28 bytes or more and IPv6 ones all they can.
func icmpMessage(kind string, router netip.Addr, mtu uint32, quoted []byte) ([]byte, error) {
	e, v6 := icmpErrors[kind], quoted[0]>>4 == 6
	if v6 != router.Is6() {
		return nil, fmt.Errorf("%v and the session are of different IP versions", router)
	}
	keep := 28
	if v6 {
		keep = 1232
	}
	quoted = quoted[:min(keep, len(quoted))]
	if v6 {
		b := append([]byte{e.type6, e.code6, 0, 0}, binary.BigEndian.AppendUint32(nil, mtu)...)
		b = append(b, quoted...)
		to := netip.AddrFrom16([16]byte(quoted[8:24]))
		sum := pseudoSum(router.AsSlice(), to.AsSlice(), protoICMPv6, len(b))
		binary.BigEndian.PutUint16(b[2:], fold(sum16(sum, b)))
		return ipv6(router, to, protoICMPv6, 63, b), nil
	}
	b := append([]byte{e.type4, e.code4, 0, 0}, binary.BigEndian.AppendUint32(nil, mtu)...)
	b = append(b, quoted...)
	binary.BigEndian.PutUint16(b[2:], fold(sum16(0, b)))
	return ipv4(router, netip.AddrFrom4([4]byte(quoted[12:16])), protoICMP, 63, 0, nil, b), nil
}
