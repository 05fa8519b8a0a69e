package smtpstate

// helloTrace tells the messages of a handshake apart for the tracer: the
// hellos, which say how the handshake went, from what may name hosts.
type helloTrace struct {
	head [handshakeHead]byte
	have int
	left int
	body []byte // of a ClientHello, as far as it came
	from int64  // where that stands
	torn bool   // not in one piece: a record ended inside
}

// read takes bytes of handshake messages. lost: it is not known where they
// begin.
func (h *helloTrace) read(t Tracer, server bool, data []byte, pos int64, lost bool) {
	for len(data) > 0 {
		switch {
		case lost:
			t.Handshake(server, pos, pos+int64(len(data)))
			return
		case h.have < handshakeHead:
			h.head[h.have] = data[0]
			t.Opaque(server, pos, pos+1)
			data, pos = data[1:], pos+1
			if h.have++; h.have == handshakeHead {
				h.left = int(h.head[1])<<16 | int(h.head[2])<<8 | int(h.head[3])
				h.body, h.from, h.torn = h.body[:0], pos, false
				h.end(t, server)
			}
			continue
		}
		k := min(h.left, len(data))
		h.take(t, server, data[:k], pos)
		h.left -= k
		data, pos = data[k:], pos+int64(k)
		h.end(t, server)
	}
}

// take takes bytes of a message's body.
func (h *helloTrace) take(t Tracer, server bool, data []byte, pos int64) {
	to := pos + int64(len(data))
	switch {
	case h.head[0] == serverHello:
		t.Opaque(server, pos, to)
	case h.head[0] != clientHello || h.left > helloMax:
		t.Handshake(server, pos, to)
	default:
		h.torn = h.torn || pos != h.from+int64(len(h.body))
		if h.torn {
			t.Handshake(server, pos, to)
		}
		h.body = append(h.body, data...)
	}
}

// end names the parts of a ClientHello that is whole.
func (h *helloTrace) end(t Tracer, server bool) {
	if h.left > 0 {
		return
	}
	h.have = 0
	if len(h.body) == 0 {
		return
	}
	from, to := nameSpan(h.body)
	if h.torn {
		t.Handshake(server, h.from, h.from+int64(len(h.body)))
	} else {
		t.Opaque(server, h.from, h.from+int64(from))
		if from < to {
			t.Shown(server, h.from+int64(from), h.body[from:to])
		}
		t.Opaque(server, h.from+int64(to), h.from+int64(len(h.body)))
	}
	h.body = h.body[:0]
}

// nameSpan is where the host name stands in a ClientHello's body (RFC 6066
// section 3); nowhere where from is to.
func nameSpan(body []byte) (from, to int) {
	const listHead = 5 // length of the list, type and length of the name
	c := cursor{b: body, ok: true}
	c.bytes(2 + 32) // version, random
	c.vector(1)     // session id
	c.vector(2)     // cipher suites
	c.vector(1)     // compression methods
	c.bytes(2)      // length of the extensions
	for c.ok && len(c.b) > 0 {
		kind, size := c.number(2), c.number(2)
		at := len(body) - len(c.b)
		ext := c.bytes(size)
		if c.ok && kind == extensionSNI && len(ext) >= listHead {
			n := int(ext[3])<<8 | int(ext[4])
			return at + listHead, at + min(listHead+n, len(ext))
		}
	}
	return 0, 0
}
