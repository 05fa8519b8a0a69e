package reassembly

import (
	"encoding/binary"
	"math/bits"
	"time"

	"smtpscope/capture"
)

// A mirror port that copies both ingress and egress, or two VLANs of a path,
// shows each packet twice: the same packet, so the same IP-ID, the same bytes,
// and a TTL that is equal or, across one router, differs by one.
const (
	mirrorDelay     = 50 * time.Millisecond // with an IP-ID to tell them by; a retransmission has a new one
	mirrorDelayNoID = 5 * time.Millisecond  // without (IPv6, IP-ID 0); far below the least retransmission time-out of 200 ms
	printsKept      = 1 << 14               // of all connections: 50 ms of full frames at 1 Gbit/s are 4,100
)

// prints are the last packets of all connections, by shelfOf. Kept with each
// connection they were half of its memory. The older of two on one shelf makes
// room for a third.
type prints [printsKept / 2]shelf

type shelf [2]print

type print struct {
	sum  uint64 // 0 = none
	time uint32 // microseconds modulo 2^32
	ttl  uint8
}

// shelfOf is where a packet of a flow lies in the table, by what is known
// before its payload was read, so that it can be asked for ahead. It is the
// same in every run, and each part of the flows has shelves of its own, or two
// runs could differ.
func shelfOf(mix uint64, part uint32, fromA bool, seg *capture.Segment) uint32 {
	h := mix ^ uint64(seg.IPID)
	if fromA {
		h = ^h
	}
	const shelves = uint32(len(prints{})) / MaxShares
	return part*shelves + uint32(blend(h, uint64(seg.Seq)<<32|uint64(seg.Ack))>>32)%shelves
}

// printOf is a fingerprint of a packet: of all that stays the same in a copy.
func printOf(f *flow, seg *capture.Segment, fromA bool, content uint64) uint64 {
	who, ids := f.a1^bits.RotateLeft64(f.b1, 32)^f.ports, uint64(seg.IPID)<<8
	if fromA {
		who = ^who
	}
	if seg.HasIPID {
		ids |= 1
	}
	if seg.Options.HasTimestamps {
		ids |= 2 | uint64(seg.Options.TSVal)<<32
	}
	h := fold(content^who, printSecret^(uint64(seg.Seq)<<32|uint64(seg.Ack)))
	h = fold(h^ids, printSecret^(uint64(seg.Length)<<32|uint64(seg.Window)<<16|uint64(seg.Flags)))
	return h | 1
}

// printSecret keeps the words of a fold from being 0 with what packets hold. It
// is no secret: fingerprints are the same in every run, or two runs could differ.
const printSecret = 0x9E3779B97F4A7C15 // 2^64 / golden ratio

// repeats reports whether the packet was here a moment ago. proven: this
// connection has shown packets twice beyond doubt.
func (r *shelf) repeats(sum uint64, seg *capture.Segment, proven bool) bool {
	limit := mirrorDelay
	if !seg.HasIPID || seg.IPID == 0 {
		// Two equal bare ACKs or RSTs without an IP-ID may well be two packets.
		telling := seg.Length > 0 || seg.Flags&(capture.SYN|capture.FIN) != 0
		if (!telling || seg.Flags.Has(capture.RST)) && !proven {
			return false
		}
		limit = mirrorDelayNoID
	}
	for _, p := range r {
		if p.sum != sum {
			continue
		}
		apart := time.Duration(int32(micros(seg.Time)-p.time)) * time.Microsecond
		hops := int(seg.TTL) - int(p.ttl)
		if apart.Abs() <= limit && -1 <= hops && hops <= 1 {
			return true
		}
	}
	return false
}

func (r *shelf) keep(sum uint64, seg *capture.Segment) {
	r[1] = r[0]
	r[0] = print{sum, micros(seg.Time), seg.TTL}
}

func micros(t capture.Time) uint32 { return uint32(t / 1000) }

// blend takes another word into a number.
func blend(h, word uint64) uint64 {
	h = (h ^ word) * 0x9E3779B97F4A7C15 // 2^64 / golden ratio: spreads the bits
	return h ^ h>>29
}

// contentPrint is a fingerprint of a payload that costs no more for long ones:
// up to 512 bytes count whole, of longer ones a word in 16 bytes, in 32 from
// 1 KiB on, and from 2 KiB on 32 words spread evenly; and the end. It tells
// packets apart; it is no proof against somebody who knows it. Two words go into
// each step, a multiplication that takes both (wyhash).
func contentPrint(b []byte) uint64 {
	n := len(b)
	h := uint64(n)
	if n < 16 {
		return shortPrint(b, h)
	}
	last := b[n-16:]
	switch {
	case n > 2048:
		for step := (n - 16) / 32; len(b) > 2*step; b = b[2*step:] {
			h = fold(h^le64(b), printSecret^le64(b[step:]))
		}
		h = fold(h^le64(b), printSecret) // what is left is the end and up to 31 bytes
		return fold(h^le64(last), printSecret^le64(last[8:]))
	case n > 1024:
		// Two chains side by side: each fold waits for the one before it, and
		// the processor has nothing else to do meanwhile.
		g := uint64(0)
		for ; len(b) > 128; b = b[128:] {
			h = fold(h^le64(b), printSecret^le64(b[32:]))
			g = fold(g^le64(b[64:]), printSecret^le64(b[96:]))
		}
		h ^= g
	case n > 512:
		for ; len(b) > 32; b = b[32:] {
			h = fold(h^le64(b), printSecret^le64(b[16:]))
		}
	}
	for ; len(b) > 32; b = b[32:] {
		h = fold(h^le64(b), printSecret^le64(b[8:]))
		h = fold(h^le64(b[16:]), printSecret^le64(b[24:]))
	}
	if len(b) > 16 {
		h = fold(h^le64(b), printSecret^le64(b[8:]))
	}
	return fold(h^le64(last), printSecret^le64(last[8:]))
}

func shortPrint(b []byte, h uint64) uint64 {
	if len(b) >= 8 {
		return fold(h^le64(b), printSecret^le64(b[len(b)-8:]))
	}
	rest := uint64(0)
	for _, c := range b {
		rest = rest<<8 | uint64(c)
	}
	return fold(h, printSecret^rest)
}

func le64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

var emptyPrint = contentPrint(nil)

// recent remembers what the last segments of a side held, to notice bytes that
// come again with other content. Segments cut differently are compared only
// while they are held; that is the limit of what is noticed.
type recent struct {
	ring [4]struct {
		off     int64
		length  uint32
		content uint32 // a part of its fingerprint
	}
	next uint8
}

func (r *recent) keep(off int64, length int, content uint64) {
	e := &r.ring[r.next]
	e.off, e.length, e.content = off, uint32(length), uint32(content)
	r.next = (r.next + 1) % uint8(len(r.ring))
}

// differs reports whether the same range was delivered with other content.
func (r *recent) differs(off int64, length int, content uint64) bool {
	for i := range r.ring {
		e := &r.ring[i]
		if e.off == off && e.length == uint32(length) {
			return e.content != uint32(content)
		}
	}
	return false
}
