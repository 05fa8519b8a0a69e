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
	printsKept      = 32                    // of one side: 200 µs of full frames at 1 Gbit/s are 17
)

// prints are the last packets of one side: fingerprints, times in microseconds
// modulo 2^32, and TTLs.
type prints struct {
	sum  [printsKept]uint64 // 0 = none
	time [printsKept]uint32
	ttl  [printsKept]uint8
	next uint8
}

// printOf is a fingerprint of a packet: of all that stays the same in a copy.
func printOf(seg *capture.Segment, content uint64) uint64 {
	h := blend(content, uint64(seg.Seq)<<32|uint64(seg.Ack))
	if seg.HasIPID {
		h = blend(h, uint64(seg.IPID))
	}
	if seg.Options.HasTimestamps {
		h = blend(h, 1<<32|uint64(seg.Options.TSVal))
	}
	return blend(h, uint64(seg.Length)<<32|uint64(seg.Window)<<16|uint64(seg.Flags)<<8) | 1
}

// repeats reports whether the packet was here a moment ago. proven: this
// connection has shown packets twice beyond doubt.
func (r *prints) repeats(sum uint64, seg *capture.Segment, proven bool) bool {
	limit := mirrorDelay
	if !seg.HasIPID || seg.IPID == 0 {
		// Two equal bare ACKs or RSTs without an IP-ID may well be two packets.
		telling := seg.Length > 0 || seg.Flags&(capture.SYN|capture.FIN) != 0
		if (!telling || seg.Flags.Has(capture.RST)) && !proven {
			return false
		}
		limit = mirrorDelayNoID
	}
	for i := range r.sum {
		if r.sum[i] != sum {
			continue
		}
		apart := time.Duration(int32(micros(seg.Time)-r.time[i])) * time.Microsecond
		hops := int(seg.TTL) - int(r.ttl[i])
		if apart.Abs() <= limit && -1 <= hops && hops <= 1 {
			return true
		}
	}
	return false
}

func (r *prints) keep(sum uint64, seg *capture.Segment) {
	i := r.next % printsKept
	r.sum[i], r.time[i], r.ttl[i] = sum, micros(seg.Time), seg.TTL
	r.next++
}

func micros(t capture.Time) uint32 { return uint32(t / 1000) }

// blend takes another word into a fingerprint.
func blend(h, word uint64) uint64 {
	h = (h ^ word) * 0x9E3779B97F4A7C15 // 2^64 / golden ratio: spreads the bits
	return h ^ h>>29
}

// contentPrint is a fingerprint of a payload that costs the same for long ones:
// short payloads count whole, of longer ones 32 words spread evenly and both
// ends. It tells packets apart; it is no proof against somebody who knows it.
func contentPrint(b []byte) uint64 {
	h := blend(0, uint64(len(b)))
	step := 8
	if len(b) > 256 {
		step = (len(b) - 8) / 32
	}
	i := 0
	if len(b) > 64 {
		// Four chains side by side: each blend waits for the one before it, and
		// the processor has nothing else to do meanwhile.
		var g [4]uint64
		for ; i+3*step+8 <= len(b); i += 4 * step {
			g[0] = blend(g[0], binary.LittleEndian.Uint64(b[i:]))
			g[1] = blend(g[1], binary.LittleEndian.Uint64(b[i+step:]))
			g[2] = blend(g[2], binary.LittleEndian.Uint64(b[i+2*step:]))
			g[3] = blend(g[3], binary.LittleEndian.Uint64(b[i+3*step:]))
		}
		h = blend(blend(blend(blend(h, g[0]), g[1]), g[2]), g[3])
	}
	for ; i+8 <= len(b); i += step {
		h = blend(h, binary.LittleEndian.Uint64(b[i:]))
	}
	if n := len(b); n >= 8 {
		h = blend(h, binary.LittleEndian.Uint64(b[n-8:]))
	} else {
		for _, c := range b {
			h = blend(h, uint64(c))
		}
	}
	return h
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
