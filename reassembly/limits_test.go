package reassembly

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

func TestLimits(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "bytes of a connection", limits: Limits{ConnBytes: 1000}, script: `
			open
			C hide "MAIL"
			C +300
			C +300
			C +300
			C +20
			close`, want: `
			open
			C gap 4 evicted
			C +300
			C +300
			C +300
			C +20
			end capture`},
		{name: "segments of a connection", limits: Limits{ConnHeld: 2}, script: `
			open
			C hide "MAIL"
			C +300
			C +300
			C +300
			close`, want: `
			open
			C gap 4 evicted
			C +300
			C +300
			C +300
			end capture`},
		{name: "bytes of all", limits: Limits{TotalBytes: 800}, script: `
			open
			@2 open
			C hide "MAIL"
			@2 C hide "MAIL"
			C +300
			@2 C +300
			@2 C +300
			close`, want: `
			open
			@2 open
			C gap 4 evicted
			C +300
			@2 C gap 4 evicted
			@2 C +300
			@2 C +300
			end capture
			@2 end capture`},
		{name: "connections: the longest idle goes", limits: Limits{Connections: 2}, script: `
			open
			@2 C syn
			@1 S "220"
			@3 C syn
			@1 C "EHLO"
			close`, want: `
			open
			@2 C syn
			S "220"
			@2 end evicted
			@3 C syn
			C "EHLO"
			end capture
			@3 end capture`},
		{name: "connections: a closed one ends as closed", limits: Limits{Connections: 1}, script: `
			open
			C fin
			S fin
			@2 C syn
			@1 C
			close`, want: `
			open
			C fin
			S fin
			end closed
			@2 C syn
			@2 end capture`},
		{name: "what an evicted one holds is delivered", limits: Limits{Connections: 1}, script: `
			open
			C hide "MAIL"
			C "RCPT"
			@2 C syn
			close`, want: `
			open
			C gap 4 evicted
			C "RCPT"
			end evicted
			@2 C syn
			@2 end capture`},
		{name: "times that run backwards", script: `
			open
			S late 2h "220"
			C late 3h "QUIT"
			S late 1h fin
			C late 2h fin
			tick
			close`, want: `
			open
			S "220"
			C "QUIT"
			S fin
			C fin
			end closed`},
	})
}

// TestIgnore asks for no more at each call that there is.
func TestIgnore(t *testing.T) {
	const play = `
		open
		S hide "220"
		C "EHLO"
		C "MAIL"
		S 3 "250"
		S 0 ack 0 "220"
		C win 0
		C -1
		C win 5
		S hide "354"
		C "DATA" 
		C "body"
		C 16 "body"
		C fin
		wait 3s
		S hide "bye"
		S rst
		S rst
		wait 3s
		tick
		C
		S
		@2 open`
	whole := newScript(t, Limits{}, isnPairs[0])
	whole.run(play + "\nclose")
	for stop, call := range whole.rec.lines {
		if strings.HasPrefix(call, "@2") || strings.HasPrefix(call, "end") {
			break
		}
		p := newScript(t, Limits{}, isnPairs[0])
		p.rec.violate = t.Errorf
		p.rec.on = func(h *recorded, _ string) {
			if len(p.rec.lines) == stop+1 && !h.ended {
				h.conn.Ignore()
				if held := p.a.Stats().HeldBytes; held > 2000 { // only what is just being played
					t.Errorf("after %q %d bytes are held", call, held)
				}
			}
		}
		p.run(play)
		if held := p.a.Stats().HeldBytes; held != 0 {
			t.Errorf("ignored after %q, %d bytes are held", call, held)
		}
		p.a.Close()
		want := append(append([]string(nil), whole.rec.lines[:stop+1]...), "end ignored")
		p.rec.calls(t, strings.Join(want, "\n")+"\n@2 open\n@2 end capture")
	}
}

func TestNewRefuses(t *testing.T) {
	p := newScript(t, Limits{}, isnPairs[0])
	p.rec.refuse = func(*Conn) bool { return true }
	p.run(`
		C syn
		C syn
		S synack
		C
		S "220"
		C hide "QUIT"
		C fin
		S fin
		C
		S
		C isn 70000 syn
		close`)
	p.rec.calls(t, `
		refused
		refused`)
	if s := p.a.Stats(); s.Connections != 2 || s.Open != 0 || s.HeldBytes != 0 || s.Buried != 2 {
		t.Errorf("%+v", s)
	}
}

func TestIgnoreWithinNew(t *testing.T) {
	p := newScript(t, Limits{}, isnPairs[0])
	a := New(Config{Orient: orientByPort, New: func(c *Conn) Handler {
		c.Ignore()
		return p.rec.open(c)
	}})
	p.a = a
	p.run(`
		open
		C "EHLO"
		close`)
	p.rec.calls(t, `end ignored`)
}

func TestNumbers(t *testing.T) {
	p := newScript(t, Limits{}, isnPairs[0])
	p.run(`
		C syn scale 7
		wait 9ms
		S synack scale 2
		wait 19ms
		C ttl 60
		S +100
		dup
		wait 4ms
		C
		S +50
		wait 200ms
		S 100 +50
		wait 9ms
		C
		C cut 10 +40
		wait 29ms
		S
		C hide +5
		C +6
		S
		wait 3s
		S win 0
		wait 1s
		S win 1
		C hide +7
		C +8
		C fin
		close`)
	c := p.rec.conns[0].last
	if c.HandshakeRTT != 30*time.Millisecond || !c.SYN || !c.SYNACK || !c.Established || c.Duplicates != 1 {
		t.Errorf("connection: %+v", c)
	}
	client, server := p.rec.conns[0].numbers[Client], p.rec.conns[0].numbers[Server]
	client.Evidence, server.Evidence = Evidence{}, Evidence{} // evidence_test.go
	client.oddities, server.oddities = nil, nil
	want := HalfStats{
		Frames: 8, Bytes: 40 + 6 + 8, Missing: 30 + 5 + 7, Missed: 5, Lost: 7, Cut: 30, WindowScale: 7, HasScale: true,
		LargestSegment: 40, RTTCount: 2, RTTMin: time.Millisecond, RTTMax: 30 * time.Millisecond,
		RTTSum: 31 * time.Millisecond, TTLMin: 60, TTLMax: 64,
	}
	if client != want {
		t.Errorf("client\n%+v, want\n%+v", client, want)
	}
	want = HalfStats{
		Frames: 9, Bytes: 150, Retransmitted: 1, ZeroWindow: 1, ZeroWindowTime: 1001 * time.Millisecond,
		WindowScale: 2, HasScale: true, LargestSegment: 100, RTTCount: 1, RTTMin: 6 * time.Millisecond,
		RTTMax: 6 * time.Millisecond, RTTSum: 6 * time.Millisecond, TTLMin: 64, TTLMax: 64,
	}
	if server != want {
		t.Errorf("server\n%+v, want\n%+v", server, want)
	}
}

// TestTicks holds that nothing depends on when time is noticed: a live source
// ticks, a file does not.
func TestTicks(t *testing.T) {
	const play = `
		open
		C hide "MAIL"
		S "250"
		C rst
		@2 open
		@2 C fin
		@2 S fin
		@3 C syn
		@4 C "x"
		wait %s
		@5 C syn
		close`
	quiet := newScript(t, Limits{}, isnPairs[0])
	quiet.run(fmt.Sprintf(play, "20m"))
	ticking := newScript(t, Limits{}, isnPairs[0])
	ticking.run(fmt.Sprintf(play, "1us\n"+strings.Repeat("wait 999999us\ntick\nwait 1us\n", 1200)+"wait 0s"))
	for i := range min(len(quiet.rec.lines), len(ticking.rec.lines)) {
		if q, k := quiet.rec.lines[i], ticking.rec.lines[i]; q != k && !strings.Contains(q, "capture") {
			t.Errorf("without ticks %q, with ticks %q", q, k)
		}
	}
	if len(quiet.rec.lines) != len(ticking.rec.lines) {
		t.Errorf("%d calls, %d with ticks", len(quiet.rec.lines), len(ticking.rec.lines))
	}
}

// TestManySYNs holds the memory of a flood within the limits.
func TestManySYNs(t *testing.T) {
	var ends int
	a := New(Config{Limits: Limits{Connections: 1000}, New: func(*Conn) Handler { return &countEnds{n: &ends} }})
	seg := &capture.Segment{Kind: capture.KindTCP, Flags: capture.SYN, TTL: 64}
	const flood = 100_000
	for i := range flood {
		seg.Src, seg.Dst = pairOf(i)
		seg.Frame++
		seg.Time += 1000
		seg.Seq = uint32(i) * 7919
		a.Segment(seg)
	}
	s := a.Stats()
	if s.Open != 1000 || s.PeakOpen != 1000 || s.Evicted != flood-1000 || len(a.spareConns) > maxSpare {
		t.Errorf("%+v, %d spare", s, len(a.spareConns))
	}
	a.Close()
	if ends != flood {
		t.Errorf("%d ends of %d connections", ends, flood)
	}
}
