package reassembly

import (
	"testing"
	"time"
)

// evidenceOf plays a script to its end and gives the connection as it stood.
func evidenceOf(t *testing.T, lines string) (c Conn, stuck [2]Stuck) {
	t.Helper()
	p := newScript(t, Limits{}, [2]uint32{0xfffffff0, 77})
	p.run(lines)
	p.a.Close()
	c = p.rec.conns[0].last
	return c, [2]Stuck{c.Stuck(Client), c.Stuck(Server)}
}

func TestLooks(t *testing.T) {
	c, _ := evidenceOf(t, `
		C syn win 100
		S synack win 200 ttl 57
		C win 9
		C "A" win 8 id 7
		wait 70s
		S ttl 58 win 0
		C +10 win 12 id 8
		C rst win 3 ttl 1
		S win 0 id 500`)
	n := &c.Half[Client]
	if n.Packets != 4 || n.TTLMin != 64 || n.TTLMax != 64 {
		t.Errorf("%d packets, TTL %d to %d: a RST counts for neither", n.Packets, n.TTLMin, n.TTLMax)
	}
	if n.SynWindow != 100 || n.WindowMin != 8 || n.WindowMax != 12 {
		t.Errorf("windows %d, %d to %d", n.SynWindow, n.WindowMin, n.WindowMax)
	}
	if n.OneByte != 1 || n.MaxFlight != 10 || n.LargestAcked != 10 {
		t.Errorf("%d of one byte, %d under way, %d acknowledged", n.OneByte, n.MaxFlight, n.LargestAcked)
	}
	// 101, 102, 7, 8: two small steps, one back.
	if n.IPIDSteps != 2 || !n.IPIDUsed || n.Last.IPID != 8 || n.Last.At.Frame != 6 {
		t.Errorf("IP-ID: %d steps, last %+v", n.IPIDSteps, n.Last)
	}
	s := &c.Half[Server]
	if s.TTLMin != 57 || s.TTLMax != 64 || s.ShutSince.Frame != 5 || s.WindowMax != 0 {
		t.Errorf("server: TTL %d to %d, shut since %d, window %d", s.TTLMin, s.TTLMax, s.ShutSince.Frame, s.WindowMax)
	}
	if s.Answered != time.Millisecond || n.Answered != time.Millisecond {
		t.Errorf("answered after %v and %v", s.Answered, n.Answered)
	}
	if q := c.Quiet; q.For != 70*time.Second+time.Millisecond || q.Before.Frame != 4 || q.After.Frame != 5 || c.Spoke() != Server {
		t.Errorf("quiet %+v, then %v", q, c.Spoke())
	}
}

func TestStuck(t *testing.T) {
	first := Stamp{5, scriptStart.Add(5 * time.Millisecond)}
	for _, tc := range []struct {
		name, script string
		want         Stuck
		acked        int
	}{
		{"nothing", `open
			C +100
			S
			C 50 +50`, Stuck{}, 100},
		{"sent once is not stuck", `open
			C +100
			S`, Stuck{}, 100},
		{"again and again, a short one behind it is heard", `open
			S "354"
			C +1460
			C 1460 +1460
			C 2920 +90
			S ack 0 sack 2920 3010
			wait 1s
			C 0 +1460
			wait 2s
			C 0 +536`, Stuck{Size: 1460, Least: 536, Tries: 3, LeastTries: 1, Seq: 1<<32 - 15, Block: 90, First: first,
			Last: Stamp{10, scriptStart.Add(3010 * time.Millisecond)}, LaterHeard: 90}, 0},
		{"small ones are lost, too", `open
			S "354"
			C +1460
			C 1460 +700
			C 2160 +40
			S ack 0 sack 2160 2200
			C 0 +1460`, Stuck{Size: 1460, Least: 1460, Tries: 2, LeastTries: 2, Seq: 1<<32 - 15, Block: 40, First: first,
			Last: Stamp{9, scriptStart.Add(9 * time.Millisecond)}, LaterHeard: 40, LaterLost: 1}, 0},
		{"cut behind the capture point: one packet of it and the rest are told apart", `open
			S "354"
			C +5800
			S ack 0 sack 5792 5800
			C 0 +1448
			C 0 +1448`, Stuck{Size: 5800, Least: 1448, Tries: 3, LeastTries: 2, Seq: 1<<32 - 15, Block: 8, First: first,
			Last: Stamp{8, scriptStart.Add(8 * time.Millisecond)}}, 0},
		{"acknowledged in the end", `open
			S "354"
			C +1460
			C 0 +1460
			S`, Stuck{}, 1460},
		{"came through in smaller pieces only", `open
			S "354"
			C +1460
			C 0 +536
			C 536 +924
			S ack 1460`, Stuck{}, 0},
		{"a part from its middle came again", `open
			S "354"
			C +1460
			C 500 +960
			S ack 1460`, Stuck{}, 0},
		{"the room is full, the first that is stuck was not remembered", `open
			S "354"
			C +10
			C 10 +10
			C 20 +10
			C 30 +10
			C 40 +10
			C 50 +10
			C 60 +10
			C 70 +10
			C 80 +10
			C 90 +10
			C 100 +30
			C 130 +40
			S ack 100
			C 100 +30`, Stuck{Size: 30, Least: 30, Tries: 2, LeastTries: 2, Seq: 100 - 15, First: Stamp{18, scriptStart.Add(18 * time.Millisecond)},
			Last: Stamp{18, scriptStart.Add(18 * time.Millisecond)}}, 10},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, stuck := evidenceOf(t, tc.script)
			if stuck[Client] != tc.want {
				t.Errorf("got\n%+v, want\n%+v", stuck[Client], tc.want)
			}
			if got := c.Half[Client].LargestAcked; got != tc.acked {
				t.Errorf("largest acknowledged: %d, want %d", got, tc.acked)
			}
		})
	}
}

func TestStraySACK(t *testing.T) {
	c, _ := evidenceOf(t, `
		open
		C +100
		C hide 100 +100
		C 200 +100
		S ack 100 sack 5000200 5000300
		C 300 +50
		S ack 100 sack 5000200 5000350
		S ack 100 sack 200 350
		S ack 100 sack 0 100`)
	// 5000300 can mean at most byte 300 at the first, and 5000350 byte 350 at
	// the second: the distance is at least 5000000.
	want := StraySACK{Count: 2, First: Stamp{6, scriptStart.Add(6 * time.Millisecond)}, Low: 5000000, High: 5000100}
	if got := c.Half[Server].Oddities().Stray; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	c, _ = evidenceOf(t, `
		open
		C +100
		S ack 100 sack -1 0
		S ack 100 sack 0 100
		S ack 100 sack 200 30000`)
	if got := c.Half[Server].Oddities().Stray; got.Count != 0 {
		t.Errorf("a keep-alive's D-SACK, a D-SACK, and data that the capture missed are stray: %+v", got)
	}
	c, _ = evidenceOf(t, `
		open
		C +100
		S ack 100 sack -2000100 -2000000`)
	if got := c.Half[Server].Oddities().Stray; got.Count != 1 {
		t.Errorf("before the SYN: %+v", got)
	}
}

func TestOutlived(t *testing.T) {
	c, _ := evidenceOf(t, `
		open
		C "DATA"
		C rst ttl 30
		wait 400ms
		C 0 "DATA"
		C "MORE" ttl 61 id 9
		S noack
		C "Z" id 10`)
	o := c.Half[Client].Oddities().Outlived
	if o.RST.Frame != 5 || o.Packets != 3 || o.NewBytes != 5 || o.NewLast.At.Frame != 9 || o.NewLast.IPID != 10 {
		t.Errorf("%+v", o)
	}
	c, _ = evidenceOf(t, `
		open
		C "DATA"
		C rst
		C rst
		S`)
	if o := c.Half[Client].Oddities().Outlived; o.Packets != 0 {
		t.Errorf("RSTs and the other side's packets: %+v", o)
	}
}

// priors remembers what stood in the RSTs.
type priors struct {
	countEnds
	list []Prior
}

func (h *priors) Event(e *Event) {
	if e.Kind == EventRST {
		h.list = append(h.list, *e.Prior)
	}
}

func TestPrior(t *testing.T) {
	h := &priors{}
	p := newScript(t, Limits{}, [2]uint32{5, 6})
	p.a = New(Config{Orient: orientByPort, New: func(*Conn) Handler { return h }})
	p.run(`
		C syn
		wait 19ms
		S synack ttl 50
		C
		S "220" id 33 ttl 51
		wait 50ms
		C "EHLO"
		wait 2ms
		S rst win 5 ttl 3`)
	if len(h.list) != 1 {
		t.Fatalf("%d RSTs", len(h.list))
	}
	got := h.list[0]
	if !got.Known || got.Packets != 2 || got.TTLMin != 50 || got.TTLMax != 51 || got.Last.IPID != 33 || got.Peer.At.Frame != 5 {
		t.Errorf("%+v", got)
	}
	if got.AckAge != 3*time.Millisecond || got.Answered != 20*time.Millisecond || got.RTTs != 0 {
		t.Errorf("acknowledges what is %v old, %v away (%d)", got.AckAge, got.Answered, got.RTTs)
	}
}

// A RST that has to wait is compared with what came before it only.
func TestPriorOfAHeldRST(t *testing.T) {
	h := &priors{}
	p := newScript(t, Limits{}, [2]uint32{5, 6})
	p.a = New(Config{Orient: orientByPort, New: func(*Conn) Handler { return h }})
	p.run(`
		open
		C hide "DATA"
		C rst ttl 9
		C "MORE" ttl 30
		C "MORE" ttl 30
		C "MORE" ttl 30
		close`)
	if len(h.list) != 1 || h.list[0].Packets != 2 || h.list[0].TTLMin != 64 {
		t.Errorf("%+v", h.list)
	}
}
