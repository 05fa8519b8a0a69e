package session

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"smtpscope/capture"
)

// A speaker feeds a tracker with the packets of connections.
type speaker struct {
	t     *Tracker
	frame int64
	now   capture.Time
}

func (s *speaker) send(from, to netip.AddrPort, seq, ack uint32, flags capture.Flags, text string) {
	s.frame++
	s.now += 1000 * (1 + capture.Time(s.frame%97)) // no two sessions take as long
	s.t.Segment(&capture.Segment{Frame: s.frame, SourceFrame: s.frame, Time: s.now, Kind: capture.KindTCP, Src: from, Dst: to,
		Seq: seq, Ack: ack, Flags: flags, Window: 65535, Length: len(text), Payload: []byte(text)})
}

// talk is a connection that stays open after n exchanges of 2 kB.
func (s *speaker) talk(i, n int) {
	c := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 40000)
	server := netip.MustParseAddrPort("198.51.100.5:25")
	s.send(c, server, 9, 0, capture.SYN, "")
	s.send(server, c, 99, 10, capture.SYN|capture.ACK, "")
	seq, ack := uint32(10), uint32(100)
	s.send(c, server, seq, ack, capture.ACK, "")
	hear := func(text string) {
		s.send(server, c, ack, seq, capture.ACK|capture.PSH, text)
		ack += uint32(len(text))
	}
	hear("220 mx.example ESMTP\r\n")
	for range n {
		text := "NOOP " + strings.Repeat("x", 1000) + "\r\n"
		s.send(c, server, seq, ack, capture.ACK|capture.PSH, text)
		seq += uint32(len(text))
		hear("250 " + strings.Repeat("y", 1000) + "\r\n")
	}
}

// TestMemory: what sessions that are open take has a bound, by number and by
// what each has said. Those that go are counted, and nothing is left of the
// weights when all are over.
func TestMemory(t *testing.T) {
	for _, test := range []struct {
		name           string
		memory         int64
		sessions, each int
		evicted        bool
	}{
		{"few that say little fit", 1 << 20, 20, 1, false},
		{"many that say little do not", 1 << 20, 200, 1, true},
		{"few that say much do not", 1 << 20, 20, 100, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			emitted := 0
			tracker := NewTracker(Config{Events: true, Memory: test.memory, Emit: func(*Session) { emitted++ }})
			s := &speaker{t: tracker, now: 1e18}
			for i := range test.sessions {
				s.talk(i, test.each)
				if w := tracker.weight + int64(tracker.assembler.Open())*connWeight; w > test.memory {
					t.Fatalf("weighs %d after %d sessions", w, i+1)
				}
			}
			if got := emitted > 0; got != test.evicted {
				t.Errorf("%d sessions given up", emitted)
			}
			gone := int64(emitted)
			tracker.Close()
			if tracker.Quality().Evicted != gone || emitted != test.sessions {
				t.Errorf("%d emitted, %d counted as evicted, %d were", emitted, tracker.Quality().Evicted, gone)
			}
			if tracker.weight != 0 {
				t.Errorf("%d bytes are left", tracker.weight)
			}
		})
	}
}

// TestStoryTexts: a story keeps the first texts whole and the later ones short,
// and forgets those that it overwrites.
func TestStoryTexts(t *testing.T) {
	s := newStory()
	long := strings.Repeat("x", 4000)
	for i := range 5 * storyHalf {
		s.add(&entry{kind: kindReply, frame: int64(i), text: fmt.Sprint(i) + long})
	}
	events, _, _ := new(teller).tell(s)
	kept, whole := 0, 0
	for _, e := range events {
		if kept += len(e.Text); len(e.Text) > 4000 {
			whole++
		}
	}
	if whole != storyText/4001 || kept != int(s.texts) || kept > storyText+2*storyHalf*(shortText+3) {
		t.Errorf("%d whole texts, %d bytes, %d counted", whole, kept, s.texts)
	}
}
