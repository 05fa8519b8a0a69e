package reassembly

import (
	"net/netip"
	"testing"

	"smtpscope/capture"
)

// countEnds is a handler that does nothing.
type countEnds struct {
	n     *int
	bytes int64
}

func (h *countEnds) Bytes(_ Side, data []byte, _ Stamp)      { h.bytes += int64(len(data)) }
func (h *countEnds) Gap(_ Side, _ int64, _ GapKind, _ Stamp) {}
func (h *countEnds) Event(*Event)                            {}
func (h *countEnds) End(EndReason, capture.Time) {
	if h.n != nil {
		*h.n++
	}
}

func pairOf(i int) (client, server netip.AddrPort) {
	client = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 24), byte(i >> 16), byte(i >> 8)}), uint16(1024+i&0xff))
	return client, netip.MustParseAddrPort("192.0.2.25:25")
}

// wire makes the segments of connections for benchmarks.
type wire struct {
	a              *Assembler
	seg            capture.Segment
	client, server netip.AddrPort
	seq            [2]uint32
	ipid           uint16
	step           capture.Time // between two packets
}

func newWire(h Handler) *wire {
	w := &wire{a: New(Config{New: func(*Conn) Handler { return h }})}
	w.client, w.server = pairOf(0)
	w.step = 10_000
	w.seg = capture.Segment{Kind: capture.KindTCP, TTL: 64, HasIPID: true, Window: 501}
	return w
}

func (w *wire) send(side Side, flags capture.Flags, payload []byte) {
	w.ipid++
	g := &w.seg
	g.Frame++
	g.Time += w.step
	g.IPID, g.Flags, g.Payload, g.Length = w.ipid, flags, payload, len(payload)
	g.Src, g.Dst = w.client, w.server
	if side == Server {
		g.Src, g.Dst = w.server, w.client
	}
	g.Seq, g.Ack = w.seq[side], w.seq[side.Other()]
	w.a.Segment(g)
	w.seq[side] += uint32(len(payload))
	if flags&(capture.SYN|capture.FIN) != 0 {
		w.seq[side]++
	}
}

func (w *wire) open() {
	w.send(Client, capture.SYN, nil)
	w.send(Server, capture.SYN|capture.ACK, nil)
	w.send(Client, capture.ACK, nil)
}

var mss = []byte(pattern(0, 1460))

// BenchmarkBulk is a message on its way: full segments, an ACK for every two.
func BenchmarkBulk(b *testing.B) {
	w := newWire(&countEnds{})
	w.open()
	b.ReportAllocs()
	b.SetBytes(1460)
	for i := 0; b.Loop(); i++ {
		w.send(Client, capture.ACK, mss)
		if i%2 == 1 {
			w.send(Server, capture.ACK, nil)
		}
	}
}

// BenchmarkDialogue is whole connections of 20 segments, 50 a second: 1,500
// linger after their end, and 12,000 graves are kept.
func BenchmarkDialogue(b *testing.B) {
	w := newWire(&countEnds{})
	w.step = 1_000_000
	line := []byte("250 2.1.0 Ok\r\n")
	b.ReportAllocs()
	segments := 0
	for i := 0; b.Loop(); i++ {
		w.client, _ = pairOf(i)
		w.open()
		for range 7 {
			w.send(Server, capture.ACK, line)
			w.send(Client, capture.ACK, line)
		}
		w.send(Client, capture.FIN|capture.ACK, nil)
		w.send(Server, capture.FIN|capture.ACK, nil)
		w.send(Client, capture.ACK, nil)
		segments += 20
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(segments), "ns/segment")
}

// BenchmarkIdle goes round 100,000 open connections.
func BenchmarkIdle(b *testing.B) {
	const conns = 100_000
	w := newWire(&countEnds{})
	seqs := make([][2]uint32, conns)
	clients := make([]netip.AddrPort, conns)
	for i := range seqs {
		clients[i], _ = pairOf(i)
		w.client, w.seq = clients[i], [2]uint32{uint32(i), uint32(i) * 3}
		w.open()
		seqs[i] = w.seq
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		k := i * 7919 % conns
		w.client, w.seq = clients[k], seqs[k]
		w.send(Client, capture.ACK, mss[:20])
		seqs[k] = w.seq
	}
}

// BenchmarkHole fills a hole of 4 MB at its front: the worst of a lossy path.
func BenchmarkHole(b *testing.B) {
	w := newWire(&countEnds{})
	w.a.limits.ConnBytes = 8 << 20
	w.open()
	b.ReportAllocs()
	for b.Loop() {
		lost := w.seq[Client]
		w.seq[Client] += 1460
		for range 2900 {
			w.send(Client, capture.ACK, mss)
		}
		end := w.seq[Client]
		w.seq[Client] = lost
		w.send(Client, capture.ACK, mss)
		w.seq[Client] = end
		w.send(Server, capture.ACK, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2902, "ns/segment")
}

func TestNoAllocation(t *testing.T) {
	h := &countEnds{}
	w := newWire(h)
	w.open()
	for range 100 { // room that grows once
		w.send(Client, capture.ACK, mss)
	}
	got := testing.AllocsPerRun(1000, func() {
		w.send(Client, capture.ACK, mss)
		w.send(Server, capture.ACK, mss[:30])
		w.send(Client, capture.ACK, nil)
	})
	if got != 0 || h.bytes == 0 {
		t.Errorf("%v allocations for three segments in order", got)
	}
}
