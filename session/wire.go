package session

import (
	"time"

	"smtpscope/capture"
	"smtpscope/reassembly"
)

// Wire is what the packets of a session looked like, beyond what the record
// counts: evidence for diagnosis, gathered in fixed space. Zero values mean
// that nothing of the kind was seen.
type Wire struct {
	Client, Server SideWire
	Quiet          Quiet
}

// Side gives the side named "client" or "server".
func (w *Wire) Side(name string) *SideWire {
	if name == "server" {
		return &w.Server
	}
	return &w.Client
}

// SideWire is about the packets that one side sent, RSTs left out.
type SideWire struct {
	reassembly.Evidence
	reassembly.Oddities
	TTLMin, TTLMax uint8
	// SentMSS is the MSS option of its SYN (what it accepts), 0 = none seen.
	SentMSS uint16
	// SentScale: its SYN or SYN-ACK carried the window scale option, Scale.
	SentScale bool
	Scale     uint8
	SentSACK  bool // likewise SACK-permitted
	// LargestSegment is its largest payload in one packet, bytes. Above the
	// other side's SentMSS the capture was taken on a host with offload, or
	// the packets never arrive (Stuck, LargestAcked).
	LargestSegment int
	RTTMin         time.Duration // from here to the other side and back, 0 = not known
	// Stuck is the first packet that was never acknowledged, if it was sent
	// at least twice.
	Stuck reassembly.Stuck
	// Unseen is what it had sent, by its own sequence numbers, and what neither
	// came nor was acknowledged; nil = nothing.
	Unseen *Unseen
}

// Quiet is the longest time in which neither side's packets were captured.
type Quiet struct {
	For           time.Duration
	Before, After Stamp  // the packets around it
	By            string // who sent the one after it: "client" or "server"
}

// Unseen is what a side has sent and nobody has seen.
type Unseen = reassembly.Unseen

// Twice is what a side says it got twice.
type Twice = reassembly.Twice

// Stamp says where in the capture something was seen.
type Stamp = reassembly.Stamp

// Prior is how the alleged sender of a RST, and its peer, looked before it:
// what tells a forged RST (docs/diagnosis.md).
type Prior = reassembly.Prior

// take takes the evidence over at the end of a connection. w is blank.
func (w *Wire) take(k *reassembly.Conn) {
	w.Client.take(k, reassembly.Client)
	w.Server.take(k, reassembly.Server)
	if q := &k.Quiet; q.For > 0 {
		w.Quiet = Quiet{For: q.For, Before: q.Before, After: q.After, By: sideName(k.Spoke())}
	}
}

func (w *SideWire) take(k *reassembly.Conn, side reassembly.Side) {
	h := &k.Half[side]
	w.Evidence, w.Oddities, w.Stuck = h.Evidence, h.Oddities(), k.Stuck(side)
	w.Unseen = k.Unseen(side)
	w.TTLMin, w.TTLMax, w.SentMSS = h.TTLMin, h.TTLMax, h.MSS
	w.SentScale, w.Scale, w.SentSACK = h.HasScale, h.WindowScale, h.SACKPermitted
	w.LargestSegment, w.RTTMin = h.LargestSegment, h.RTTMin
}

// ShutFor is how long the side's window had been 0 at a moment, negative
// where it is open.
func (w *SideWire) ShutFor(at capture.Time) time.Duration {
	if w.ShutSince.Frame == 0 {
		return -1
	}
	return at.Sub(w.ShutSince.Time)
}
