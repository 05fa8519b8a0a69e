package wirescript

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

func addrPortFrom(a netip.Addr, port uint16) netip.AddrPort { return netip.AddrPortFrom(a, port) }

// captureWords are the header lines that hold for the whole capture.
var captureWords = map[string]func(*Script, *lexer) error{
	"start": func(s *Script, l *lexer) error {
		t, err := time.Parse(time.RFC3339Nano, l.word())
		s.start = t.UTC()
		return err
	},
	"snaplen": func(s *Script, l *lexer) (err error) {
		s.snaplen, err = l.count("a snap length in bytes")
		return err
	},
	"unfit": func(s *Script, l *lexer) error { return s.readUnfit(l) },
}

// readUnfit reads "unfit reorder one-byte: why".
func (s *Script) readUnfit(l *lexer) error {
	names, why, found := strings.Cut(l.rest, ":")
	l.rest = ""
	if why = strings.TrimSpace(why); !found || why == "" {
		return fmt.Errorf("unfit needs a reason behind a colon")
	}
	for _, name := range strings.Fields(names) {
		if !rewriterKnown(name) {
			return fmt.Errorf("unknown rewriter %q", name)
		}
		s.Unfit[name] = why
	}
	return nil
}

// sessionWords are the header lines of a session.
var sessionWords = map[string]func(s *Session, l *lexer, line int) error{
	"client": func(s *Session, l *lexer, _ int) error { return s.readAddress(Client, l) },
	"server": func(s *Session, l *lexer, _ int) error { return s.readAddress(Server, l) },
	"rtt": func(s *Session, l *lexer, _ int) (err error) {
		s.rtt, err = l.duration()
		if err == nil && s.rtt < 10*time.Microsecond {
			err = fmt.Errorf("a round trip takes 10µs or more")
		}
		return err
	},
	"mss": func(s *Session, l *lexer, _ int) (err error) {
		s.mss, err = l.count("a segment size in bytes")
		if err == nil && s.mss < 88 {
			err = fmt.Errorf("an MSS below 88 leaves no room for options")
		}
		return err
	},
	"isn":        func(s *Session, l *lexer, _ int) error { return s.readISN(l) },
	"hops":       func(s *Session, l *lexer, _ int) error { return s.readHops(l) },
	"mss-option": func(s *Session, l *lexer, _ int) error { return s.readMSSOption(l) },
	"sack-shift": func(s *Session, l *lexer, _ int) error { return s.readSACKShift(l) },
	"options":    func(s *Session, l *lexer, _ int) error { return s.readOptions(l) },
	"at":         func(s *Session, l *lexer, _ int) error { return s.readPlace(l) },
	"mirror":     func(s *Session, l *lexer, _ int) error { return s.readMirror(l) },
	"ip-options": func(s *Session, _ *lexer, _ int) error { s.ipOptions = true; return nil },
	"offload":    func(s *Session, _ *lexer, _ int) error { s.offload = true; return nil },
	"link": func(s *Session, l *lexer, _ int) (err error) {
		s.link, err = parseLink(l)
		return err
	},
	"one-sided": func(s *Session, l *lexer, _ int) (err error) {
		s.only, err = sideWord(l.word())
		s.oneSided = true
		return err
	},
	"expect": func(s *Session, l *lexer, line int) error { return s.readExpect(l, line) },
	"field":  func(s *Session, l *lexer, line int) error { return s.readField(l, line) },
}

func (s *Session) readAddress(side Side, l *lexer) (err error) {
	s.addr[side], err = l.addrPort()
	return err
}

func (s *Session) readISN(l *lexer) error {
	side, err := sideWord(l.word())
	if err != nil {
		return err
	}
	n, err := l.number("an initial sequence number", 1<<32-1)
	s.isn[side], s.hasISN[side] = uint32(n), true
	return err
}

// readHops reads "hops client 57": the TTL of a side at the capture point.
func (s *Session) readHops(l *lexer) error {
	side, err := sideWord(l.word())
	if err != nil {
		return err
	}
	n, err := l.number("a TTL", 255)
	s.config.ttl[side] = uint8(n)
	return err
}

// readMSSOption reads "mss-option server 1380": a device on the way has put
// that into the side's SYN.
func (s *Session) readMSSOption(l *lexer) error {
	side, err := sideWord(l.word())
	if err != nil {
		return err
	}
	n, err := l.number("an MSS", 65535)
	s.mssOption[side] = int(n)
	return err
}

// readSACKShift reads "sack-shift server +30000000": the SACK blocks of a side
// name other numbers than its peer sent, as behind a firewall that changes
// sequence numbers and forgets them there.
func (s *Session) readSACKShift(l *lexer) error {
	side, err := sideWord(l.word())
	if err != nil {
		return err
	}
	n, err := l.shift()
	s.sackShift[side] = uint32(n)
	return err
}

// readOptions reads "options [client|server] none|mss|ws|sack|timestamps|fast-open ...".
func (s *Session) readOptions(l *lexer) error {
	sides := []Side{Client, Server}
	if side, err := sideWord(l.peek()); err == nil {
		l.word()
		sides = []Side{side}
	}
	var o tcpOptions
	if l.peek() == "" {
		return fmt.Errorf("options are missing: none, or some of mss ws sack timestamps fast-open")
	}
	for w := l.word(); w != ""; w = l.word() {
		switch w {
		case "none":
		case "mss":
			o.mss = true
		case "ws":
			o.scale = true
		case "sack":
			o.sack = true
		case "timestamps":
			o.timestamps = true
		case "fast-open":
			o.fastOpen = true
		default:
			return fmt.Errorf("unknown TCP option %q", w)
		}
	}
	for _, side := range sides {
		s.config.options[side] = o
	}
	return nil
}

func (s *Session) readPlace(l *lexer) error {
	places := map[string]place{"server": atServer, "middle": atMiddle, "client": atClient}
	w := l.word()
	at, ok := places[w]
	if !ok {
		return fmt.Errorf("%q is not a place: client, middle or server", w)
	}
	s.config.at = at
	return nil
}

// readMirror reads "mirror [ttl-1] [20us]".
func (s *Session) readMirror(l *lexer) (err error) {
	s.mirror = true
	s.mirrorTTL = l.take("ttl-1")
	if l.peek() != "" {
		s.mirrorWait, err = l.duration()
	}
	return err
}
