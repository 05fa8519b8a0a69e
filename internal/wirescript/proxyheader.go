package wirescript

import (
	"encoding/binary"
	"fmt"
)

// readProxy reads "proxy v1|v2 ADDRESS:PORT", the client behind the proxy, or
// "proxy v1 unknown", "proxy v2 local" (HAProxy's PROXY protocol, sections
// 2.1 and 2.2).
func readProxy(l *lexer) (maker, error) {
	version := l.word()
	if version != "v1" && version != "v2" {
		return nil, fmt.Errorf("%q is not a version of the PROXY protocol: v1 or v2", version)
	}
	if version == "v1" && l.take("unknown") {
		return fixed([]byte("PROXY UNKNOWN\r\n")), nil
	}
	const signature = "\r\n\r\n\x00\r\nQUIT\n"
	if version == "v2" && l.take("local") {
		return fixed([]byte(signature + "\x20\x00\x00\x00")), nil
	}
	from, err := l.addrPort()
	if err != nil {
		return nil, err
	}
	return func(p *play, _ *host) []byte {
		to := p.addr[Server]
		family, code := "TCP4", byte(0x11)
		if from.Addr().Is6() {
			family, code = "TCP6", 0x21
		}
		if version == "v1" {
			return fmt.Appendf(nil, "PROXY %s %s %s %d %d\r\n", family, from.Addr(), to.Addr(), from.Port(), to.Port())
		}
		addresses := append(from.Addr().AsSlice(), to.Addr().AsSlice()...)
		b := append([]byte(signature), 0x21, code)
		b = binary.BigEndian.AppendUint16(b, uint16(len(addresses)+4))
		b = append(b, addresses...)
		b = binary.BigEndian.AppendUint16(b, from.Port())
		return binary.BigEndian.AppendUint16(b, to.Port())
	}, nil
}
