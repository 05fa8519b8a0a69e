package smtpstate

// decoder reads base64 byte by byte (RFC 4648 section 4), in any segmentation,
// and makes scraps of the letters and digits that come out of it. Nothing of it is
// kept but their hashes.
type decoder struct {
	bits  uint32
	n     uint8
	inner scrap
}

// decode takes the next byte of credentials; one that is no base64 ends them.
func (d *withheld) decode(b byte) {
	c := &d.base64
	v, ok := sextet(b)
	if !ok {
		d.decodedEnd()
		c.bits, c.n = 0, 0
		return
	}
	c.bits, c.n = c.bits<<6|uint32(v), c.n+6
	if c.n < 8 {
		return
	}
	c.n -= 8
	out := byte(c.bits >> c.n)
	d.pieces.add(&d.pieces.decoded, out, echoDecoded)
	if isAlphanumeric(out) {
		c.inner.add(out)
	} else {
		d.decodedEnd()
	}
}

func (d *withheld) decodedEnd() {
	if p := d.base64.inner; p.n >= innerMin && !verbs[p.hash] {
		d.decoded.add(p)
	}
	d.base64.inner, d.pieces.decoded.n = scrap{}, 0
}

// sextet is the value of a base64 digit; those of RFC 4648 section 5 count too.
func sextet(b byte) (v byte, ok bool) {
	switch {
	case isUpper(b):
		return b - 'A', true
	case isLower(b):
		return b - 'a' + 26, true
	case isDigit(b):
		return b - '0' + 52, true
	case b == '+', b == '-':
		return 62, true
	case b == '/', b == '_':
		return 63, true
	}
	return 0, false
}
