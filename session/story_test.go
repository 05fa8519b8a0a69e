package session

import (
	"testing"

	"smtpscope/reassembly"
)

// A very long story keeps its beginning and its end, in order, and says how
// much is missing where.
func TestStoryKeepsBothEnds(t *testing.T) {
	for _, n := range []int64{1, storyHalf, 2 * storyHalf, 2*storyHalf + 1, 5*storyHalf + 7} {
		var s story
		for frame := int64(1); frame <= n; frame++ {
			s.add(Event{Kind: EventCommand, Frame: frame})
		}
		events, cut, at := s.list()
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
	var s story
	again := func(frame int64, side reassembly.Side) {
		s.tcp(&reassembly.Event{Kind: reassembly.EventRetransmission, Side: side, At: reassembly.Stamp{Frame: frame}, N: 100})
	}
	again(1, reassembly.Client)
	again(2, reassembly.Client)
	again(3, reassembly.Server)
	again(4, reassembly.Client)
	events, _, _ := s.list()
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
	s.add(Event{})
	s.run(Event{})
	s.tcp(&reassembly.Event{Kind: reassembly.EventFIN})
	if events, cut, _ := s.list(); len(events) != 0 || cut != 0 {
		t.Errorf("%d events, %d cut", len(events), cut)
	}
}
