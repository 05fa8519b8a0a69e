package report

import (
	"slices"
	"testing"

	"smtpscope/capture"
	"smtpscope/session"
)

func TestInOrder(t *testing.T) {
	type at struct {
		frame int64
		time  capture.Time
	}
	for _, c := range []struct {
		name        string
		events      []at
		cut         int // place before which events were left out, 0 = none
		want        []int64
		sameSession bool
	}{
		{"in order", []at{{1, 10}, {2, 20}, {2, 20}}, 0, []int64{1, 2, 2}, true},
		{"a hole was explained at the end", []at{{1, 10}, {5, 50}, {6, 60}, {2, 20}, {2, 20}}, 0, []int64{1, 2, 2, 5, 6}, false},
		{"captured in another order", []at{{1, 10}, {4, 20}, {3, 30}}, 0, []int64{1, 4, 3}, true},
		{"the clock went back", []at{{1, 50}, {2, 20}, {3, 30}}, 0, []int64{1, 2, 3}, true},
		{"not past what was left out", []at{{1, 10}, {3, 30}, {8, 80}, {2, 20}}, 2, []int64{1, 3, 2, 8}, false},
	} {
		s := &session.Session{}
		for _, e := range c.events {
			s.Events = append(s.Events, session.Event{Frame: e.frame, Time: e.time})
		}
		if c.cut > 0 {
			s.EventsCut, s.CutAt = 1, c.cut
		}
		before := slices.Clone(s.Events)
		told := InOrder(s)
		var got []int64
		for i := range told.Events {
			got = append(got, told.Events[i].Frame)
		}
		if !slices.Equal(got, c.want) || (told == s) != c.sameSession {
			t.Errorf("%s: %v, want %v; the same session: %v", c.name, got, c.want, told == s)
		}
		for i := range before {
			if s.Events[i].Frame != before[i].Frame {
				t.Errorf("%s: the session itself was changed", c.name)
			}
		}
	}
}
