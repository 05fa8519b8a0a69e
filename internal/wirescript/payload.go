package wirescript

import "fmt"

// maker makes payload when its turn comes: content depends on what the side
// has sent before.
type maker func(*play, *host) []byte

func fixed(b []byte) maker { return func(*play, *host) []byte { return b } }

// payloadWords are the actions of a side that write bytes.
var payloadWords = map[string]func(*lexer) (maker, error){
	"text": func(l *lexer) (maker, error) {
		b, err := l.quoted()
		return fixed(b), err
	},
	"hex": func(l *lexer) (maker, error) {
		b, err := l.hexBytes()
		return fixed(b), err
	},
	"fill": readFill,
	"data": func(l *lexer) (maker, error) {
		n, err := l.count("a number of bytes")
		return func(p *play, h *host) []byte { return p.lines(h, n) }, err
	},
	"dot": func(*lexer) (maker, error) {
		return func(p *play, h *host) []byte {
			p.endMessage(h)
			return []byte(".\r\n")
		}, nil
	},
	"bdat":            readBDAT,
	"proxy":           readProxy,
	"tls-clienthello": readClientHello,
	"tls-serverhello": readServerHello,
	"tls-finish":      readTLSFinish,
	"tls-data":        readTLSData,
	"tls-alert":       readTLSAlert,
}

// readFill reads "fill N [CHARACTER]".
func readFill(l *lexer) (maker, error) {
	n, err := l.count("a number of bytes")
	if err != nil {
		return nil, err
	}
	c := l.word()
	if c == "" {
		c = "x"
	}
	if len(c) != 1 {
		return nil, fmt.Errorf("%q is not one character", c)
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = c[0]
	}
	return fixed(b), nil
}

// readBDAT reads "bdat N [last]": the command and its whole chunk (RFC 3030).
func readBDAT(l *lexer) (maker, error) {
	n, err := l.number("a chunk size in bytes", 1<<24)
	last := l.take("last")
	return func(p *play, h *host) []byte {
		line := fmt.Sprintf("BDAT %d\r\n", n)
		if last {
			line = fmt.Sprintf("BDAT %d LAST\r\n", n)
		}
		b := append([]byte(line), p.lines(h, int(n))...)
		if last {
			p.endMessage(h)
		}
		return b
	}, err
}

// lines makes n bytes of content: a header where a message begins and there
// is room for one, then lines of 74 bytes. The last byte ends a line (n > 1),
// and no line begins with a dot, so n is also the size after unstuffing.
func (p *play) lines(h *host, n int) []byte {
	b := make([]byte, 0, n)
	if h.content == 0 && n >= 256 {
		b = fmt.Appendf(b, "From: Sender <sender@example.org>\r\nTo: Rcpt <rcpt@example.com>\r\n"+
			"Subject: Test %d\r\nMessage-ID: <%d.%d@ns.example.com>\r\n\r\n", p.message+1, p.number, p.message+1)
	}
	for left := n - len(b); left > 0; left = n - len(b) {
		size := min(74, left)
		if left-size == 1 {
			size--
		}
		for i := 0; i < size-2 || i < 1 && size == 1; i++ {
			b = append(b, 'a'+byte((h.written+i)%26))
		}
		h.written++
		if size > 1 {
			b = append(b, "\r\n"...)
		}
	}
	h.content += n
	return b
}

func (p *play) endMessage(h *host) {
	h.content = 0
	p.message++
}

// payloadStep writes. Writes of one side are gathered and leave together when
// anything else happens; one with words for the wire leaves alone.
func payloadStep(s Side, make maker, f fate) func(*play) error {
	return func(p *play) error {
		if err := p.needOpen(); err != nil {
			return err
		}
		if p.writer != s || !f.plain() {
			p.flush(fate{})
		}
		p.writer = s
		h := p.hosts[s]
		h.write = append(h.write, make(p, h)...)
		if !f.plain() {
			p.flush(f)
		}
		return nil
	}
}

// burst is how many segments a sender puts on the wire before it waits for
// their ACKs: Linux's initial congestion window (RFC 6928).
const burst = 10

// flush sends what the open write buffer holds, and joins the FIN to it where
// f says so.
func (p *play) flush(f fate) {
	h := p.hosts[p.writer]
	if len(h.write) == 0 {
		return
	}
	p.act(h, f)
	b, size := h.write, p.segmentSize(f)
	h.write = nil
	for i := 0; len(b) > 0; i++ {
		if i > 0 && i%burst == 0 {
			h.free += p.rtt
			p.run(h.free)
		}
		n := min(size, len(b))
		flags := uint8(flagACK)
		if n == len(b) {
			flags |= flagPSH
			if f.joined {
				flags |= flagFIN
			}
		}
		p.send(h, segment{flags: flags, payload: b[:n:n]}, f)
		b = b[n:]
	}
}
