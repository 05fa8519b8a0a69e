package live

import (
	"testing"
	"time"

	"smtpscope/alignment"
	"smtpscope/session"
)

// TestAlignerWaits: a session is given out after the delay and not before, in
// order, and a flood earlier; Close gives out everything.
func TestAlignerWaits(t *testing.T) {
	var out []int64
	a := NewAligner(alignment.Config{}, 15*time.Second, func(s *session.Session, m *alignment.Match) {
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
