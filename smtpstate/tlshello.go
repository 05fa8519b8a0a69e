package smtpstate

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// helloInfo is what is wanted of a ClientHello or ServerHello.
type helloInfo struct {
	version uint16 // the highest offered, or the one chosen
	sni     string
	retry   bool // HelloRetryRequest
}

// words name the message, and its version: "ServerHello (TLS 1.2)".
func (h *helloInfo) words(from side) string {
	version := versionName(h.version)
	switch {
	case h.retry:
		return "HelloRetryRequest"
	case from == fromClient && version != "":
		return "ClientHello (" + version + " at most)"
	case from == fromClient:
		return "ClientHello"
	case version != "":
		return "ServerHello (" + version + ")"
	}
	return "ServerHello"
}

// helloReader picks the hellos out of handshake records, over whose ends a
// message may go (RFC 8446 section 5.1).
type helloReader struct {
	head [handshakeHead]byte
	have int
	left int
	body []byte
	done *helloInfo
	lost bool
}

func (h *helloReader) read(data []byte) {
	for len(data) > 0 && !h.lost {
		if h.have < handshakeHead {
			h.head[h.have] = data[0]
			h.have++
			data = data[1:]
			if h.have == handshakeHead {
				h.left = int(h.head[1])<<16 | int(h.head[2])<<8 | int(h.head[3])
				h.body = h.body[:0]
				h.end()
			}
			continue
		}
		k := min(h.left, len(data))
		if h.wanted() && len(h.body) < helloMax {
			h.body = append(h.body, data[:min(k, helloMax-len(h.body))]...)
		}
		h.left -= k
		data = data[k:]
		h.end()
	}
}

func (h *helloReader) wanted() bool { return h.head[0] == clientHello || h.head[0] == serverHello }

// end parses a message that is whole.
func (h *helloReader) end() {
	if h.left > 0 {
		return
	}
	h.have = 0
	if h.wanted() {
		if info, ok := parseHello(h.body, h.head[0] == clientHello); ok {
			h.done = &info
		}
	}
}

// gap: a message with a hole is of no use, and where the next begins is
// unknown.
func (h *helloReader) gap() { h.lost = true }

// cursor reads a body; once it ran over the end, everything is zero.
type cursor struct {
	b  []byte
	ok bool
}

func (c *cursor) bytes(n int) []byte {
	if !c.ok || n > len(c.b) {
		c.ok, c.b = false, nil
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) number(size int) int {
	n := 0
	for _, b := range c.bytes(size) {
		n = n<<8 | int(b)
	}
	return n
}

// vector reads a field with a length of size bytes in front.
func (c *cursor) vector(size int) cursor {
	n := c.number(size)
	return cursor{b: c.bytes(n), ok: c.ok}
}

// The extensions of interest (RFC 6066 section 3, RFC 8446 section 4.2.1).
const (
	extensionSNI      = 0
	extensionVersions = 43
)

// retryRandom is the ServerHello.random of a HelloRetryRequest (RFC 8446
// section 4.1.3).
var retryRandom = []byte{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// parseHello reads a hello's body. A hello that was cut at helloMax gives what
// stands before the cut.
func parseHello(body []byte, client bool) (info helloInfo, ok bool) {
	c := cursor{b: body, ok: true}
	info.version = uint16(c.number(2))
	random := c.bytes(32)
	c.vector(1) // session id
	if client {
		c.vector(2) // cipher suites
		c.vector(1) // compression methods
	} else {
		c.bytes(3) // cipher suite, compression method
	}
	if !c.ok || info.version>>8 != 3 {
		return info, false
	}
	if !client && bytes.Equal(random, retryRandom) {
		info.version, info.retry = 0x0304, true
	}
	exts := cursor{b: c.b, ok: true}
	if len(c.b) >= 2 {
		exts.b = c.b[2:]
	}
	for exts.ok && len(exts.b) > 0 {
		kind := exts.number(2)
		info.extension(kind, exts.vector(2), client)
	}
	return info, true
}

func (info *helloInfo) extension(kind int, body cursor, client bool) {
	switch {
	case !body.ok:
	case kind == extensionVersions && client:
		list := body.vector(1)
		for list.ok && len(list.b) >= 2 {
			if v := uint16(list.number(2)); v>>8 == 3 && v > info.version { // GREASE is not 3.x (RFC 8701)
				info.version = v
			}
		}
	case kind == extensionVersions && len(body.b) == 2:
		info.version = binary.BigEndian.Uint16(body.b)
	case kind == extensionSNI && client:
		list := body.vector(2)
		if list.number(1) == 0 {
			name := list.vector(2)
			info.sni = printable(name.b)
		}
	}
}

// printable is a host name, or "" where it is none.
func printable(b []byte) string {
	if len(b) > 255 {
		return ""
	}
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return string(b)
}

func versionName(v uint16) string {
	switch {
	case v == 0x0300:
		return "SSL 3.0"
	case v > 0x0300 && v < 0x0310:
		return "TLS 1." + strconv.Itoa(int(v)-0x0301)
	}
	return ""
}
