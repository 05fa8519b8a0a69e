package reassembly

import (
	"encoding/binary"
	"time"

	"smtpscope/capture"
)

// A mirror port that copies both ingress and egress, or two VLANs of a path,
// shows each packet twice: the same packet, so the same IP-ID, the same bytes,
// and a TTL that is equal or, across one router, differs by one.
const (
	mirrorDelay     = 50 * time.Millisecond // with an IP-ID to tell them by; a retransmission has a new one
	mirrorDelayNoID = 5 * time.Millisecond  // without (IPv6, IP-ID 0); far below the least retransmission time-out of 200 ms
	printsKept      = 4
)

// A print identifies a packet.
type print struct {
	time     capture.Time
	content  uint64
	seq, ack uint32
	tsval    uint32
	length   uint32
	ipid     uint16
	window   uint16
	flags    capture.Flags
	ttl      uint8
	valid    bool
}

// prints are the last packets of one side.
type prints struct {
	ring [printsKept]print
	next uint8
}

func printOf(seg *capture.Segment) print {
	p := print{
		time: seg.Time, content: contentPrint(seg.Payload), seq: seg.Seq, ack: seg.Ack,
		length: uint32(seg.Length), window: seg.Window, flags: seg.Flags, ttl: seg.TTL, valid: true,
	}
	if seg.HasIPID {
		p.ipid = seg.IPID
	}
	if seg.Options.HasTimestamps {
		p.tsval = seg.Options.TSVal
	}
	return p
}

// repeats reports whether p is the packet that one of the ring's prints is of.
// proven: this connection has shown packets twice beyond doubt.
func (r *prints) repeats(p *print, proven bool) bool {
	for i := range r.ring {
		o := &r.ring[i]
		if o.seq != p.seq || o.ack != p.ack || o.length != p.length || o.flags != p.flags || !o.valid ||
			o.window != p.window || o.ipid != p.ipid || o.tsval != p.tsval || o.content != p.content {
			continue
		}
		apart, ttl := p.time.Sub(o.time).Abs(), int(p.ttl)-int(o.ttl)
		if ttl < -1 || ttl > 1 {
			continue
		}
		if p.ipid != 0 {
			if apart <= mirrorDelay {
				return true
			}
			continue
		}
		// Two equal pure ACKs or RSTs without an IP-ID may well be two packets.
		telling := p.length > 0 || p.flags&(capture.SYN|capture.FIN) != 0
		if apart <= mirrorDelayNoID && (telling && !p.flags.Has(capture.RST) || proven) {
			return true
		}
	}
	return false
}

func (r *prints) keep(p *print) {
	r.ring[r.next] = *p
	r.next = (r.next + 1) % printsKept
}

// contentPrint is a fingerprint of a payload that costs the same for long ones:
// short payloads count whole, of longer ones 32 words spread evenly and both
// ends. It tells packets apart; it is no proof against somebody who knows it.
func contentPrint(b []byte) uint64 {
	const prime = 0x9E3779B97F4A7C15 // 2^64 / golden ratio: spreads the bits
	h := uint64(len(b)) * prime
	step := 8
	if len(b) > 256 {
		step = (len(b) - 8) / 32
	}
	for i := 0; i+8 <= len(b); i += step {
		h = (h ^ binary.LittleEndian.Uint64(b[i:])) * prime
		h ^= h >> 29
	}
	if n := len(b); n >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(b[n-8:])) * prime
	} else {
		for _, c := range b {
			h = (h ^ uint64(c)) * prime
		}
	}
	return h ^ h>>32
}

// recent remembers what the last segments of a side held, to notice bytes that
// come again with other content. Segments cut differently are compared only
// while they are held; that is the limit of what is noticed.
type recent struct {
	ring [4]struct {
		off     int64
		length  int
		content uint64
	}
	next uint8
}

func (r *recent) keep(off int64, length int, content uint64) {
	e := &r.ring[r.next]
	e.off, e.length, e.content = off, length, content
	r.next = (r.next + 1) % uint8(len(r.ring))
}

// differs reports whether the same range was delivered with other content.
func (r *recent) differs(off int64, length int, content uint64) bool {
	for i := range r.ring {
		e := &r.ring[i]
		if e.off == off && e.length == length {
			return e.content != content
		}
	}
	return false
}
