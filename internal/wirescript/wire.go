package wirescript

import (
	"fmt"
	"time"
)

// captured is a frame with what decides its place in the file.
type captured struct {
	Frame
	at        time.Duration // since the script's start
	filedLate int
}

// play is one session while it is being played: two hosts and the wire
// between them, moved from event to event in the order of their time.
type play struct {
	config
	start    time.Time // of the script
	hosts    [2]*host
	writer   Side // whose write buffer is open
	out      *[]captured
	blind    bool // capture off
	mute     bool // no automatic ACKs
	alone    bool // the peer of a FIN does not close of itself
	rst      bool // somebody sent a RST
	state    connection
	serial   uint16         // of outer headers and fragments
	last     [2]captureMark // the last packet of each side
	lastSide Side           // who sent the last packet
	lastAt   time.Duration  // the latest moment at which a packet passed the capture point
	begins   *time.Duration // capture begins here: shared by all sessions
	ends     *time.Duration
	message  int // messages begun, for the content's Message-ID
	number   int // of the session in the script
}

// connection is how far a session has got, to refuse nonsense in scripts.
type connection uint8

const (
	connNone connection = iota
	connOpening
	connOpen
)

// captureMark is a packet as the wire remembers it for the next one.
type captureMark struct {
	ip []byte
	at time.Duration // at the capture point
}

func newPlay(s *Session, script *Script, out *[]captured) *play {
	p := &play{config: s.config, start: script.start, out: out, number: s.Number}
	for side := range p.hosts {
		h := &host{side: Side(side), free: s.after, window: openWindow}
		seed := uint32(s.Number)*2654435761 + uint32(side)*40503*7919
		h.sndNxt = seed ^ 0x5bd1e995
		if p.hasISN[side] {
			h.sndNxt = p.isn[side]
		}
		h.sndUna = h.sndNxt
		h.ipid = uint16(seed>>7) | 1
		h.tsBase = 0x10000000 + seed%0x40000000
		p.hosts[side] = h
	}
	return p
}

// run lets everything happen that is due up to limit: arrivals and delayed
// ACKs, in the order of their time.
func (p *play) run(limit time.Duration) {
	for {
		h, a, due := p.nextEvent()
		if h == nil || due > limit {
			return
		}
		if a < 0 {
			p.ack(h, due)
			continue
		}
		in := h.inbox[a]
		h.inbox = append(h.inbox[:a], h.inbox[a+1:]...)
		verdict := h.receive(in)
		if in.meaningful() {
			h.heard = max(h.heard, in.at)
		}
		switch {
		case p.mute || in.noack || h.closed:
		case p.state == connNone:
			// Two hosts without a connection would acknowledge each other's
			// acknowledgements for ever (RFC 9293 section 3.10.7.4).
		case verdict == ackNow:
			p.ack(h, due)
		case verdict == ackLater && h.ackDue == 0:
			h.ackDue = due + delayedAck
		}
	}
}

// nextEvent finds the earliest arrival, or, with index -1, delayed ACK.
func (p *play) nextEvent() (who *host, index int, due time.Duration) {
	for _, h := range p.hosts {
		for i, a := range h.inbox {
			if who == nil || a.at < due {
				who, index, due = h, i, a.at
			}
		}
		if h.ackDue != 0 && (who == nil || h.ackDue < due) {
			who, index, due = h, -1, h.ackDue
		}
	}
	return who, index, due
}

// ack sends a pure ACK at due.
func (p *play) ack(h *host, due time.Duration) {
	h.free = max(h.free, due+2*time.Microsecond)
	p.send(h, segment{flags: flagACK}, fate{})
}

// act waits until h can send: what is on its way to it has come, unless the
// action crosses it.
func (p *play) act(h *host, f fate) {
	t := h.free
	if f.cross {
		t = max(t, p.crossing(h))
	} else if came := max(h.heard, h.lastMeaningful()); came > 0 {
		t = max(t, came+thinking)
	}
	p.run(t)
	h.free = max(h.free, t)
}

// crossing is a moment at which h has not yet received the peer's last packet
// but h's own passes the capture point after it, where the place allows that.
func (p *play) crossing(h *host) time.Duration {
	came := h.lastMeaningful()
	if came < 0 {
		return h.free
	}
	passed := came - p.rtt/2 + p.delay(h.side.other())
	t := passed - p.delay(h.side) + 100*time.Microsecond
	return min(t, came-time.Microsecond)
}

// lastMeaningful is when the last thing that a program would see arrives; -1
// where nothing is under way.
func (h *host) lastMeaningful() time.Duration {
	came := time.Duration(-1)
	for _, a := range h.inbox {
		if a.meaningful() {
			came = max(came, a.at)
		}
	}
	return came
}

// now is the moment from which wait counts: both have received everything.
func (p *play) now() time.Duration {
	t := time.Duration(0)
	for _, h := range p.hosts {
		t = max(t, h.free, h.heard, h.lastMeaningful())
	}
	return t
}

func (p *play) wait(d time.Duration) {
	t := p.now() + d
	p.run(t)
	for _, h := range p.hosts {
		h.free = max(h.free, t)
	}
}

// needOpen refuses actions of a connection that is not open.
func (p *play) needOpen() error {
	if p.state != connOpen {
		return fmt.Errorf("no connection: handshake, midstream or \"up to\" comes first")
	}
	return nil
}
