package session

import (
	"bytes"

	"smtpscope/reassembly"
)

// maxUndecided bounds the bytes that are kept of a connection on another port
// until it is clear whether it is mail: a greeting of several lines and the
// client's first command.
const maxUndecided = 4096

// A chunk is bytes, or a gap, that wait for that decision.
type chunk struct {
	side reassembly.Side
	data []byte
	gap  int64
	kind reassembly.GapKind
	at   reassembly.Stamp
}

// A judgement says what a connection on another port is.
type judgement uint8

const (
	undecided judgement = iota
	isMail
	isOther
)

// judge looks at the first words of both sides. FTP greets with 220 too, so a
// greeting alone is mail only if it says so; else the client's hello decides.
func judge(client, server []byte) judgement {
	if len(server) > 0 && !prefixEither(server, []byte("220")) {
		return isOther
	}
	if len(client) > 0 && !couldBeHello(client) && !couldBeProxy(client) {
		return isOther
	}
	line, _, whole := bytes.Cut(server, []byte("\n"))
	upper := bytes.ToUpper(line)
	if whole && (bytes.Contains(upper, []byte("SMTP")) || bytes.Contains(upper, []byte("LMTP"))) {
		return isMail
	}
	if len(server) >= 3 && looksLikeHello(client) {
		return isMail
	}
	return undecided
}

var hellos = [][]byte{[]byte("EHLO "), []byte("HELO "), []byte("LHLO ")}

func looksLikeHello(b []byte) bool {
	for _, h := range hellos {
		if len(b) >= len(h) && bytes.EqualFold(b[:len(h)], h) {
			return true
		}
	}
	return false
}

func couldBeHello(b []byte) bool {
	for _, h := range hellos {
		if n := min(len(b), len(h)); bytes.EqualFold(b[:n], h[:n]) {
			return true
		}
	}
	return false
}

// looksLikeReply reports whether b begins with a reply code (RFC 5321
// section 4.2): three digits, then a space, a hyphen or the line's end.
func looksLikeReply(b []byte) bool {
	if len(b) < 3 || b[0] < '2' || b[0] > '5' || b[1] < '0' || b[1] > '5' || b[2] < '0' || b[2] > '9' {
		return false
	}
	return len(b) == 3 || b[3] == ' ' || b[3] == '-' || b[3] == '\r'
}

// prefixEither reports whether one of a and b begins with the other.
func prefixEither(a, b []byte) bool {
	n := min(len(a), len(b))
	return bytes.Equal(a[:n], b[:n])
}

// consider keeps what was said on another port until it is clear whether this
// is mail, then plays it to the conversation or lets the connection go.
func (c *conversation) consider(next chunk) {
	next.data = bytes.Clone(next.data) // it is valid during the call only
	c.waiting = append(c.waiting, next)
	var said [2][]byte
	total := 0
	for _, w := range c.waiting {
		said[w.side] = append(said[w.side], w.data...)
		total += len(w.data)
	}
	verdict := judge(said[reassembly.Client], said[reassembly.Server])
	switch {
	case verdict == isMail:
		c.mail = true
		waiting := c.waiting
		c.waiting = nil
		c.replayed = true
		for _, w := range waiting {
			c.play(w)
		}
		c.replayed = false
	case verdict == isOther || total > maxUndecided || (next.data == nil && total == 0):
		c.waiting = nil
		c.conn.Ignore()
	}
}

func (c *conversation) play(w chunk) {
	if w.gap > 0 {
		c.Gap(w.side, w.gap, w.kind, w.at)
		return
	}
	c.Bytes(w.side, w.data, w.at)
}
