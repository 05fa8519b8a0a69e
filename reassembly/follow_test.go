package reassembly

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

// generally hands a segment on by the general way, as if there were no short one.
func generally(a *Assembler, seg *capture.Segment) {
	var at address
	at.find(a, seg)
	if a.doubted != nil {
		a.resolve(seg.Time)
	}
	if a.tick(seg.Time) {
		a.route(seg, &at)
	} else {
		a.doubt(seg, &at)
	}
}

// inBatches gives a way to hand segments on of which the Assembler sees up to
// n ahead, and what hands on the rest.
func inBatches(a *Assembler, n int) (take func(*capture.Segment), rest func()) {
	var batch []capture.Segment
	rest = func() {
		a.Segments(batch)
		batch = batch[:0]
	}
	return func(seg *capture.Segment) {
		if batch = append(batch, *seg); len(batch) == n {
			rest()
		}
	}, rest
}

// crowd mixes the packets of some connections, and does to one in so many of
// them (0 = none) what happens to packets at times, and what never does.
// Where many are odd, two connections at a time have the same ends.
func crowd(seed uint64, how spoil, oneIn int) (segments []capture.Segment) {
	var all []packet
	r := newTraffic(seed, how).Rand
	for i := range 4 {
		g := newTraffic(4*seed+uint64(i), how)
		start, pair := capture.Time(r.IntN(30))*1e6, i
		if oneIn > 0 {
			pair /= 2
		}
		for _, p := range g.out {
			p.Src, p.Dst = pairOf(pair)
			if p.side == Server {
				p.Src, p.Dst = p.Dst, p.Src
			}
			p.Time += start + capture.Time(pair/2)*40e9
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b packet) int { return int(a.Time - b.Time) })
	late := capture.Time(0)
	for _, p := range all {
		p.Time += late
		if oneIn > 0 && r.IntN(oneIn) == 0 {
			late += odd(r.IntN(16), &p.Segment)
		}
		p.Frame = int64(len(segments) + 1)
		segments = append(segments, p.Segment)
	}
	return segments
}

// odd makes a segment odd in one of 16 ways; late is how much later all come
// that follow.
func odd(way int, s *capture.Segment) (late capture.Time) {
	switch way {
	case 0:
		s.Window = 0
	case 1:
		s.Options.SACKCount, s.Options.SACK[0] = 1, capture.SACKBlock{Left: s.Ack + 2*maxGuess, Right: s.Ack + 3*maxGuess}
	case 2:
		s.Payload = s.Payload[:len(s.Payload)/2]
	case 3:
		s.Flags |= capture.RST
	case 4:
		s.Flags |= capture.FIN
	case 5:
		s.Flags |= capture.SYN
	case 6:
		s.Flags &^= capture.ACK
	case 7:
		s.Ack += 1000
	case 8:
		s.Ack--
	case 9:
		s.Seq += 5
	case 10:
		s.Seq -= 5
	case 11:
		s.Kind = capture.KindICMP
	case 12:
		s.Kind = capture.KindTick
	case 13:
		s.Time += capture.Time(48 * time.Hour)
	case 14:
		return capture.Time(time.Minute)
	case 15:
		s.IPID, s.TTL, s.Options.HasTimestamps = 0, s.TTL-1, true
	}
	return 0
}

// look is what an Assembler knows of its connections, without what differs
// from one Assembler to the next.
func look(a *Assembler) map[flow]Conn {
	seen := map[flow]Conn{}
	for _, c := range a.conns.all() {
		k := *c
		k.a, k.agenda, k.handler, k.hash = nil, nil, nil, 0
		k.closes, k.holds, k.keeps = link{}, link{}, link{}
		seen[c.key] = k
	}
	return seen
}

// listener writes down all calls, and ignores some connections.
func listener(t testing.TB, log *[]string, ignore bool) func(*Conn) Handler {
	n := 0
	return func(c *Conn) Handler {
		n++
		p := &promises{t: t, log: log, c: c, ignoreAt: -1}
		if ignore && n%2 == 0 {
			p.ignoreAt = 20
		}
		return p
	}
}

// TestFollow: what the short way does with a segment is what the general way
// does, with all that is kept, and segments in order do take it.
func TestFollow(t *testing.T) {
	for i, tc := range spoilt {
		for _, oneIn := range []int{0, 30} {
			t.Run(fmt.Sprintf("%s, odd one in %d", tc.name, oneIn), func(t *testing.T) {
				for seed := range uint64(12) {
					var limits Limits
					if seed%4 == 3 {
						const never = 1000 * time.Hour
						limits = Limits{Idle: never, Connect: never, Straggler: never}
					}
					holdFollow(t, crowd(seed, tc.how, oneIn), limits, seed%3 == 1, i == 0 && oneIn == 0)
					if t.Failed() {
						t.Fatalf("seed %d", seed)
					}
				}
			})
		}
	}
}

func holdFollow(t *testing.T, segments []capture.Segment, limits Limits, ignore, clean bool) {
	var logs [3][]string
	var made [3]*Assembler
	for i := range made {
		made[i] = New(Config{Limits: limits, Orient: orientByPort, New: listener(t, &logs[i], ignore)})
	}
	short, general, batched := made[0], made[1], made[2]
	take, rest := inBatches(batched, 7)
	followed, told := 0, 0
	for i := range segments {
		seg := &segments[i]
		var at address
		at.find(short, seg)
		at.c = short.conns.guess(at.hash)
		if short.follow(seg, &at) {
			followed++
		} else {
			short.next(seg, &at)
		}
		generally(general, seg)
		take(seg)
		if !slices.Equal(logs[0][told:], logs[1][told:]) {
			t.Fatalf("frame %d %+v: calls\n%s\nand generally\n%s", seg.Frame, seg, strings.Join(logs[0][told:], "\n"), strings.Join(logs[1][told:], "\n"))
		}
		told = len(logs[0])
		if one, other := look(short), look(general); !reflect.DeepEqual(one, other) {
			t.Fatalf("frame %d %+v:\n%+v\nand generally\n%+v", seg.Frame, seg, one[at.key], other[at.key])
		}
		if short.clock != general.clock || short.frame != general.frame || short.calm != general.calm || short.Stats() != general.Stats() {
			t.Fatalf("frame %d: the books differ: %+v, generally %+v", seg.Frame, short.Stats(), general.Stats())
		}
	}
	if *short.seen != *general.seen {
		t.Error("other fingerprints are kept")
	}
	if clean && !ignore && followed < len(segments)*9/10 {
		t.Errorf("%d of %d segments took the short way", followed, len(segments))
	}
	rest()
	for _, a := range made {
		a.Close()
	}
	for i, log := range logs[1:] {
		if !slices.Equal(logs[0], log) {
			t.Errorf("other calls, way %d", i+1)
		}
	}
}

// TestFollowRecycled: a batch's guess may be of a connection that has ended
// meanwhile, and whose memory is another's.
func TestFollowRecycled(t *testing.T) {
	var log []string
	a := New(Config{Limits: Limits{Connections: 1}, Orient: orientByPort, New: listener(t, &log, false)})
	var batch []capture.Segment
	client := func(i int) capture.Segment {
		src, dst := pairOf(i)
		return capture.Segment{Kind: capture.KindTCP, Src: src, Dst: dst, Frame: int64(len(batch) + 1),
			Time: scriptStart + capture.Time(len(batch))*1e6, Flags: capture.ACK, Window: 9, Seq: 1, Ack: 1}
	}
	open := func(i int) {
		syn, answer, ack := client(i), client(i), client(i)
		syn.Flags, syn.Seq = capture.SYN, 0
		answer.Flags, answer.Seq = capture.SYN|capture.ACK, 0
		answer.Src, answer.Dst = syn.Dst, syn.Src
		batch = append(batch, syn, answer, ack)
	}
	say := func(i int) {
		s := client(i)
		s.Payload, s.Length = []byte("EHLO"), 4
		batch = append(batch, s)
	}
	open(1)
	a.Segments(batch)
	open(2) // which evicts the first
	say(1)
	say(2)
	a.Segments(batch[3:])
	if s := a.Stats(); s.Connections != 4 { // both had to begin anew
		t.Errorf("%+v\n%s", s, strings.Join(log, "\n"))
	}
}
