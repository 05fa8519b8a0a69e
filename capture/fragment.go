package capture

import (
	"container/list"
	"net/netip"
	"time"
)

// Bounds of what waits for fragments. A datagram over one of them is given up
// and counted.
const (
	// fragmentTime is how long the fragments of a datagram may lie apart, in
	// packet time: the lower end of what hosts wait (RFC 1122, section 3.3.2,
	// asks for 60 s to 120 s; Linux waits 30 s).
	fragmentTime = 30 * time.Second
	// maxDatagrams is how many may be open at once.
	maxDatagrams = 4096
	// maxFragmentBytes is what all open datagrams may hold.
	maxFragmentBytes = 16 << 20
	// maxPieces is how many fragments one datagram may have: 64 KiB in
	// fragments of 64 bytes.
	maxPieces = 1024
	// maxDatagram is the largest payload that fragments can describe.
	maxDatagram = 65535

	// pieceOverhead is what a piece costs besides its bytes.
	pieceOverhead = 64
)

// fragmentKey tells datagrams apart (RFC 791: addresses, protocol,
// identification; RFC 8200: without the protocol, which is 0 here). The VLAN
// tags keep the two copies apart that a mirror port makes of a routed packet.
type fragmentKey struct {
	src, dst  netip.Addr
	id        uint32
	version   uint8
	proto     uint8
	vlanCount uint8
	vlans     [MaxVLANs]uint16
}

// fragment is one fragment as it was captured.
type fragment struct {
	key    fragmentKey
	offset int // bytes
	last   bool
	next   uint8 // protocol of the payload; that of the first fragment counts
	data   span
}

// defragmenter puts IP datagrams together from fragments in any order.
type defragmenter struct {
	datagrams map[fragmentKey]*list.Element
	byAge     list.List // of *datagram, oldest first
	bytes     int       // held by all datagrams
	dead      int64     // datagrams that are kept only to swallow fragments
	whole     []byte    // the last datagram put together

	seen, reassembled, givenUp, overlaps int64
}

func (d *decoder) fragmentKey(version, proto uint8, id uint32) fragmentKey {
	k := fragmentKey{
		src: d.ip.src, dst: d.ip.dst, id: id,
		version: version, proto: proto, vlanCount: d.vlanCount,
	}
	copy(k.vlans[:d.vlanCount], d.vlans[:])
	return k
}

// defragment keeps f, and reads the datagram that it completes.
func (d *decoder) defragment(f *fragment) outcome {
	if f.key.version == 4 && !followed(f.next) {
		d.fragments.seen++
		return d.counts.protocol(f.next)
	}
	d.noteFragment(f)
	next, whole, out := d.fragments.add(f, d.time)
	if out != outcomeNone {
		return out
	}
	d.noteDatagram(whole.data)
	d.padded, d.borrowed = false, true // padded: whatever followed the last fragment
	if !d.deeper() {
		return outcomeTooDeep
	}
	if f.key.version == 4 {
		return d.payload4(next, whole)
	}
	return d.payload6(next, whole)
}

// add keeps a copy of f. With outcomeNone it has completed its datagram,
// which lies in whole until the next call.
func (g *defragmenter) add(f *fragment, now Time) (next uint8, whole span, out outcome) {
	g.seen++
	g.expire(now)
	n := f.data.wire
	if n == 0 || !f.last && n%8 != 0 || f.offset+n > maxDatagram {
		return 0, span{}, outcomeMalformed
	}
	e := g.find(f.key, now)
	t := e.Value.(*datagram)
	before := t.bytes
	fit := t.take(f)
	g.bytes += t.bytes - before
	if fit == pieceOverlaps {
		g.overlaps++
	}
	switch {
	case t.complete():
		g.whole = t.assemble(g.whole[:0])
		next, whole = t.next, span{data: g.whole, wire: t.size}
		g.reassembled++
		g.drop(e)
		return next, whole, outcomeNone
	case !t.dead && (len(t.pieces) > maxPieces || fit == pieceOverlaps && f.key.version == 6):
		// RFC 5722: an IPv6 datagram with overlapping fragments is dropped
		// whole, with the fragments still to come.
		g.bytes -= t.die()
		g.givenUp++
		g.dead++
	}
	for g.bytes > maxFragmentBytes {
		g.giveUp(g.byAge.Front())
	}
	return 0, span{}, outcomeFragment
}

// find gives the datagram of key, a new one where there is none.
func (g *defragmenter) find(key fragmentKey, now Time) *list.Element {
	if e, ok := g.datagrams[key]; ok {
		return e
	}
	if len(g.datagrams) >= maxDatagrams {
		g.giveUp(g.byAge.Front())
	}
	if g.datagrams == nil {
		g.datagrams = make(map[fragmentKey]*list.Element)
	}
	e := g.byAge.PushBack(&datagram{key: key, first: now, size: sizeUnknown})
	g.datagrams[key] = e
	return e
}

// expire gives up what is older than fragmentTime. A clock that jumped back
// by as much counts as well, so that nothing from the future stays for good.
func (g *defragmenter) expire(now Time) {
	for e := g.byAge.Front(); e != nil; e = g.byAge.Front() {
		if now.Sub(e.Value.(*datagram).first).Abs() <= fragmentTime {
			return
		}
		g.giveUp(e)
	}
}

func (g *defragmenter) giveUp(e *list.Element) {
	if e.Value.(*datagram).dead {
		g.dead--
	} else {
		g.givenUp++
	}
	g.drop(e)
}

func (g *defragmenter) drop(e *list.Element) {
	t := e.Value.(*datagram)
	g.bytes -= t.bytes
	delete(g.datagrams, t.key)
	g.byAge.Remove(e)
}

// open is how many datagrams wait for more.
func (g *defragmenter) open() int64 { return int64(len(g.datagrams)) - g.dead }
