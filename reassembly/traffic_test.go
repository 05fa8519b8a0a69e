package reassembly

import (
	"math/rand/v2"
	"slices"
	"time"

	"smtpscope/capture"
)

// traffic is a connection made at random that keeps to TCP's rules, as it
// passes the point of capture, and what the capture makes of it.
type traffic struct {
	*rand.Rand
	spoil  spoil
	stream [2][]byte // what each side says in the end
	isn    [2]uint32
	ends   [2]end
	now    capture.Time
	out    []packet
}

// spoil says what goes wrong, in packets of a thousand.
type spoil struct {
	lose      int  // lost before the capture, sent again later
	repeat    int  // sent again without need
	drop      int  // arrived, but not captured
	mirror    int  // captured twice
	reorder   int  // moved in the file by up to depth packets
	depth     int  //
	noIDs     bool // IPv6
	midStream bool // the capture begins later
	large     bool // segments as a host with offload has them
}

// end is what one end of the connection knows.
type end struct {
	next int64      // sends from here on
	got  int64      // received up to here, without a hole
	lost [][2]int64 // what it has to send again
	fin  bool
	ipid uint16
}

type packet struct {
	capture.Segment
	side     Side
	off, ack int64 // offsets in the streams
	dropped  bool
	place    int // in the file
}

const talk = 60 // rounds

// newTraffic makes a connection.
func newTraffic(seed uint64, how spoil) *traffic {
	g := &traffic{Rand: rand.New(rand.NewPCG(seed, 1)), spoil: how, now: scriptStart}
	for side := range g.stream {
		g.isn[side] = g.Uint32()
		if g.IntN(2) == 0 {
			g.isn[side] = -g.Uint32N(3000) // the numbers wrap on the way
		}
		g.ends[side].ipid = uint16(g.Uint32())
	}
	g.handshake()
	for range talk {
		g.say(Side(g.IntN(2)))
	}
	first := Side(g.IntN(2))
	g.finish(first)
	g.finish(first.Other())
	g.send(first, g.ends[first].next, nil, capture.ACK)
	g.misrecord()
	return g
}

func (g *traffic) handshake() {
	g.emit(Client, packet{Segment: capture.Segment{Seq: g.isn[Client], Flags: capture.SYN}})
	g.emit(Server, packet{Segment: capture.Segment{Seq: g.isn[Server], Ack: g.isn[Client] + 1, Flags: capture.SYN | capture.ACK}})
	g.send(Client, 0, nil, capture.ACK)
}

// say lets a side send some segments, or only acknowledge.
func (g *traffic) say(side Side) {
	g.again(side)
	me := &g.ends[side]
	for range g.IntN(4) {
		n := 1 + g.IntN(20)
		if g.IntN(3) == 0 {
			n = 1460
		}
		if g.spoil.large && g.IntN(10) == 0 {
			n = 20000
		}
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(g.Uint32())
		}
		off := me.next
		g.stream[side] = append(g.stream[side], data...)
		me.next += int64(n)
		g.send(side, off, data, capture.ACK)
		if g.happens(g.spoil.repeat) {
			g.repeat(side)
		}
	}
	if g.IntN(2) == 0 {
		g.again(side.Other())
		g.send(side.Other(), g.ends[side.Other()].next, nil, capture.ACK)
	}
}

// repeat sends a part of the stream again that was sent before.
func (g *traffic) repeat(side Side) {
	sent := g.ends[side].next
	from := max(0, sent-g.Int64N(4000))
	n := min(1+g.Int64N(2000), sent-from)
	g.send(side, from, g.stream[side][from:from+n], capture.ACK)
}

// again sends what was lost, after the time that it takes to notice.
func (g *traffic) again(side Side) {
	for lost := &g.ends[side].lost; len(*lost) > 0; {
		r := (*lost)[0]
		*lost = (*lost)[1:]
		g.now = g.now.Add(200 * time.Millisecond)
		g.send(side, r[0], g.stream[side][r[0]:r[1]], capture.ACK)
	}
}

// finish sends a side's FIN once all arrived.
func (g *traffic) finish(side Side) {
	g.again(side)
	g.send(side, g.ends[side].next, nil, capture.ACK|capture.FIN)
	g.ends[side].fin = true
	g.ends[side].next++
	g.again(side.Other())
}

func (g *traffic) happens(perMille int) bool { return g.IntN(1000) < perMille }

// send puts a segment on the wire.
func (g *traffic) send(side Side, off int64, data []byte, flags capture.Flags) {
	me, peer := &g.ends[side], &g.ends[side.Other()]
	p := packet{off: off, ack: me.got, side: side}
	p.Seq, p.Ack = g.isn[side]+1+uint32(off), g.isn[side.Other()]+1+uint32(me.got)
	p.Flags, p.Payload, p.Length = flags, data, len(data)
	if len(data) > 0 && g.happens(g.spoil.lose) {
		me.lost = append(me.lost, [2]int64{off, off + int64(len(data))})
		me.ipid++
		return
	}
	p.dropped = g.happens(g.spoil.drop)
	g.emit(side, p)
	end := off + int64(len(data))
	if flags.Has(capture.FIN) {
		end++
	}
	peer.arrived(off, end, me.lost)
}

// arrived moves what was received on, as far as nothing is lost before it.
func (e *end) arrived(from, to int64, lost [][2]int64) {
	if len(lost) > 0 {
		first := slices.MinFunc(lost, func(a, b [2]int64) int { return int(a[0] - b[0]) })
		to = min(to, first[0])
	}
	if from > e.got && len(lost) == 0 {
		to = max(to, e.got)
	}
	e.got = max(e.got, to)
}

func (g *traffic) emit(side Side, p packet) {
	g.now = g.now.Add(time.Duration(100+g.IntN(900)) * time.Microsecond)
	p.Kind, p.Time, p.TTL, p.Window = capture.KindTCP, g.now, 64, 60000
	p.side = side
	g.ends[side].ipid++
	if !g.spoil.noIDs {
		p.HasIPID, p.IPID = true, g.ends[side].ipid
	}
	p.Src, p.Dst = pairOf(1)
	if side == Server {
		p.Src, p.Dst = p.Dst, p.Src
	}
	g.out = append(g.out, p)
}

// misrecord does to the packets what a capture does.
func (g *traffic) misrecord() {
	if g.spoil.midStream {
		g.out = g.out[min(len(g.out), 3+g.IntN(len(g.out)/2)):]
	}
	kept := g.out[:0:0]
	for _, p := range g.out {
		if p.dropped {
			continue
		}
		kept = append(kept, p)
		if g.happens(g.spoil.mirror) {
			p.TTL -= uint8(g.IntN(2))
			p.Time += 50_000
			kept = append(kept, p)
		}
	}
	for i := range kept {
		if kept[i].place = i * 2; g.happens(g.spoil.reorder) {
			kept[i].place += 2*g.IntN(g.spoil.depth+1) + 1
		}
	}
	slices.SortStableFunc(kept, func(a, b packet) int { return a.place - b.place })
	for i := range kept {
		kept[i].Frame, kept[i].SourceFrame = int64(i+1), int64(i+1)
	}
	g.out = kept
}

// play hands the packets on, each in a buffer that is spoilt afterwards.
func (g *traffic) play(a *Assembler) {
	buf := make([]byte, 0, 1<<16)
	for i := range g.out {
		seg := g.out[i].Segment
		seg.Payload = append(buf[:0], seg.Payload...)
		a.Segment(&seg)
		for k := range seg.Payload {
			seg.Payload[k] = '#'
		}
	}
	a.Close()
}
