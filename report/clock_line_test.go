package report

import (
	"testing"
	"time"

	"smtpscope/session"
)

// TestClockLine: how sure it is stands beside how much, and what a great offset
// looks like.
func TestClockLine(t *testing.T) {
	s := func(d time.Duration) session.Seconds { return session.Seconds(d) }
	for _, c := range []struct {
		k    LogClock
		want string
	}{
		{LogClock{}, "could not be told; see --clock-offset"},
		{LogClock{By: "ids", Pairs: 158, Offset: s(-37 * time.Millisecond), Spread: s(258 * time.Millisecond)},
			"0.037 s behind the capture's (spread 0.258 s, from 158 pairs by ids)"},
		{LogClock{By: "ids", Pairs: 1, Offset: s(429 * time.Millisecond)},
			"0.429 s ahead of the capture's (from 1 pair by ids alone: nothing else confirms it)"},
		{LogClock{By: "ids", Pairs: 1, Rough: true, Offset: s(-1833 * time.Millisecond)},
			"at most 1.833 s behind the capture's (from 1 pair by ids, of which neither beginning nor end was captured)"},
		{LogClock{By: "ids", Pairs: 2, Rough: true, Offset: s(2 * time.Second)},
			"at least 2.000 s ahead of the capture's (from 2 pairs by ids, of which neither beginning nor end was captured)"},
		{LogClock{By: "ids", Pairs: 9, Offset: s(5*time.Hour + 30*time.Minute), Zone: s(5*time.Hour + 30*time.Minute)},
			"even with the capture's, and in the zone +05:30 (spread 0.000 s, from 9 pairs by ids)"},
		{LogClock{By: "ids", Pairs: 9, Offset: s(-5*time.Hour - 30*time.Minute - 37*time.Millisecond)},
			"5:30:00.037 h behind the capture's (spread 0.000 s, from 9 pairs by ids); that is as zones differ: is its zone right? See --log-tz"},
		{LogClock{By: "given", Offset: s(24*time.Hour - 37*time.Millisecond)},
			"23:59:59.963 h ahead of the capture's (as given); that is by whole days: is its date right?"},
		{LogClock{By: "ids", Pairs: 9, Offset: s(-366 * 24 * time.Hour)},
			"366 d 0:00:00.000 h behind the capture's (spread 0.000 s, from 9 pairs by ids); that is by years: is its year right? See --log-year"},
		{LogClock{By: "ids", Pairs: 9, Offset: s(37 * time.Minute)},
			"0:37:00.000 h ahead of the capture's (spread 0.000 s, from 9 pairs by ids)"},
		{LogClock{By: "other log", Offset: s(time.Second)}, "1.000 s ahead of the capture's (by other log)"},
	} {
		c.k.Gateway = "postfix"
		if got, want := clockLine(c.k), "clock of postfix: "+c.want; got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}
