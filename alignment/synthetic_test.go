package alignment

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// A world is made-up traffic: sessions as the capture shows them, and the
// connections that a log tells of them.
type world struct {
	records []*session.Record
	conns   []*gatewaylog.Connection
	owner   map[*gatewaylog.Connection]int // index of the record
	first   []int                          // of each record: the attempt that it repeats, or itself
	written []written

	again int // the attempt that the next session repeats; 0 = none
}

// written is when a line was really written.
type written struct {
	line *gatewaylog.Line
	at   time.Time
}

// A habit is how the made-up product logs.
type habit struct {
	precision time.Duration
	offset    time.Duration
	drift     float64 // seconds a second
	ids       bool    // replies name the queue id
	port      bool    // the log names the client's port
	envelope  bool    // the log names sender and recipients
	messageID bool
	lost      float64       // share of lines that are gone
	twins     float64       // share of sessions that a second one of the same address and envelope accompanies
	pace      time.Duration // between sessions, in the middle; 0 = half a second
	lines     int           // further lines of each message
	retries   bool          // what was aborted is tried again after minutes, under the same Message-ID
	taken     bool          // the log has the Message-ID of what came whole only (Cisco)
}

var worldStart = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// makeWorld plays n sessions, about two a second, from n/8 addresses.
func makeWorld(seed uint64, n int, h habit) *world {
	random := rand.New(rand.NewPCG(seed, 7))
	w := &world{owner: map[*gatewaylog.Connection]int{}}
	at := worldStart
	if h.pace == 0 {
		h.pace = 500 * time.Millisecond
	}
	for len(w.records) < n {
		at = at.Add(time.Duration(random.ExpFloat64() * float64(h.pace)))
		ip := netip.AddrFrom4([4]byte{198, 18, byte(random.IntN(max(1, n/8)) >> 8), byte(random.IntN(max(1, min(n/8, 256))))})
		mail := random.IntN(n)
		w.play(random, h, ip, at, mail)
		if random.Float64() < h.twins {
			w.play(random, h, ip, at.Add(time.Duration(random.IntN(400))*time.Millisecond), mail)
		}
		for k := len(w.records) - 1; h.retries && w.records[k].Messages[0].Outcome == session.Aborted; k++ {
			w.again = w.first[k]
			w.play(random, h, ip, w.records[k].Start.Time().Add(time.Duration(60+random.IntN(600))*time.Second), mail)
		}
	}
	random.Shuffle(len(w.conns), func(i, j int) { w.conns[i], w.conns[j] = w.conns[j], w.conns[i] })
	slices.SortStableFunc(w.written, func(a, b written) int { return a.at.Compare(b.at) })
	for i := range w.written {
		w.written[i].line.Number = int64(i + 1)
	}
	return w
}

func (w *world) play(random *rand.Rand, h habit, ip netip.Addr, at time.Time, mail int) {
	k := len(w.records)
	first := k
	if w.again > 0 {
		first, w.again = w.again, 0
	}
	w.first = append(w.first, first)
	from, to := fmt.Sprintf("s%d@example.org", mail), fmt.Sprintf("r%d@example.com", mail%7)
	size := int64(500 + random.IntN(50000))
	end := at.Add(time.Duration(30+random.IntN(1500)) * time.Millisecond)
	done := random.IntN(5) > 0
	r := &session.Record{
		Session: int64(k + 1),
		Client:  session.Endpoint{IP: ip, Port: uint16(20000 + random.IntN(40000))},
		Server:  session.Endpoint{IP: netip.MustParseAddr("192.0.2.25"), Port: 25},
		Start:   session.Time(at.UnixNano()), End: session.Time(end.UnixNano()),
		Seen:   session.Seen{Handshake: true, Client: true, Server: true},
		Hello:  &session.Hello{Verb: "EHLO", Name: "h-" + ip.String() + ".example", Code: 250},
		Banner: &session.Banner{Code: 220},
		Ended:  session.Ended{Phase: "data", How: session.ByRST, By: "client", Time: session.Time(end.UnixNano())},
	}
	m := &session.Message{From: &from, Code: 250, Recipients: []*session.Recipient{{Address: to, Code: 250}},
		Transfer: &session.Transfer{Command: "DATA", Bytes: size}, Outcome: session.Aborted, MessageID: fmt.Sprintf("<%d@example.org>", first)}
	if done {
		r.Ended = session.Ended{Phase: "ready", How: session.ByQuit, By: "client", Time: session.Time(end.UnixNano())}
		m.Transfer.Complete, m.Outcome = true, session.Accepted
		m.Reply = &session.Reply{Code: 250, Text: "Ok"}
		if h.ids {
			m.QueueID = fmt.Sprintf("Q%06X", k)
		}
	}
	r.Messages = []*session.Message{m}
	w.records = append(w.records, r)
	if c := w.logOf(random, h, r, k); c != nil {
		w.conns = append(w.conns, c)
		w.owner[c] = k
	}
}

// logOf is what the log has on a session; nil where all its lines are gone.
func (w *world) logOf(random *rand.Rand, h habit, r *session.Record, k int) *gatewaylog.Connection {
	var real time.Time
	logged := func(at session.Time, delay time.Duration) gatewaylog.Time {
		t := at.Time().Add(delay + time.Duration(random.ExpFloat64()*float64(3*time.Millisecond)))
		t = t.Add(h.offset + time.Duration(float64(t.Sub(worldStart))*h.drift))
		real = t
		return gatewaylog.Time{At: t.Truncate(h.precision), Precision: h.precision, YearKnown: true}
	}
	c := &gatewaylog.Connection{Product: gatewaylog.OpenSMTPD, ID: fmt.Sprintf("c%d", k), Host: "mx", Direction: gatewaylog.Inbound}
	c.Client.Addr = r.Client.IP
	keep := func() bool { return random.Float64() >= h.lost }
	line := func(at gatewaylog.Time) *gatewaylog.Line {
		l := &gatewaylog.Line{File: "log", Time: at}
		w.written = append(w.written, written{l, real})
		c.Lines = append(c.Lines, l)
		return l
	}
	capture := func() session.Time { // just behind the line written last, by the capture's clock
		late := time.Duration(random.IntN(500)) * time.Microsecond
		t := real.Add(-h.offset)
		t = t.Add(-time.Duration(float64(t.Sub(worldStart)) * h.drift / (1 + h.drift)))
		return session.Time(t.Add(late).UnixNano())
	}
	begun := logged(r.Start, time.Millisecond)
	r.Banner.Time = capture()
	if keep() {
		line(begun)
		c.Begun = true
		if h.port {
			c.Client.Port = r.Client.Port
		}
	}
	if keep() {
		c.Messages = []*gatewaylog.Message{messageOf(h, r, k)}
		l := line(logged(r.Start+session.Time(r.Ended.Time-r.Start)/2, 0))
		c.Messages[0].Lines = []*gatewaylog.Line{l}
		for range h.lines {
			c.Messages[0].Lines = append(c.Messages[0].Lines, line(logged(r.Ended.Time, 0)))
		}
	}
	end := logged(r.Ended.Time, 0)
	if r.Ended.How == session.ByQuit {
		r.ServerFIN = capture()
	}
	if keep() {
		line(end)
		c.Closed, c.End = true, end
		c.Ended = gatewaylog.Ended{Words: "lost", How: gatewaylog.HowLost, Stages: []gatewaylog.Phase{gatewaylog.PhaseData}}
		if r.Ended.How == session.ByQuit {
			c.Ended = gatewaylog.Ended{Words: "quit", How: gatewaylog.HowQuit, By: "client"}
		}
	}
	if len(c.Lines) == 0 {
		return nil
	}
	c.Start = c.Lines[0].Time
	return c
}

func messageOf(h habit, r *session.Record, k int) *gatewaylog.Message {
	s := r.Messages[0]
	m := &gatewaylog.Message{Product: gatewaylog.OpenSMTPD}
	if h.ids {
		m.ID = fmt.Sprintf("Q%06X", k)
	}
	if h.envelope {
		m.From, m.HasFrom = *s.From, true
		m.Recipients = []gatewaylog.Recipient{{Address: s.Recipients[0].Address, Accepted: gatewaylog.Yes}}
	}
	if h.messageID && (!h.taken || s.Outcome == session.Accepted) {
		m.MessageID = messageID(s)
	}
	if s.Outcome == session.Accepted {
		m.Outcome.Kind = gatewaylog.Accepted
		m.Size = gatewaylog.Count{N: s.Transfer.Bytes + 200, Known: true}
	} else {
		m.Outcome.Kind = gatewaylog.Aborted
	}
	return m
}

// judge counts the matches; a session is owed one where the log has lines of
// it at all.
func (w *world) judge(r *Result) *tally {
	y := new(tally)
	has := make([]bool, len(w.records))
	for _, k := range w.owner {
		has[k] = true
	}
	for i := range r.Matches {
		m := &r.Matches[i]
		if has[i] {
			y.owed++
		}
		switch m.Status {
		case Matched:
			if w.owner[m.Connection] != i {
				y.wrong++
				continue
			}
			y.right++
		case Ambiguous:
			y.ambiguous++
		case None:
			if has[i] {
				y.none++
			}
		}
	}
	return y
}

// shuffled is the world with its records in another order.
func (w *world) shuffled(seed uint64) (*world, []int) {
	random := rand.New(rand.NewPCG(seed, 9))
	order := random.Perm(len(w.records))
	out := &world{conns: slices.Clone(w.conns), owner: map[*gatewaylog.Connection]int{}}
	back := make([]int, len(order))
	for to, from := range order {
		out.records = append(out.records, w.records[from])
		back[from] = to
	}
	for c, k := range w.owner {
		out.owner[c] = back[k]
	}
	random.Shuffle(len(out.conns), func(i, j int) { out.conns[i], out.conns[j] = out.conns[j], out.conns[i] })
	return out, order
}
