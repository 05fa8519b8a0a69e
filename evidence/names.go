package evidence

import (
	"bytes"
	"net/netip"

	"smtpscope/redact"
)

// shownText is what is shown of a command or a reply; as long as it.
func shownText(data []byte, names *redact.Redactor) []byte {
	if names == nil {
		return data
	}
	show := names.Stream(data)
	if len(show) != len(data) { // never; but a packet must not be torn
		return bytes.Repeat([]byte{blank}, len(data))
	}
	return show
}

// The PROXY protocol's version 2 (HAProxy, proxy-protocol.txt section 2.2).
const (
	proxy2Signature = "\r\n\r\n\x00\r\nQUIT\n"
	proxy2Family    = 13 // upper four bits: 1 is IPv4, 2 is IPv6
	proxy2Addresses = 16
)

// shownProxy is what is shown of a PROXY header. What a proxy adds behind the
// addresses of version 2 (the host name that TLS asked for, among others) is
// not shown where names are replaced; what only its owner understands never is.
func shownProxy(data []byte, names *redact.Redactor) []byte {
	second := bytes.HasPrefix(data, []byte(proxy2Signature)) && len(data) >= proxy2Addresses
	switch {
	case !second && names == nil:
		return data
	case !second:
		return shownProxy1(data, names)
	}
	show := bytes.Clone(data)
	size := map[byte]int{1: 4, 2: 16}[data[proxy2Family]>>4]
	at := proxy2Addresses
	for range 2 {
		if size > 0 && len(show) >= at+size {
			if names != nil {
				hideIP(show[at:at+size], names)
			}
			at += size
		}
	}
	if size > 0 {
		at += 4 // ports
	}
	if at = min(at, len(show)); names != nil {
		clear(show[at:])
	} else {
		clearUnknown(show[at:])
	}
	return show
}

// known are the types of what stands behind the addresses that the protocol itself
// has (section 2.2.1 to 2.2.9): the name of the protocol and of the host, a checksum,
// padding, an id, what TLS came to, a network's name. Others are what a proxy and its
// server agreed upon.
var known = map[byte]bool{0x01: true, 0x02: true, 0x03: true, 0x04: true, 0x05: true, 0x20: true, 0x30: true}

// clearUnknown clears the values of other types, and what is not whole.
func clearUnknown(b []byte) {
	const head = 3 // type and length
	for len(b) >= head {
		size := head + int(b[1])<<8 + int(b[2])
		if size > len(b) {
			break
		}
		if !known[b[0]] {
			clear(b[head:size])
		}
		b = b[size:]
	}
	clear(b)
}

// hideIP replaces an address of 4 or 16 bytes in place.
func hideIP(b []byte, names *redact.Redactor) {
	ip, _ := netip.AddrFromSlice(b)
	copy(b, names.IP(ip).AsSlice())
}

// shownProxy1 is what is shown of a header of version 1, which is a line of
// text: "PROXY TCP4 192.0.2.1 198.51.100.5 41234 25". Where the pseudonyms are
// not as long as the addresses it becomes a header that names nobody (section
// 2.1: what follows UNKNOWN is ignored).
func shownProxy1(data []byte, names *redact.Redactor) []byte {
	words := bytes.Split(data, []byte(" "))
	for i := 2; i < min(len(words), 4); i++ {
		if ip, err := netip.ParseAddr(string(words[i])); err == nil {
			words[i] = []byte(names.IP(ip).String())
		}
	}
	if show := bytes.Join(words, []byte(" ")); len(show) == len(data) {
		return show
	}
	const nobody, end = "PROXY UNKNOWN ", "\r\n"
	if len(data) < len(nobody)+len(end) {
		return bytes.Repeat([]byte{blank}, len(data))
	}
	show := append([]byte(nobody), bytes.Repeat([]byte{blank}, len(data)-len(nobody)-len(end))...)
	return append(show, end...)
}
