package gatewaylog

import (
	"net/netip"
	"strconv"
	"strings"
)

// hostPeer reads the forms of a client or server that mail programs write:
//
//	mail.example.com[192.0.2.1]:41000    Postfix; the port is optional
//	[2001:db8::1]:41000                  postscreen
//	mail.example.com [192.0.2.1] (may be forged)   sendmail
//	[IPv6:2001:db8::1]                   sendmail
func hostPeer(s string) Peer {
	var p Peer
	open := strings.LastIndexByte(s, '[')
	if open < 0 {
		p.Addr = address(s)
		if !p.Addr.IsValid() {
			p.Name = hostName(s)
		}
		return p
	}
	p.Name = hostName(strings.TrimSpace(s[:open]))
	inside, after, closed := strings.Cut(s[open+1:], "]")
	if !closed {
		return p
	}
	p.Addr = address(strings.TrimPrefix(inside, "IPv6:"))
	if rest, ok := strings.CutPrefix(after, ":"); ok {
		p.Port = portNumber(rest[:leadingDigits(rest)])
	}
	return p
}

func hostName(s string) string {
	if s == "unknown" {
		return ""
	}
	return s
}

// addrPort reads "192.0.2.1:41000" and "[2001:db8::1]:41000".
func addrPort(s string) Peer {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return Peer{Addr: address(s)}
	}
	p := Peer{Addr: address(strings.Trim(s[:i], "[]")), Port: portNumber(s[i+1:])}
	if !p.Addr.IsValid() {
		return Peer{Addr: address(s)}
	}
	return p
}

// address is the IP address in s, the zero Addr if it is none.
func address(s string) netip.Addr {
	if len(s) < 2 || len(s) > 64 {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

func portNumber(s string) uint16 {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// over is p, completed by what an earlier line told.
func (p Peer) over(before Peer) Peer {
	if !p.Addr.IsValid() {
		p.Addr = before.Addr
	}
	if p.Port == 0 {
		p.Port = before.Port
	}
	if p.Name == "" {
		p.Name = before.Name
	}
	return p
}

// bare takes the angle brackets off an address or a message id.
func bare(s string) string {
	if len(s) >= 2 && s[0] == '<' && s[len(s)-1] == '>' {
		return s[1 : len(s)-1]
	}
	return s
}
