package live

import (
	"strings"
	"testing"
	"time"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// TestAlignerWaits: a session is given out after the delay and not before, in
// order, and a flood earlier; Close gives out everything.
func TestAlignerWaits(t *testing.T) {
	var out []int64
	a := NewAligner(alignment.Config{}, 15*time.Second, 1<<30, func(s *session.Session, m *alignment.Match) {
		if m == nil {
			t.Error("no match")
		}
		out = append(out, s.Record.Session)
	})
	now := time.Unix(1_700_000_000, 0)
	take := func(n int64, at time.Duration) {
		a.Session(&session.Session{Record: session.Record{Session: n, Start: session.Time(1e18), End: session.Time(1e18)}}, now.Add(at))
	}
	given := func(at time.Duration, want int) {
		t.Helper()
		a.Beat(now.Add(at))
		if len(out) != want {
			t.Errorf("after %v: %d given out, want %d", at, len(out), want)
		}
	}
	take(1, 0)
	take(2, 10*time.Second)
	given(14*time.Second, 0)
	given(15*time.Second, 1)
	given(24*time.Second, 1)
	given(25*time.Second, 2)
	given(10*time.Minute, 2)
	if len(a.sessions) != 0 {
		t.Errorf("%d sessions are still in sight", len(a.sessions))
	}
	for n := range int64(alignMost) {
		take(3+n, 11*time.Minute)
		if len(a.sessions)-a.given > alignMost/2 {
			t.Fatalf("%d sessions wait", len(a.sessions)-a.given)
		}
	}
	a.Close()
	if len(out) != alignMost+2 {
		t.Errorf("%d given out, want %d", len(out), alignMost+2)
	}
	for i, n := range out {
		if n != int64(i+1) {
			t.Fatalf("session %d is in place %d", n, i+1)
		}
	}
}

// TestAlignerBound: sessions and log connections together stay within the
// bytes, whichever of them come, and however large single ones are; every
// session is given out, once and in order.
func TestAlignerBound(t *testing.T) {
	const most = 1 << 20
	for _, test := range []struct {
		name                           string
		each                           int // log connections that come with each session
		trace, words, linesOf, longest int
	}{
		{name: "small ones", each: 1, linesOf: 4},
		{name: "sessions that are recorded", each: 1, linesOf: 4, trace: 100 << 10},
		{name: "long replies", each: 1, linesOf: 4, words: 200 << 10},
		{name: "a log of others", each: 20, linesOf: 4},
		{name: "long lines", each: 1, linesOf: 40, longest: 10 << 10},
	} {
		next := int64(1)
		a := NewAligner(alignment.Config{}, 15*time.Second, most, func(s *session.Session, _ *alignment.Match) {
			if s.Record.Session != next {
				t.Fatalf("%s: session %d is given out in place of %d", test.name, s.Record.Session, next)
			}
			next++
		})
		now, peak := time.Unix(1_700_000_000, 0), int64(0)
		const count = 800
		for i := range int64(count) {
			now = now.Add(20 * time.Millisecond)
			a.Session(heavySession(i+1, test.trace, test.words), now)
			peak = max(peak, a.bytes)
			for range test.each {
				a.Connection(longConnection(test.linesOf, test.longest), now)
				peak = max(peak, a.bytes)
			}
			if i%50 == 0 {
				a.Beat(now)
				if got := held(a); got != a.bytes {
					t.Fatalf("%s: %d bytes are held, it counts %d", test.name, got, a.bytes)
				}
			}
		}
		if peak > most+most/2 {
			t.Errorf("%s: %d bytes are held, %d may be", test.name, peak, most)
		}
		a.Close()
		if next != count+1 {
			t.Errorf("%s: %d sessions were given out", test.name, next-1)
		}
		if log := a.Counts().LogOnly; log != int64(count*test.each) {
			t.Errorf("%s: %d log connections were counted, %d came", test.name, log, count*test.each)
		}
	}
}

// held counts anew what an Aligner holds.
func held(a *Aligner) (bytes int64) {
	for i := range a.sessions {
		bytes += sessionWeight(a.sessions[i].Session)
	}
	for i := range a.connections {
		bytes += connectionWeight(a.connections[i].Connection)
	}
	return bytes
}

func heavySession(n int64, trace, words int) *session.Session {
	s := &session.Session{Record: session.Record{Session: n, Start: session.Time(1e18), End: session.Time(1e18)}}
	s.Record.Messages = []*session.Message{{Reply: &session.Reply{Text: strings.Repeat("x", words)}}}
	if trace > 0 {
		s.Trace = &session.Trace{Runs: [2][]session.Run{{{Data: make([]byte, trace)}}}}
	}
	return s
}

func longConnection(lines, long int) *gatewaylog.Connection {
	c := new(gatewaylog.Connection)
	for range lines {
		c.Lines = append(c.Lines, &gatewaylog.Line{Text: strings.Repeat("x", 80+long)})
	}
	return c
}
