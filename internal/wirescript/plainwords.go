package wirescript

import (
	"fmt"
	"net/netip"
)

// plainWords are the actions that belong to no side.
var plainWords map[string]func(p *parser, l *lexer, line int) error

func init() { // an initializer would be a cycle: macros read lines of the language
	plainWords = map[string]func(p *parser, l *lexer, line int) error{
		"handshake":     readHandshake,
		"midstream":     readMidstream,
		"flush":         readFlush,
		"wait":          readWait,
		"acks":          readAcks,
		"capture":       readCapture,
		"icmp":          readICMP,
		"up":            readUpTo,
		"now":           readNow,
		"deliver":       readDeliver,
		"quit":          readQuit,
		"tls-handshake": readTLSHandshake,
	}
}

func readHandshake(p *parser, l *lexer, line int) error {
	p.session.level = max(p.session.level, 1)
	return p.macro(line, "C syn", "S synack", "C ack")
}

// readMidstream makes a connection that was open before the capture began.
func readMidstream(p *parser, l *lexer, line int) error {
	p.add(line, func(p *play) error {
		for _, h := range p.hosts {
			h.sndNxt += 5000
			h.sndUna = h.sndNxt
		}
		for side, h := range p.hosts {
			peer := p.hosts[1-side]
			h.rcvNxt, h.tsRecent = peer.sndNxt, peer.clock(h.free)
		}
		p.open()
		return nil
	})
	return nil
}

func readFlush(p *parser, l *lexer, line int) error {
	p.add(line, func(p *play) error {
		p.flush(fate{})
		return nil
	})
	return nil
}

func readWait(p *parser, l *lexer, line int) error {
	d, err := l.duration()
	p.add(line, func(p *play) error {
		p.flush(fate{})
		p.wait(d)
		return nil
	})
	return err
}

func readAcks(p *parser, l *lexer, line int) error {
	w := l.word()
	if w != "on" && w != "off" {
		return fmt.Errorf("acks are on or off, not %q", w)
	}
	p.add(line, func(p *play) error {
		p.flush(fate{})
		p.mute = w == "off"
		return nil
	})
	return nil
}

// readCapture reads "capture begins|ends|off|on".
func readCapture(p *parser, l *lexer, line int) error {
	w := l.word()
	switch w {
	case "begins", "ends", "off", "on":
	default:
		return fmt.Errorf("a capture begins, ends, is off or on, not %q", w)
	}
	p.add(line, func(p *play) error {
		p.flush(fate{})
		p.run(p.now())
		at := p.lastAt
		switch w {
		case "begins":
			p.begins = &at
		case "ends":
			p.ends = &at
		default:
			p.blind = w == "off"
		}
		return nil
	})
	return nil
}

// readICMP reads "icmp KIND [mtu N] from ADDRESS [to client|server]".
func readICMP(p *parser, l *lexer, line int) error {
	kind := l.word()
	if _, ok := icmpErrors[kind]; !ok {
		return fmt.Errorf("unknown ICMP error %q", kind)
	}
	var mtu uint64
	var err error
	if l.take("mtu") {
		if mtu, err = l.number("an MTU", 65535); err != nil {
			return err
		}
	}
	if !l.take("from") {
		return fmt.Errorf("the word from and the router's address are missing")
	}
	router, err := netip.ParseAddr(l.word())
	if err != nil {
		return err
	}
	var to *Side
	if l.take("to") {
		side, err := sideWord(l.word())
		if err != nil {
			return err
		}
		to = &side
	}
	p.add(line, func(p *play) error { return p.icmp(kind, router, uint32(mtu), to) })
	return nil
}

// icmp captures an error that quotes the last packet of a side, of whoever
// sent last where to is nil.
func (p *play) icmp(kind string, router netip.Addr, mtu uint32, to *Side) error {
	p.flush(fate{})
	side := p.lastSide
	if to != nil {
		side = *to
	}
	last := p.last[side]
	if last.ip == nil {
		return fmt.Errorf("%v has sent nothing that an ICMP error could quote", side)
	}
	ip, err := icmpMessage(kind, router, mtu, last.ip)
	if err != nil {
		return err
	}
	at := last.at + p.rtt/2
	p.lastAt = max(p.lastAt, at)
	p.record(ip, side.other(), at, fate{})
	return nil
}
