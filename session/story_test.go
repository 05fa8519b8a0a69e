package session

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// A very long story keeps its beginning and its end, in order, and says how
// much is missing where.
func TestStoryKeepsBothEnds(t *testing.T) {
	for _, n := range []int64{1, storyHalf, 2 * storyHalf, 2*storyHalf + 1, 5*storyHalf + 7} {
		s := newStory()
		for frame := int64(1); frame <= n; frame++ {
			s.add(&entry{kind: kindCommand, frame: frame})
		}
		events, cut, at := new(teller).tell(s)
		if want := max(n-2*storyHalf, 0); cut != want || int64(len(events)) != n-want {
			t.Fatalf("%d events: %d kept, %d cut", n, len(events), cut)
		}
		for i, e := range events {
			want := int64(i) + 1
			if i >= at {
				want += cut
			}
			if e.Frame != want {
				t.Fatalf("%d events: place %d holds event %d, want %d", n, i, e.Frame, want)
			}
		}
	}
}

// Many of a kind are one line, until something else happens.
func TestStoryRuns(t *testing.T) {
	s := newStory()
	again := func(frame int64, side reassembly.Side) {
		s.tcp(&reassembly.Event{Kind: reassembly.EventRetransmission, Side: side, At: reassembly.Stamp{Frame: frame}, N: 100})
	}
	again(1, reassembly.Client)
	again(2, reassembly.Client)
	again(3, reassembly.Server)
	again(4, reassembly.Client)
	events, _, _ := new(teller).tell(s)
	want := []Event{{Frame: 1, Last: 2, Count: 2, Bytes: 200}, {Frame: 3, Last: 3, Count: 1, Bytes: 100}, {Frame: 4, Last: 4, Count: 1, Bytes: 100}}
	if len(events) != len(want) {
		t.Fatalf("%d events, want %d", len(events), len(want))
	}
	for i, w := range want {
		if g := events[i]; g.Frame != w.Frame || g.Last != w.Last || g.Count != w.Count || g.Bytes != w.Bytes {
			t.Errorf("event %d: frames %d to %d, %d times, %d bytes", i, g.Frame, g.Last, g.Count, g.Bytes)
		}
	}
}

// A session whose story nobody wants has none, and nothing breaks.
func TestStoryNil(t *testing.T) {
	var s *story
	s.add(&entry{})
	s.run(&entry{})
	s.tcp(&reassembly.Event{Kind: reassembly.EventFIN})
	s.reply(&smtpstate.Reply{})
	s.gap(reassembly.Client, 1, reassembly.GapLost, reassembly.Stamp{})
	s.beginContent("DATA", smtpstate.Mark{})
	s.endContent(1, true, smtpstate.Mark{})
	s.settle(nil, ByFIN)
	if s.weight() != 0 {
		t.Error("nothing weighs something")
	}
}

func newStory() *story { return &story{pool: new(pool)} }

// A plain story is what a story has to tell: a list of Events that is written
// to at once, without bounds.
type plainStory struct {
	events  []Event
	content int
}

func (p *plainStory) add(e entry, run bool) {
	v := e.event()
	if v.Last == 0 {
		v.Last, v.Until = v.Frame, v.Time
	}
	if n := len(p.events); run && n > 0 && p.events[n-1].Kind == v.Kind && p.events[n-1].Side == v.Side {
		last := &p.events[n-1]
		last.Last, last.Until = v.Frame, v.Time
		last.Count++
		last.Bytes += v.Bytes
		return
	}
	if run {
		v.Count = 1
	}
	p.events = append(p.events, v)
}

// TestStoryTells: events of every kind, with numbers of every size, runs,
// headers, and content that ends late or twice, are told as they came, in the
// head and in the tail.
func TestStoryTells(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	number := func() int64 { return int64(r.Uint64()>>(1+r.IntN(62))) * int64(1-r.IntN(2)*2) }
	runs, others := []kind{kindRetransmission, kindLate}, []kind{kindSYN, kindCommand, kindReply, kindEnd}
	for _, n := range []int{1, 30, 300, storyHalf - 1, storyHalf, storyHalf + 1, 2*storyHalf - 10} {
		s, want := newStory(), new(plainStory)
		for s.serial < int64(n) {
			e := entry{kind: others[r.IntN(len(others))], side: uint8(r.IntN(3)), frame: number(), time: capture.Time(number())}
			e.text = strings.Repeat("x", r.IntN(3)*r.IntN(100))
			if r.IntN(3) == 0 {
				e.last, e.until = number(), capture.Time(number())
			}
			switch r.IntN(4) {
			case 0:
				e.header = &Header{TTL: 64, HasIPID: true, IPID: uint16(number()), Window: uint16(number()), Seq: uint32(number()),
					Ack: uint32(number()), Flags: capture.SYN, HasTS: true, TSVal: uint32(number())}
			case 1:
				e.header = &Header{Ack: 1, Prior: &Prior{Packets: number()}}
			case 2:
				e.header = &Header{ICMP: capture.ICMP{From: netip.MustParseAddr("192.0.2.1"), MTU: 1400}}
			}
			switch r.IntN(5) {
			case 0, 1:
				e.kind, e.last, e.until, e.bytes = runs[r.IntN(len(runs))], 0, 0, number()
				want.add(e, true)
				s.run(&e)
			case 2:
				if s.content == 0 {
					at := smtpstate.Mark{Frame: number(), Time: number()}
					want.add(entry{kind: kindContent, side: sideClient, frame: at.Frame, time: capture.Time(at.Time), text: "DATA"}, false)
					want.content = len(want.events) - 1
					s.beginContent("DATA", at)
					continue
				}
				begun, bytes, at := &want.events[want.content], number(), smtpstate.Mark{Frame: number(), Time: number()}
				begun.Bytes, begun.Last, begun.Until = bytes, at.Frame, capture.Time(at.Time)
				if r.IntN(2) == 0 { // once more, later
					open := s.content
					s.endContent(bytes, false, at)
					s.content = open
					continue
				}
				begun.Count = 1
				s.endContent(bytes, true, at)
			default:
				want.add(e, false)
				s.add(&e)
			}
		}
		got, cut, _ := new(teller).tell(s)
		if cut != 0 || len(got) != len(want.events) {
			t.Fatalf("%d events, %d cut, want %d", len(got), cut, len(want.events))
		}
		for i := range got {
			if !reflect.DeepEqual(got[i], want.events[i]) {
				t.Fatalf("event %d of %d:\n%+v\nwant\n%+v", i, n, got[i], want.events[i])
			}
		}
		if s.pages.release(s.pool); len(s.pool.pages) == 0 {
			t.Error("no page came back")
		}
	}
}

// TestGlance: what a story notes of its events is never less than what they
// show, whatever the order of their frames and wherever the session ended.
func TestGlance(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	texts := []string{"250 ok", "250-STARTTLS\n250 SIZE", "250-mx.example\n250 SIZE", "354 go", "450 no"}
	commands := []string{"DATA", "bdat 10", "BDAT 9 LAST", "QUIT", "XXXXXXXA", "X"}
	waited, quick, late := 0, 0, 0
	for range 4000 {
		s := newStory()
		at := smtpstate.Mark{Frame: 10, Time: 1e18}
		for range 1 + r.IntN(30) {
			at.Frame += 1 + r.Int64N(3)
			at.Time += []int64{r.Int64N(int64(40 * time.Second)), int64(TarpitDelay)}[r.IntN(2)]
			switch r.IntN(40) {
			case 0:
				at.Frame -= 4
			case 1:
				at.Time -= int64(time.Minute)
			}
			switch r.IntN(8) {
			case 0, 1, 2:
				s.reply(&smtpstate.Reply{Answer: smtpstate.Answer{Code: 250}, Sent: texts[r.IntN(len(texts))], First: at, Last: at})
			case 3, 4:
				s.add(&entry{kind: kindCommand, side: sideClient, frame: at.Frame, time: capture.Time(at.Time), text: commands[r.IntN(len(commands))]})
			case 5:
				s.beginContent([]string{"DATA", "BDAT"}[r.IntN(2)], at)
			default:
				s.endContent(5, r.IntN(4) > 0, at)
			}
		}
		session := Session{untold: s, teller: new(teller), Glance: s.glance}
		first := session.FirstReply()
		session.Tell()
		if again := session.FirstReply(); first != again {
			t.Fatalf("the first reply is at %d, and at %d once the events are told", first, again)
		}
		var all Glance
		masked, delayed := false, false
		for i := range session.Events {
			e := &session.Events[i]
			line, _, _ := strings.Cut(e.Text, "\n")
			all.Unnamed = all.Unnamed || e.Kind == EventReply && line == "250-STARTTLS"
			all.Chunked = all.Chunked || strings.HasPrefix(strings.ToUpper(e.Text), "BDAT")
			masked = masked || e.Kind == EventCommand && strings.HasPrefix(e.Text, "XXXX")
			delayed = delayed || tarpitted(session.Events, e.Frame) >= 3
			all.Waited = all.Waited || longestWait(session.Events, e.Frame) >= LongWait
		}
		if all.Unnamed && !s.glance.Unnamed || all.Chunked && !s.glance.Chunked || all.Waited && !s.glance.Waited ||
			masked && !s.masked || delayed && s.delays < 3 && !s.glance.Waited {
			t.Fatalf("%+v is noted of %+v", s.glance, session.Events)
		}
		if delayed {
			late++
		}
		if all.Waited {
			waited++
		} else if !s.glance.Waited {
			quick++
		}
	}
	if waited < 100 || quick < 100 || late < 100 {
		t.Errorf("%d stories with a long wait, %d known to have none, %d with a tarpit", waited, quick, late)
	}
}

// tarpitted counts the replies, up to a frame, that came TarpitDelay behind what
// was said before them.
func tarpitted(events []Event, end int64) (n int) {
	var before *Event
	for i := range events {
		e := &events[i]
		if e.Frame > end || e.Kind != EventCommand && e.Kind != EventReply && e.Kind != EventContent {
			continue
		}
		if e.Kind == EventReply && before != nil && before.Kind != EventReply && (e.Time.Sub(before.Until)-TarpitDelay).Abs() < 300*time.Millisecond {
			n++
		}
		before = e
	}
	return n
}

// longestWait is the longest time from the end of content to the reply behind
// it, of the events up to a frame.
func longestWait(events []Event, end int64) (longest time.Duration) {
	var open *Event
	for i := range events {
		switch e := &events[i]; {
		case e.Frame > end:
		case e.Kind == EventContent:
			if open = nil; e.Count == 1 {
				open = e
			}
		case e.Kind == EventReply && open != nil:
			longest, open = max(longest, e.Time.Sub(open.Until)), nil
		}
	}
	return longest
}
