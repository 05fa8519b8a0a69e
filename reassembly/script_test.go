package reassembly

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

// The tests are written as scripts, a packet a line:
//
//	C syn                  a SYN of the client; also synack, rst, fin
//	C "EHLO"               payload at the client's next offset, acknowledging all that the server sent
//	S 4 ack 0 +100         100 bytes at offset 4 of the server's stream, acknowledging none of the client's
//	C hide "MAIL"          sent, but not captured
//	C                      a bare ACK
//	open                   a whole handshake
//	dup, dup ttl 63        the packet before, captured again
//	wait 3s, close         time passes (a packet takes 1 ms); the input ends
//	@2 C syn               a packet of the second connection; the first is @1
//	icmp S                 an ICMP error that quotes the server's packet
//
// and words that set a header: sack 10 20 (offsets of the other side), noack, win 0, id 7, noid, ttl 63, isn 9, late 5ms
// (the packet's time is that much in the past), cut 3 (bytes captured), scale 7.
//
// The calls of the handlers are written in the same way: see recorder.

var scriptStart = capture.Time(1_700_000_000_000_000_000)

type scriptSide struct {
	isn  uint32
	next int64 // the next offset that it sends
	ipid uint16
}

type scriptConn struct {
	client, server netip.AddrPort
	sides          [2]scriptSide
}

type script struct {
	t     testing.TB
	a     *Assembler
	now   capture.Time
	frame int64
	conns map[int]*scriptConn
	isns  [2]uint32
	last  capture.Segment
	rec   *recorder
}

func newScript(t testing.TB, limits Limits, isns [2]uint32) *script {
	p := &script{t: t, now: scriptStart, conns: map[int]*scriptConn{}, isns: isns}
	p.rec = &recorder{start: scriptStart}
	p.a = New(Config{Limits: limits, Orient: orientByPort, New: p.rec.open})
	return p
}

func orientByPort(seg *capture.Segment) (Side, bool) {
	switch {
	case seg.Src.Port() == 25:
		return Server, true
	case seg.Dst.Port() == 25:
		return Client, true
	}
	return Client, false
}

func (p *script) run(lines string) {
	p.t.Helper()
	for _, line := range strings.Split(lines, "\n") {
		if words := strings.Fields(line); len(words) > 0 {
			p.line(words)
		}
	}
}

func (p *script) line(words []string) {
	p.t.Helper()
	conn := 1
	if n, found := strings.CutPrefix(words[0], "@"); found {
		conn, words = p.number(n), words[1:]
	}
	switch words[0] {
	case "open":
		for _, w := range []string{"C syn", "S synack", "C"} {
			p.packet(conn, strings.Fields(w))
		}
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			p.t.Fatal(err)
		}
		p.now = p.now.Add(d)
	case "tick":
		p.a.Segment(&capture.Segment{Kind: capture.KindTick, Time: p.now})
	case "close":
		p.a.Close()
	case "dup":
		seg := p.last
		if len(words) > 1 {
			p.modify(&seg, words[1:])
		}
		p.emit(&seg)
	case "icmp":
		seg := p.header(conn, words[1])
		seg.Kind = capture.KindICMP
		seg.ICMP = capture.ICMP{Type: 3, Code: 4}
		p.emit(seg)
	default:
		p.packet(conn, words)
	}
}

func (p *script) number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		p.t.Fatalf("script: %v", err)
	}
	return n
}

func (p *script) conn(n int) *scriptConn {
	if p.conns[n] == nil {
		k := &scriptConn{
			client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), uint16(40000+n)),
			server: netip.MustParseAddrPort("10.0.0.2:25"),
		}
		k.sides[0] = scriptSide{isn: p.isns[0], ipid: 100}
		k.sides[1] = scriptSide{isn: p.isns[1], ipid: 9000}
		p.conns[n] = k
	}
	return p.conns[n]
}

func sideOf(word string) Side {
	if word == "S" {
		return Server
	}
	return Client
}

func (p *script) header(conn int, word string) *capture.Segment {
	k, side := p.conn(conn), sideOf(word)
	me, other := &k.sides[side], &k.sides[side.Other()]
	seg := &capture.Segment{
		Kind: capture.KindTCP, Src: k.client, Dst: k.server, TTL: 64, HasIPID: true, Flags: capture.ACK, Window: 0xffff,
		Seq: me.isn + 1 + uint32(me.next), Ack: other.isn + 1 + uint32(other.next),
	}
	if side == Server {
		seg.Src, seg.Dst = k.server, k.client
	}
	return seg
}

// packet sends one packet of the script.
func (p *script) packet(conn int, words []string) {
	p.t.Helper()
	k, side := p.conn(conn), sideOf(words[0])
	me, other := &k.sides[side], &k.sides[side.Other()]
	me.ipid++
	seg := p.header(conn, words[0])
	seg.IPID = me.ipid
	hidden, off, payload, cut := false, me.next, "", -1
	for i := 1; i < len(words); i++ {
		w := words[i]
		arg := func() int { i++; return p.number(words[i]) }
		switch {
		case w == "syn", w == "synack":
			me.next, off = 0, 0
			seg.Flags = capture.SYN
			if w == "synack" {
				seg.Flags |= capture.ACK
			}
		case w == "fin":
			seg.Flags |= capture.FIN
		case w == "rst":
			seg.Flags |= capture.RST
		case w == "ack":
			seg.Ack = other.isn + 1 + uint32(arg())
		case w == "sack":
			left, right := arg(), arg()
			seg.Options.SACK[seg.Options.SACKCount] = capture.SACKBlock{
				Left: other.isn + 1 + uint32(left), Right: other.isn + 1 + uint32(right)}
			seg.Options.SACKCount++
		case w == "isn":
			me.isn = uint32(arg())
		case w == "hide":
			hidden = true
		case w == "cut":
			cut = arg()
		case w[0] == '"':
			payload = strings.Trim(w, `"`)
		case w[0] == '+':
			payload = pattern(off, p.number(w[1:]))
		case w[0] >= '0' && w[0] <= '9', w[0] == '-':
			off = int64(p.number(w))
		default:
			i += p.modify(seg, words[i:]) - 1
		}
	}
	p.place(seg, me, off, payload, cut)
	if !hidden {
		p.emit(seg)
	}
}

// place puts payload at an offset of the side's stream.
func (p *script) place(seg *capture.Segment, me *scriptSide, off int64, payload string, cut int) {
	end := off + int64(len(payload))
	seg.Length, seg.Payload = len(payload), []byte(payload)
	if cut >= 0 {
		seg.Payload = seg.Payload[:cut]
	}
	seg.Seq = me.isn + 1 + uint32(off)
	if seg.Flags.Has(capture.SYN) {
		seg.Seq--
	}
	if seg.Flags.Has(capture.FIN) {
		end++
	}
	if !seg.Flags.Has(capture.RST) {
		me.next = max(me.next, end)
	}
}

// modify applies one header word, and says how many words it took.
func (p *script) modify(seg *capture.Segment, words []string) int {
	p.t.Helper()
	switch words[0] {
	case "noack":
		seg.Flags &^= capture.ACK
		seg.Ack = 0
		return 1
	case "noid":
		seg.HasIPID, seg.IPID = false, 0
		return 1
	case "win":
		seg.Window = uint16(p.number(words[1]))
	case "id":
		seg.IPID = uint16(p.number(words[1]))
	case "ttl":
		seg.TTL = uint8(p.number(words[1]))
	case "scale":
		seg.Options.WindowScale, seg.Options.HasScale = uint8(p.number(words[1])), true
	case "late":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			p.t.Fatal(err)
		}
		seg.Time = -capture.Time(d)
	default:
		p.t.Fatalf("script: unknown word %q", words[0])
	}
	return 2
}

func (p *script) emit(seg *capture.Segment) {
	p.frame++
	p.now = p.now.Add(time.Millisecond)
	seg.Frame, seg.SourceFrame, seg.Time = p.frame, p.frame, p.now+seg.Time // what "late" set
	p.a.Segment(seg)
	p.last = *seg
	p.last.Time = 0
	p.last.Payload = append([]byte(nil), seg.Payload...)
	for i := range seg.Payload { // what is kept must be a copy
		seg.Payload[i] = '#'
	}
}

// pattern is the content of a stream at an offset, the same however it is cut.
func pattern(off int64, n int) string {
	b := make([]byte, n)
	for i := range b {
		at := uint64(off) + uint64(i)
		b[i] = 'a' + byte((at^at>>7*3^at>>13*5)%26)
	}
	return string(b)
}

// isnPairs put the beginnings of the streams where sequence numbers wrap.
var isnPairs = [][2]uint32{{1000, 5000}, {0xffffffff, 0xfffffffe}, {0xfffffff8, 3}, {0x7ffffffd, 0x80000000}}

type scriptCase struct {
	name   string
	limits Limits
	script string
	want   string
}

// runCases plays each case with several initial sequence numbers, and checks
// that nothing stays behind.
func runCases(t *testing.T, cases []scriptCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(strings.ReplaceAll(tc.name, " ", "-"), func(t *testing.T) {
			for _, isns := range isnPairs {
				p := newScript(t, tc.limits, isns)
				p.rec.violate = t.Errorf
				p.run(tc.script)
				p.rec.calls(t, tc.want)
				p.a.Close()
				for _, h := range p.rec.conns {
					if !h.ended {
						t.Errorf("connection %d has no End", h.n)
					}
				}
				if s := p.a.Stats(); s.HeldBytes != 0 || s.Open != 0 {
					t.Errorf("after Close: %+v", s)
				}
				if t.Failed() {
					t.Fatalf("ISNs %d and %d", isns[0], isns[1])
				}
			}
		})
	}
}
