package wirescript

import (
	"fmt"
	"time"
)

// doer is a packet of a side, sent with its fate.
type doer func(*play, fate) error

// packetWords are the actions of a side that send packets without a write.
// They may set the fate of their own packets.
var packetWords = map[string]func(Side, *fate, *lexer) (doer, error){
	"syn":         readSYN,
	"synack":      readSYNACK,
	"ack":         readACK,
	"fin":         readFIN,
	"rst":         readRST,
	"retransmit":  readRetransmit,
	"keepalive":   readKeepAlive,
	"window":      readWindow,
	"zero-window": readZeroWindow,
}

// times reads "N times", 1 where it is not there.
func (l *lexer) times() (int, error) {
	if !isNumber(l.peek()) {
		return 1, nil
	}
	n, err := l.number("a count", 100)
	if err == nil && !l.take("times") {
		err = fmt.Errorf("the word times is missing behind %d", n)
	}
	return int(n), err
}

func readSYN(s Side, _ *fate, l *lexer) (doer, error) {
	n, err := l.times()
	return func(p *play, f fate) error {
		p.state = connOpening
		p.repeat(p.hosts[s], n, flagSYN, f)
		return nil
	}, err
}

func readSYNACK(s Side, _ *fate, l *lexer) (doer, error) {
	n, err := l.times()
	return func(p *play, f fate) error {
		if p.state != connOpening {
			return fmt.Errorf("a SYN-ACK without a SYN")
		}
		p.repeat(p.hosts[s], n, flagSYN|flagACK, f)
		if p.options[Client].fastOpen { // the server may speak at once (RFC 7413)
			p.open()
		}
		return nil
	}, err
}

// repeat sends a SYN or SYN-ACK n times with doubling gaps from 1 s on
// (RFC 6298 section 2).
func (p *play) repeat(h *host, n int, flags uint8, f fate) {
	p.act(h, f)
	first, gap, next := h.sndNxt, time.Second, time.Duration(0)
	for i := 0; i < n; i++ {
		seg := segment{flags: flags}
		if i > 0 {
			seg.again = &first
			p.run(next)
			h.free = next
		}
		next = h.free + gap
		gap *= 2
		p.send(h, seg, f)
	}
}

// open makes the connection established on both sides.
func (p *play) open() {
	p.state = connOpen
	for _, h := range p.hosts {
		h.window = openWindow
		if !p.agreed().scale {
			h.window = synWindow
		}
	}
}

func readACK(s Side, _ *fate, l *lexer) (doer, error) {
	return func(p *play, f fate) error {
		h := p.hosts[s]
		opens := p.state == connOpening && s == Client
		if !opens {
			if err := p.needOpen(); err != nil {
				return err
			}
		}
		p.act(h, f)
		if opens {
			p.open()
		}
		p.send(h, segment{flags: flagACK, wakes: opens}, f)
		return nil
	}, nil
}

// readFIN reads "fin [joined] [alone]".
func readFIN(s Side, f *fate, l *lexer) (doer, error) {
	f.joined = l.take("joined")
	alone := l.take("alone")
	return func(p *play, f fate) error {
		if err := p.needOpen(); err != nil {
			return err
		}
		h := p.hosts[s]
		p.alone = p.alone || alone
		h.finSent = true
		if f.joined {
			if p.writer != s || len(h.write) == 0 {
				return fmt.Errorf("fin joined needs a write of the same side just before it")
			}
			p.flush(f)
			return nil
		}
		p.act(h, f)
		p.send(h, segment{flags: flagFIN | flagACK}, f)
		return nil
	}, nil
}

// readRST reads "rst [bare]": bare answers the last segment received, as a
// closed socket does; else it aborts the connection, as close with unread
// input does (RFC 9293 section 3.10.7.1; RFC 2525 section 2.17).
func readRST(s Side, _ *fate, l *lexer) (doer, error) {
	bare := l.take("bare")
	return func(p *play, f fate) error {
		h := p.hosts[s]
		p.act(h, f)
		seg := segment{flags: flagRST | flagACK}
		switch {
		case p.state == connNone:
			return fmt.Errorf("a RST without a connection")
		case p.state == connOpening && s == Server && h.sndNxt == h.sndUna:
			zero := uint32(0) // refuses a SYN
			seg.bare, seg.again = true, &zero
		case bare || p.state == connOpening:
			seq := h.lastAck
			seg = segment{flags: flagRST, bare: true, again: &seq}
		}
		p.send(h, seg, f)
		return nil
	}, nil
}

// readRetransmit reads "retransmit [all] [N times] [after D]".
func readRetransmit(s Side, _ *fate, l *lexer) (doer, error) {
	all := l.take("all")
	n, err := l.times()
	if err != nil {
		return nil, err
	}
	var after time.Duration
	if l.take("after") {
		after, err = l.duration()
	}
	return func(p *play, f fate) error {
		h := p.hosts[s]
		gap := after
		if gap == 0 {
			gap = minimumRTO + p.rtt
		}
		for i := 0; i < n; i++ {
			h.free += gap
			p.run(h.free)
			gap *= 2
			again := h.unackedSegments(all)
			if len(again) == 0 {
				return fmt.Errorf("%v has sent nothing that could be repeated", s)
			}
			for _, old := range again {
				for _, piece := range old.again(f.pieces) {
					p.send(h, piece, f)
				}
			}
		}
		return nil
	}, err
}

// unackedSegments is what a retransmission repeats: the first segment that is
// not acknowledged (or all of them), else the last that was sent.
func (h *host) unackedSegments(all bool) []sentSegment {
	for i, s := range h.sent {
		if before(h.sndUna, s.next()) && all {
			return h.sent[i:]
		} else if before(h.sndUna, s.next()) {
			return h.sent[i : i+1]
		}
	}
	return h.sent[max(0, len(h.sent)-1):]
}

// again is what repeats a segment: one like it, or several of at most n bytes,
// as a sender does that has learned of a smaller MTU. PSH and FIN go with the last.
func (s sentSegment) again(n int) []segment {
	seq, payload := s.seq, s.payload
	var out []segment
	for n > 0 && len(payload) > n {
		at := seq
		out = append(out, segment{flags: s.flags &^ (flagPSH | flagFIN), payload: payload[:n], again: &at})
		seq, payload = seq+uint32(n), payload[n:]
	}
	return append(out, segment{flags: s.flags, payload: payload, again: &seq})
}

func readKeepAlive(s Side, _ *fate, l *lexer) (doer, error) {
	return func(p *play, f fate) error {
		h := p.hosts[s]
		p.act(h, f)
		p.probe(h, f)
		return nil
	}, nil
}

// probe asks for an ACK: an empty segment one byte before the window
// (RFC 9293 section 3.8.4).
func (p *play) probe(h *host, f fate) {
	seq := h.sndNxt - 1
	p.send(h, segment{flags: flagACK, again: &seq}, f)
}

func readWindow(s Side, _ *fate, l *lexer) (doer, error) {
	n, err := l.number("a window", 65535)
	return func(p *play, f fate) error {
		p.announce(p.hosts[s], uint16(n), f)
		return nil
	}, err
}

func (p *play) announce(h *host, window uint16, f fate) {
	p.act(h, f)
	h.window = window
	p.send(h, segment{flags: flagACK, wakes: true}, f)
}

// readZeroWindow reads "zero-window D": the side shuts its window, the peer
// probes it with doubling gaps, and after D it opens again.
func readZeroWindow(s Side, _ *fate, l *lexer) (doer, error) {
	d, err := l.duration()
	return func(p *play, f fate) error {
		h, peer := p.hosts[s], p.hosts[s.other()]
		open := h.window
		p.announce(h, 0, f)
		end := h.free + d
		for gap := minimumRTO; peer.free+gap < end-p.rtt; gap *= 2 {
			peer.free += gap
			p.run(peer.free)
			p.probe(peer, fate{})
		}
		p.run(end)
		h.free = end
		p.announce(h, open, f)
		return nil
	}, err
}
