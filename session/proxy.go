package session

import (
	"bufio"
	"bytes"
	"net"

	"github.com/pires/go-proxyproto"
)

// maxProxyHeader bounds a PROXY protocol header that is waited for. Version 1
// has at most 107 bytes; version 2 says its length, and 4 KiB hold every TLV
// that is in use (haproxy.org, proxy-protocol.txt, sections 2.1 and 2.2).
const maxProxyHeader = 4096

var (
	proxyV1 = []byte("PROXY ")
	proxyV2 = []byte("\r\n\r\n\x00\r\nQUIT\n")
)

func couldBeProxy(b []byte) bool { return prefixEither(b, proxyV1) || prefixEither(b, proxyV2) }

// proxyReader takes a PROXY header off the front of a client's bytes.
type proxyReader struct {
	done   bool
	held   []byte
	origin *Origin `dormant:"ref"`
	header []byte  `dormant:"ref"` // as it came, where there is an origin
	told   bool    // the story has it
}

// strip gives the bytes behind the header, or all of them where there is no
// header; nil while it is not clear yet. The result is valid until the next
// call or as long as data.
func (p *proxyReader) strip(data []byte) []byte {
	if p.done {
		return data
	}
	if p.held == nil && !couldBeProxy(data) {
		p.done = true
		return data
	}
	p.held = append(p.held, data...)
	size := proxySize(p.held)
	if size == 0 && len(p.held) < maxProxyHeader {
		return nil
	}
	p.done = true
	rest := p.held
	if size > 0 {
		if origin := parseProxy(p.held[:size]); origin != nil {
			p.origin, p.header, rest = origin, p.held[:size], p.held[size:]
		}
	}
	p.held = nil
	return rest
}

// proxySize is the length of the header at the front of b; 0 = not whole yet,
// and all of b where it turns out to be none.
func proxySize(b []byte) int {
	switch {
	case !couldBeProxy(b):
		return len(b)
	case bytes.HasPrefix(b, proxyV1):
		return bytes.IndexByte(b, '\n') + 1
	case len(b) >= 16:
		if size := 16 + int(b[14])<<8 + int(b[15]); size <= len(b) {
			return size
		}
	}
	return 0
}

func parseProxy(b []byte) *Origin {
	header, err := proxyproto.Read(bufio.NewReader(bytes.NewReader(b)))
	if err != nil {
		return nil
	}
	origin := &Origin{By: "proxy"}
	if tcp, ok := header.SourceAddr.(*net.TCPAddr); ok && tcp != nil {
		from := tcp.AddrPort()
		origin.IP, origin.Port = from.Addr().Unmap(), from.Port()
	}
	return origin
}

// flush gives what was held for a header that never became whole.
func (p *proxyReader) flush() []byte {
	held := p.held
	p.held, p.done = nil, true
	return held
}
